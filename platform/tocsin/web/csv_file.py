"""Tables that a page gives as a file."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from tocsin.cells import plain_cell


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file of this name for a spreadsheet, which takes no cell of it for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([plain_cell(str(cell)) for cell in row] for row in rows)
    # without the mark a spreadsheet takes UTF-8 for something else
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
