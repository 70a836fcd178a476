"""Who may know of what a collection carries without reading it: in words, and as a form."""

from sqlalchemy.engine import Connection
from werkzeug.datastructures import MultiDict

from tocsin.members.circles import circle_of
from tocsin.members.communities import all_communities
from tocsin.policy.known_of import Circle
from tocsin.web.languages import gettext

EVERYBODY, COMMUNITIES, NOBODY = "everybody", "communities", "nobody"


def circle_words(connection: Connection, collection_key: int) -> str:
    """Whose members may know of what is in a collection, as its contributors are told."""
    circle = circle_of(connection, collection_key)
    if circle.everybody or not circle.communities:
        return gettext("the exchange")
    return ", ".join(one.title for one in all_communities(connection) if one.key in circle.communities)


def filled_circle(connection: Connection, form: "MultiDict[str, str]") -> Circle:
    """The circle that a form names; ValueError where it names none."""
    chosen = form.get("circle", "")
    if chosen == EVERYBODY:
        return Circle(everybody=True)
    if chosen == NOBODY:
        return Circle()
    by_slug = {one.slug: one.key for one in all_communities(connection)}
    named = form.getlist("community")
    if chosen != COMMUNITIES or not set(named) <= by_slug.keys():
        raise ValueError("Choose from the list.")
    if not named:
        raise ValueError("Tick the communities whose members may know of it.")
    return Circle(communities=frozenset(by_slug[slug] for slug in named))
