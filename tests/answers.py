"""What an answer says, whatever form it has."""

from io import BytesIO
from zipfile import ZipFile

from werkzeug.test import TestResponse


def words(answer: TestResponse) -> str:
    """The text of an answer; of a workbook, what its parts say."""
    if answer.mimetype.startswith("application/vnd.openxmlformats"):
        with ZipFile(BytesIO(answer.data)) as parts:
            # when it was made stands in its properties
            return "\n".join(parts.read(name).decode() for name in parts.namelist() if not name.startswith("docProps/"))
    return answer.text
