"""The form of an index: noticed when it changes, and never asked in another's."""

import hashlib
import time
import uuid
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from search_world import EVERYTHING, document
from test_any_spelling import BESIDE
from variants import VARIANTS, identifier

from tocsin.search import Engine, OtherForm, SearchDown, parse
from tocsin.search.document import terms_of
from tocsin.search.elasticsearch_engine import ElasticsearchEngine
from tocsin.search.fields import COUNTED, NUMBERS, TEXTS, TOKENS, fields_of
from tocsin.search.form import FORM, TERMS
from tocsin.search.tantivy_engine import TantivyEngine

TERMS_OF_SAMPLES = (1, "a748929e462b7d88")
"""The number TERMS, and what the terms of the samples come to under it."""


def test_terms_that_changed_have_a_new_number() -> None:
    """Whoever changes terms raises TERMS in `search/form.py`, so that installed indexes are built anew."""
    things = [identifier(name) for name in VARIANTS]
    samples = [*((one.kind, one.value) for one in things), *BESIDE]
    made = [
        terms_of(document(n, kind, value, text="Überweisung an ein Konto; 投资诈骗", sources=("North Bank",)))
        for n, (kind, value) in enumerate(samples)
    ]
    assert (TERMS, hashlib.blake2s(repr(made).encode(), digest_size=8).hexdigest()) == TERMS_OF_SAMPLES


def test_every_field_of_an_index_is_made_of_a_document_and_no_other() -> None:
    made = fields_of(document(1))
    assert made.terms.keys() == {*COUNTED, *TOKENS}
    assert made.rows.keys() == set(TEXTS)
    assert made.numbers.keys() == set(NUMBERS)


def test_an_embedded_index_of_another_form_is_not_asked_and_is_replaced(tmp_path: Path) -> None:
    former = TantivyEngine(tmp_path)
    former.apply([document(1)], [], 1)
    index = next(tmp_path.glob("index-*"))
    other = index.with_name(index.name.replace(FORM, "0123456789"))
    index.rename(other)
    (tmp_path / "current").write_text(other.name)
    engine = TantivyEngine(tmp_path)
    assert_not_asked(engine)
    engine.rebuild([document(1), document(2)], 2)
    assert engine.count(EVERYTHING) == 2
    assert not other.exists()


@pytest.mark.elasticsearch
def test_an_elasticsearch_index_of_another_form_is_not_asked_and_is_replaced(
    elasticsearch_url: str,
) -> None:
    alias = f"test-{uuid.uuid4().hex}"
    engine = ElasticsearchEngine(elasticsearch_url, alias)
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(index=f"{alias}-0123456789-1", aliases={f"{alias}-0123456789": {}})
        assert_not_asked(engine)
        engine.rebuild([document(1), document(2)], 2)
        assert engine.count(EVERYTHING) == 2
        (left,) = client.indices.get(index=f"{alias}-*")
        assert left.startswith(f"{alias}-{FORM}-")
        client.indices.delete(index=left)
    engine.close()


@pytest.mark.elasticsearch
def test_an_index_that_somebody_else_made_under_the_name_is_not_written_to(elasticsearch_url: str) -> None:
    alias = f"test-{uuid.uuid4().hex}"
    engine = ElasticsearchEngine(elasticsearch_url, alias)
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(index=f"{alias}-made-by-hand", aliases={f"{alias}-{FORM}": {}})
        with pytest.raises(OtherForm):
            engine.checkpoint()
        engine.rebuild([document(1)], 1)
        assert engine.checkpoint() == 1
        for left in client.indices.get(index=f"{alias}-*"):
            assert left.startswith(f"{alias}-{FORM}-")
            client.indices.delete(index=left)
    engine.close()


@pytest.mark.elasticsearch
def test_a_document_that_the_mapping_refuses_says_that_the_form_is_another(elasticsearch_url: str) -> None:
    alias = f"test-{uuid.uuid4().hex}"
    engine = ElasticsearchEngine(elasticsearch_url, alias)
    with Elasticsearch(elasticsearch_url) as client:
        wrong = {"_meta": {"form": FORM}, "properties": {"modified": {"type": "ip"}, "seq": {"type": "long"}}}
        index = f"{alias}-{FORM}-{time.time_ns()}"
        client.indices.create(index=index, mappings=wrong, aliases={f"{alias}-{FORM}": {}})
        client.index(index=index, id=f"checkpoint of {index}", document={"seq": 0}, refresh=True)
        assert engine.checkpoint() == 0
        with pytest.raises(OtherForm):
            engine.apply([document(1)], [], 1)
        client.indices.delete(index=index)
    engine.close()


def assert_not_asked(engine: Engine) -> None:
    for ask in (
        engine.checkpoint,
        lambda: engine.search(parse("scam.example"), EVERYTHING),
        lambda: engine.get(document(1).key),
    ):
        with pytest.raises(OtherForm, match="built anew"):
            ask()
    assert issubclass(OtherForm, SearchDown)
