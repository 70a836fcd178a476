"""Numbers in running text that are never kept: those of cards, and of documents that the words before them name."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from tocsin.identifiers import Hints, Unreadable, cards_in, digits, read
from tocsin.intake.row import Defaults, Row
from tocsin.intake.values import problem_row, without_secret

_PASSPORTS = r"""
    passport | travel[ ]document | passeport | paspor | pasport | hộ[ ]chiếu | ho[ ]chieu | หนังสือเดินทาง | 护照 | 護照
"""
_PAPERS = r"""
    nric(?:/fin)? | my[ ]?kad | ktp | nik | cccd | cmnd | căn[ ]cước(?:[ ]công[ ]dân)? | national[ ]id | identity[ ]card
    | id[ ]card | citizen[ ]id | ic[ ]no | no\.?[ ]kp | (?:no\.?[ ])?kad[ ]pengenalan | carte[ ]d['’]identité | cni
    | เลข(?:ที่|ประจำตัว)?(?:บัตร)?ประชาชน | บัตรประชาชน | 身份证 | 身分證 | aadhaar
"""
_SAYS = r"""
    (?:[ ]{0,2}(?:no|number|nr|num|id|số|so|号码?|號碼?|n°)\b)?\.?
    [ ]{0,2}(?:[:：\#=(–-]|is\b|was\b|"|“)?[ ]{0,2}["“(]?
"""
_NUMBER = r"""
    (?!\d{4}-\d\d-\d\d)
    (?:[A-Za-z]{2}[ ]?[:/]?[ ]?(?=[A-Za-z0-9-]{0,19}\d))?
    (?: (?=(?:[A-Za-z0-9-]{0,8}\d){4})[A-Za-z0-9-]{5,20} | [A-Za-z]{0,2}[ ]?\d{3,4}(?:[ ]\d{3,6}){1,4} )
"""
_DOCUMENT = re.compile(
    rf"(?<![A-Za-z0-9_])(?:(?P<passport>{_PASSPORTS})|{_PAPERS}){_SAYS}(?P<number>{_NUMBER})(?![\w-])", re.I | re.X
)

Span = tuple[int, int]


def withheld_rows(line: str, number: int, defaults: Defaults, accounts: Collection[Span] = ()) -> Iterator[Row]:
    """A row for every such number of a line; `accounts` are the spans (from 1) that are numbers of accounts for sure.

    What its words call a document and cannot be read as one is withheld all the same.
    """
    for start, end in cards_in(line):
        span = (start + 1, end - start)
        if span not in accounts:
            # whatever stands between the digits, and in whatever script they are
            yield _row(digits(line[start:end]), "payment-card", number, span, defaults)
    for match in _DOCUMENT.finditer(line):
        kind = "passport" if match["passport"] else "identity-document"
        yield _row(match["number"], kind, number, (match.start("number") + 1, len(match["number"])), defaults)


def _row(text: str, kind: str, number: int, span: Span, defaults: Defaults) -> Row:
    hints, column = Hints(defaults.country, token=defaults.token), str(span[0])
    try:
        row = Row(number, column, text, read(text, kind, hints), None, defaults.claim, hints, span=span)
    except Unreadable as refusal:
        refused = problem_row(number, column, text, str(refusal), defaults.claim, hints, secret=True)
        return replace(refused, span=span)
    return without_secret(row)
