"""Web addresses that stand for something else: a profile, a chat with a number, an app in a store, a shop, a wallet.

A profile's address is the account wherever it is written, also under a heading that says URL: a handle is a person's,
which one voice does not publish, and the same profile has many addresses. Posts, groups, invitations and what lies
below a profile stay web addresses.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from urllib.parse import parse_qs, unquote

from tocsin.identifiers import app, listing, phone, url, wallet
from tocsin.identifiers.identifier import NO_HINTS, Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.platforms import PLATFORMS
from tocsin.identifiers.social_account import account
from tocsin.identifiers.spelling import plain

Reader = Callable[[re.Match[str]], Identifier]
"""What a path that fitted stands for; Unreadable where it does not after all."""

_SUBDOMAINS = frozenset(("www", "m", "mobile", "web", "mbasic", "touch"))
"""First labels of hosts that show the same pages, besides those of countries and languages."""

_LONGEST = 600
"""Characters of an address that may stand for something else; they are short."""


def meant(found: Identifier, text: str = "") -> Identifier:
    """What a web address stands for, or itself; `text` is how it was written, for what stands behind a #."""
    if found.kind != "url" or len(found.value) > _LONGEST:
        return found
    scheme, _, rest = found.value.partition("://")
    host, _, path = rest.partition("/")
    rules = _rules().get(host) or _rules().get(_bare(host))
    if rules is None or scheme not in ("http", "https"):
        return found
    for spelled in _paths(path, text):
        for shape, read in rules:
            match = shape.fullmatch(spelled)
            try:
                if match is not None:
                    return read(match)
            except Unreadable:
                continue
    return found


def linked(kind: Kind) -> Kind:
    """The kind, which also reads web addresses that stand for one of it."""

    def read(text: str, hints: Hints) -> Identifier:
        found = _of_address(text) if "/" in text else None
        return found if found is not None and found.kind == kind.name else kind.read(text, hints)

    return replace(kind, read=read)


def _of_address(text: str) -> Identifier | None:
    spelling = plain(text)
    if not url.looks_like(spelling):
        return None
    try:
        return meant(url.read(spelling, NO_HINTS), spelling)
    except Unreadable:
        return None


def _bare(host: str) -> str:
    label, _, rest = host.partition(".")
    return rest if len(label) == 2 or label in _SUBDOMAINS else host


def _paths(path: str, text: str) -> Iterator[str]:
    """The path with its query, and with what stands behind the #, as it was written."""
    decoded = unquote(path)
    yield decoded
    if "#" in text:
        yield f"{decoded.rstrip('/')}#{unquote(plain(text).partition('#')[2])}"


def _handle(slug: str) -> Reader:
    return lambda match: account(PLATFORMS[slug], match[1])


def _stable(slug: str) -> Reader:
    return lambda match: account(PLATFORMS[slug], match[1], only_id=True)


def _number(country: str | None = None) -> Reader:
    """A chat with a telephone number: with its country code, or as it is dialled where everybody is in one country."""

    def read(match: re.Match[str]) -> Identifier:
        digits = match[1]
        if country is not None and digits.startswith("0"):
            return phone.read(digits, Hints(country=country))
        return phone.read(f"+{digits}", NO_HINTS)

    return read


def _app(store: str) -> Reader:
    return lambda match: app.read(f"{store}:{match[1]}", NO_HINTS)


def _item(market: str) -> Reader:
    return lambda match: listing.listing(market, ".".join(match.groups()), 0, match[0])


def _shop(market: str) -> Reader:
    return lambda match: listing.listing(market, match[1], 1, match[0])


def _wallet(before: str = "") -> Reader:
    return lambda match: wallet.read(f"{before}{match[1]}", NO_HINTS)


def _from_query(name: str, reader: Reader) -> Reader:
    """As `reader`, for a value that stands in the query under `name`."""

    def read(match: re.Match[str]) -> Identifier:
        values = parse_qs(match[1]).get(name, [])
        if len(values) != 1:
            raise Unreadable("The address names nothing.")
        whole = re.fullmatch(r"\+?\s?(\S+)", values[0])
        if whole is None:
            raise Unreadable("The address names nothing.")
        return reader(whole)

    return read


_END = r"/?(?:\?.*)?"
"""A path may end so and still name the same."""

_NO_HANDLES = {
    "telegram": "joinchat share addstickers addemoji addlist addtheme proxy socks iv login confirmphone setlanguage "
    "invoice giftcode contact boost bg apps faq privacy nft stickers",
    "facebook": "profile.php people groups events pages watch marketplace login sharer sharer.php share help policies "
    "ads business gaming photo photo.php photos story.php permalink.php hashtag public reel reels stories messages "
    "settings l.php dialog plugins tr recover checkpoint home.php media r.php privacy legal directory places jobs "
    "notes videos games fundraisers donate about login.php search friends saved notifications security careers",
    "instagram": "reel reels explore accounts stories direct about developer legal api oauth challenge emails press "
    "privacy web",
    "twitter": "home intent share search hashtag explore settings login signup tos privacy messages notifications "
    "compose download jobs account oauth who_to_follow about i",
    "vk": "login feed groups video audio photos market settings search away.php share.php about dev",
}
"""First parts of paths that are the platform's own."""


def _own_pages(slug: str) -> str:
    words = "|".join(map(re.escape, _NO_HANDLES[slug].split()))
    return rf"(?!(?:{words})(?:[/?]|\Z))"


_PROFILES: tuple[tuple[str, str, Reader], ...] = (
    ("t.me telegram.me telegram.dog", r"\+([0-9]{7,15})", _number()),
    ("t.me telegram.me telegram.dog", rf"(?:s/)?{_own_pages('telegram')}@?([A-Za-z]\w{{3,31}})", _handle("telegram")),
    ("facebook.com fb.com", r"profile\.php/?\?(.*)", _from_query("id", _stable("facebook"))),
    ("facebook.com fb.com", r"people/[^/]{1,120}/([0-9]{5,20})", _stable("facebook")),
    ("facebook.com fb.com", r"marketplace/profile/([0-9]{5,20})", _stable("facebook")),
    ("facebook.com fb.com", r"marketplace/item/([0-9]{5,20})", _item("facebook-marketplace")),
    ("facebook.com fb.com fb.me", rf"{_own_pages('facebook')}([A-Za-z0-9.]{{5,50}})", _handle("facebook")),
    ("m.me", r"([A-Za-z0-9.]{5,50})", _handle("facebook")),
    ("messenger.com", r"t/([A-Za-z0-9.]{5,50})", _handle("facebook")),
    ("instagram.com instagr.am", rf"{_own_pages('instagram')}@?([A-Za-z0-9._]{{2,30}})", _handle("instagram")),
    ("threads.net threads.com", r"@([A-Za-z0-9._]{1,30})", _handle("threads")),
    ("tiktok.com", r"@([A-Za-z0-9._]{2,24})", _handle("tiktok")),
    ("twitter.com x.com", r"i/user/([0-9]{2,20})", _stable("twitter")),
    ("twitter.com x.com", rf"{_own_pages('twitter')}@?(\w{{1,15}})", _handle("twitter")),
    ("wa.me", r"(?:c/)?\+?([0-9]{7,15})", _number()),
    ("api.whatsapp.com whatsapp.com", r"send/?\?(.*)", _from_query("phone", _number())),
    ("viber.click", r"\+?([0-9]{7,15})", _number()),
    ("signal.me", r"#p/\+([0-9]{7,15})", _number()),
    ("zalo.me", r"([0-9]{9,13})", _number("VN")),
    ("zalo.me", r"([0-9]{16,20})", _stable("zalo")),
    ("line.me", r"(?:R/)?ti/p/(?:~|(?=@))(@?[A-Za-z0-9._-]{3,20})", _handle("line")),
    ("line.me", r"(?:R/)?ti/p/([A-Za-z0-9_-]{10})", _stable("line")),
    ("open.kakao.com", r"me/([A-Za-z0-9._-]{3,20})", _handle("kakaotalk")),
    ("pf.kakao.com", r"(_[A-Za-z0-9]{4,12})(?:/chat)?", _stable("kakaotalk")),
    ("discord.com discordapp.com", r"users/([0-9]{17,20})", _stable("discord")),
    ("linkedin.com", r"(?:in|pub)/([^/?#]{3,100})", _handle("linkedin")),
    ("youtube.com", r"@([^/?#]{3,30})", _handle("youtube")),
    ("youtube.com", r"channel/(UC[A-Za-z0-9_-]{22})", _stable("youtube")),
    ("snapchat.com", r"(?:add/|@)([A-Za-z0-9._-]{3,15})", _handle("snapchat")),
    ("reddit.com", r"(?:user|u)/([A-Za-z0-9_-]{3,20})", _handle("reddit")),
    ("vk.com", r"id([0-9]{1,12})", _stable("vk")),
    ("vk.com", rf"{_own_pages('vk')}([A-Za-z][A-Za-z0-9_.]{{4,31}})", _handle("vk")),
    ("weibo.com weibo.cn", r"(?:u/)?([0-9]{9,11})", _stable("weibo")),
    ("bsky.app", r"profile/([^/?#]{5,253})", _handle("bluesky")),
)
_APPS: tuple[tuple[str, str, Reader], ...] = (
    ("play.google.com", r"store/apps/details/?\?(.*)", _from_query("id", _app("android"))),
    ("apps.apple.com itunes.apple.com", r"(?:[a-z]{2}/)?app/(?:[^/]{1,200}/)?id([0-9]{6,12})", _app("ios")),
    ("appgallery.huawei.com", r"#?/?app/C([0-9]{6,12})", _app("huawei")),
    ("galaxystore.samsung.com apps.samsung.com", r"(?:detail|prepost/\d+)/([A-Za-z0-9_.]{3,255})", _app("android")),
)
_SHOPS: tuple[tuple[str, str, Reader], ...] = (
    ("ebay.com ebay.co.uk ebay.com.au ebay.com.sg ebay.com.my ebay.ph ebay.com.hk ebay.de ebay.fr",
     r"itm/(?:[^/]{1,120}/)?([0-9]{9,14})", _item("ebay")),
    ("ebay.com ebay.co.uk ebay.com.au ebay.com.sg ebay.com.my ebay.ph ebay.com.hk ebay.de ebay.fr",
     r"(?:usr|str)/([^/?]{3,64})", _shop("ebay")),
    ("amazon.com amazon.co.uk amazon.com.au amazon.sg amazon.in amazon.co.jp amazon.de amazon.fr",
     r"(?:[^/]{1,200}/)?(?:dp|gp/product)/([A-Za-z0-9]{10})(?:/.*)?", _item("amazon")),
    ("amazon.com amazon.co.uk amazon.com.au amazon.sg amazon.in amazon.co.jp amazon.de amazon.fr",
     r"sp/?\?(.*)", _from_query("seller", _shop("amazon"))),
    ("aliexpress.com", r"item/([0-9]{6,20})\.html", _item("aliexpress")),
    ("aliexpress.com", r"store/([0-9]{5,14})", _shop("aliexpress")),
    ("item.taobao.com detail.tmall.com", r"item\.html?/?\?(.*)", _from_query("id", _item("taobao"))),
    ("etsy.com", r"(?:[a-z]{2}/)?listing/([0-9]{6,14})(?:/.*)?", _item("etsy")),
    ("etsy.com", r"(?:[a-z]{2}/)?shop/([A-Za-z0-9]{4,20})", _shop("etsy")),
    ("airbnb.com airbnb.co.uk airbnb.com.sg airbnb.com.au airbnb.co.in", r"rooms/(?:plus/)?([0-9]{4,20})",
     _item("airbnb")),
    ("airbnb.com airbnb.co.uk airbnb.com.sg airbnb.com.au airbnb.co.in", r"users/show/([0-9]{4,20})", _shop("airbnb")),
    ("booking.com", r"hotel/([a-z]{2}/[a-z0-9-]{1,120})(?:\.[a-z-]{2,5})?\.html", _item("booking")),
    ("shop.tiktok.com", r"view/product/([0-9]{15,20})", _item("tiktok-shop")),
    *(
        (f"carousell.{country}", shape, reader)
        for country in ("sg", "com.my", "ph", "com.hk", "com.tw", "com", "co.id")
        for shape, reader in (
            (r"p/(?:[^/]{1,200}-)?([0-9]{5,12})", _item("carousell")),
            (r"u/([A-Za-z0-9._]{3,30})", _shop("carousell")),
        )
    ),
    *(
        (f"shopee.{domain}", shape, reader)
        for domain in ("sg", "com.my", "co.th", "vn", "ph", "co.id", "tw", "com.br")
        for shape, reader in (
            (r".{0,300}-i\.([0-9]{4,12})\.([0-9]{4,14})", _item(f"shopee.{domain.rpartition('.')[2]}")),
            (r"product/([0-9]{4,12})/([0-9]{4,14})", _item(f"shopee.{domain.rpartition('.')[2]}")),
            (r"(?:shop/)([0-9]{4,12})", _shop(f"shopee.{domain.rpartition('.')[2]}")),
        )
    ),
    *(
        (f"lazada.{domain}", shape, reader)
        for domain in ("sg", "com.my", "co.th", "vn", "com.ph", "co.id")
        for shape, reader in (
            (r"products/(?:.{0,300}-)?i([0-9]{6,14})(?:-s[0-9]{1,14})?\.html", _item(f"lazada.{domain[-2:]}")),
            (r"shop/([A-Za-z0-9-]{2,80})", _shop(f"lazada.{domain[-2:]}")),
        )
    ),
)  # fmt: skip
_EVM = "(0x[0-9A-Fa-f]{40})"
_ANY_WALLET = "([0-9A-Za-z]{25,110})"
_EXPLORERS: tuple[tuple[str, str, Reader], ...] = (
    *(
        (hosts, rf"(?:address|token)/{_EVM}", _wallet(f"eip155:{chain}:"))
        for hosts, chain in (
            ("etherscan.io", 1), ("bscscan.com", 56), ("polygonscan.com", 137), ("arbiscan.io", 42161),
            ("optimistic.etherscan.io", 10), ("basescan.org", 8453), ("snowtrace.io", 43114), ("ftmscan.com", 250),
        )
    ),
    ("tronscan.org tronscan.io", r"(?:#/)?address/(T[0-9A-Za-z]{33})", _wallet()),
    ("solscan.io", r"account/([0-9A-Za-z]{32,44})", _wallet("solana:")),
    ("explorer.solana.com", r"address/([0-9A-Za-z]{32,44})", _wallet("solana:")),
    ("mempool.space blockstream.info", rf"address/{_ANY_WALLET}", _wallet()),
    ("blockchair.com", rf"[a-z-]{{3,20}}/address/{_ANY_WALLET}", _wallet()),
    ("blockchain.com blockchain.info", rf"(?:explorer/addresses/[a-z]{{3,5}}/|(?:[a-z]{{3}}/)?address/){_ANY_WALLET}",
     _wallet()),
    ("live.blockcypher.com", rf"[a-z]{{3,4}}/address/{_ANY_WALLET}", _wallet()),
    ("xrpscan.com", r"account/(r[0-9A-Za-z]{24,34})", _wallet()),
)  # fmt: skip


@cache
def _rules() -> dict[str, list[tuple[re.Pattern[str], Reader]]]:
    """Rules by host, in the order in which they are tried."""
    found: dict[str, list[tuple[re.Pattern[str], Reader]]] = {}
    for hosts, shape, read in (*_PROFILES, *_APPS, *_SHOPS, *_EXPLORERS):
        whole = re.compile(shape if shape.endswith("(.*)") else shape + _END, re.S)
        for host in hosts.split():
            found.setdefault(host, []).append((whole, read))
    return found
