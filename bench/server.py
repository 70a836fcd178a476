"""The server that is measured: the real one, with a route that does nothing beside it."""

from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tocsin.bootstrap import create_wsgi, in_one_piece


def create() -> Any:
    """The exchange's application, and `/noop/`."""
    noop = Flask("noop")

    @noop.get("/")
    def nothing() -> bytes:
        return b"{}"

    return DispatcherMiddleware(create_wsgi(), {"/noop": in_one_piece(noop)})
