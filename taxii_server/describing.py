"""What is where: discovery, API roots, collections (TAXII 2.1 sections 4.1, 4.2, 5.1, 5.2)."""

from typing import Any

from flask import Response

from taxii_server.answers import answer, nothing_there
from taxii_server.negotiate import STIX, TAXII
from taxii_server.polling import seen
from taxii_server.service import Caller
from taxii_server.visible import Visible, api_roots, visible_collections
from tocsin.ledger.collections import DEFAULT_ROOT


def get_discovery(caller: Caller) -> Response:
    """TAXII 2.1 section 4.1. API roots are named relative to the server, which may stand behind another name."""
    with caller.database.reading() as connection:
        names = list(api_roots(connection, caller.service.exchange.name))
    urls = {name: f"{caller.request.script_root}/{name}/" for name in names}
    return answer(
        {
            "title": caller.service.exchange.name,
            "description": caller.service.description,
            "contact": caller.service.exchange.contact,
            "default": urls.get(DEFAULT_ROOT) or urls[names[0]],
            "api_roots": list(urls.values()),
        }
    )


def get_api_root(caller: Caller, root: str) -> Response:
    """TAXII 2.1 section 4.2."""
    with caller.database.reading() as connection:
        found = api_roots(connection, caller.service.exchange.name).get(root)
    if found is None:
        raise nothing_there("API root")
    title, description = found
    resource = {"title": title, "versions": [TAXII], "max_content_length": caller.service.max_content_length}
    return answer({**resource, "description": description} if description else resource)


def get_collections(caller: Caller, root: str) -> Response:
    """TAXII 2.1 section 5.1."""
    with caller.database.reading() as connection:
        if root not in api_roots(connection, caller.service.exchange.name):
            raise nothing_there("API root")
        found = visible_collections(connection, caller.principal.member_key, root)
    return answer({"collections": [_resource(one) for one in found]} if found else {})


def get_collection(caller: Caller, root: str, name: str) -> Response:
    """TAXII 2.1 section 5.2."""
    return answer(_resource(seen(caller, root, name)))


def _resource(visible: Visible) -> dict[str, Any]:
    collection = visible.collection
    resource = {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "alias": collection.alias,
        "can_read": visible.rights.can_read,
        "can_write": visible.rights.can_write,
        "media_types": [STIX],
    }
    return {name: value for name, value in resource.items() if value is not None}
