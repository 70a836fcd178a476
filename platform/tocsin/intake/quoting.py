"""Mails inside the text of a mail: what was forwarded or answered, with the header lines that people see of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tocsin.intake.addresses import Mailbox, mailboxes_in

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
    r"[> \t]{0,20}(?:On|Le|Am|El|Il|Op|Em|Den|Pada|Vào)\s.{5,250}(?:wrote|écrit|schrieb|escribió|ha scritto|schreef|"
    r"escreveu|skrev|menulis|viết)\s?:\s{0,5}$"
)
_WHEN = re.compile(
    r"(?:\w{3,10},? )?\w{1,10}\.? \w{1,10},? \d{4}(?:\D{1,6}\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?(?: [+-]\d{4})?)?", re.I
)
"""A date as programs write it into the line above a quoted mail."""
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|enc|rv|doorst|vs|i|trs)\s?:", re.I)
_MARK = re.compile(
    r"[> \t]{0,20}(?:-{3,20}\s?(?:Forwarded|Original|Weitergeleitete|Ursprüngliche|Message|Mensaje|Mensagem|Pesan)\b|"
    r"Begin forwarded message)",
    re.I,
)
_QUOTATION = re.compile(r"^(?:[ \t]?>)+ ?", re.M)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A mail in the text of another: who wrote it to whom, what stands there as its date and subject, and its text."""

    text: str
    sender: Mailbox | None = None
    reply_to: tuple[Mailbox, ...] = ()
    recipients: tuple[Mailbox, ...] = ()
    date: str = ""
    subject: str = ""


@dataclass(slots=True)
class _Head:
    """Header lines that stand together, and the lines that they take."""

    start: int
    end: int
    found: dict[str, str] = field(default_factory=dict)


def is_forward(subject: str) -> bool:
    """Whether a subject says that somebody passes on a mail of somebody else's."""
    return _FORWARDED.match(subject) is not None


def parted(text: str) -> tuple[str, list[Quoted]]:
    """The words of a mail's own writer, and the mails that are quoted below them, the newest first."""
    lines = text.split("\n")
    heads = list(_heads(lines))
    if not heads:
        return text, []
    ends = [head.start for head in heads[1:]] + [len(lines)]
    quoted = [_quoted(head, "\n".join(lines[head.end : end])) for head, end in zip(heads, ends, strict=True)]
    return "\n".join(lines[: heads[0].start]), quoted


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
    line = lines[index]
    if _WROTE.match(line[:400]):
        said = _WHEN.search(line[:400])
        return _Head(index, index + 1, {"from": line[:400], "date": said[0] if said else ""})
    start = index
    if _MARK.match(line):
        index += 1
        while index < len(lines) and not lines[index].strip("> \t"):
            index += 1
    elif ":" not in line and "：" not in line:
        return None
    head = _Head(start, index)
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
    return head if "from" in head.found and len(head.found) > 1 else None


def _continue(head: _Head, line: str) -> None:
    """Take a line that goes on with the header line above it, such as more recipients."""
    last = next(reversed(head.found))
    if last in ("to", "cc", "from") and "@" in line:
        head.found[last] += " " + line[:2_000]
        head.end += 1


def _without_links(text: str) -> str:
    """Without what programs add in brackets to an address: `a@example.com<mailto:a@example.com>`."""
    return re.sub(r"[<\[]mailto:([^>\]]{1,300})[>\]]", r" <\1>", text)
