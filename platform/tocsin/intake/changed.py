"""Whether an account in a letter is the one that payments should go to from now on, or the one that they went to."""

import re

_NEAR = 3
"""Lines before an account whose words tell what it is."""
_BEFORE, _BEHIND = 300, 80
"""Characters before and behind it."""

_FORMER = re.compile(
    r"\b(?:old|former|previous|previously|existing|original|no longer|do not (?:use|pay)|don't (?:use|pay)|instead of|"
    r"rather than|not to|replaces|replacing|closed|frozen|dormant|under audit|being audited|blocked|ancien(?:ne)?|"
    r"précédent|bisherig\w{0,2}|alte[ns]?|antigu[ao]|anterior|lama|sebelumnya|terdahulu|เดิม|cũ|旧|原)\b",
    re.I,
)
_NEW = re.compile(
    r"\b(?:new|updated?|changed to|current|revised|alternative|below|following|now|pay to|transfer to|remit|"
    r"beneficiary|nouve(?:au|lle)|neue[ns]?|nuev[ao]|nov[ao]|baru|baharu|ใหม่|mới|新)\b",
    re.I,
)
_FORMER_BEHIND = re.compile(
    r"\b(?:is|was|has been|have been|are|will be)\s(?:now\s|being\s)?"
    r"(?:closed|frozen|blocked|dormant|inactive|replaced|under audit|audited|no longer|not in use)",
    re.I,
)


def is_former(lines: list[str], index: int, value: str) -> bool:
    """Whether the words around `value` on line `index` say that it is the account of before.

    The last telling word before it counts; where it follows on an account of before on its own line, so does what
    stands behind it.
    """
    line = lines[index]
    place = max(line.find(value), 0)
    if _FORMER_BEHIND.search(line[place + len(value) : place + len(value) + _BEHIND]):
        return True
    before = "\n".join([*lines[max(0, index - _NEAR) : index], line[:place]])[-_BEFORE:]
    former, new = _last(_FORMER, before), _last(_NEW, before)
    return former > new


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)
