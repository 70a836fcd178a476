"""docs/handing-in.md has every type of crime. `python tests/house/test_handing_in_page.py` writes its table anew."""

from pathlib import Path

from tocsin.stix import CRIME_TYPES

PAGE = Path(__file__).parents[2] / "docs" / "handing-in.md"
HEAD = "| type | what it is | ASEANAPOL | MISP | OpenCTI |\n| --- | --- | --- | --- | --- |\n"


def table() -> str:
    rows = [
        f"| {one.label} (`{slug}`) | {one.meaning} | {'yes' if one.aseanapol else '–'} "
        f"| {f'`{one.misp}`' if one.misp else '–'} | {f'`{one.opencti}`' if one.opencti else '–'} |\n"
        for slug, one in CRIME_TYPES.items()
    ]
    return HEAD + "".join(rows)


def test_the_page_has_every_type() -> None:
    assert PAGE.read_text().endswith(table()), "write it anew: python tests/house/test_handing_in_page.py"


if __name__ == "__main__":
    PAGE.write_text(PAGE.read_text().partition(HEAD)[0] + table())
