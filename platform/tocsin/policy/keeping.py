"""How long what was reported is kept: rules by kind of identifier and by marking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.times import DAY_MS

MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Rule:
    """Something is kept for `days` days after it was last reported or seen; None stands for every kind or marking."""

    days: int
    kind: str | None = None
    tlp: str | None = None


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The most specific first: kind and marking, kind, marking, everything."""
    return sorted(rules, key=lambda one: (one.kind is None, one.tlp is None, one.kind or "", one.tlp or ""))


def rule_for(rules: Iterable[Rule], kind: str | None, tlp: str) -> Rule | None:
    """The rule that applies, None where what is reported so is kept. What is of no kind has no rule for one."""
    fitting = (one for one in in_order(rules) if one.kind in (None, kind) and one.tlp in (None, tlp))
    return next(fitting, None)


def last_word(received_ms: int, last_seen: int | None, now: int) -> int:
    """From when (ms) a keeping time counts: the last sighting, or the report where that is later or the other ahead."""
    return last_seen if last_seen is not None and received_ms < last_seen <= now else received_ms


def kept_until(rule: Rule | None, last: int) -> int | None:
    """Until when (ms) a rule keeps what was last reported or seen at `last` (ms); None for no end."""
    return None if rule is None else last + rule.days * DAY_MS


def check_rule(rule: Rule, kinds: Mapping[str, object], markings: Mapping[str, object]) -> None:
    """ValueError, in a sentence, where a rule cannot be."""
    if rule.kind is not None and rule.kind not in kinds:
        raise ValueError(f"{rule.kind!r} is no kind of identifier; it is one of {', '.join(kinds)}.")
    if rule.tlp is not None and rule.tlp not in markings:
        raise ValueError(f"{rule.tlp!r} is no TLP marking; it is one of {', '.join(markings)}.")
    if not 1 <= rule.days <= MOST_DAYS:
        raise ValueError(f"The number of days has to lie between 1 and {MOST_DAYS:,}.")
