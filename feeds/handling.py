"""What every exported form says about itself: what it is, how far it may go, whom to ask."""

from dataclasses import dataclass
from pathlib import Path

from feeds.files import replacing
from feeds.lines import one_line
from tocsin.ledger.collections import Collection
from tocsin.publishing.exchange import Exchange
from tocsin.stix import TLP
from tocsin.times import stamp


@dataclass(frozen=True, slots=True)
class Handling:
    """The exchange and the collection that a form comes from. The same state of the ledger gives the same words.

    `contacts` are whom the communities that read the collection have agreed to turn to.
    """

    exchange: Exchange
    collection: Collection
    contacts: tuple[str, ...] = ()

    def lines(self, tlp: str) -> list[str]:
        """The words, one line each, for content of which `tlp` is the strictest marking."""
        return [
            f"{one_line(self.collection.title)}, from {one_line(self.exchange.name)}",
            f"{TLP[tlp].label}: this is the strictest marking in here. Share it no further than that allows.",
            "This is intelligence, not evidence.",
            f"Questions and corrections: {one_line(', '.join(self.contacts) or self.exchange.contact)}",
            f"State of the collection: {stamp(self.collection.last_position)}",
        ]

    def comment(self, tlp: str) -> bytes:
        """The same as comment lines that begin with `#`."""
        return "".join(f"# {line}\n" for line in self.lines(tlp)).encode()

    def write_readme(self, folder: Path, tlp: str) -> Path:
        """The same as a file, for forms that have no comments."""
        path = folder / "README.txt"
        with replacing(path) as file:
            file.write("".join(f"{line}\n" for line in self.lines(tlp)).encode())
        return path
