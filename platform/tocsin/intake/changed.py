"""Whether an account in a letter is the one that payments should go to from now on, or the one that they went to.

Who is wrong here either accuses the victim or lets the mule go. Only words that govern an account count: those of its
own sentence, and those of a heading or of a line before it that ends in a colon.
"""

import re
from collections.abc import Iterable, Iterator

_NEAR = 4
"""Lines of a block ("Name: ...") between an account and what introduces the block."""
_LETTER = 20
"""Lines before and behind an account within which another one is named, where a letter names two."""
_LONGEST, _BEHIND = 600, 80
"""Characters that are looked at before an account and behind it."""
_HEADING = 6
"""Words of a heading at most."""
_WRAPPED = 40
"""Characters from which on a line without an end of a sentence may go on in the next one."""

_PAY = r"(?:use|pay|send|transfer|remit|wire|deposit|settle)"
_FORMER = re.compile(
    r"\b(?:old|former|previous|prior|existing|original|previously (?:used|paid|known|given)|"
    rf"no longer(?: {_PAY})?|"
    rf"(?:do not|don['’]t|never|not to|stop) {_PAY}(?:ing)?(?: (?:any )?(?:money|funds|payments?))?(?: (?:in)?to)?|"
    r"instead of|rather than|in place of|not to|replaces|replacing|ancien(?:ne)?|précédente?|bisherig\w{0,2}|alte[ns]?|"
    r"antigu[ao]|anterior|lama|sebelumnya|terdahulu|เดิม|cũ)\b|[旧原](?=[账帳户戶])",
    re.I,
)
_NEW = re.compile(
    rf"\b(?:new|updated?|changed to|current|revised|alternative|below|following|now|instead|this|{_PAY}|"
    r"beneficiary|nouve(?:au|lle)|neue[ns]?|nuev[ao]|nov[ao]|baru|baharu|ใหม่|mới)\b|新",
    re.I,
)
_WORD_OF_ACCOUNT = re.compile(
    r"\b(?:accounts?|acct|a/c|bank(?:ing)?|details?|iban|numbers?|no|coordinates|ones?|compte|coordonnées|konto|"
    r"kontos|bankverbindung|cuenta|conta|rekening|akun|akaun|tài khoản)\b|บัญชี|[账帳户戶]",
    re.I,
)
_PRONOUN = re.compile(r"\s?ones?\b", re.I)
_IS_CLOSED = (
    r"(?:is|was|has been|have been|are|will be)\s(?:now\s|being\s)?"
    r"(?:closed|frozen|blocked|dormant|inactive|replaced|under audit|audited|no longer|not in use)"
)
_FORMER_BEHIND = re.compile(rf"[\s,)]{{0,4}}(?:which\s|that\s)?{_IS_CLOSED}", re.I)
_CLOSED_BEFORE = re.compile(rf"\b{_IS_CLOSED}(?: [\w-]{{1,20}}){{0,3}}\s?:", re.I)
_ACCOUNT = re.compile(r"\b(?=[A-Z0-9 -]{0,4}\d)[A-Z0-9](?:[ -]?[A-Z0-9]){7,40}\b")
"""Another account before it: what was said of that one is not said of this."""
_END_OF_SENTENCE = re.compile(r"(?<!\bno)(?<!\bnr)[.!?;](?=\s|$)|[。！？；]", re.I)
_CLAUSE = re.compile(r"[,:;(–—]| - ")
_FIELD = re.compile(r"[\w /.'’()-]{2,30}[:=]\s{0,4}\S.*")


def is_former(lines: list[str], index: int, value: str) -> bool:
    """Whether what is said of `value`, an account on line `index`, makes it the account of before.

    The only account of a letter is where the money should go, unless it is said behind it that it is closed.
    """
    line = lines[index]
    place = max(line.find(value), 0)
    before, behind = line[max(0, place - _LONGEST) : place], line[place + len(value) :][:_LONGEST]
    if _FORMER_BEHIND.match(behind[:_BEHIND]):
        return True
    above = [one[-_LONGEST:] for one in lines[max(0, index - _LETTER) : index]]
    below = (one[:_LONGEST] for one in lines[index + 1 : index + 1 + _LETTER])
    if not _names_another(value, (before, behind, *reversed(above), *below)):
        return False
    return _says_former(_introduction(above, before))


def _names_another(value: str, texts: Iterable[str]) -> bool:
    own = _plain(value)
    found = (_plain(match[0]) for text in texts for match in _ACCOUNT.finditer(text))
    return any(own not in one and one not in own for one in found)


def _plain(account: str) -> str:
    return account.replace(" ", "").replace("-", "")


def _introduction(above: list[str], before: str) -> str:
    """What is said before an account, back to the account before it, the end of a sentence or of a line.

    A line goes on in the next one where it ends in a colon, is a heading, or was only broken.
    """
    said = _last_sentence(before)
    if said != before:
        return said
    for line in _lines_above(above):
        text = line.strip()
        broken = len(text) >= _WRAPPED and not said.lstrip().startswith(("-", "*")) and ":" not in said
        if not (text.endswith(":") or len(text.split()) <= _HEADING or broken) or _END_OF_SENTENCE.search(text[-1:]):
            return said
        told = _last_sentence(text)
        said = f"{told} {said}"
        if told != text or not broken:
            return said
    return said


def _lines_above(above: list[str]) -> Iterator[str]:
    """The nearest lines first, without empty ones and without the fields of the block in which the account stands."""
    told = [line for line in above if line.strip()][-_NEAR:]
    for line in reversed(told):
        if _ACCOUNT.search(line) or not _FIELD.fullmatch(line.strip()):
            yield line


def _last_sentence(text: str) -> str:
    ends = [match.end() for pattern in (_END_OF_SENTENCE, _ACCOUNT) for match in pattern.finditer(text)]
    return text[max(ends, default=0) :]


def _says_former(said: str) -> bool:
    """Whether the last words of `said` that tell old from new tell of an old account.

    "The new account instead of" is followed by the old one; "our new details, replacing the old ones:" by the new one.
    """
    formers = [match for match in _FORMER.finditer(said) if _governs(said[match.end() :])]
    closed = max((match.end() for match in _CLOSED_BEFORE.finditer(said)), default=0)
    last = max(formers[-1].end() if formers else 0, closed)
    if not last:
        return False
    masked = _FORMER.sub(lambda match: "_" * len(match[0]), said)
    new = [match.start() for match in _NEW.finditer(masked)]
    if not new:
        return True
    rest = said[last:]
    if new[-1] > last:
        return False
    return last == closed or not (_CLAUSE.search(rest) or _PRONOUN.match(rest))


def _governs(rest: str) -> bool:
    """Whether what follows a word for old is an account: soon one is named, or `rest` comes to the value itself."""
    words = _CLAUSE.split(rest, maxsplit=1)[0].split()
    if _WORD_OF_ACCOUNT.search(" ".join(words[:4])):
        return True
    left = _WORD_OF_ACCOUNT.sub("", rest).replace(":", " ").split()
    return len(words) <= 2 and left == words
