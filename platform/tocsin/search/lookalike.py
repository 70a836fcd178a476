"""Names that look like another: the same skeleton, or one character added, left out, changed or swapped.

Every name is kept with all its spellings that lack one character; two names that share one are look-alikes. That
is a plain look-up of terms, the same in every engine, and unlike a fuzzy query it has no hidden limit.
"""

from tocsin.identifiers import registrable_domain
from tocsin.search.spelling import unicode_host, without_marks

SHORTEST = 5
"""Shorter names have too many neighbours to mean anything."""

_LONGEST = 64

# Not the table of `screening/lookalike`, which says what a name may imitate and takes 4 for a, 8 for b, i for l: here a
# term stands for what nobody can tell apart, and whoever changes it has every index built anew.
# Letters that most fonts draw alike, after Unicode Technical Standard 39, section 4, cut down to what host names use.
_LOOKS = str.maketrans(
    {
        "0": "o", "1": "l", "3": "e", "5": "s", "|": "l", "ı": "l", "і": "i", "ӏ": "l", "ɑ": "a", "ɡ": "g",
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "ј": "j", "к": "k", "м": "m", "н": "h",
        "о": "o", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t", "у": "y", "ԝ": "w", "х": "x", "ү": "y", "ѵ": "v",
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
        "υ": "u", "χ": "x", "ω": "w", "ø": "o", "đ": "d", "ł": "l", "ħ": "h",
    }
)  # fmt: skip


def drawn(name: str) -> str:
    """`name` with characters that are drawn alike made the same one."""
    return without_marks(name).translate(_LOOKS).replace("rn", "m").replace("vv", "w")


def skeleton(name: str) -> str:
    """`drawn(name)` without the dashes, which few remember."""
    return drawn(name).replace("-", "")


def label_of(host: str) -> str:
    """The skeleton of what somebody registered: `example` of `login.examp1e.co.uk`; a word is its own."""
    return skeleton(unicode_host(registrable_domain(host).partition(".")[0]))


def near(name: str) -> tuple[str, ...]:
    """A skeleton and all its spellings that lack one character; nothing for a short one."""
    name = name[:_LONGEST]
    if len(name) < SHORTEST:
        return ()
    shorter = (name[:place] + name[place + 1 :] for place in range(len(name)))
    return tuple(dict.fromkeys((name, *shorter)))
