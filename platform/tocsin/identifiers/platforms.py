"""Social and messaging platforms: what they are called, and how their accounts are named.

A handle is what people see and may change; an id is what the platform keeps. The rules are those of the platforms'
own help pages and application interfaces. Where an account is a telephone number (WhatsApp, Viber) it is read as one.
"""

import re
from dataclasses import dataclass
from functools import cache
from unicodedata import normalize


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform: `slug` as STIX's account-type-ov has it where it knows it (STIX 2.1 section 10.1).

    `names` are what people write, in lower case; `handle` and `id` full matches, None where there is none. Small and
    capital letters are the same in handles everywhere, not in ids. `ignored` are characters of a handle that mean
    nothing.
    """

    slug: str
    label: str
    names: tuple[str, ...]
    handle: re.Pattern[str] | None
    id: re.Pattern[str] | None = None
    ignored: str = ""

    def handle_in(self, text: str) -> str | None:
        """The canonical handle that `text` is, None where it is none."""
        handle = normalize("NFC", normalize("NFC", text).casefold())
        if self.handle is None or self.handle.fullmatch(handle) is None or not handle.isprintable():
            return None
        return "".join(letter for letter in handle if letter not in self.ignored)

    def id_in(self, text: str) -> str | None:
        """The stable id that `text` is, None where it is none."""
        return text if self.id is not None and self.id.fullmatch(text) else None


_LETTER = r"(?:[a-z0-9]|[^\x00-\xbf\s])"
"""Platforms that take the letters of every script; vowel signs are letters too."""


def _platform(
    slug: str, label: str, names: str, handle: str | None, stable: str | None = None, *, ignored: str = ""
) -> Platform:
    listed = (slug, label.lower(), *(name.strip() for name in names.split(",") if name.strip()))
    shapes = [None if shape is None else re.compile(shape) for shape in (handle, stable)]
    return Platform(slug, label, tuple(dict.fromkeys(listed)), shapes[0], shapes[1], ignored)


PLATFORMS: dict[str, Platform] = {
    one.slug: one
    for one in (
        _platform("telegram", "Telegram", "tg", r"(?=.{4,32}\Z)[a-z](?:_?[a-z0-9]){3,31}", r"-?[0-9]{5,19}"),
        _platform("line", "LINE", "line id", r"@?[a-z0-9._-]{3,20}", r"U[0-9a-f]{32}|[A-Za-z0-9_-]{10}"),
        _platform(
            "wechat", "WeChat", "weixin, 微信, 微信号", r"(?!wxid_)[a-z][a-z0-9_-]{5,19}", r"wxid_[a-z0-9]{10,16}"
        ),
        _platform("qq", "QQ", "", None, r"[1-9][0-9]{4,11}"),
        _platform(
            "facebook", "Facebook", "fb, messenger, facebook messenger", r"(?=.*[a-z])[a-z0-9](?:\.?[a-z0-9]){4,49}",
            r"[1-9][0-9]{5,19}", ignored=".",
        ),
        _platform("instagram", "Instagram", "ig, insta", r"(?!.*\.\.)(?!.*\.$)[a-z0-9_][a-z0-9._]{0,29}"),
        _platform("threads", "Threads", "", r"(?!.*\.\.)(?!.*\.$)[a-z0-9_][a-z0-9._]{0,29}"),
        _platform("tiktok", "TikTok", "tik tok, douyin", r"(?!.*\.$)[a-z0-9._]{2,24}", r"[0-9]{15,20}"),
        _platform("twitter", "X", "x.com, x (twitter), twitter / x, x / twitter", r"[a-z0-9_]{1,15}", r"[0-9]{5,20}"),
        _platform("zalo", "Zalo", "", None, r"[0-9]{16,20}"),
        _platform(
            "kakaotalk", "KakaoTalk", "kakao, kakao talk, 카카오톡", r"[a-z0-9][a-z0-9._-]{2,19}", r"_[A-Za-z0-9]{4,12}"
        ),
        _platform("signal", "Signal", "", r"[a-z_][a-z0-9_]{2,31}\.[0-9]{2,9}"),
        _platform("discord", "Discord", "", r"(?!.*\.\.)[a-z0-9._]{2,32}(?:#[0-9]{4})?", r"[1-9][0-9]{16,19}"),
        _platform("linkedin", "LinkedIn", "", rf"{_LETTER}(?:[_-]|{_LETTER}){{2,99}}"),
        _platform("youtube", "YouTube", "yt", rf"{_LETTER}(?:[_.·-]|{_LETTER}){{2,29}}", r"UC[A-Za-z0-9_-]{22}"),
        _platform("snapchat", "Snapchat", "snap", r"[a-z][a-z0-9._-]{1,13}[a-z0-9]"),
        _platform("skype", "Skype", "", r"live:[a-z0-9._:-]{1,64}|[a-z][a-z0-9.,_-]{5,31}"),
        _platform("reddit", "Reddit", "", r"[a-z0-9_-]{3,20}"),
        _platform("vk", "VK", "vkontakte, вконтакте", r"(?=.*[a-z])[a-z][a-z0-9_.]{4,31}", r"-?[1-9][0-9]{0,11}"),
        _platform("weibo", "Weibo", "微博", None, r"[1-9][0-9]{8,10}"),
        _platform("bluesky", "Bluesky", "", r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z][a-z0-9-]{1,62}", r"did:plc:[a-z2-7]{24}"),
        _platform("session", "Session", "", None, r"05[0-9a-f]{64}"),
    )
}  # fmt: skip
"""Every platform by its slug."""

BY_NUMBER = {"whatsapp": "WhatsApp", "viber": "Viber", "imo": "imo"}
"""Platforms whose accounts are telephone numbers, by slug."""


def platform_named(text: str) -> Platform | None:
    """The platform that people call so, None where none or none that has accounts of its own is called so."""
    return _by_name().get(" ".join(text.strip(" :@").lower().split()))


@cache
def _by_name() -> dict[str, Platform]:
    return {name: one for one in PLATFORMS.values() for name in one.names}
