"""Numbers that are never kept, such as those of cards and identity papers: a keyed token stands for each.

How a kind does it: its `read` puts `token_of(...)` into the canonical value and, as `token`, into the properties, and
nothing else of the number but what may be shown (a bank's part, the last four digits). It refuses with `Withheld`, in
words that do not repeat the text; `unquoted` makes that sure. A canonical value is read back without the key.
"""

import re
from collections.abc import Callable

from tocsin.identifiers.identifier import Hints, Identifier, Unreadable

Read = Callable[[str, Hints], Identifier]

TOKEN = re.compile("[0-9a-f]{32}", re.ASCII)
"""What a token looks like in a canonical value."""

_NO_KEY = "This is a number that is never kept, and what stands for it can be made only where the exchange's key is."


class Withheld(Unreadable):
    """A text that may be a number that is never kept cannot be read: nobody may repeat it, and the message does not."""


def token_of(purpose: str, number: str, hints: Hints) -> str:
    """What stands for `number`: 32 hexadecimal digits, others for every `purpose`; Withheld where there is no key.

    `purpose` says what sort of number it is, such as `card` or `passport:SG`, so that equal digits of two sorts do not
    look alike. `number` is its one canonical spelling.
    """
    if hints.token is None:
        raise Withheld(_NO_KEY)
    return hints.token(f"{purpose}\n{number}")


def is_secret(identifier: Identifier, text: str) -> bool:
    """Whether `text`, which was read as `identifier`, is a number that is never kept; its canonical value is none."""
    return "token" in identifier.properties and text.strip() != identifier.value


def withheld(text: str) -> str:
    """What is shown in place of a text that may not be repeated."""
    return f"({len(text.strip())} characters that are not kept)"


def unquoted(label: str) -> Callable[[Read], Read]:
    """Makes every refusal of a reader one that repeats nothing of the text; `label` says what was expected."""

    def around(read: Read) -> Read:
        def reading(text: str, hints: Hints) -> Identifier:
            try:
                return read(text, hints)
            except Withheld:
                raise
            except Unreadable:
                raise Withheld(f"This is not {label}. What stood there is not repeated here.") from None

        return reading

    return around
