"""Plain lists: one value a line, sorted, a file for each kind."""

from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import Connection

from feeds.blocking import blockable
from feeds.files import replacing
from feeds.handling import Handling
from feeds.sorting import Sorted
from tocsin.stix import strictest

FILES = {
    "domains.txt": ("domain",),
    "urls.txt": ("url",),
    "ips.txt": ("ipv4", "ipv6"),
    "emails.txt": ("email",),
    "phones.txt": ("phone",),
    "ibans.txt": ("iban",),
    "bank-accounts.txt": ("bank-account",),
    "payment-proxies.txt": ("payment-proxy",),
    "wallets.txt": ("wallet",),
    "file-hashes.txt": ("file-hash",),
    "social-accounts.txt": ("social-account",),
    "sms-senders.txt": ("sms-sender",),
    "apps.txt": ("app",),
    "listings.txt": ("listing",),
}
"""Which kinds go into which file; tokens, which nobody else can make, go into none. Every file is written, if only
with its heading: what ended must not stay."""


def write(connection: Connection, handling: Handling, out: Path, now: int) -> list[Path]:
    """One file for each of FILES, with the handling as comments above the values."""
    with closing(Sorted()) as values:
        tlps = dict.fromkeys(FILES, "clear")
        file_of = {kind: name for name, kinds in FILES.items() for kind in kinds}
        for one in blockable(connection, handling.collection.key, now):
            name = file_of.get(one.identifier.kind)
            if name is None:
                continue
            values.add(name, one.identifier.value)
            tlps[name] = strictest((tlps[name], one.tlp))
        for name in FILES:
            with replacing(out / name) as file:
                file.write(handling.comment(tlps[name]))
                file.writelines(f"{value}\n".encode() for value in values.of(name))
    return [out / name for name in FILES]
