"""A backend for medallion 3.0 over the ledger: a stock medallion serves what Tocsin's own server serves.

For comparing the two, and for whoever has built on medallion. medallion's views stay what they are: what they get
wrong about TAXII 2.1, and what they cost, no backend can mend (docs/taxii.md lists it).

medallion's configuration: `"backend": {"module": "taxii_server.medallion_backend", "module_class": "LedgerBackend"}`.
Who asks is medallion's business: a login in its `users` sees what our user with that login sees.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import medallion
import orjson
from flask import Request, Response, request
from medallion.backends.base import Backend
from medallion.exceptions import ProcessingError
from werkzeug.test import EnvironBuilder

from taxii_server import describing, polling, pushing
from taxii_server.answers import Refusal
from taxii_server.filters import BadParameter
from taxii_server.negotiate import TAXII
from taxii_server.service import Caller, Service

Resource = dict[str, Any]
Query = dict[str, str]

_PREFIX = "x-taxii-date-added-"


class LedgerBackend(Backend):  # type: ignore[misc]
    """medallion's backend interface, answered by Tocsin's own endpoints.

    `service` names what makes the `Service` to work with, as `module:function`.
    """

    def __init__(self, service: str | Service = "tocsin.bootstrap:taxii_service", **_: Any) -> None:
        self._service = service if isinstance(service, Service) else _named(service)()

    def server_discovery(self) -> Resource:
        return self._asked(describing.get_discovery)[0]

    def get_api_root_information(self, api_root: str) -> Resource | None:
        return self._found(describing.get_api_root, api_root)

    def get_collections(self, api_root: str) -> Resource | None:
        return self._found(describing.get_collections, api_root)

    def get_collection(self, api_root: str, collection_id: str) -> Resource | None:
        return self._found(describing.get_collection, api_root, collection_id)

    def get_status(self, api_root: str, status_id: str) -> Resource | None:
        return self._found(pushing.get_status, api_root, status_id)

    def get_object_manifest(
        self, api_root: str, collection_id: str, filter_args: Query, _allowed: Any, limit: int
    ) -> tuple[Resource, Query]:
        return self._asked(polling.get_manifest, api_root, collection_id, query=_query(filter_args, limit))

    def get_objects(
        self, api_root: str, collection_id: str, filter_args: Query, _allowed: Any, limit: int
    ) -> tuple[Resource, Query]:
        return self._asked(polling.get_objects, api_root, collection_id, query=_query(filter_args, limit))

    def get_object(
        self, api_root: str, collection_id: str, object_id: str, filter_args: Query, _allowed: Any, limit: int
    ) -> tuple[Resource, Query]:
        return self._asked(polling.get_object, api_root, collection_id, object_id, query=_query(filter_args, limit))

    def get_object_versions(
        self, api_root: str, collection_id: str, object_id: str, filter_args: Query, _allowed: Any, limit: int
    ) -> tuple[Resource, Query]:
        return self._asked(polling.get_versions, api_root, collection_id, object_id, query=_query(filter_args, limit))

    def add_objects(self, api_root: str, collection_id: str, objs: Resource, _request_time: Any) -> Resource:
        return self._asked(pushing.post_objects, api_root, collection_id, method="POST", body=orjson.dumps(objs))[0]

    def delete_object(
        self, api_root: str, collection_id: str, object_id: str, filter_args: Query, _allowed: Any
    ) -> None:
        self._asked(pushing.delete_objects, api_root, collection_id, object_id, method="DELETE", query=filter_args)

    def _found(self, endpoint: Callable[..., Response], *path: str) -> Resource | None:
        """The resource, or None where there is none for the one who asks, as medallion's views expect."""
        try:
            return self._asked(endpoint, *path)[0]
        except ProcessingError as error:
            if error.status == 404:
                return None
            raise

    def _asked(
        self,
        endpoint: Callable[..., Response],
        *path: str,
        method: str = "GET",
        query: Query | None = None,
        body: bytes = b"",
    ) -> tuple[Resource, Query]:
        """What one of our endpoints answers: the resource, and the headers that tell about dates added."""
        builder = EnvironBuilder(method=method, query_string=query, data=body, content_type=TAXII)
        builder.headers["Host"] = request.host
        principal = self._service.door.by_login(medallion.auth.current_user())
        if principal is None or principal.second_factor:
            raise ProcessingError("The exchange does not know this user.", 403)
        try:
            response = endpoint(Caller(self._service, principal, Request(builder.get_environ())), *path)
        except Refusal as refusal:
            raise ProcessingError(refusal.description, refusal.status) from refusal
        except BadParameter as error:
            raise ProcessingError(str(error), 400) from error
        headers = {name: value for name, value in response.headers if name.lower().startswith(_PREFIX)}
        return orjson.loads(response.get_data() or b"{}"), headers


def _query(filter_args: Query, limit: int) -> Query:
    """The query with the limit that medallion chose."""
    return {**filter_args, "limit": str(limit)}


def _named(name: str) -> Callable[[], Service]:
    module, _, function = name.partition(":")
    made: Callable[[], Service] = getattr(import_module(module), function)
    return made
