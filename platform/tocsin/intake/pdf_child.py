"""The process that reads one PDF for `pdf.py`: PDF in, text out, within the limits that it sets itself first.

It is run by its path and imports nothing of Tocsin, so that it starts fast and holds no secret.
"""

import logging
import resource
import sys
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PdfReader

PASSWORD, PAGES, CHARACTERS, MEMORY, DAMAGED = 3, 4, 5, 6, 7
"""Exit codes; 0 with the text, pages parted by a form feed."""


def main(seconds: int, memory: int, most_pages: int, most_characters: int) -> int:
    """Read the PDF on standard input; the exit code."""
    data = sys.stdin.buffer.read()
    _limit(seconds, memory)
    from pypdf import PdfReader

    logging.disable()
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return PASSWORD
        return _write(reader, most_pages, most_characters)
    except MemoryError:
        return MEMORY
    except Exception:
        return DAMAGED


def _limit(seconds: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(reader: "PdfReader", most_pages: int, most_characters: int) -> int:
    found: list[str] = []
    characters = 0
    if len(reader.pages) > most_pages:  # a count that the file states; it may be a lie
        return PAGES
    for number, page in enumerate(reader.pages):
        if number >= most_pages:
            return PAGES
        found.append(page.extract_text())
        characters += len(found[-1])
        if characters > most_characters:
            return CHARACTERS
    sys.stdout.buffer.write("\n\f\n".join(found).encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
