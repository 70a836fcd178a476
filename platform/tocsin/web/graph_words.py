"""What the graph says, in the reader's language: the script has no words of its own.

`{name}` is filled by the script. What counts has a form for each plural of the language, by its name in CLDR: browsers
know which of them a number takes.
"""

from collections.abc import Callable

from tocsin.identifiers import KINDS
from tocsin.policy.edges import BASES
from tocsin.web.languages import gettext, ngettext, pgettext, reading
from tocsin.web.sentences import said

_NUMBERS = (*range(201), 1_000_000)
"""Enough to meet every plural that a language has for whole numbers."""

Words = str | dict[str, str]


def graph_words() -> dict[str, Words]:
    """Every word of the graph, by what the script calls it."""
    return {
        "bases": {basis: said(words) for basis, words in BASES.items()},
        "kinds": {name: said(kind.label) for name, kind in KINDS.items()},
        **_of_buttons(),
        **_of_columns(),
        **_of_edges(),
        **_of_the_state(),
    }


def _of_buttons() -> dict[str, Words]:
    return {
        "open": gettext("Show it as a graph"),
        "fold": gettext("Fold what is related to it"),
        "unfold": gettext("Show what is related to it"),
        "page": gettext("Its page"),
        "larger": gettext("Larger"),
        "smaller": gettext("Smaller"),
        "all": gettext("All of it"),
        "since": gettext("Asserted from"),
        "until": pgettext("until a day", "to"),
        "legend": gettext("Kinds"),
        "help": gettext(
            "Graph of what is related: arrow keys go from thing to thing, Enter shows or folds what is related to one, "
            "plus and minus zoom"
        ),
    }


def _of_columns() -> dict[str, Words]:
    return {
        "table": gettext("The same as a table"),
        "from": gettext("From"),
        "what": gettext("What"),
        "why": gettext("Why"),
        "when": gettext("When"),
        "who": gettext("Who"),
        "joined": gettext("Why it is joined"),
        "days": gettext("Since, until"),
        "says": gettext("Who says so"),
        "marking": gettext("Marking"),
    }


def _of_edges() -> dict[str, Words]:
    return {
        "day": pgettext("pattern of a day", "yyyy-MM-dd"),
        "period": gettext("%(since)s to %(until)s", since="{since}", until="{until}"),
        "undated": gettext("not stated"),
        "list": gettext("an open list: %(names)s", names="{names}"),
        "names": gettext("the two names"),
        "unnamed": _forms(
            lambda n: ngettext("%(num)s member without a name", "%(num)s members without a name", n, num="{number}")
        ),
        "members": _forms(
            lambda n: ngettext(
                "%(num)s member: %(names)s", "%(num)s members: %(names)s", n, num="{number}", names="{names}"
            )
        ),
        "others": _forms(
            lambda n: ngettext("and %(num)s without a name", "and %(num)s without a name", n, num="{number}")
        ),
        "under": gettext("under %(domain)s", domain="{domain}"),
        "shared": gettext("under %(domain)s, which many use: not followed", domain="{domain}"),
        "more": _forms(lambda n: ngettext("%(num)s thing or more", "%(num)s things or more", n, num="{number}")),
        "cut": gettext("not followed"),
        "see": gettext("See them"),
    }


def _of_the_state() -> dict[str, Words]:
    return {
        "folded": gettext("%(value)s is folded.", value="{value}"),
        "asking": gettext("Asking for what is related to %(value)s…", value="{value}"),
        "failed": gettext("That could not be loaded. Check the connection, reload the page, and try again."),
        "shown": _forms(
            lambda n: ngettext("%(num)s thing and %(relations)s.", "%(num)s things and %(relations)s.", n, **_SHOWN)
        ),
        "relations": _forms(
            lambda n: ngettext("%(num)s relation is shown", "%(num)s relations are shown", n, num="{number}")
        ),
        "left": _forms(
            lambda n: ngettext(
                "%(num)s more is left out: filter, or fold something.",
                "%(num)s more are left out: filter, or fold something.",
                n,
                num="{number}",
            )
        ),
        "groups": _forms(
            lambda n: ngettext(
                "%(num)s larger group is in the table only.",
                "%(num)s larger groups are in the table only.",
                n,
                num="{number}",
            )
        ),
    }


_SHOWN = {"num": "{number}", "relations": "{relations}"}


def _forms(said_of: Callable[[int], str]) -> dict[str, str]:
    """A message for each plural of the reader's language."""
    plural = reading().plural_form
    return {plural(number): said_of(number) for number in reversed(_NUMBERS)}
