"""What must not be published, and what has to wait: allow lists, reserved values, corroboration."""

from tocsin.screening.allowlists import AllowLists, ListHit, compile_allowlists, open_allowlists
from tocsin.screening.corroboration import Voice, corroborated
from tocsin.screening.demonstration import SHARED_HOST, with_shared_host
from tocsin.screening.lists import WEBMAIL
from tocsin.screening.lookalike import Imitation, Protected, imitated, protect
from tocsin.screening.member_lists import (
    BRAND,
    HARMLESS,
    NETWORK,
    NO_LISTS,
    OWN,
    Cover,
    Covered,
    ListEntry,
    MemberLists,
    covered,
    lists_for,
)
from tocsin.screening.objects import Content, content_of
from tocsin.screening.screen import KEPT, Screening, Verdict, imitation, screen
from tocsin.screening.secrecy import filing_in, filings, heading_states, states_filing

__all__ = [
    "BRAND",
    "HARMLESS",
    "KEPT",
    "NETWORK",
    "NO_LISTS",
    "OWN",
    "SHARED_HOST",
    "WEBMAIL",
    "AllowLists",
    "Content",
    "Cover",
    "Covered",
    "Imitation",
    "ListEntry",
    "ListHit",
    "MemberLists",
    "Protected",
    "Screening",
    "Verdict",
    "Voice",
    "compile_allowlists",
    "content_of",
    "corroborated",
    "covered",
    "filing_in",
    "filings",
    "heading_states",
    "imitated",
    "imitation",
    "lists_for",
    "open_allowlists",
    "protect",
    "screen",
    "states_filing",
    "with_shared_host",
]
