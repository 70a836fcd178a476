"""Mails inside the text of a mail: what was forwarded or answered, with the header lines that people see of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tocsin.intake.addresses import Mailbox, mailboxes_in
from tocsin.intake.proposed import is_forward_mark

_NEAR = 8
"""Lines in which the header lines of a quoted mail stand together."""
_MOST_QUOTED = 50

_NAMES = {
    "from": "from, de, von, van, da, desde, från, fra, od, dari, daripada, từ, จาก, 发件人, 寄件者, 差出人, от",
    "to": "to, à, a, an, aan, para, per, till, til, do, kepada, ke, đến, ถึง, 收件人, 收件者, 宛先, кому",
    "cc": "cc, kopie, copie, copia, con copia, salinan, tembusan, สำเนาถึง, 抄送, 副本",
    "reply-to": "reply-to, reply to, répondre à, responder a, antwort an, balas ke",
    "subject": "subject, objet, betreff, onderwerp, asunto, assunto, oggetto, ämne, emne, subjek, perihal, perkara, "
    "chủ đề, เรื่อง, 主题, 主旨, 件名, тема",
    "date": "date, sent, envoyé, gesendet, verzonden, enviado, enviado el, data, inviato, skickat, sendt, dikirim, "
    "tanggal, tarikh, dihantar, ngày, วันที่, 日期, 发送时间, 日時, дата, fecha, datum",
}
_FIELD_OF = {name.strip(): part for part, names in _NAMES.items() for name in names.split(",")}
_LINE = re.compile(r"[> \t*_]{0,20}([^\W\d_][^\n:：*]{0,20}?)[ \t*_]{0,5}[:：][ \t*_]{0,5}(.*)")
_WROTE = re.compile(
    r"(?:On|Le|Am|El|Il|Op|Em|Den|Pada|Vào)\s.{5,250}(?:(?:wrote|écrit|schrieb|escribió|ha scritto|schreef|"
    r"escreveu|skrev|menulis|viết)\s?|(?:schrieb|schreef|skrev) .{1,100}):\s{0,5}$"
)
_WROTE_BEGINS = re.compile(r"[> \t]{0,20}(?:On|Le|Am|El|Il|Op|Em|Den|Pada|Vào)\s")
_DIGIT = re.compile(r"\d")
_WROTE_LINES = 3
"""Lines over which programs break such a line."""
_WHEN = re.compile(
    r"(?:\w{3,10},? )?\w{1,10}\.? \w{1,10},? \d{4}(?:\D{1,6}\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?(?: [+-]\d{4})?)?", re.I
)
"""A date as programs write it into the line above a quoted mail."""
_FORWARDED = re.compile(
    r"\s*(?:(?:[\[(【][^\[\]()【】]{0,60}[\])】]|\*{0,3}ext(?:ern(?:al)?)?\*{0,3}\s?:)\s*){0,5}"
    r"(?:fwd?|wg|tr|enc|rv|doorst|vs|i|trs)\s?:",
    re.I,
)
"""Behind what gateways put before a subject. An answer to what was passed on (`Re: Fwd:`) is no forward itself."""
_CLOCK = re.compile(r"\d[:.h]\d\d")
_MARK = re.compile(
    r"[> \t]{0,20}(?:-{3,20}\s?(?:Forwarded|Original|Weitergeleitete|Ursprüngliche|Message|Mensaje|Mensagem|Pesan)\b|"
    r"Begin forwarded message)",
    re.I,
)
_QUOTATION = re.compile(r"^(?:[ \t]?>)+ ?", re.M)
_FEWEST_QUOTED = 2
"""Lines marked as quoted, one below the other, that are a quotation: one alone may be an arrow."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A mail in the text of another: who wrote it to whom, what stands there as its date and subject, and its text.

    `forwarded`: a mark above it says that it was passed on.
    """

    text: str
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    recipients: tuple[Mailbox, ...] = ()
    date: str = ""
    subject: str = ""
    forwarded: bool = False


@dataclass(slots=True)
class _Head:
    """Header lines that stand together, and the lines that they take."""

    start: int
    end: int
    found: dict[str, str] = field(default_factory=dict)
    forwarded: bool = False

    @property
    def whole(self) -> bool:
        """Whether a mail begins here: "From: Shenzhen, To: Singapore" is the way of a parcel."""
        if len(self.found) < 2 or "from" not in self.found:
            return self.forwarded
        dated = _CLOCK.search(self.found.get("date", "")) is not None
        return self.forwarded or "@" in self.found["from"] or "subject" in self.found or dated


def is_forward(subject: str) -> bool:
    """Whether a subject says that somebody passes on a mail of somebody else's."""
    return _FORWARDED.match(subject) is not None


def parted(text: str) -> tuple[str, list[Quoted]]:
    """The words of a mail's own writer, and the mails that are quoted below them, the newest first.

    What is marked as quoted among the writer's own words is somebody's whom nothing names, and comes last.
    """
    lines = text.split("\n")
    heads = list(_heads(lines))
    ends = [head.start for head in heads] + [len(lines)]
    quoted = [_quoted(head, "\n".join(lines[head.end : end])) for head, end in zip(heads, ends[1:], strict=True)]
    own = lines[: ends[0]]
    others = _marked(own)
    if not others:
        return "\n".join(own), quoted
    said = "\n".join(line for index, line in enumerate(own) if index in others)
    # an empty line keeps what follows in its place
    kept = "\n".join("" if index in others else line for index, line in enumerate(own))
    return kept, [*quoted, Quoted(_QUOTATION.sub("", said))]


def _marked(lines: list[str]) -> frozenset[int]:
    """The lines that are marked as quoted, as far as several stand together."""
    found: set[int] = set()
    start = 0
    for index in range(len(lines) + 1):
        if index == len(lines) or not _QUOTATION.match(lines[index]):
            if index - start >= _FEWEST_QUOTED:
                found.update(range(start, index))
            start = index + 1
    return frozenset(found)


def _quoted(head: _Head, text: str) -> Quoted:
    def mailboxes(name: str) -> tuple[Mailbox, ...]:
        return tuple(mailboxes_in(_without_links(head.found.get(name, ""))))

    return Quoted(
        _QUOTATION.sub("", text),
        next(iter(mailboxes("from")), None),
        mailboxes("reply-to"),
        (*mailboxes("to"), *mailboxes("cc")),
        head.found.get("date", "")[:100].strip(),
        head.found.get("subject", "").strip(),
        head.forwarded,
    )


def _heads(lines: list[str]) -> Iterator[_Head]:
    index = count = 0
    while index < len(lines) and count < _MOST_QUOTED:
        head = _head_at(lines, index)
        if head is None:
            index += 1
        else:
            yield head
            index, count = head.end, count + 1


def _head_at(lines: list[str], index: int) -> _Head | None:
    """The header lines that begin here: at least two of them, one of which says from whom; or `On ... wrote:`."""
    wrote = _wrote_at(lines, index)
    if wrote is not None:
        return wrote
    line, start = lines[index], index
    forwarded = is_forward_mark(line.lstrip("> \t"))
    if forwarded or _MARK.match(line):
        index += 1
        while index < len(lines) and not lines[index].strip("> \t"):
            index += 1
    elif ":" not in line and "：" not in line:
        return None
    head = _Head(start, index, forwarded=forwarded)
    for place in range(index, min(index + _NEAR, len(lines))):
        match = _LINE.match(lines[place][:2_000])
        name = _FIELD_OF.get(match[1].strip().lower()) if match else None
        if name is None or match is None:
            if lines[place].strip("> \t*") and head.found and place == head.end:
                _continue(head, lines[place])
                continue
            if head.found or lines[place].strip("> \t*"):
                break
            continue
        head.found.setdefault(name, match[2][:2_000])
        head.end = place + 1
    return head if head.whole else None


def _wrote_at(lines: list[str], index: int) -> _Head | None:
    """The line `On ... wrote:` that begins here, also where a program broke it."""
    if not _WROTE_BEGINS.match(lines[index]):
        return None
    said = ""
    for end in range(index + 1, min(index + _WROTE_LINES, len(lines)) + 1):
        said = " ".join((said, lines[end - 1][:400].strip("> \t"))).strip()[:400]
        if _WROTE.match(said) and (end == index + 1 or _DIGIT.search(said)):
            when = _WHEN.search(said)
            return _Head(index, end, {"from": said, "date": when[0] if when else ""})
    return None


def _continue(head: _Head, line: str) -> None:
    """Take a line that goes on with the header line above it, such as more recipients."""
    last = next(reversed(head.found))
    if last in ("to", "cc", "from") and "@" in line:
        head.found[last] += " " + line[:2_000]
        head.end += 1


def _without_links(text: str) -> str:
    """Without what programs add in brackets to an address: `a@example.com<mailto:a@example.com>`."""
    return re.sub(r"[<\[]mailto:([^>\]]{1,300})[>\]]", r" <\1>", text)
