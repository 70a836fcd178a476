"""The description of the JSON API (OpenAPI 3.1)."""

from typing import Any, get_args

from tocsin import __version__
from tocsin.alerts.saved import MAILS
from tocsin.identifiers import KINDS
from tocsin.intake import FORMATS
from tocsin.policy.agreement import BASES
from tocsin.policy.confidence import SAYS, WHYS
from tocsin.policy.edges import BASES as EDGES
from tocsin.search.tiers import Why
from tocsin.stix import CRIME_TYPES, HANDLING, PAP, TLP


def _parameter(name: str, description: str, schema: dict[str, Any], place: str = "query") -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "description": description, "schema": schema}


def _answer(description: str, schema: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": description, "content": {"application/json": {"schema": reference}}}


_TEXT = {"type": "string"}
_PROBLEM = {
    "description": "What is wrong, in words",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ERRORS = dict.fromkeys(("401", "404", "413", "422", "503"), _PROBLEM)
_VERDICT = {
    "row": {"type": "integer"},
    "column": _TEXT,
    "value": _TEXT,
    "kind": {"type": ["string", "null"]},
    "canonical": {"type": ["string", "null"]},
    "verdict": {"enum": ["accepted", "merged", "held", "rejected"]},
    "reason": _TEXT,
    "stix_id": {"type": ["string", "null"]},
    "observable_id": {"type": ["string", "null"]},
}

_DECISION = {
    "row": {"type": "integer"},
    "at": _TEXT,
    "by": {"type": "string", "description": "A moderator's name only for people of the exchange"},
    "what": {"enum": ["approved", "proposed", "corrected", "rejected", "asked", "answered", "withdrawn", "amended"]},
    "words": {"type": ["string", "null"], "description": "The reason, question or answer"},
    "before": {"type": "object"},
    "after": {"type": "object"},
}

_INDICATOR = [
    _parameter("collection", "The collection's id", _TEXT, "path"),
    _parameter("id", "The indicator's STIX id", _TEXT, "path"),
]
_REPORT = _parameter("report_id", "The report's id", _TEXT, "path")
_EXHIBIT = {
    "sha256": _TEXT,
    "name": {"type": ["string", "null"]},
    "size": {"type": "integer", "description": "Bytes"},
    "added": _TEXT,
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
    "sources": {"type": "array", "items": _TEXT, "description": "Those among them that give their name"},
    "marking": {"enum": list(TLP), "description": "The strictest of both things and of what joins them"},
}

_SAVED = {
    **dict.fromkeys(("id", "name", "question", "looked"), _TEXT),
    "filters": {"type": "object"},
    "new": {"type": "integer", "description": "Since you looked, of what you may read now"},
    "or_more": {"type": "boolean", "description": "So many are counted and no more"},
    "withdrawn": {"type": "integer"},
    "paused": {"type": "boolean"},
    "mails": {"enum": [*MAILS]},
    "webhook": {"type": "boolean"},
}
_NEW_HIT = {
    **dict.fromkeys(("collection", "stix_id", "kind", "value", "marking"), _TEXT),
    "withdrawn": {"type": "boolean", "description": "It was a hit and is withdrawn"},
}

_WHY = {"enum": list(get_args(Why))}
_FOR_PEOPLE: list[dict[str, list[str]]] = [{"session": []}]

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Tocsin", "version": __version__, "description": "Search, hand in, and see what became of it."},
    "servers": [{"url": "/api/v1"}],
    "security": [{"token": []}],
    "paths": {
        "/collections": {
            "get": {
                "summary": "Collections",
                "responses": {"200": _answer("Those you may use", "Collections"), **_ERRORS},
            }
        },
        "/search": {
            "get": {
                "summary": "Search",
                "parameters": [
                    _parameter("q", "Any spelling of anything, and conditions such as kind:iban", _TEXT),
                    _parameter("kind", "Only this kind", {"enum": list(KINDS)}),
                    _parameter("crime_type", "Only this crime", {"enum": list(CRIME_TYPES)}),
                    _parameter("country", "Only this country", _TEXT),
                    _parameter("tlp", "Only this marking", {"enum": list(TLP)}),
                    _parameter("collection", "Only this collection's id", _TEXT),
                    _parameter("member", "Only what this member says in its name", _TEXT),
                    _parameter("revoked", "Only withdrawn ones, or none of them", {"enum": ["yes", "no"]}),
                    _parameter("match", "Only what is found for this reason, where a thing is looked for", _WHY),
                    _parameter("page", "From 1, 25 hits each", {"type": "integer", "minimum": 1}),
                    _parameter("after", "The `after` of the last answer, to go on behind its hits", _TEXT),
                ],
                "responses": {"200": _answer("Hits, best first", "Results"), **_ERRORS},
            }
        },
        "/search/hits.{form}": {
            "get": {
                "summary": "All hits of a search as a file",
                "description": "The question as in /search; 10,000 hits at most. In its order, as the ledger has them.",
                "parameters": [
                    _parameter("form", "A table, lines or a bundle", {"enum": ["csv", "jsonl", "stix.json"]}, "path"),
                    _parameter("q", "The question; what narrows it is said as in /search", _TEXT),
                ],
                "responses": {
                    "200": {
                        "description": "The file",
                        "content": {"text/csv": {}, "application/jsonl": {}, "application/stix+json": {}},
                    },
                    **_ERRORS,
                },
            }
        },
        "/suggestions": {
            "get": {
                "summary": "What may be meant",
                "parameters": [_parameter("q", "The beginning of a thing, three characters at least", _TEXT)],
                "responses": {"200": _answer("Different things, best first", "Suggestions"), **_ERRORS},
            }
        },
        "/lookup": {
            "post": {
                "summary": "Look up many values",
                "parameters": [
                    _parameter("ask", "Say of each value too whether others can be asked about it", {"enum": ["yes"]})
                ],
                "requestBody": {"required": True, "content": {"text/plain": {}}},
                "responses": {"200": _answer("For each value whether it is known", "LookedUp"), **_ERRORS},
            }
        },
        "/reports": {
            "post": {
                "summary": "Hand in a file",
                "parameters": [
                    _parameter("collection", "Title, alias or id; repeat", {"type": "array", "items": _TEXT}),
                    _parameter("tlp", "How far it may be shared", {"enum": list(TLP)}),
                    _parameter("format", "What the bytes are", {"enum": list(FORMATS)}),
                    _parameter("crime", "The crime, where the file does not say", {"enum": list(CRIME_TYPES)}),
                    _parameter("happened", "The day, where the file does not say: 2026-11-20", _TEXT),
                    _parameter("loss", "What was lost, in digits: 12500 or 12500.50", _TEXT),
                    _parameter("currency", "The currency of the loss (ISO 4217)", _TEXT),
                    _parameter("name", "The file's name", _TEXT),
                    _parameter(
                        "share", "Short name of a member or community; repeat", {"type": "array", "items": _TEXT}
                    ),
                    _parameter("pap", "What may be done with it", {"enum": list(PAP)}),
                    _parameter("handling", "A police handling code", {"enum": list(HANDLING)}),
                    _parameter("basis", "The lawful basis for accounts, phones and the like", {"enum": list(BASES)}),
                    _parameter("with_text", "Let notes leave too; left out, they stay", {"enum": ["true", "false"]}),
                    _parameter(
                        "unattributed",
                        "Without the member's name; left out, the member's default",
                        {"enum": ["true", "false"]},
                    ),
                ],
                "requestBody": {"required": True, "content": {"application/octet-stream": {}}},
                "responses": {
                    "200": _answer("Handed in before; nothing was added", "Report"),
                    "201": _answer("Taken in", "Report"),
                    **_ERRORS,
                },
            }
        },
        "/reports/{report_id}": {
            "get": {
                "summary": "What became of a report",
                "parameters": [
                    _REPORT,
                    _parameter("page", "From 1, 10,000 verdicts each", {"type": "integer", "minimum": 1}),
                ],
                "responses": {"200": _answer("The report", "Report"), **_ERRORS},
            }
        },
        "/reports/{report_id}/evidence": {
            "get": {
                "summary": "What is attached to a report of your member's",
                "parameters": [_REPORT],
                "responses": {"200": _answer("In the order in which it came", "Evidence"), **_ERRORS},
            },
            "post": {
                "summary": "Attach a file: it is sealed, opened by nothing here, and never sent on",
                "parameters": [_REPORT, _parameter("name", "The file's name", _TEXT)],
                "requestBody": {"required": True, "content": {"application/octet-stream": {}}},
                "responses": {
                    "200": _answer("Attached before; nothing was added", "Evidence"),
                    "201": _answer("Attached", "Evidence"),
                    **_ERRORS,
                },
            },
        },
        "/reports/{report_id}/evidence/{sha256}": {
            "get": {
                "summary": "An attached file, byte for byte",
                "parameters": [_REPORT, _parameter("sha256", "The file's SHA-256, hexadecimal", _TEXT, "path")],
                "responses": {
                    "200": {"description": "The file", "content": {"application/octet-stream": {}}},
                    **_ERRORS,
                },
            }
        },
        "/indicators/{collection}/{id}": {
            "get": {
                "summary": "One indicator, byte for byte as it is served over TAXII",
                "parameters": [
                    _parameter("collection", "The collection's id", _TEXT, "path"),
                    _parameter("id", "The indicator's STIX id", _TEXT, "path"),
                ],
                "responses": {
                    "200": {"description": "STIX 2.1", "content": {"application/stix+json": {}}},
                    **_ERRORS,
                },
            }
        },
        "/indicators/{collection}/{id}/sources": {
            "get": {
                "summary": "What each source of an indicator says; those without a name under a pseudonym of yours",
                "parameters": [
                    _parameter("collection", "The collection's id", _TEXT, "path"),
                    _parameter("id", "The indicator's STIX id", _TEXT, "path"),
                ],
                "responses": {"200": _answer("Named sources first, days instead of moments", "Sources"), **_ERRORS},
            }
        },
        "/indicators/{collection}/{id}/related": {
            "get": {
                "summary": "What is joined to an indicator, why, since when and by whose word",
                "parameters": [*_INDICATOR, _parameter("via", "Only what is in this folded group", _TEXT)],
                "responses": {"200": _answer("The closest first, days instead of moments", "Related"), **_ERRORS},
            }
        },
        "/indicators/{collection}/{id}/votes": {
            "get": {
                "summary": "How many readers saw it, how many call it wrong, and what your member says",
                "parameters": _INDICATOR,
                "responses": {"200": _answer("Counts of independent readers", "Votes"), **_ERRORS},
            },
            "post": {
                "summary": "Say that your member saw it, that it is wrong, or nothing any more",
                "parameters": _INDICATOR,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Vote"}}},
                },
                "responses": {"200": _answer("Kept; it counts from the next hour", "Votes"), **_ERRORS},
            },
        },
        "/feedback": {
            "get": {
                "summary": "Your member's figure with its parts, what others call wrong of it, and what it says",
                "responses": {"200": _answer("As far as your member may know", "Feedback"), **_ERRORS},
            }
        },
        "/reports/{report_id}/feedback": {
            "get": {
                "summary": "What became of the rows of a report of your member's",
                "parameters": [
                    _REPORT,
                    _parameter("page", "From 1, 50 rows each", {"type": "integer", "minimum": 1}),
                ],
                "responses": {"200": _answer("In the collections that your member reads", "ReportFeedback"), **_ERRORS},
            }
        },
        "/searches": {
            "get": {
                "summary": "Your saved searches and how much is new; for people who are signed in: a token has none",
                "responses": {"200": _answer("By name", "SavedSearches"), **_ERRORS},
            }
        },
        "/searches/{search_id}/new": {
            "get": {
                "summary": "What is new of a saved search of yours; with a webhook, also for tokens of your member",
                "parameters": [
                    _parameter("search_id", "The search's id", _TEXT, "path"),
                    _parameter("page", "From 1, 100 hits each", {"type": "integer", "minimum": 1}),
                ],
                "responses": {"200": _answer("Newest first", "NewHits"), **_ERRORS},
            }
        },
        "/cases": {
            "get": {
                "summary": "Your member's cases and those shared with it; for people who are signed in, not for tokens",
                "security": _FOR_PEOPLE,
                "parameters": [_parameter("page", "From 1, 100 cases each", {"type": "integer", "minimum": 1})],
                "responses": {"200": _answer("Newest first", "Cases"), **_ERRORS},
            }
        },
        "/cases/{case_id}": {
            "get": {
                "summary": "One case as far as your member may read it; for people who are signed in, not for tokens",
                "security": _FOR_PEOPLE,
                "parameters": [_parameter("case_id", "The case's id", _TEXT, "path")],
                "responses": {"200": _answer("In the words of its export", "Case"), **_ERRORS},
            }
        },
        "/enquiries": {
            "get": {
                "summary": "Questions to your member, by it, and through the exchange; nobody named before both agree",
                "responses": {"200": _answer("Newest first", "Enquiries"), **_ERRORS},
            }
        },
    },
    "components": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "tocsin"},
        },
        "schemas": {
            "Problem": {
                "type": "object",
                "properties": {"status": {"type": "integer"}, "title": _TEXT, "detail": _TEXT},
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
                    "remarks": {"type": "array", "items": _TEXT, "description": "What of `q` was not understood"},
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
                    "report": _TEXT,
                    "rows": {"type": "array", "items": {"type": "object"}},
                    "more": {"type": "boolean", "description": "Whether there is another page of rows"},
                },
            },
            "Enquiries": {
                "type": "object",
                "properties": {
                    "asked_of_us": {"type": "array", "items": {"type": "object"}},
                    "asked_by_us": {"type": "array", "items": {"type": "object"}},
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
                    "report": _TEXT,
                    "state": {"enum": ["received", "complete", "unreadable"]},
                    "received": _TEXT,
                    "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
                    "notices": {"type": "array", "items": _TEXT},
                    "loss": {"type": ["string", "null"], "description": "Such as 12,500.00 SGD"},
                    "verdicts": {"type": "array", "items": {"type": "object", "properties": _VERDICT}},
                    "decisions": {"type": "array", "items": {"type": "object", "properties": _DECISION}},
                    "more": {"type": "boolean", "description": "Whether there is another page of verdicts"},
                },
            },
        },
    },
}
