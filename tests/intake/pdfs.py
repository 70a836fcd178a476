"""PDF files, honest and hostile, written by hand so that every byte of them is ours (ISO 32000-1)."""

import zlib
from collections.abc import Iterable

HEAD = b"%PDF-1.7\n"


def built(objects: Iterable[bytes], root: int = 1) -> bytes:
    """The file whose objects are numbered from 1 in this order."""
    body, places = bytearray(HEAD), []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(body) + tail % (len(places) + 1, table, len(places) + 1, root, len(body))


def stream(content: bytes, extra: bytes = b"", *, packed: bool = False) -> bytes:
    """A stream object."""
    data = zlib.compress(content, 9) if packed else content
    packing = b"/Filter/FlateDecode" if packed else b""
    return b"<</Length %d%b%b>>\nstream\n%b\nendstream" % (len(data), packing, extra, data)


def drawing(lines: Iterable[str]) -> bytes:
    """A content stream that shows these lines, one below the other."""
    shown = b"".join(b"(%b) Tj 0 -14 Td\n" % line.translate(_ESCAPED).encode("latin-1") for line in lines)
    return b"BT /F1 12 Tf 50 800 Td\n%bET" % shown


def report(*pages: Iterable[str]) -> bytes:
    """A report of several pages."""
    contents = [stream(drawing(page), packed=True) for page in pages]
    return _document(contents)


def pages_of(count: int) -> bytes:
    """A file of `count` pages that share one drawing."""
    return _document([stream(drawing(["bad.example.org"]))], count)


def forms(depth: int, width: int) -> bytes:
    """Forms that each draw the next `width` times: `width ** depth` words from a few lines."""
    first = 6
    made = []
    for level in range(depth):
        inner = b"/X Do " * width if level < depth - 1 else drawing(["bad.example.org"])
        resources = b"/XObject<</X %d 0 R>>" % (first + level + 1) if level < depth - 1 else b"/Font<</F1 3 0 R>>"
        made.append(stream(inner, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%b>>" % resources))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</XObject<</X 6 0 R>>>>>>"
    return built([_CATALOG, b"<</Type/Pages/Count 1/Kids[4 0 R]>>", _FONT, page, stream(b"/X Do"), *made])


_ESCAPED = str.maketrans({"(": r"\(", ")": r"\)", "\\": "\\\\"})
_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def _document(contents: list[bytes], count: int | None = None) -> bytes:
    """Pages with these contents, or `count` pages with the first."""
    number = len(contents) if count is None else count
    first = 4 + len(contents)
    kids = b" ".join(b"%d 0 R" % (first + at) for at in range(number))
    pages = [
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
        % (4 + (at if count is None else 0))
        for at in range(number)
    ]
    return built([_CATALOG, b"<</Type/Pages/Count %d/Kids[%b]>>" % (number, kids), _FONT, *contents, *pages])
