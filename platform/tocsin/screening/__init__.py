"""What must not be published, and what has to wait: allow lists, reserved values, corroboration."""

from tocsin.screening.allowlists import AllowLists, ListHit, compile_allowlists, open_allowlists
from tocsin.screening.corroboration import Voice, corroborated
from tocsin.screening.demonstration import SHARED_HOST, with_shared_host
from tocsin.screening.objects import Content, content_of
from tocsin.screening.screen import KEPT, Screening, Verdict, screen
from tocsin.screening.secrecy import filing_in, filings, heading_states, states_filing

__all__ = [
    "KEPT",
    "SHARED_HOST",
    "AllowLists",
    "Content",
    "ListHit",
    "Screening",
    "Verdict",
    "Voice",
    "compile_allowlists",
    "content_of",
    "corroborated",
    "filing_in",
    "filings",
    "heading_states",
    "open_allowlists",
    "screen",
    "states_filing",
    "with_shared_host",
]
