"""What mails say: how much there is, what the person called it, and where to look. Never what was found."""

from collections.abc import Sequence
from urllib.parse import quote

from tocsin.alerts.case_news import CaseNews
from tocsin.alerts.contents import Told
from tocsin.alerts.delivering import Texts
from tocsin.alerts.hits import Counts
from tocsin.alerts.mail import Text
from tocsin.alerts.people import CODE_MS
from tocsin.identifiers import defang
from tocsin.web.languages import SOURCE, Words, words_in

_MOST_NAMED = 20
"""Searches that one mail names; the page has all."""

_MINUTE_MS = 60_000


def texts(exchange: str, base: str) -> Texts:
    """The texts of an exchange of this name, whose pages are at `base`."""
    return Texts(
        of_searches=lambda language, told: _of_searches(words_in(language or SOURCE), exchange, base, told),
        of_cases=lambda language, news: _of_cases(words_in(language or SOURCE), exchange, base, news),
        of_code=lambda language, code: _of_code(words_in(language or SOURCE), exchange, code),
    )


def _of_searches(words: Words, exchange: str, base: str, told: Sequence[Told]) -> Text:
    subject = words.ngettext("A saved search found something", "%(num)s saved searches found something", len(told))
    links = [f"{base}/searches/{quote(one.search_id)}" for one in told]
    lines = [
        f"{_named(one.name)}: {_counted(words, one.counts)}\n{link}" for one, link in zip(told, links, strict=True)
    ]
    shown = lines[:_MOST_NAMED]
    if len(lines) > len(shown):
        shown.append(words.ngettext("And one more.", "And %(num)s more.", len(lines) - len(shown)))
    return _whole(words, exchange, base, subject, shown)


def _counted(words: Words, counts: Counts) -> str:
    if counts.or_more:
        new = words.gettext("%(num)s or more new", num=counts.new)
    else:
        new = words.ngettext("%(num)s new", "%(num)s new", counts.new)
    gone = words.ngettext("%(num)s withdrawn", "%(num)s withdrawn", counts.gone)
    return ", ".join([new] * bool(counts.new) + [gone] * bool(counts.gone))


def _of_cases(words: Words, exchange: str, base: str, news: CaseNews) -> Text:
    lines = []
    if news.shared:
        lines.append(words.ngettext("A case was shared with you.", "%(num)s cases were shared with you.", news.shared))
    if news.met:
        lines.append(
            words.ngettext("A case of yours meets another one.", "Cases of yours meet %(num)s others.", news.met)
        )
    if news.due:
        lines.append(words.ngettext("A task is due within a day.", "%(num)s tasks are due within a day.", news.due))
    return _whole(words, exchange, base, words.gettext("News of your cases"), [*lines, f"{base}/cases"])


def _of_code(words: Words, exchange: str, code: str) -> Text:
    body = [
        words.gettext("Somebody wants mail from %(exchange)s at this address. The code is:", exchange=exchange),
        f"    {code}",
        words.gettext("It holds for %(minutes)s minutes.", minutes=CODE_MS // _MINUTE_MS),
        words.gettext("If that was not you, do nothing: without the code no mail is sent here."),
    ]
    return Text(words.gettext("Your code for %(exchange)s", exchange=exchange), "\n\n".join(body) + "\n")


def _whole(words: Words, exchange: str, base: str, subject: str, lines: Sequence[str]) -> Text:
    settings = f"{base}/searches#mail"
    ended = words.gettext("To change or stop these mails: %(url)s", url=settings)
    body = "\n\n".join([*lines, f"-- \n{exchange}\n{ended}"])
    return Text(f"{exchange}: {subject}", body + "\n", settings)


def _named(name: str) -> str:
    """What somebody called a search, on one line and so that no mail program makes a link of it."""
    return defang(" ".join(name.split()), "url") or "–"
