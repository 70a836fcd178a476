"""The real server of these tests, in a process of its own: it serves whichever exchange a request's header names.

Run by granian like `tocsin serve`; one process for all tests, because a start costs more than a test.
"""

import json
from collections import OrderedDict
from typing import Any

import taxii_world
from taxii_world import mounted

from tocsin.bootstrap import in_one_piece
from tocsin.ledger.database import Database

HEADER = "X-World"
_MOST = 2


def create() -> Any:
    """The WSGI application."""
    worlds: OrderedDict[str, tuple[taxii_world.Served, Any]] = OrderedDict()

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        name = environ.pop("HTTP_X_WORLD", None)
        if name is None:
            start_response("204 No content", [])
            return []
        if name not in worlds:
            made = json.loads(name)
            served = taxii_world.serve(Database(made["database"]), made["receipts"], **made["limits"])
            worlds[name] = (served, in_one_piece(mounted(served.service)))
            if len(worlds) > _MOST:
                worlds.popitem(last=False)[1][0].close()
        served, mounting = worlds[name]
        answer = mounting(environ, start_response)
        served.receipts.flush()
        return answer

    return application
