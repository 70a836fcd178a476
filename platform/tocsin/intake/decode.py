"""Bytes to text: byte order marks, UTF-8, and what is done about files that are neither."""

import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from tocsin.intake.row import CannotRead

LONGEST_LINE = 1_000_000
"""Characters in one line: more is not a list that a person or a tool made."""
SAMPLE_BYTES = 64_000
"""How much of a file with an unknown encoding is looked at."""
STRAY_SHARE = 0.02
"""Below this share of bytes outside ASCII a file is ASCII with strays in it."""
UNKNOWN_SHARE = 0.3
"""Above this share a file whose encoding nobody recognises is no text."""

UTF8_MARK = b"\xef\xbb\xbf"
_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (UTF8_MARK, "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_ENCODINGS = [
    "cp1252", "cp1250", "cp1251", "cp1254", "cp1256", "cp1258", "cp874",
    "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
]  # fmt: skip
_ASCII = bytes(range(128))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MAC_SPACE = b"\xca"  # the no-break space of Mac OS Roman, left behind by spreadsheets


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file, its lines ended by a bare line feed.

    `certain` is False where the encoding had to be guessed: letters outside ASCII may then be other letters.
    """

    text: str
    certain: bool = True
    notices: tuple[str, ...] = ()


def decode(data: bytes) -> Text:
    """`data` as text; CannotRead where it is binary or in an encoding that is not read."""
    found = _decode(data)
    text = found.text.rstrip("\x1a").replace("\r\n", "\n").replace("\r", "\n")
    _refuse_binary(text)
    return Text(text, found.certain, found.notices)


def check_lines(text: str) -> None:
    """CannotRead where a line is longer than any list or letter has; JSON may well be one line."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise CannotRead(f"Line {number} is longer than {LONGEST_LINE:,} characters: this is not a list.")


def utf8(data: bytes, text: Text) -> bytes:
    """`data` in UTF-8 without a mark: untouched where it is so already."""
    if data.startswith(UTF8_MARK):
        return data.removeprefix(UTF8_MARK)
    marked = any(data.startswith(mark) for mark, _ in _MARKS)
    return text.text.encode() if marked or not text.certain else data


def _decode(data: bytes) -> Text:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Text(_marked(data[len(mark) :], encoding))
    try:
        return Text(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _guess(data)


def _marked(data: bytes, encoding: str) -> str:
    if encoding == "UTF-32":
        raise CannotRead("The file is in UTF-32, which is not read here: save it as UTF-8.")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CannotRead(
            f"The file says that it is {encoding.upper()}, but byte {error.start + 1:,} is not: save it as UTF-8."
        ) from None


def _guess(data: bytes) -> Text:
    if b"\x00" in data:
        raise CannotRead("The file holds binary data, or UTF-16 without its mark: save it as UTF-8 text.")
    strays = data.translate(None, _ASCII)
    if set(strays) == set(_MAC_SPACE):
        notice = f"Stray bytes 0xCA, the blanks of an old Mac spreadsheet, read as blanks: {len(strays):,}."
        return Text(data.decode("mac_roman"), certain=False, notices=(notice,))
    share = len(strays) / len(data)
    encoding = "cp1252" if share < STRAY_SHARE else _recognised(data)
    if encoding is None and share > UNKNOWN_SHARE:
        raise CannotRead("The file is no text in an encoding that is read here: save it as UTF-8.")
    encoding = encoding or "cp1252"
    shown = ", ".join(f"0x{byte:02X}" for byte in sorted(set(strays))[:5])
    name = "Windows-1252" if encoding == "cp1252" else encoding.upper()
    notice = f"The file is not UTF-8: bytes such as {shown} ({len(strays):,} in all) were read as {name}."
    return Text(data.decode(encoding, errors="replace"), certain=False, notices=(notice,))


def _recognised(data: bytes) -> str | None:
    telling = [line for line in data[: SAMPLE_BYTES * 16].split(b"\n") if not line.isascii()]
    best = from_bytes(b"\n".join(telling)[:SAMPLE_BYTES], cp_isolation=_ENCODINGS).best()
    return None if best is None else best.encoding


def _refuse_binary(text: str) -> None:
    if "\x00" in text:
        raise CannotRead("The file holds binary data and no text.")
    if not text.strip():
        raise CannotRead("The file is empty.")
    controls = len(_CONTROL.findall(text))
    if controls > len(text) / 100:
        raise CannotRead("The file holds binary data and no text.")
