"""Whether an account in a letter is the one that payments should go to from now on, or the one that they went to."""

import re

_NEAR = 3
"""Lines before an account whose words tell what it is."""
_BEFORE, _BEHIND = 300, 80
"""Characters before and behind it."""

_FORMER = re.compile(
    r"\b(?:old|former|previous|previously|existing|original|no longer|(?:do not|don't) (?:use|pay|send)(?: to)?|"
    r"instead of|rather than|not to|replaces|replacing|ancien(?:ne)?|"
    r"précédent|bisherig\w{0,2}|alte[ns]?|antigu[ao]|anterior|lama|sebelumnya|terdahulu|เดิม|cũ|旧|原)\b",
    re.I,
)
_NEW = re.compile(
    r"\b(?:new|updated?|changed to|current|revised|alternative|below|following|now|pay to|transfer to|remit|"
    r"pay|send|wire|settle|deposit|beneficiary|nouve(?:au|lle)|neue[ns]?|nuev[ao]|nov[ao]|baru|baharu|ใหม่|mới|新)\b",
    re.I,
)
_ACCOUNT = re.compile(r"\b(?=[A-Z0-9 -]{0,4}\d)[A-Z0-9](?:[ -]?[A-Z0-9]){7,40}\b")
"""Another account before it: what was said of that one is not said of this."""
_FORMER_BEHIND = re.compile(
    r"[\s,)]{0,4}(?:which\s|that\s)?(?:is|was|has been|have been|are|will be)\s(?:now\s|being\s)?"
    r"(?:closed|frozen|blocked|dormant|inactive|replaced|under audit|audited|no longer|not in use)",
    re.I,
)


def is_former(lines: list[str], index: int, value: str) -> bool:
    """Whether the words around `value` on line `index` say that it is the account of before.

    The last telling word before it counts, back to the account before it, and what is said of it behind it.
    """
    line = lines[index]
    place = max(line.find(value), 0)
    if _FORMER_BEHIND.match(line[place + len(value) : place + len(value) + _BEHIND]):
        return True
    before = "\n".join([*lines[max(0, index - _NEAR) : index], line[:place]])[-_BEFORE:]
    before = before[_end(_ACCOUNT, before) :]
    former = _end(_FORMER, before)
    return former > 0 and former >= _end(_NEW, before)


def _end(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match ends, 0 without one."""
    return max((match.end() for match in pattern.finditer(text)), default=0)
