"""Wallets: addresses of cryptocurrencies, with their checksums. Chains are named as CAIP-2 names them."""

import re
from collections.abc import Callable
from typing import Any

from tocsin.identifiers import base58_coins, coins
from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern

EXTENSION = "extension-definition--af231e62-ef79-424f-915e-f6358eff6317"
"""What a wallet's observable says besides its address: chain or family of chains, and asset."""

_URI = re.compile(
    r"(?:bitcoin|bitcoincash|litecoin|dash|zcash|dogecoin|monero|ethereum|tron|solana|ripple|xrpl|cardano|ton|stellar):"
    r"(?://)?",
    re.I,
)
_CAIP = re.compile(
    r"((?:eip155:[0-9]{1,10}|bip122:[0-9a-f]{32}|tron:0x[0-9a-f]{8}|xrpl:[0-9]|polkadot:[0-9a-f]{32}|stellar:pubnet"
    r"|solana:[1-9A-HJ-NP-Za-km-z]{32})):(?=\w)"
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
    (re.compile("addr1[a-z0-9]{50,110}", re.I), coins.cardano, "Cardano"),
    (re.compile(f"Ae2{_BASE58}{{50,60}}|DdzFF{_BASE58}{{80,110}}"), base58_coins.byron, "Cardano"),
    (re.compile("(?:EQ|UQ|Ef|Uf)[A-Za-z0-9_-]{46}"), coins.ton, "TON"),
    (re.compile("G[A-Z2-7]{55}"), coins.stellar, "Stellar"),
    (re.compile(f"(?:tz[1-4]|KT1){_BASE58}{{33}}"), base58_coins.tezos, "Tezos"),
    (re.compile(f"{_BASE58}{{46,48}}"), coins.substrate, "Polkadot"),
)
_SOLANA = re.compile(f"{_BASE58}{{32,44}}")
_SOLANA_USUAL = re.compile(f"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z]){_BASE58}{{43,44}}")
_UNCHECKED = ((re.compile("(?:zs1|u1)[a-z0-9]{70,}"), "shielded Zcash"),)
_ALL_SHAPES = tuple(row[0] for row in _SHAPES) + tuple(row[0] for row in _UNCHECKED)


def read(text: str, hints: Hints) -> Identifier:
    """An address whose checksum is right; properties `chain` (CAIP-2) and `asset`, where the spelling tells them.

    Canonical is lower case where the coin does not mind case (EVM, bech32), otherwise the address as it is. An EVM
    address is the same owner's on every chain of the family: property `namespace` is the family's name, `chain` only
    what the spelling told. Solana's have no checksum: property `checksum` is then `none`, and where nothing says that
    it is one, it has to be a key.
    """
    spelling = plain(text)
    bare, told = _bare(spelling)
    refusal: Unreadable | None = None
    for shape, checked, name in _SHAPES:
        if shape.fullmatch(bare):
            coin = checked(bare)
            if coin is not None:
                return _wallet(bare, coin, told, text)
            wrong = f"{shown(text)} looks like a wallet of {name}, but its checksum is wrong."
            refusal = refusal or Unreadable(wrong)
    if refusal is not None:
        raise refusal
    if _SOLANA.fullmatch(bare):
        coin = coins.solana(bare)
        if coin is None:
            raise Unreadable(f"{shown(text)} looks like a wallet of Solana, but does not have its length.")
        return _wallet(bare, coin, told, text)
    for shape, name in _UNCHECKED:
        if shape.fullmatch(bare):
            raise Unreadable(f"{shown(text)} looks like a wallet of {name}, which cannot be checked here.")
    raise Unreadable(f"{shown(text)} is not a wallet of a coin known here.")


def looks_like(text: str) -> bool:
    """Whether it has the length and the beginning of an address; letters alone may be a key of anything."""
    if len(text) < 26 or "." in text or ("/" in text and "://" not in text):
        return False
    bare, _ = _bare(text)
    if any(shape.fullmatch(bare) for shape in _ALL_SHAPES):
        return True
    named = bare != text and text[:6].lower() == "solana" and _SOLANA.fullmatch(bare) is not None
    return named or (
        _SOLANA_USUAL.fullmatch(bare) is not None and coins.solana(bare) is not None and coins.has_key(bare)
    )


def _bare(spelling: str) -> tuple[str, str | None]:
    """The address without what is written around it, and the chain that CAIP-10 names before it."""
    if ":" not in spelling:
        return spelling, None
    caip = _CAIP.match(spelling)
    if caip is not None:
        return spelling[caip.end() :], caip[1]
    return _URI.sub("", spelling, count=1).partition("?")[0], None


def _wallet(address: str, coin: coins.Coin, told: str | None, text: str) -> Identifier:
    family = f"{coin.namespace}:" if coin.namespace else coin.chain
    if told is not None and family is not None and not told.startswith(family):
        raise Unreadable(f"{shown(text)} names another chain than the one that the address belongs to.")
    properties = {"chain": coin.chain or told, "asset": coin.asset, "namespace": coin.namespace}
    if not coin.checked:
        properties["checksum"] = "none"
    value = address.lower() if coin.ignores_case else address
    return Identifier("wallet", value, {name: said for name, said in properties.items() if said})


def _observable(identifier: Identifier) -> dict[str, Any]:
    made = observable("cryptocurrency-wallet", {"value": identifier.value})
    told = {name: identifier.properties[name] for name in ("namespace", "asset") if name in identifier.properties}
    if "chain" in identifier.properties and "namespace" not in identifier.properties:
        # of a family's address one spelling names a chain and another does not: the object is the same for both
        told["chain"] = identifier.properties["chain"]
    if told:
        made["extensions"][EXTENSION] = {"extension_type": "property-extension", **told}
    return made


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern("cryptocurrency-wallet:value", identifier.value)


KIND = Kind("wallet", "Cryptocurrency wallet", False, looks_like, read, _observable, _pattern)
