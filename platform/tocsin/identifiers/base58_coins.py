"""Coins whose addresses are written in base58 and are built unlike Bitcoin's: Tezos, and Cardano's first form."""

from binascii import crc32
from hashlib import sha256

from stdnum.bitcoin import b58decode

from tocsin.identifiers.coins import Coin

_TEZOS = {b"\x06\xa1\x9f", b"\x06\xa1\xa1", b"\x06\xa1\xa4", b"\x06\xa1\xa6", b"\x02\x5a\x79"}
"""What stands before the 20 bytes of a hash: tz1 to tz4, and KT1 for contracts."""
_BYRON = b"\x82\xd8\x18\x58"
"""CBOR (RFC 8949): two elements, the first of them bytes that are CBOR themselves."""
_UNSIGNED = 0x1A


def tezos(address: str) -> Coin | None:
    """Accounts and contracts of Tezos."""
    decoded = b58decode(address)
    payload, check = decoded[:-4], decoded[-4:]
    good = len(payload) == 23 and payload[:3] in _TEZOS and sha256(sha256(payload).digest()).digest()[:4] == check
    return Coin("tezos:NetXdQprcVkpaWU", "XTZ") if good else None


def byron(address: str) -> Coin | None:
    """Addresses of Cardano from before 2020 (`Ae2…`, `DdzFF…`): CBOR of a payload and its CRC-32."""
    decoded = b58decode(address)
    if decoded[:4] != _BYRON:
        return None
    payload, check = decoded[5 : 5 + decoded[4]], decoded[5 + decoded[4] :]
    good = len(check) == 5 and check[0] == _UNSIGNED and crc32(payload) == int.from_bytes(check[1:], "big")
    return Coin(None, "ADA") if good else None
