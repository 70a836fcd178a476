"""Checksums of cryptocurrency addresses: each function says which coin an address is of, or None if it is wrong."""

from base64 import b32decode as b32decode_text
from base64 import urlsafe_b64decode
from binascii import crc_hqx
from dataclasses import dataclass
from hashlib import blake2b, sha256

from stdnum.bitcoin import b32decode, b58decode, bech32_checksum
from stdnum.exceptions import ValidationError

from tocsin.identifiers.keccak import keccak256


@dataclass(frozen=True, slots=True)
class Coin:
    """`chain` as CAIP-2 names it and `asset` as exchanges call it; None where an address does not tell.

    `namespace` is CAIP-2's name for a family of chains on which the same address is the same owner's. Not `checked`:
    the coin's addresses have no checksum.
    """

    chain: str | None
    asset: str | None
    ignores_case: bool = False
    namespace: str | None = None
    checked: bool = True


_BITCOIN = "bip122:000000000019d6689c085ae165831e93"
_LITECOIN = "bip122:12a765e31ffd4059bada1e25190f6e98"
_DASH = "bip122:00000ffd590b1485b3caadc19b22e637"
_DOGECOIN = "bip122:1a91e3dace36e2be3bf030a65679fe82"
_BITCOIN_CASH = "bip122:000000000000000000651ef99cb9fcbe"
_ZCASH = "bip122:00040fe8ec8471911baa1db1266ea15d"

_VERSIONS = {
    b"\x00": Coin(_BITCOIN, "BTC"),
    b"\x05": Coin(_BITCOIN, "BTC"),
    b"\x30": Coin(_LITECOIN, "LTC"),
    b"\x32": Coin(_LITECOIN, "LTC"),
    b"\x4c": Coin(_DASH, "DASH"),
    b"\x10": Coin(_DASH, "DASH"),
    b"\x1e": Coin(_DOGECOIN, "DOGE"),
    b"\x16": Coin(_DOGECOIN, "DOGE"),
    b"\x1c\xb8": Coin(_ZCASH, "ZEC"),
    b"\x1c\xbd": Coin(_ZCASH, "ZEC"),
    b"\x41": Coin("tron:0x2b6653dc", None),
}
"""Version bytes before the 20 bytes of a key or script hash, from each coin's chain parameters."""

_SOLANA = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
_SEGWIT = {
    "bc": Coin(_BITCOIN, "BTC", ignores_case=True),
    "ltc": Coin(_LITECOIN, "LTC", ignores_case=True),
}
_SUBSTRATE = {
    0: Coin("polkadot:91b171bb158e2d3848fa23a9f1c25182", "DOT"),
    2: Coin("polkadot:b0a8d493285c2df73290dfb7e61f870f", "KSM"),
}
_BECH32_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32, _BECH32M = 1, 0x2BC830A3
_CASH_GENERATORS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
_ED25519 = 2**255 - 19
_EDWARDS = -121665 * pow(121666, -1, _ED25519) % _ED25519
_BITCOIN_LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE_LETTERS = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"


def base58_check(address: str) -> Coin | None:
    """Addresses of Bitcoin and the coins that copied its form."""
    payload = _base58_payload(address)
    return None if payload is None else _VERSIONS.get(payload[:-20])


def ripple(address: str) -> Coin | None:
    """Accounts of the XRP Ledger: base58check with another order of letters."""
    payload = _base58_payload(address.translate(str.maketrans(_RIPPLE_LETTERS, _BITCOIN_LETTERS)))
    return Coin("xrpl:0", "XRP") if payload is not None and payload[:-20] == b"\0" else None


def segwit(address: str) -> Coin | None:
    """Bech32 and bech32m addresses (BIP 173 and 350): all letters in one case, version 0 with the older checksum."""
    if address not in (address.lower(), address.upper()):
        return None
    prefix, _, rest = address.lower().partition("1")
    if any(letter not in _BECH32_LETTERS for letter in rest):
        return None
    data = [_BECH32_LETTERS.index(letter) for letter in rest]
    version = data[0]
    if bech32_checksum(_expanded(prefix) + data) != (_BECH32 if version == 0 else _BECH32M) or version > 16:
        return None
    try:
        program = b32decode(data[1:-6])
    except ValidationError:
        return None
    fits = len(program) in (20, 32) if version == 0 else 2 <= len(program) <= 40
    return _SEGWIT.get(prefix) if fits else None


def _expanded(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def cash(address: str) -> Coin | None:
    """Bitcoin Cash in its own spelling, without the prefix that its 40 bits of checksum go over (CashAddr)."""
    letters = address.lower()
    if address not in (letters, address.upper()) or any(letter not in _BECH32_LETTERS for letter in letters):
        return None
    check = 1
    for value in [ord(letter) & 31 for letter in "bitcoincash"] + [0] + [_BECH32_LETTERS.index(x) for x in letters]:
        top, check = check >> 35, (check & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(_CASH_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return Coin(_BITCOIN_CASH, "BCH", ignores_case=True) if check == 1 else None


def evm(address: str) -> Coin | None:
    """Addresses of Ethereum and its kin: mixed case is a checksum (EIP-55), one case is none.

    The same key has the same address on all of these chains, so that the address names none of them.
    """
    digits = address[2:]
    lower = digits.lower()
    if digits not in (lower, digits.upper()):
        hashed = keccak256(lower.encode()).hex()
        if digits != "".join(c.upper() if int(h, 16) > 7 else c for c, h in zip(lower, hashed, strict=False)):
            return None
    return Coin(None, None, ignores_case=True, namespace="eip155")


def monero(address: str) -> Coin | None:
    """Standard, sub- and integrated addresses: blocks of 11 letters for 8 bytes, checked by Keccak.

    CAIP-2 has no name for the chain.
    """
    decoded = b"".join(_monero_block(address[at : at + 11]) for at in range(0, len(address), 11))
    good = decoded[:1] in (b"\x12", b"\x13", b"\x2a") and keccak256(decoded[:-4])[:4] == decoded[-4:]
    return Coin(None, "XMR") if good else None


def solana(address: str) -> Coin | None:
    """Addresses of Solana: the 32 bytes of a key or of a program's account, without a checksum."""
    return Coin(_SOLANA, None, checked=False) if len(b58decode(address)) == 32 else None


def has_key(address: str) -> bool:
    """Whether the 32 bytes are a point of Ed25519 (RFC 8032 section 5.1.3), as keys are and half of all others."""
    y = int.from_bytes(b58decode(address), "little") & (1 << 255) - 1
    if y >= _ED25519:
        return False
    squared = (y * y - 1) * pow(_EDWARDS * y * y + 1, -1, _ED25519) % _ED25519
    return squared == 0 or pow(squared, (_ED25519 - 1) // 2, _ED25519) == 1


def cardano(address: str) -> Coin | None:
    """Shelley addresses of Cardano: bech32 without its limit of length (CIP-19)."""
    letters = address.lower()
    if address not in (letters, address.upper()):
        return None
    data = [_BECH32_LETTERS.find(letter) for letter in letters.partition("1")[2]]
    if -1 in data or bech32_checksum(_expanded("addr") + data) != _BECH32:
        return None
    return Coin(None, "ADA", ignores_case=True)


def ton(address: str) -> Coin | None:
    """Addresses of TON in the form that people copy: base64url of 34 bytes with a CRC-16 (TEP-2)."""
    decoded = urlsafe_b64decode(address)
    good = decoded[0] & 0x7F in (0x11, 0x51) and decoded[1] in (0, 255)
    return Coin(None, "TON") if good and crc_hqx(decoded[:34], 0) == int.from_bytes(decoded[34:], "big") else None


def stellar(address: str) -> Coin | None:
    """Accounts of Stellar: base32 of a version, the key and a CRC-16 (SEP-23)."""
    decoded = b32decode_text(address)
    good = decoded[0] == 6 << 3 and crc_hqx(decoded[:-2], 0) == int.from_bytes(decoded[-2:], "little")
    return Coin("stellar:pubnet", "XLM") if good else None


def substrate(address: str) -> Coin | None:
    """Accounts of Polkadot, Kusama and the chains built like them (SS58 with one byte of prefix)."""
    decoded = b58decode(address)
    if len(decoded) != 35 or decoded[0] > 63:
        return None
    if blake2b(b"SS58PRE" + decoded[:-2]).digest()[:2] != decoded[-2:]:
        return None
    return _SUBSTRATE.get(decoded[0], Coin(None, None))


def _base58_payload(address: str) -> bytes | None:
    decoded = b58decode(address)
    payload, check = decoded[:-4], decoded[-4:]
    good = len(payload) in (21, 22) and sha256(sha256(payload).digest()).digest()[:4] == check
    return payload if good else None


def _monero_block(letters: str) -> bytes:
    """Up to 8 bytes; a value that is too large for its block gives bytes whose checksum cannot be right."""
    size = len(letters) * 8 // 11
    value = int.from_bytes(b58decode(letters), "big")
    return value.to_bytes(9, "big")[-size:] if value < 1 << (8 * size) else b""
