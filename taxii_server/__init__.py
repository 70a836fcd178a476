"""TAXII 2.1 over the ledger: a Flask application of its own, which shares nothing with the members' pages."""

from taxii_server.app import create_app
from taxii_server.service import Service

__all__ = ["Service", "create_app"]
