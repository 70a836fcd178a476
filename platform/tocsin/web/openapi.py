"""The description of the JSON API (OpenAPI 3.1)."""

from typing import Any, get_args

from tocsin import __version__
from tocsin.identifiers import KINDS
from tocsin.intake import FORMATS
from tocsin.policy.agreement import BASES
from tocsin.search.tiers import Why
from tocsin.stix import CRIME_TYPES, HANDLING, PAP, TLP
from tocsin.web.openapi_schemas import SCHEMAS, TEXT


def _parameter(name: str, description: str, schema: dict[str, Any], place: str = "query") -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "description": description, "schema": schema}


def _answer(description: str, schema: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": description, "content": {"application/json": {"schema": reference}}}


_PROBLEM = {
    "description": "What is wrong, in words",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ERRORS = dict.fromkeys(("401", "404", "413", "422", "503"), _PROBLEM)
_INDICATOR = [
    _parameter("collection", "The collection's id", TEXT, "path"),
    _parameter("id", "The indicator's STIX id", TEXT, "path"),
]
_REPORT = _parameter("report_id", "The report's id", TEXT, "path")
_ASKED = [
    _parameter("q", "Any spelling of anything, and conditions such as kind:iban", TEXT),
    _parameter("kind", "Only this kind", {"enum": [*KINDS, "other"]}),
    _parameter("crime_type", "Only this crime", {"enum": list(CRIME_TYPES)}),
    _parameter("country", "Only this country", TEXT),
    _parameter("tlp", "Only this marking", {"enum": list(TLP)}),
    _parameter("collection", "Only this collection's id", TEXT),
    _parameter("member", "Only what this member says in its name", TEXT),
    _parameter("revoked", "Only withdrawn ones, or none of them", {"enum": ["yes", "no"]}),
    _parameter(
        "match", "Only what is found for this reason, where a thing is looked for", {"enum": list(get_args(Why))}
    ),
]
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
                    *_ASKED,
                    _parameter("page", "From 1, 25 hits each", {"type": "integer", "minimum": 1}),
                    _parameter("after", "The `after` of the last answer, to go on behind its hits", TEXT),
                ],
                "responses": {"200": _answer("Hits, best first", "Results"), **_ERRORS},
            }
        },
        "/search/hits.{form}": {
            "get": {
                "summary": "All hits of a search as a file",
                "description": "10,000 hits at most, in the order of /search, as the ledger has them.",
                "parameters": [
                    _parameter("form", "A table, lines or a bundle", {"enum": ["csv", "jsonl", "stix.json"]}, "path"),
                    *_ASKED,
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
                "parameters": [_parameter("q", "The beginning of a thing, three characters at least", TEXT)],
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
                    _parameter("collection", "Title, alias or id; repeat", {"type": "array", "items": TEXT}),
                    _parameter("tlp", "How far it may be shared", {"enum": list(TLP)}),
                    _parameter("format", "What the bytes are", {"enum": list(FORMATS)}),
                    _parameter("crime", "The crime, where the file does not say", {"enum": list(CRIME_TYPES)}),
                    _parameter("happened", "The day, where the file does not say: 2026-11-20", TEXT),
                    _parameter("loss", "What was lost, in digits: 12500 or 12500.50", TEXT),
                    _parameter("currency", "The currency of the loss (ISO 4217)", TEXT),
                    _parameter("name", "The file's name", TEXT),
                    _parameter(
                        "share", "Short name of a member or community; repeat", {"type": "array", "items": TEXT}
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
                "parameters": [_REPORT, _parameter("name", "The file's name", TEXT)],
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
                "parameters": [_REPORT, _parameter("sha256", "The file's SHA-256, hexadecimal", TEXT, "path")],
                "responses": {
                    "200": {"description": "The file", "content": {"application/octet-stream": {}}},
                    **_ERRORS,
                },
            }
        },
        "/indicators/{collection}/{id}": {
            "get": {
                "summary": "One indicator, byte for byte as it is served over TAXII",
                "parameters": _INDICATOR,
                "responses": {
                    "200": {"description": "STIX 2.1", "content": {"application/stix+json": {}}},
                    **_ERRORS,
                },
            }
        },
        "/indicators/{collection}/{id}/sources": {
            "get": {
                "summary": "What each source of an indicator says; those without a name under a pseudonym of yours",
                "parameters": _INDICATOR,
                "responses": {"200": _answer("Named sources first, days instead of moments", "Sources"), **_ERRORS},
            }
        },
        "/indicators/{collection}/{id}/related": {
            "get": {
                "summary": "What is joined to an indicator, why, since when and by whose word",
                "parameters": [*_INDICATOR, _parameter("via", "Only what is in this folded group", TEXT)],
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
                    _parameter("search_id", "The search's id", TEXT, "path"),
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
                "parameters": [_parameter("case_id", "The case's id", TEXT, "path")],
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
        "schemas": SCHEMAS,
    },
}
