"""The servers that other tests run against are the real ones."""

import pytest
from elasticsearch import Elasticsearch
from services.elasticsearch_node import VERSION
from sqlalchemy import create_engine, text


@pytest.mark.elasticsearch
def test_the_node_is_an_elasticsearch(elasticsearch_url: str) -> None:
    with Elasticsearch(elasticsearch_url) as client:
        nodes = client.nodes.info()["nodes"].values()
    assert [node["version"] for node in nodes] == [VERSION]


@pytest.mark.postgresql
def test_every_test_gets_an_empty_database(fresh_postgresql_url: str) -> None:
    engine = create_engine(fresh_postgresql_url)
    with engine.connect() as connection:
        tables = connection.execute(text("select count(*) from pg_tables where schemaname = 'public'")).scalar_one()
        version = connection.execute(text("show server_version_num")).scalar_one()
    engine.dispose()
    assert tables == 0
    assert int(version) >= 150_000
