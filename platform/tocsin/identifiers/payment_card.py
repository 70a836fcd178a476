"""Payment cards: the first six and the last four digits, and a token in place of the number (ISO/IEC 7812-1)."""

import re
from collections.abc import Iterator, Sequence

from stdnum import luhn

from tocsin.identifiers.entity import entity_kind
from tocsin.identifiers.identifier import Hints, Identifier, Unreadable
from tocsin.identifiers.secret import TOKEN, token_of, unquoted, withheld
from tocsin.identifiers.spelling import compact, digits, plain

LABEL = "Payment card"

_CANONICAL = re.compile(rf"([0-9]{{6}}):([0-9]{{4}}):({TOKEN.pattern})")
_NUMBER = re.compile(r"[0-9]{12,19}")
_SPELLING = re.compile(r"(?:(?:credit|debit|payment)? ?card ?(?:no|number)?\.? ?[:#]? ?)?([\d\s.\-/]{12,40})", re.I)
_LOOKS = re.compile(r"(?:(?:credit|debit|payment)? ?card ?(?:no|number)?\.? ?[:#]? ?)?(\d[\d -]{12,29}\d)", re.I)
_SCHEMES = (
    ("mir", r"220[0-4]"), ("verve", r"506[01]|650[0-1]"), ("troy", r"9792"), ("uzcard", r"8600|5614"),
    ("humo", r"9860"), ("elo", r"6362|6363|4011|4389|5041|5067|509[0-9]"), ("dankort", r"5019"),
    ("visa", r"4"), ("mastercard", r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), ("amex", r"3[47]"),
    ("jcb", r"35(?:2[89]|[3-8])"), ("unionpay", r"62|81"), ("discover", r"6011|64[4-9]|65"),
    ("diners", r"36|38|39|30[0-5]"), ("napas", r"9704"), ("rupay", r"60|82|508"),
    ("maestro", r"5018|5020|5038|56|57|58|67"),
)  # fmt: skip
"""Who issues numbers that begin so, from the schemes' own lists of ranges; the first that fits."""

_BY_SCHEME = tuple((name, re.compile(f"(?:{begin})")) for name, begin in _SCHEMES)
_BETWEEN = r"[\s.\-/_\u00ad\u00b7\u200b-\u200f\u2010-\u2015\u2022\u2060\u2212\ufe0f\ufeff*:|,]"
_BEFORE = r"(?:(?<![A-Za-z0-9_.,/=%+-])|(?<=card=)|(?<=card_)|(?<=pan=)|(?<=ccn=)|(?<=number=)|(?<=cardno=))"
# the digit is looked for first: most of a text has none, and what may stand before it takes longer to try
_RUN = re.compile(rf"(?=\d){_BEFORE}\d(?:{_BETWEEN}{{0,3}}\d){{12,}}(?![A-Za-z0-9_=%])(?![.,]\d)", re.I)
_GROUP = re.compile(r"\d+")
_POINT, _CENTS = re.compile(r"\d[.,]$"), re.compile(r"[.,]\d{1,2}(?![\d/])")
_PLAIN = re.compile(r"\d+(?:[ -]\d+)*")
_SHAPES = ((4, 4, 4, 4, 3), (4, 4, 4, 4), (4, 6, 5), (4, 6, 4))
"""How cards are printed; digits in other groups are dates, amounts and other numbers one after another."""

_LENGTHS = {"visa": (16, 19), "amex": (15,), "diners": (14, 16, 19), "mastercard": (16,), "jcb": (16,)}
"""Numbers of another length are read where a heading says that they are cards; telephone numbers have up to 15."""


@unquoted("the number of a payment card")
def read(text: str, hints: Hints) -> Identifier:
    """A card `BIN:LAST4:TOKEN`; properties bin, last4, token, and scheme where the number tells it.

    The check digit (Luhn) has to be right. What is no card, and a number where there is no key, is refused in words
    that do not repeat it.
    """
    spelling = plain(text)
    canonical = _CANONICAL.fullmatch(spelling)
    if canonical is not None:
        return _card(*canonical.groups())
    match = _SPELLING.fullmatch(spelling)
    number = compact(match[1]) if match else ""
    if _NUMBER.fullmatch(number) is None or not luhn.is_valid(number):
        raise Unreadable("The check digit is wrong.")
    return _card(number[:6], number[-4:], token_of("card", number, hints))


def _card(issuer: str, last: str, token: str) -> Identifier:
    scheme = scheme_of(issuer)
    properties = {"bin": issuer, "last4": last, "token": token} | ({"scheme": scheme} if scheme else {})
    return Identifier("payment-card", f"{issuer}:{last}:{token}", properties)


def scheme_of(number: str) -> str | None:
    """Which scheme numbers that begin so are of, None where no list says it."""
    return next((name for name, begin in _BY_SCHEME if begin.match(number)), None)


def looks_like(text: str) -> bool:
    """Whether it is a number that a scheme issues, of its length, with its check digit: it has to be withheld."""
    if _CANONICAL.fullmatch(text) is not None:
        return True
    match = _LOOKS.fullmatch(text)
    return match is not None and _is_issued(digits(match[1]))


def cards_in(text: str) -> Iterator[tuple[int, int]]:
    """Where in a text numbers stand that a scheme issues, as start and end: together, or in groups as on a card.

    Whatever script their digits are of, and whatever stands between them. A number in the path of an address, or one
    with letters at it, is something else.
    """
    for run in _RUN.finditer(text):
        if _PLAIN.fullmatch(run[0]) and _is_issued(digits(run[0])):
            yield run.span()
            continue
        groups = list(_GROUP.finditer(text, *run.span()))
        place = 0
        while place < len(groups):
            card = next(filter(_are_card, _next(groups, place)), ())
            if card:
                yield card[0].start(), card[-1].end()
            place += len(card) or 1


def without_cards(text: str) -> str:
    """A text with words in place of the numbers that `cards_in` finds."""
    found, done = [], 0
    for start, end in cards_in(text):
        found += [text[done:start], withheld(text[start:end])]
        done = end
    return "".join([*found, text[done:]]) if found else text


def _next(groups: Sequence[re.Match[str]], place: int) -> Iterator[Sequence[re.Match[str]]]:
    """The groups from `place` on that may be one card: several, or one."""
    ahead = groups[place : place + len(_SHAPES[0])]
    lengths = tuple(len(group[0]) for group in ahead)
    yield from (ahead[: len(shape)] for shape in _SHAPES if lengths[: len(shape)] == shape)
    text, (start, end) = ahead[0].string, ahead[0].span()
    if not (_POINT.search(text, max(start - 2, 0), start) or _CENTS.match(text, end)):
        yield ahead[:1]


def _are_card(groups: Sequence[re.Match[str]]) -> bool:
    return _is_issued(digits("".join(group[0] for group in groups)))


def _is_issued(number: str) -> bool:
    if _NUMBER.fullmatch(number) is None:
        return False
    scheme = scheme_of(number)
    return scheme is not None and len(number) in _LENGTHS.get(scheme, (16, 17, 18, 19)) and luhn.is_valid(number)


KIND = entity_kind("payment-card", LABEL, read, looks_like, personal=True, secret=True)
