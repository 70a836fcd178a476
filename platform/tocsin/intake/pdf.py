"""PDF files: their words, page by page, found by pypdf in a process of its own.

A PDF is a program that draws. What pypdf does for it has no bound that could be counted from outside (forms that draw
forms, streams inside streams), so that the operating system sets the bounds: time, memory, no files, no children.
"""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tocsin.intake.decode import Text
from tocsin.intake.row import CannotRead, Defaults, Reading
from tocsin.intake.text import NOTHING, read_text

MOST_PAGES = 1_000
MOST_CHARACTERS = 20_000_000
SECONDS = 60
"""Processor time: a thousand pages of a report take about half of it."""
MEMORY = 1_000_000_000
"""Bytes."""

_CHILD = Path(__file__).with_name("pdf_child.py")
_PATIENCE = 5
"""How much longer than its processor time a reader may take on a busy machine."""
_DAMAGED = "The PDF is damaged or no PDF: save it again with another program, or copy its text and paste that."
_REFUSALS = {
    3: "The PDF is protected by a password: save it without one.",
    4: f"The PDF has more than {MOST_PAGES:,} pages: hand in the pages that matter.",
    5: f"The PDF holds more than {MOST_CHARACTERS:,} characters: hand in the pages that matter.",
    6: "The PDF needs more memory than any report does: copy its text and paste that.",
}
_TOO_LONG = "The PDF takes longer to read than any report does: copy its text and paste that."


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does."""
    return data[:1024].lstrip().startswith(b"%PDF-")


def read_pdf(data: bytes, defaults: Defaults) -> Reading:
    """What the words of a PDF name; CannotRead where it cannot be read or names nothing."""
    words = words_in(data)
    if not words.strip():
        raise CannotRead("The PDF holds pictures and no text: type out what they show.")
    try:
        reading = read_text(Text(words), defaults, "pdf")
    except CannotRead:
        raise CannotRead(NOTHING.replace("text", "PDF")) from None
    return replace(reading, notices=(f"Pages read: {words.count(chr(12)) + 1:,}.", *reading.notices))


def words_in(data: bytes) -> str:
    """The text of a PDF, its pages parted by a line with a form feed; CannotRead says why there is none."""
    if not is_pdf(data):
        raise CannotRead(_DAMAGED)
    limits = (SECONDS, MEMORY, MOST_PAGES, MOST_CHARACTERS)
    command = [sys.executable, "-I", str(_CHILD), *map(str, limits)]
    try:
        done = subprocess.run(  # noqa: S603 - our own file
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS * _PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotRead(_TOO_LONG) from None
    if done.returncode < 0:
        raise CannotRead(_TOO_LONG)
    if done.returncode:
        raise CannotRead(_REFUSALS.get(done.returncode, _DAMAGED))
    return done.stdout.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
