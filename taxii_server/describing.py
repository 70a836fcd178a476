"""What is where: discovery, API roots, collections (TAXII 2.1 sections 4.1, 4.2, 5.1, 5.2)."""

import re
from typing import Any

from flask import Request, Response

from taxii_server.answers import answer, nothing_there
from taxii_server.negotiate import STIX, STIX20, TAXII
from taxii_server.polling import seen
from taxii_server.service import Caller
from taxii_server.visible import Visible, api_roots, visible_collections
from tocsin.ledger.collections import DEFAULT_ROOT

_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def get_discovery(caller: Caller) -> Response:
    """TAXII 2.1 section 4.1. API roots have whole URLs: there are clients that cannot read any other."""
    with caller.database.reading() as connection:
        names = list(api_roots(connection, caller.service.exchange.name, caller.principal))
    base = _base_url(caller.request)
    urls = {name: f"{base}/{name}/" for name in names}
    return answer(
        {
            "title": caller.service.exchange.name,
            "description": caller.service.description,
            "contact": caller.service.exchange.contact,
            "default": urls.get(DEFAULT_ROOT) or urls[names[0]],
            "api_roots": list(urls.values()),
        }
    )


def _base_url(request: Request) -> str:
    """Where the client found this server: by the name it used, and securely where a proxy in front says so.

    Both are the client's own words, told to nobody else. Without a name that can stand in a URL: a path.
    """
    secure = request.scheme == "https" or request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https"
    host = request.headers.get("Host", "")
    return (
        f"{'https' if secure else 'http'}://{host}{request.script_root}"
        if _HOST.fullmatch(host)
        else request.script_root
    )


def get_api_root(caller: Caller, root: str) -> Response:
    """TAXII 2.1 section 4.2."""
    with caller.database.reading() as connection:
        found = api_roots(connection, caller.service.exchange.name, caller.principal).get(root)
    if found is None:
        raise nothing_there("API root")
    title, description = found
    resource = {"title": title, "versions": [TAXII], "max_content_length": caller.service.max_content_length}
    return answer({**resource, "description": description} if description else resource)


def get_collections(caller: Caller, root: str) -> Response:
    """TAXII 2.1 section 5.1."""
    with caller.database.reading() as connection:
        if root not in api_roots(connection, caller.service.exchange.name, caller.principal):
            raise nothing_there("API root")
        found = visible_collections(connection, caller.principal, root)
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
        "media_types": [STIX, STIX20] if collection.stix20 else [STIX],
    }
    return {name: value for name, value in resource.items() if value is not None}
