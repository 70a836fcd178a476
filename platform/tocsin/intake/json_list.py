"""Lists in JSON: an array of values, objects with such arrays, or an array of flat objects (RFC 8259)."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import orjson

from tocsin.intake.columns import LONGEST_NAME, Plan, plan_table
from tocsin.intake.delimited import MOST_COLUMNS, SAMPLED_ROWS, column_notices, is_blank
from tocsin.intake.headers import meaning_of, normalise
from tocsin.intake.row import CannotRead, Defaults, Reading, Row
from tocsin.intake.table import table_rows
from tocsin.intake.values import hints_for, never_kept, problem_row, row_of

DEEPEST = 4
"""Objects inside each other that are searched for lists."""

_NOT_LISTED = frozenset(
    ("whitelist", "white list", "allowlist", "allow list", "allow", "allowed", "fuzzylist", "exceptions", "safe")
)


def parse_json(data: bytes) -> Any:
    """The JSON in `data` (UTF-8, no mark); CannotRead says on which line it breaks."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if "ecursion" in error.msg or "depth" in error.msg:
            raise CannotRead("The JSON is nested too deep to be a list.") from None
        line, column = error.lineno, error.colno
        if error.pos >= len(error.doc.rstrip()) - 1:
            raise CannotRead(f"The JSON is cut off: it ends on line {line} before it is complete.") from None
        raise CannotRead(f"The JSON is not valid on line {line}, column {column}.") from None


def read_json(parsed: Any, defaults: Defaults, notices: tuple[str, ...] = ()) -> Reading:
    """The rows of a parsed JSON list; what allows instead of listing is only counted."""
    found = list(_arrays("", parsed, 0))
    listed = [(name, items) for name, items in found if items and normalise(name) not in _NOT_LISTED]
    allowed = [(name, items) for name, items in found if items and normalise(name) in _NOT_LISTED]
    if not listed:
        raise CannotRead("The JSON holds no list with entries.")
    readings = [_read_array(name, items, defaults) for name, items in listed]
    said = [f"Entries of “{name}” are no listings and were left aside: {len(items):,}." for name, items in allowed]
    said += [notice for reading in readings for notice in reading.notices]
    return Reading("json", chain.from_iterable(reading.rows for reading in readings), (*notices, *said))


def _arrays(name: str, value: Any, depth: int) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(value, list):
        yield name[:LONGEST_NAME].replace("\x00", "\ufffd"), value
    elif isinstance(value, dict):
        if depth == 0 and not any(isinstance(inner, list | dict) for inner in value.values()):
            yield name, [value] if value else []
        elif depth < DEEPEST:
            for key, inner in value.items():
                yield from _arrays(key, inner, depth + 1)


def _read_array(name: str, items: list[Any], defaults: Defaults) -> Reading:
    if any(isinstance(item, dict) for item in items):
        return _read_objects(items, defaults)
    return Reading("json", _values(name or "entry", items, defaults))


def _values(name: str, items: list[Any], defaults: Defaults) -> Iterator[Row]:
    meaning = meaning_of(name)
    kind = (meaning.kind if meaning is not None else None) or defaults.kind
    hints = hints_for(kind, defaults)
    for number, item in enumerate(items, 1):
        text = _text(item).strip()
        if isinstance(item, str) and text:
            yield row_of(number, name, text, kind, defaults.claim, hints)
        else:
            problem = "This entry of the list is no text."
            yield problem_row(number, name, text, problem, defaults.claim, hints, secret=never_kept(kind))


def _read_objects(items: list[Any], defaults: Defaults) -> Reading:
    """An array of objects as a table: its keys are the headings."""
    keys = list(dict.fromkeys(key for item in items if isinstance(item, dict) for key in item))
    if len(keys) > MOST_COLUMNS:
        raise CannotRead(f"The objects have {len(keys):,} different keys; at most {MOST_COLUMNS:,} are read.")
    sample = [keys, *(_cells(item, keys) for item in items[:SAMPLED_ROWS])]
    plan = plan_table(sample, defaults) if keys else None
    if plan is None or not plan.has_header:
        raise CannotRead("No property of these objects holds identifiers: name one domain, url, phone or the like.")
    return Reading("json", _object_rows(plan, items, keys, defaults), column_notices(plan))


def _object_rows(plan: Plan, items: list[Any], keys: list[str], defaults: Defaults) -> Iterator[Row]:
    for number, item in enumerate(items, 1):
        cells = _cells(item, keys)
        if is_blank(cells):
            problem = "This entry of the list is no object with values."
            yield problem_row(number, plan.values[0].name, _text(item), problem, defaults.claim)
        else:
            yield from table_rows(plan, [(number, cells)], defaults, lambda row, column: f"Entry {row}, {column}")


def _cells(item: Any, keys: list[str]) -> list[str]:
    return [_text(item.get(key)) for key in keys] if isinstance(item, dict) else []


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # nested deeper than it writes
        return "[…]"
