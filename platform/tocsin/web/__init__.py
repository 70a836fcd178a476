"""The members' pages and their JSON API."""

from tocsin.web.app import create_app
from tocsin.web.services import Services

__all__ = ["Services", "create_app"]
