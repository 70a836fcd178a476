"""The things of a dossier as rows of a table."""

from collections.abc import Iterator

from tocsin.dossiers.dossier import Dossier

COLUMNS = (
    "number", "kind", "value", "tlp", "pap", "handling", "disputed", "withdrawn", "crime types", "confidence",
    "members", "sources", "first seen", "last seen", "valid from", "valid until", "collection",
    "collection id", "stix id", "version", "date added", "sha256", "state now", "case", "exported", "notice",
    "contact",
)  # fmt: skip


def rows_of(dossier: Dossier) -> Iterator[list[object]]:
    """A row a thing; each says what it is and whom to ask, since rows are copied out of tables."""
    content = dossier.content
    about = [content["case"]["id"], content["made"], content["notice"], "; ".join(content["contacts"])]
    for one in content["things"]:
        cells = [
            one["n"],
            one["kind"],
            one["value"],
            one["marking"],
            one["permissible_actions"],
            one["handling"],
            "yes" if one["disputed"] else "",
            "yes" if one["revoked"] else "",
            " ".join(one["crime_types"]),
            one["confidence"],
            one["independent_members"],
            "; ".join(one["sources"]),
            one["first_seen"],
            one["last_seen"],
            one["valid_from"],
            one["valid_until"],
            one["collection"]["title"],
            one["collection"]["id"],
            one["object"],
            one["version"],
            one["added"],
            one["sha256"],
            one["now"],
            *about,
        ]
        yield ["" if cell is None else cell for cell in cells]
