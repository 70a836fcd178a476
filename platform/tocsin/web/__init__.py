"""The members' pages and their JSON API."""

from tocsin.web.services import Services

__all__ = ["Services"]
