"""Wallets: addresses of cryptocurrencies that carry a checksum. Chains are named as CAIP-2 names them."""

import re
from collections.abc import Callable

from tocsin.identifiers import base58_coins, coins
from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_URI = re.compile(
    r"(?:bitcoin|bitcoincash|litecoin|dash|zcash|dogecoin|monero|ethereum|tron|eip155:[0-9]{1,10}):(?://)?", re.I
)
_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], coins.Coin | None], str], ...] = (
    (re.compile("0x[0-9a-fA-F]{40}", re.I), coins.evm, "Ethereum"),
    (re.compile("(?:bc1|ltc1)[a-z0-9]{6,87}", re.I), coins.segwit, "Bitcoin or Litecoin"),
    (re.compile("[qp][a-z0-9]{41}", re.I), coins.cash, "Bitcoin Cash"),
    (re.compile(f"[13DLMX79At]{_BASE58}{{24,34}}"), coins.base58_check, "Bitcoin, Litecoin, Dash, Dogecoin or Zcash"),
    (re.compile(f"T{_BASE58}{{33}}"), coins.base58_check, "TRON"),
    (re.compile(f"[48]{_BASE58}{{94}}|4{_BASE58}{{105}}"), coins.monero, "Monero"),
    (re.compile(f"r{_BASE58}{{24,34}}"), coins.ripple, "XRP Ledger"),
    (re.compile(f"(?:tz[1-4]|KT1){_BASE58}{{33}}"), base58_coins.tezos, "Tezos"),
    (re.compile(f"Ae2{_BASE58}{{50,60}}|DdzFF{_BASE58}{{80,110}}"), base58_coins.byron, "Cardano"),
    (re.compile(f"{_BASE58}{{46,48}}"), coins.substrate, "Polkadot"),
)
_UNCHECKED = (
    (re.compile("(?:zs1|u1)[a-z0-9]{70,}"), "shielded Zcash"),
    (re.compile("addr1[A-Za-z0-9]{50,}"), "Cardano"),
    (re.compile(f"{_BASE58}{{43,44}}"), "Solana"),
)
_ALL_SHAPES = tuple(row[0] for row in _SHAPES) + tuple(row[0] for row in _UNCHECKED)


def read(text: str, hints: Hints) -> Identifier:
    """An address whose checksum is right; properties `chain` (CAIP-2) and `asset`, where the spelling tells them.

    Canonical is lower case where the coin does not mind case (EVM, bech32), otherwise the address as it is.
    """
    spelling = plain(text)
    bare = _URI.sub("", spelling, count=1).partition("?")[0] if ":" in spelling else spelling
    for shape, checked, name in _SHAPES:
        if shape.fullmatch(bare):
            coin = checked(bare)
            if coin is None:
                raise Unreadable(f"{shown(text)} looks like a wallet of {name}, but its checksum is wrong.")
            told = {"chain": coin.chain, "asset": coin.asset}
            value = bare.lower() if coin.ignores_case else bare
            return Identifier("wallet", value, {key: tell for key, tell in told.items() if tell})
    for shape, name in _UNCHECKED:
        if shape.fullmatch(bare):
            raise Unreadable(f"{shown(text)} looks like a wallet of {name}, which cannot be checked here.")
    raise Unreadable(f"{shown(text)} is not a wallet of a coin known here.")


def looks_like(text: str) -> bool:
    """Whether it has the length and the beginning of an address."""
    if len(text) < 26 or "." in text or ("/" in text and "://" not in text):
        return False
    bare = _URI.sub("", text, count=1).partition("?")[0] if ":" in text else text
    return any(shape.fullmatch(bare) for shape in _ALL_SHAPES)


def _observable(identifier: Identifier) -> dict[str, object]:
    return observable("cryptocurrency-wallet", {"value": identifier.value})


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern("cryptocurrency-wallet:value", identifier.value)


KIND = Kind("wallet", "Cryptocurrency wallet", False, looks_like, read, _observable, _pattern)
