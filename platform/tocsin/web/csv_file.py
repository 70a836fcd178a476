"""Tables that a page gives as a file."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

from tocsin.cells import plain_cell


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file of this name for a spreadsheet, which takes no cell of it for a formula."""
    text = "".join(csv_lines(columns, ([plain_cell(str(cell)) for cell in row] for row in rows)))
    return as_file(name, text, "text/csv")


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV file, one by one."""
    line = io.StringIO()
    writer = csv.writer(line)
    # without the mark a spreadsheet takes UTF-8 for something else
    line.write("\ufeff")
    writer.writerow(columns)
    yield line.getvalue()
    for cells in rows:
        line.seek(0)
        line.truncate()
        writer.writerow(cells)
        yield line.getvalue()


def as_file(name: str, body: str | bytes | Iterable[str] | Iterable[bytes], mimetype: str) -> Response:
    """A file that is kept, not shown.

    In one piece, made before any of it is sent: of several the server sends one after another, and whoever reads them
    slowly, on a phone or on purpose, would keep one of its few threads.
    """
    whole = body if isinstance(body, str | bytes) else b"".join(map(_encoded, body))
    answer = Response(whole, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _encoded(piece: str | bytes) -> bytes:
    return piece.encode() if isinstance(piece, str) else piece
