"""The shapes of what the JSON API takes and answers (OpenAPI 3.1)."""

from typing import Any

from tocsin.alerts.saved import MAILS
from tocsin.policy.confidence import SAYS, WHYS
from tocsin.policy.edges import BASES as EDGES
from tocsin.stix import TLP

TEXT = {"type": "string"}
_VERDICT = {
    "row": {"type": "integer"},
    "column": TEXT,
    "value": TEXT,
    "kind": {"type": ["string", "null"]},
    "canonical": {"type": ["string", "null"]},
    "verdict": {"enum": ["accepted", "merged", "held", "rejected"]},
    "reason": TEXT,
    "stix_id": {"type": ["string", "null"]},
    "observable_id": {"type": ["string", "null"]},
}

_DECISION = {
    "row": {"type": "integer"},
    "at": TEXT,
    "by": {"type": "string", "description": "A moderator's name only for people of the exchange"},
    "what": {"enum": ["approved", "proposed", "corrected", "rejected", "asked", "answered", "withdrawn", "amended"]},
    "words": {"type": ["string", "null"], "description": "The reason, question or answer"},
    "before": {"type": "object"},
    "after": {"type": "object"},
}

_EXHIBIT = {
    "sha256": TEXT,
    "name": {"type": ["string", "null"]},
    "size": {"type": "integer", "description": "Bytes"},
    "added": TEXT,
    "gone": {"type": "boolean", "description": "What was in it had to go; the hash stays"},
}
_COUNTS = {
    "seen_by": {"type": "integer", "description": "Independent readers; 3 stands for three and more"},
    "called_false_by": {"type": "integer", "description": "Independent readers; 5 stands for five and more"},
}
_VOTE = {
    "says": {"enum": [*SAYS, "nothing"]},
    "why": {"enum": [*WHYS, None], "description": "Where it is wrong: one of the list"},
    "known": {"type": "boolean", "description": "You accept that so few others read it that they may tell who spoke"},
}
_EDGE = {
    "bases": {"type": "array", "items": {"enum": list(EDGES)}, "description": "The closest first"},
    "since": {"type": ["string", "null"], "description": "The first day on which it was asserted"},
    "until": {"type": ["string", "null"], "description": "The last day"},
    "members": {"type": "integer", "description": "Independent members that say so; 0: the names alone say it"},
    "sources": {"type": "array", "items": TEXT, "description": "Those among them that give their name"},
    "marking": {"enum": list(TLP), "description": "The strictest of both things and of what joins them"},
}

_SAVED = {
    **dict.fromkeys(("id", "name", "question", "looked"), TEXT),
    "filters": {"type": "object"},
    "new": {"type": "integer", "description": "Since you looked, of what you may read now"},
    "or_more": {"type": "boolean", "description": "So many are counted and no more"},
    "withdrawn": {"type": "integer"},
    "paused": {"type": "boolean"},
    "mails": {"enum": [*MAILS]},
    "webhook": {"type": "boolean"},
}
_NEW_HIT = {
    **dict.fromkeys(("collection", "stix_id", "kind", "value", "marking"), TEXT),
    "withdrawn": {"type": "boolean", "description": "It was a hit and is withdrawn"},
}

SCHEMAS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "properties": {"status": {"type": "integer"}, "title": TEXT, "detail": TEXT},
    },
    "Collections": {
        "type": "object",
        "properties": {"collections": {"type": "array", "items": {"type": "object"}}},
    },
    "SavedSearches": {
        "type": "object",
        "required": ["searches"],
        "properties": {"searches": {"type": "array", "items": {"type": "object", "properties": _SAVED}}},
    },
    "NewHits": {
        "type": "object",
        "required": ["hits", "more"],
        "properties": {
            "hits": {"type": "array", "items": {"type": "object", "properties": _NEW_HIT}},
            "more": {"type": "boolean", "description": "There is another page"},
        },
    },
    "Results": {
        "type": "object",
        "required": ["total", "hits", "facets"],
        "properties": {
            "total": {"type": "integer"},
            "hits": {"type": "array", "items": {"type": "object"}},
            "facets": {"type": "object"},
            "whys": {"type": "object", "description": "How many hits each reason has, best first"},
            "after": {"type": ["string", "null"], "description": "To ask for what follows; null at the end"},
            "remarks": {"type": "array", "items": TEXT, "description": "What of `q` was not understood"},
            "may_ask": {
                "type": ["boolean", "null"],
                "description": "Somebody can be asked about `q`; null where it is not one exact value, or for "
                "today your member looked for too many",
            },
        },
    },
    "Suggestions": {
        "type": "object",
        "required": ["suggestions"],
        "properties": {"suggestions": {"type": "array", "items": {"type": "object"}}},
    },
    "LookedUp": {
        "type": "object",
        "required": ["values", "left_out"],
        "properties": {
            "values": {"type": "array", "items": {"type": "object"}},
            "left_out": {"type": "integer", "description": "Values beyond the 10,000th, not looked up"},
        },
    },
    "Cases": {
        "type": "object",
        "required": ["cases", "more"],
        "properties": {
            "cases": {"type": "array", "items": {"type": "object"}},
            "more": {"type": "boolean", "description": "Whether there is another page"},
        },
    },
    "Case": {
        "type": "object",
        "required": ["case", "marking", "things", "notes", "tasks", "files", "searches", "right", "meets"],
        "properties": {
            "case": {"type": "object"},
            "marking": {"type": "string", "description": "The strictest in it"},
            "things": {"type": "array", "items": {"type": "object"}},
            "no_longer_available": {"type": "integer"},
            "notes": {"type": "array", "items": {"type": "object"}},
            "tasks": {"type": "array", "items": {"type": "object"}},
            "files": {"type": "array", "items": {"type": "object"}},
            "searches": {"type": "array", "items": {"type": "object"}},
            "right": {"enum": ["own", "write", "read"]},
            "meets": {"type": "array", "items": {"type": "object"}},
        },
    },
    "Sources": {
        "type": "object",
        "properties": {"sources": {"type": "array", "items": {"type": "object"}}},
    },
    "Related": {
        "type": "object",
        "required": ["related", "folded", "money", "more", "searched"],
        "properties": {
            "related": {"type": "array", "items": {"type": "object", "properties": _EDGE}},
            "folded": {"type": "array", "items": {"type": "object"}},
            "money": {"type": "array", "items": {"type": "object"}},
            "more": {"type": "boolean", "description": "Whether reports were left out"},
            "searched": {"type": "boolean", "description": "False while search is down, which finds hosts"},
        },
    },
    "Vote": {"type": "object", "required": ["says"], "properties": _VOTE},
    "Votes": {
        "type": "object",
        "required": ["seen_by", "called_false_by", "own", "can_be_guessed"],
        "properties": {
            **_COUNTS,
            "own": {"type": ["object", "null"]},
            "can_be_guessed": {
                "type": "boolean",
                "description": "So few read it that others may tell who spoke",
            },
        },
    },
    "Feedback": {
        "type": "object",
        "properties": {
            "quality": {"type": "object"},
            "called_false": {"type": "array", "items": {"type": "object"}},
            "said": {"type": "array", "items": {"type": "object"}},
        },
    },
    "ReportFeedback": {
        "type": "object",
        "properties": {
            "report": TEXT,
            "rows": {"type": "array", "items": {"type": "object"}},
            "more": {"type": "boolean", "description": "Whether there is another page of rows"},
        },
    },
    "Enquiries": {
        "type": "object",
        "properties": {
            "asked_of_us": {"type": "array", "items": {"type": "object"}},
            "asked_by_us": {"type": "array", "items": {"type": "object"}},
            "asked_through_the_exchange": {"type": "array", "items": {"type": "object"}},
        },
    },
    "Evidence": {
        "type": "object",
        "required": ["evidence"],
        "properties": {"evidence": {"type": "array", "items": {"type": "object", "properties": _EXHIBIT}}},
    },
    "Report": {
        "type": "object",
        "required": ["report", "state", "counts", "verdicts"],
        "properties": {
            "report": TEXT,
            "state": {"enum": ["received", "complete", "unreadable"]},
            "received": TEXT,
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            "notices": {"type": "array", "items": TEXT},
            "loss": {"type": ["string", "null"], "description": "Such as 12,500.00 SGD"},
            "verdicts": {"type": "array", "items": {"type": "object", "properties": _VERDICT}},
            "decisions": {"type": "array", "items": {"type": "object", "properties": _DECISION}},
            "more": {"type": "boolean", "description": "Whether there is another page of verdicts"},
        },
    },
}
