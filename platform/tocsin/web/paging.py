"""Where in a long list somebody is, and the addresses of its other pages."""

from urllib.parse import urlencode

from flask import request, url_for

_LAST = 100_000
"""A page beyond this is as empty as this one, and its offset still fits every database."""


def page_number() -> int:
    """The number of the page that is asked for, from 1."""
    return min(max(request.args.get("page", 1, type=int), 1), _LAST)


def here(**changes: object) -> str:
    """The address of this page with the parameters it has now and these changes; None takes one off.

    The parameters are somebody's input: they never become arguments of `url_for`, which would obey some of them.
    """
    parameters = {**request.args.to_dict(), **changes}
    kept = urlencode({name: value for name, value in parameters.items() if value not in (None, "")})
    path = url_for(request.endpoint or "home.home", **(request.view_args or {}))
    return f"{path}?{kept}" if kept else path
