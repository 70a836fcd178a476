"""A community that does not exist, told as stories: what `make run` shows."""

from tocsin.demonstration.community import NotEmpty, tell

__all__ = ["NotEmpty", "tell"]
