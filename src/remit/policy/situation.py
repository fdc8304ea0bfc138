"""The facts of one decision as one pack sees them: what somebody said, and what the pack makes of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from remit.policy.language import Condition
from remit.policy.lapsing import run_out
from remit.policy.packs import Definition, Pack, Parameter
from remit.policy.periods import instant, london_date
from remit.policy.rows import Unknown


class Situation(dict[str, Any]):
    """The facts of one decision as one pack sees them: every name gives a value, None for *none*, or Unknown.

    Figures, settings, concerns that nothing raised and the kernel's own are there from the start; definitions are
    worked out when they are first asked for.
    """

    def __init__(
        self, pack: Pack, facts: Mapping[str, Any], now: datetime, at: datetime, figures_of: date | None = None
    ) -> None:
        """`figures_of` is the day whose figures of the policy count, that of `at` unless given."""
        super().__init__(_from_the_start(pack))
        for parameter in _dated(pack):
            self[parameter.name] = parameter.on(figures_of or london_date(at))
        self.update(facts)
        self.pack, self.known = pack, facts
        # In UTC, since Python compares two times of one zone by the clock on the wall, wrong by an hour at its changes.
        self["today"], self["now"], self["at"] = london_date(now), now.astimezone(UTC), at.astimezone(UTC)
        if given := facts.get("act.says"):
            self._without_what_has_run_out(given)
        # What a signal raised and its author disputes is open until somebody settles it; it is not a no.
        for name in facts.get("act.not_sure") or ():
            if name.startswith("concern.") and name not in facts:
                self[name] = Unknown({name})

    def _without_what_has_run_out(self, given: list[dict[str, Any]]) -> None:
        """An approval that no longer counts is no approval, whoever says that it was given."""
        # What is judged as the act of an earlier day stands on what counted then; what is put off, on what counts now.
        when = min(self["now"], self["at"])
        out = run_out(self.pack.says, given, when, self._period, self["holidays"])
        for name in ("act.approved", "act.answered") if out else ():
            self[name] = [key for key in self[name] if key not in out]

    def _period(self, name: str) -> Any:
        found = self[name]
        return None if found.__class__ is Unknown else found

    def later(self, when: date | datetime) -> Situation:
        """The same facts at another time; a day begins at midnight in London."""
        now = instant(when)
        return Situation(self.pack, self.known, now, max(now, self["at"]))

    def at_no_time(self) -> Situation:
        """The same facts while nobody knows the time: what is settled here is so whenever it is asked."""
        found = Situation(self.pack, self.known, self["now"], self["at"])
        found.update(dict.fromkeys(("today", "now", "at"), Unknown({"now"})))
        return found

    def get(self, name: str) -> Any:  # type: ignore[override]
        """As `self[name]`; a mapping's own `get` would not work out what is missing."""
        return self[name]

    def __missing__(self, name: str) -> Any:
        found = self._define(name) if name in self.pack.definitions else self._follow(name)
        self[name] = found
        return found

    def _follow(self, name: str) -> Any:
        """What another fact makes of one that nobody has given: a post about no incident is about no live one."""
        fact = self.pack.vocabulary.facts.get(name)
        if fact is None or fact.follows is None:
            return Unknown({name})
        other, values, then = fact.follows
        said = self[other]
        if said.__class__ is Unknown:
            return said
        return then if said in values else Unknown({name})

    def _define(self, name: str) -> Any:
        definition = self.pack.definitions[name]
        if definition.adds:
            return self._sum(definition)
        for condition, value in definition.cases:
            verdict = condition.run(self)
            if verdict.__class__ is Unknown:
                return verdict
            if verdict:
                return self._worked_out(value)
        return self[definition.asks] if definition.asks else self._worked_out(definition.otherwise)

    def _worked_out(self, value: Any) -> Any:
        return value.run(self) if isinstance(value, Condition) else value

    def _sum(self, definition: Definition) -> Any:
        """The values of every line that is met; unknown while one is, none where one that is met is none."""
        missing: set[str] = set()
        total = definition.otherwise
        for condition, value in definition.cases:
            met = condition.run(self)
            worth = self._worked_out(value) if met and met.__class__ is not Unknown else met
            if worth.__class__ is Unknown:
                missing |= worth
            elif met:
                total = None if total is None or worth is None else total + worth
        return Unknown(missing) if missing else total


@lru_cache(maxsize=64)
def _from_the_start(pack: Pack) -> dict[str, Any]:
    """What each name is where nobody has said, if it is not unknown; a definition is worked out instead."""
    vocabulary = pack.vocabulary
    found: dict[str, Any] = {"holidays": vocabulary.holidays}
    found |= {name: fact.default for name, fact in vocabulary.facts.items() if fact.has_default}
    found |= {f"concern.{key}": False for key, concern in vocabulary.concerns.items() if not concern.ask_always}
    found |= pack.setting_defaults
    found |= {name: parameter.value for name, parameter in pack.parameters.items()}
    return {name: value for name, value in found.items() if name not in pack.definitions}


@lru_cache(maxsize=64)
def _dated(pack: Pack) -> tuple[Parameter, ...]:
    """The figures that are not the same on every day."""
    return tuple(parameter for parameter in pack.parameters.values() if parameter.changes)
