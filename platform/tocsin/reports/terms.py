"""Under what terms a report is handed in."""

import json
from dataclasses import asdict, dataclass, fields

from tocsin.intake import NO_CLAIM, Claim
from tocsin.policy.carry import Reader, Shared
from tocsin.reports.loss import Loss


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms a report is handed in; with the bytes and the member they make a report the same report.

    `kind` and `claim` apply to every row that says nothing itself. `voice` is False for open lists. `whole`: STIX
    objects are published with the id and bytes they came with. `override` is the reason why allow lists are set
    aside, given by somebody who may. `audience` is who may know, None where only collections were named; `pap` and
    `handling` are names of markings; `basis` a key of `policy.agreement.BASES`; `with_text`: free text may leave.
    `roles` are those that were set by hand, by row count from 0; `loss` is what a victim lost.
    """

    tlp: str
    collections: tuple[int, ...]
    format: str = "auto"
    kind: str | None = None
    claim: Claim = NO_CLAIM
    unattributed: bool = False
    voice: bool = True
    whole: bool = False
    override: str | None = None
    audience: tuple[Reader, ...] | None = None
    pap: str | None = None
    handling: str | None = None
    basis: str | None = None
    with_text: bool = False
    roles: tuple[tuple[int, str | None], ...] = ()
    loss: Loss | None = None

    def shared(self, owner: int, audience: frozenset[Reader] | None) -> Shared:
        """What policy decides on; `owner` is the member's key, `audience` who may know, None for everybody."""
        return Shared(
            tlp=self.tlp,
            owner=owner,
            audience=audience,
            unattributed=self.unattributed,
            handling=self.handling,
            basis=self.basis,
        )


_LATER = ("audience", "pap", "handling", "basis", "with_text", "roles", "loss")
"""Terms that reports of the first versions lack: left out where nothing was said, so that a retry stays one."""


def spelled(terms: Terms) -> str:
    """The terms as they are kept; what makes two reports the same is spelled the same."""
    said = asdict(terms)
    defaults = {one.name: one.default for one in fields(Terms)}
    kept = {name: value for name, value in said.items() if name not in _LATER or value != defaults[name]}
    return json.dumps(kept, sort_keys=True)


def read_terms(text: str) -> Terms:
    """The terms that are kept so."""
    said = json.loads(text)
    said["claim"] = Claim(**said["claim"])
    said["collections"] = tuple(said["collections"])
    if said.get("audience") is not None:
        said["audience"] = tuple(Reader(*one) for one in said["audience"])
    said["roles"] = tuple((n, role) for n, role in said.get("roles", ()))
    if said.get("loss") is not None:
        said["loss"] = Loss(**said["loss"])
    return Terms(**said)
