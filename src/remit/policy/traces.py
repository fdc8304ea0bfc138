"""What a decision leaves behind, gathered as the rules are judged: questions, says, duties, referrals and the rest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from remit.policy.decision import PUT_FORWARD, Finding
from remit.policy.facts import write_value
from remit.policy.language import Condition
from remit.policy.packs import Effect, Rule
from remit.policy.periods import LONDON, london_day, parse_period, plus
from remit.policy.rows import Unknown
from remit.policy.vocabulary import Fact, Moment
from remit.policy.waiting import turns_of
from remit.policy.words import value_words

if TYPE_CHECKING:
    from remit.policy.situation import Situation

#: What a decision offers where a say would excuse the act: asking for it.
ASK = "ask-for-approval"
_ELEMENT = re.compile(r"(?P<list>[\w.]+)\[(?P<index>\d+)\]\.(?P<field>\w+)")


class Traces:
    """Collects in rule order; each question, say and keyed duty once."""

    def __init__(self, kind: Moment) -> None:
        self.kind = kind
        self.findings: list[Finding] = []
        self.asked: dict[str, dict[str, Any]] = {}
        self.says: dict[tuple[str, str], dict[str, Any]] = {}
        self.said_by: dict[tuple[str, str], set[str]] = {}  # key of a say -> ids of the rules that want it
        self.duties: dict[Any, dict[str, Any]] = {}
        self.wanted_by: dict[Any, set[str]] = {}  # key of a duty -> ids of the rules that want it
        self.referrals: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        self.guidance: dict[tuple[str, str], dict[str, Any]] = {}
        self.entries: list[dict[str, Any]] = []
        self.offers: list[dict[str, Any]] = []
        self.refused = self.stopped = False
        self.untils: list[date | datetime | None] = []
        self.holds: list[date | datetime] = []
        self.refusing: set[str] = set()  # ids of the rules that refuse

    # --- what stands in the way ---

    def block(self, effect: Effect, kind: str, finding: Finding, until: Any, situation: Situation) -> None:
        """Count a blocking effect that is fired or unknown, and ask for what would settle it."""
        if finding.verdict == "exempt":
            return
        self.stopped = True
        self.ask_in_turn(situation, finding.open, effect)
        if finding.verdict != "fired":
            return
        if kind == "refuse":
            self.refused = True
            self.refusing.add(finding.rule)
            self.untils.append(None if isinstance(until, Unknown) else until)
        elif kind == "hold" and until is not None:
            self.holds.append(until)
        if effect.say:
            self.say(effect, kind, finding, situation)

    def ask(self, situation: Situation, name: str, question: str | None = None, *, stops: bool = True) -> None:
        """A question for whoever can supply the fact; for what somebody is not sure of, for the adviser."""
        self.stopped = self.stopped or stops
        if name in self.asked:
            return
        question = question or _fact(situation, name)[1]
        self.asked[name] = {"fact": name, "question": question, "who": _asked_of(situation, name)}

    def ask_in_turn(
        self,
        situation: Situation,
        lines: Sequence[tuple[str, ...]],
        effect: Effect | None = None,
        *,
        stops: bool = True,
    ) -> None:
        """Ask what the lines of a rule turn on, each of whoever can supply it.

        Nobody is asked what a later line turns on while they are asked about an earlier one: its answer may rule the
        rule out, or what excepts from it.
        """
        asked: set[str] = set()
        for line in lines:
            of_whom = {name: _asked_of(situation, name) for name in line} if len(lines) > 1 else dict.fromkeys(line, "")
            for name, who in of_whom.items():
                if who not in asked:
                    self.ask(situation, name, effect.question if effect and name == effect.fact else None, stops=stops)
            asked.update(of_whom.values())

    def say(self, effect: Effect, kind: str, finding: Finding, situation: Situation) -> None:
        """A say to be given; asked once however many rules want it, citing them all."""
        pack, key = situation.pack, effect.say or ""
        say = pack.says[key]
        wanted = self.says.setdefault(
            (pack.name, key),
            {
                "key": key,
                "who": (" + " if say.all else " | ").join(say.who),
                "kind": "consult" if kind == "consult" or say.kind == "consult" else "approve",
                "after": list(say.after),
                "clauses": [],
                "pack": pack.name,
                "when": "after" if effect.after_event else "before",
                **({"people": say.people} if say.people > 1 else {}),
            },
        )
        wanted["clauses"] += [c for c in finding.clauses if c not in wanted["clauses"]]
        self.said_by.setdefault((pack.name, key), set()).add(finding.rule)

    # --- what is left behind ---

    def leave(self, effect: Effect, rule: Rule, finding: Finding, situation: Situation) -> None:
        """What the effect leaves behind besides standing in the way."""
        clauses = list(finding.clauses)
        early = {"when": PUT_FORWARD} if effect.put_forward else {}
        match effect.kind:
            case "approve" | "consult" if effect.after_event:
                self.say(effect, effect.kind, finding, situation)
                if effect.if_refused:
                    self.says[situation.pack.name, effect.say or ""]["if_refused"] = effect.if_refused
            case "duty":
                self.duty(effect, rule, clauses, situation)
            case "route":
                self.referrals.append(
                    {
                        **self.recipients(effect, situation),
                        "seen_by": list(effect.seen_by),
                        "never": list(effect.never),
                        "clauses": clauses,
                        "rule": rule.id,
                        "pack": situation.pack.name,
                        **early,
                    }
                )
            case "notify":
                text = filled(situation.pack.texts.get(effect.text or "", effect.text or rule.title), situation)
                self.notices.append(
                    {
                        "who": list(effect.who),
                        "text": text,
                        "clauses": clauses,
                        "rule": rule.id,
                        "pack": situation.pack.name,
                        **early,
                    }
                )
            case "show" | "acknowledge" if effect.text:
                words = filled(situation.pack.texts.get(effect.text, effect.text), situation)
                shown = self.guidance.setdefault(
                    (situation.pack.name, effect.text),
                    {"text": effect.text, "words": words, "clauses": [], "pack": situation.pack.name},
                )
                shown["clauses"] += [c for c in clauses if c not in shown["clauses"]]
            case "offer":
                self.offers.append({"act": effect.act, "clauses": clauses, "rule": rule.id})
            case "record":
                self.entries.append({"register": effect.register, "rule": rule.id, "clauses": clauses, **early})

    def wait(self, effect: Effect, rule: Rule, finding: Finding, situation: Situation) -> None:
        """At a report: it is passed on, told of or entered once somebody has answered what its rule turns on."""
        self.ask_in_turn(situation, finding.open)
        if effect.kind == "route":
            self.leave(replace(effect, to=(), choices=()), rule, finding, situation)
            self.referrals[-1] |= {"waits_for": list(finding.missing), "would_go_to": [*effect.to, *effect.choices]}

    def recipients(self, effect: Effect, situation: Situation) -> dict[str, list[str]]:
        """Where a referral goes: the posts named, or the one of its choices that somebody chose (asked until then)."""
        if not effect.choices or not effect.fact:
            return {"to": list(effect.to)}
        chosen = situation.get(effect.fact)
        if isinstance(chosen, Unknown):
            self.ask(situation, effect.fact)
        key = chosen.replace("_", "-") if isinstance(chosen, str) and not isinstance(chosen, Unknown) else None
        return {"to": [key] if key in effect.choices else [], "choices": list(effect.choices)}

    def duty(self, effect: Effect, rule: Rule, clauses: list[str], situation: Situation) -> None:
        """A duty with its due date, one for each element where the rule says `each`."""
        if effect.condition is not None and effect.condition.run(situation) is True:
            return
        anchor, due, missing, read = _dates(effect, situation)
        duty = {
            "do": filled(effect.do or rule.title, situation),
            "owner": effect.owner,
            "due": write_value(due),
            "late": effect.late or ("within" if effect.within else "by" if effect.by else "open"),
            "clauses": clauses,
            "rule": rule.id,
            "pack": situation.pack.name,
            "from": write_value(anchor),
            "remind": list(effect.remind),
            "overdue": list(effect.overdue),
            "wording": rule.wording,
        }
        if effect.put_forward:
            duty["when"] = PUT_FORWARD
        if self.kind.kind != "state" and turns_of(situation.pack, tuple(c.tree for c in read)).any:
            duty["fixed"] = True  # it runs from the clock of this decision, whenever it is decided again
        if missing:
            duty["waits_for"] = sorted(missing)
            if self.kind.kind != "state":  # there nobody is present; the duty stands without its date until then
                for name in sorted(missing):
                    self.ask(situation, name, stops=False)
        if effect.daily:
            duty["daily"] = list(effect.daily)
        if effect.sample:
            duty["sample"] = _drawn(effect.sample, rule.id, anchor, situation)
        if effect.each:
            items = situation.get(effect.each)
            if isinstance(items, list):
                for index, item in enumerate(items):
                    name = _name(item, index)
                    one = (situation.pack.name, rule.id, effect.do, name)
                    self.duties[one] = {**duty, "each": name}
                    self.wanted_by[one] = {rule.id}
                return
        key = ("key", effect.key) if effect.key else (situation.pack.name, rule.id, effect.do)
        self.wanted_by.setdefault(key, set()).add(rule.id)
        earlier = self.duties.get(key)
        if earlier is None:
            self.duties[key] = duty
            return
        # Two packs ask for one thing: one duty, the earlier date, every clause.
        dates = [d for d in (earlier["due"], duty["due"]) if d]
        cited = earlier["clauses"] + [c for c in clauses if c not in earlier["clauses"]]
        early = {"when": PUT_FORWARD} if PUT_FORWARD in (earlier.get("when"), duty.get("when")) else {}
        self.duties[key] = {**earlier, **early, "due": min(dates, key=_in_time, default=None), "clauses": cited}

    def ways_out(self, rule: Rule, effect: Effect, finding: Finding, situation: Situation) -> None:
        """What would unblock an act, as acts on offer: a refusal's remedy, or a say that would excuse it."""
        clauses, pack = list(finding.clauses), situation.pack.name
        acts = [a for a in (rule.offer, effect.unblocks) if a] if effect.kind == "refuse" else []
        self.offers += [{"act": a, "clauses": clauses, "rule": rule.id} for a in dict.fromkeys(acts)]
        asked = situation.get("act.asked_for") or ()
        self.offers += [
            {"act": ASK, "say": e.approval, "clauses": clauses, "rule": rule.id, "why": e.why, "pack": pack}
            for e in rule.unless
            if e.approval and e.approval not in asked and e.approval != effect.say
        ]

    def shadow(self, rule: Rule, verdict: str) -> None:
        """A rule on trial: recorded, and nobody is told."""
        self.entries.append({"register": "shadow", "rule": rule.id, "clauses": list(rule.clauses), "verdict": verdict})


def _fact(situation: Situation, name: str) -> tuple[Fact | None, str]:
    """The fact (or field of a record) called `name`, and its question in words."""
    facts = situation.pack.vocabulary.facts
    fact = facts.get(name) or facts.get(name.removeprefix("was."))
    if fact is not None:
        return fact, fact.question or f"{fact.label[:1].upper()}{fact.label[1:]}?"
    if (found := _ELEMENT.fullmatch(name)) and found["list"] in facts:
        whole = facts[found["list"]]
        field = whole.fields[found["field"]]
        which = f"{whole.label.removeprefix('the ')}, number {int(found['index']) + 1}"
        return whole, f"{field.question or field.label} ({which})"
    return None, name


def _asked_of(situation: Situation, name: str) -> str:
    """Whoever can supply a fact; of what somebody is not sure of, the adviser."""
    if name in situation.get("act.not_sure"):
        return situation.pack.in_doubt
    fact = _fact(situation, name)[0]
    return fact.supplier if fact else "author"


def _name(item: Any, index: int) -> str:
    """What tells one element of a list from another: its id, its name, or its place."""
    return str(item.get("id", item.get("name", index))) if isinstance(item, dict) else str(item)


def _drawn(sample: tuple[str, str], rule: str, anchor: Any, situation: Situation) -> dict[str, Any]:
    """The elements to look at: in the order of their digests, so that nobody picks and anybody can draw them again."""
    of, count = sample
    items, wanted = situation.get(of), situation.get(count)
    names = [_name(item, index) for index, item in enumerate(items)] if isinstance(items, list) else []
    seed = f"{rule}\n{write_value(anchor)}\n"
    drawn = sorted(names, key=lambda name: hashlib.sha256(f"{seed}{name}".encode()).hexdigest())
    return {"of": of, "drawn": drawn[:wanted] if isinstance(wanted, int) else drawn}


def _in_time(due: str) -> str:
    """What the days and times by which something is due, as JSON writes them, are put in order by."""
    if "T" not in due:
        return f"{due}~"  # until the day ends
    return datetime.fromisoformat(due).astimezone(LONDON).replace(tzinfo=None).isoformat()


def _dates(effect: Effect, situation: Situation) -> tuple[Any, Any, Unknown, tuple[Condition, ...]]:
    """A duty's anchor, and the day or time when it is due: None where there is none.

    What is owed within days is due on a day, and in time until it ends; within hours, at a time. With them the facts
    that would give what is unknown of them, and the expressions that gave them.
    """
    missing: set[str] = set()

    def known(value: Any) -> Any:
        if isinstance(value, Unknown):
            missing.update(value)
            return None
        return value

    anchor = known(effect.anchor.run(situation)) if effect.anchor else None
    start = (effect.anchor,) if effect.anchor else ()
    for condition in effect.by:
        if (due := known(condition.run(situation))) is not None:
            return anchor, due, Unknown(), (condition, *start)
    words = effect.within or effect.every
    length = known(_length(words, situation)) if words else None
    if anchor is not None and length is not None:
        period = parse_period(length)
        due = plus(anchor, period, situation["holidays"])
        return anchor, due if period.elapsed else london_day(due), Unknown(), start
    if effect.late == "at once" and not missing:
        return anchor, london_day(anchor or situation.get("today")), Unknown(), start
    return anchor, None, Unknown(missing), start


def _length(words: str, situation: Situation) -> Any:
    """A period written out, or what the parameter or setting of that name holds."""
    return situation[words] if words.startswith(("parameter.", "force.")) else words


def filled(text: str, situation: Situation, until: Any = None) -> str:
    """`text` with `{until}`, `{force.website}` and other facts put in; what nobody has said stays blank."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        given = until if name == "until" else situation.get(name)
        if given is None or isinstance(given, Unknown):
            return "a time that cannot be told yet" if name == "until" else "(not given)"
        fact = situation.pack.vocabulary.facts.get(name)
        said = value_words(given, fact)
        return said.strip("“”") if isinstance(given, str) else said

    return re.sub(r"\{([a-z][\w.]*)\}", value, text) if "{" in text else text
