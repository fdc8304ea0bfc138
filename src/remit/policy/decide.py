"""Deciding: which rules bite at a moment, what each leaves behind, and what is still to be asked.

Pure: no database, no clock, no network. The same packs, facts and now give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from remit.policy.decision import ALLOWED, NEEDS, PUT_FORWARD, REFUSED, Decision, Finding, Line
from remit.policy.faults import nearest
from remit.policy.language import Condition
from remit.policy.packs import BLOCKING, Effect, Exemption, Pack, Rule
from remit.policy.periods import instant, london_date
from remit.policy.rows import Unknown
from remit.policy.satisfaction import given_by, satisfied
from remit.policy.situation import Situation
from remit.policy.traces import Traces, filled
from remit.policy.vocabulary import MOMENT, Moment
from remit.policy.waiting import Turns, earliest, turns_of

#: Effects that leave something behind rather than stand in the way, and where advice may use them.
_ADVICE = BLOCKING | {"show", "warn", "offer"}
#: What waits at a report until what its rule turns on is known.
_WAITING = ("route", "notify", "record")
#: What only somebody else can lift; the rest its author answers, ticks or writes.
EXCUSABLE = frozenset({"refuse", "hold", "approve", "consult"})


@dataclass(frozen=True)
class Outcome:
    """How one rule came out, before its effects are looked at."""

    verdict: str  # fired | exempt | unknown
    lines: tuple[Line, ...]
    #: What is unknown of each line that is, in their order.
    open: tuple[tuple[str, ...], ...] = ()
    exemption: Exemption | None = None
    certain: bool = True  # every `when` was yes
    claims: tuple[tuple[str, tuple[str, ...]], ...] = ()  # as `Finding.claims`


def decide(
    packs: Sequence[Pack],
    moment: str,
    facts: Mapping[str, Any],
    now: datetime,
    *,
    at: datetime | None = None,
) -> Decision:
    """Judge an act, report, state or piece of advice under every pack at once; the strictest effect wins.

    Args:
        packs: at least one, all loaded with the same shared vocabulary.
        moment: a name of `moments.yaml`; the moments it includes are judged with it.
        facts: dotted name -> Python value, None for *none*; what is left out is unknown.
        now: aware; when the decision is taken.
        at: aware; when the act takes effect, `now` unless given.
    Raises:
        ValueError: no packs, an unknown moment, or a time without its zone.
    """
    if not packs:
        raise ValueError("A decision needs at least one pack.")
    if now.tzinfo is None or (at is not None and at.tzinfo is None):
        raise ValueError("The time of a decision needs its offset from UTC, as in 2026-11-21T16:30:00+00:00.")
    kind = _moment(packs[0], moment)
    traces = Traces(kind)
    day = london_date(at or now)
    facts = {**facts, MOMENT: moment}
    situations = [Situation(pack, facts, now, at or now) for pack in packs]
    for pack, situation in zip(packs, situations, strict=True):
        for rule, _ in rules_at(pack, moment):
            if in_force(rule, day):
                _judge(rule, situation, kind, traces)
        for name in pack.vocabulary.moments[moment].needs:
            if isinstance(situation.get(name), Unknown):
                traces.ask(situation, name)
    return _decision(situations, moment, now, kind, traces, _turns_on(tuple(packs), moment))


def _moment(pack: Pack, name: str) -> Moment:
    moments = pack.vocabulary.moments
    if name not in moments:
        raise ValueError(f'There is no moment "{name}". {nearest(name, moments)}')
    return moments[name]


@lru_cache(maxsize=4096)
def rules_at(pack: Pack, moment: str) -> tuple[tuple[Rule, frozenset[str]], ...]:
    """The rules of `pack` that bind at `moment` or at one it includes, each with every fact it reads."""
    included = set(pack.vocabulary.included(moment))
    return tuple((r, facts_read(pack, r)) for r in pack.rules if included.intersection(r.moments) and r.mode != "off")


@lru_cache(maxsize=1024)
def _turns_on(packs: tuple[Pack, ...], moment: str) -> frozenset[str]:
    return frozenset().union(*(reads for pack in packs for _, reads in rules_at(pack, moment)))


def facts_read(pack: Pack, rule: Rule) -> frozenset[str]:
    """Every fact that `rule` turns on, through definitions too."""
    return _read(pack, rule, rule.conditions)


def _read(pack: Pack, rule: Rule, tests: Sequence[Condition]) -> frozenset[str]:
    """Every fact that `tests` and the effects of `rule` turn on, through definitions too."""
    conditions = [*tests, *(e.condition for e in rule.then if e.condition)]
    names = set().union(*(c.facts for c in conditions)) if conditions else set()
    names |= {e.fact for e in rule.then if e.fact}
    todo = [n for n in names if n in pack.definitions]
    while todo:
        definition = pack.definitions[todo.pop()]
        asked = {definition.asks} if definition.asks else set()
        for used in (*(condition.facts for condition in definition.conditions), asked):
            new = used - names
            names |= new
            todo.extend(n for n in new if n in pack.definitions)
    known = (pack.vocabulary.facts.get(name) for name in names)
    return frozenset(names | {fact.follows[0] for fact in known if fact is not None and fact.follows})


def in_force(rule: Rule, day: date) -> bool:
    """Whether the rule binds what takes effect on `day`."""
    return (rule.in_force_from is None or rule.in_force_from <= day) and (
        rule.in_force_until is None or day <= rule.in_force_until
    )


def evaluate(rule: Rule, situation: Situation) -> Outcome | None:
    """How the rule came out; None when it passes: a `when` is no."""
    values = []
    for condition in rule.when:
        value = condition.run(situation)
        if not value and value.__class__ is not Unknown:
            return None
        values.append(value)
    certain = True
    lines, missing = [], list[tuple[str, ...]]()
    for condition, value in zip(rule.when, values, strict=True):
        if value.__class__ is Unknown:
            certain = False
            missing.append(tuple(sorted(value)))
        lines.append(_line(condition.words, "unknown" if value.__class__ is Unknown else "yes"))
    open_whens = tuple(missing)
    excused: Exemption | None = None
    claims = list[tuple[str, tuple[str, ...]]]()
    for exemption in rule.unless:
        value = exemption.condition.run(situation)
        unknown = value.__class__ is Unknown
        if unknown and exemption.claimed:
            claims.append((exemption.why or exemption.condition.words, tuple(sorted(value))))
            value = unknown = False
        if unknown and exemption.presumed:
            value, unknown = True, False
        if unknown:
            missing.append(tuple(sorted(value)))
        elif value and excused is None:
            excused = exemption
        verdict = "unknown" if unknown else "yes" if value else "no"
        lines.append(_line(f"unless {exemption.why or exemption.condition.words}", verdict))
    if excused is not None:
        return Outcome("exempt", tuple(lines), open_whens, exemption=excused, certain=certain)
    if missing:
        return Outcome("unknown", tuple(lines), tuple(missing), certain=certain)
    return Outcome("fired", tuple(lines), claims=tuple(claims))


@lru_cache(maxsize=16384)
def _line(text: str, verdict: str) -> Line:
    return Line(text, verdict)


def _judge(rule: Rule, situation: Situation, kind: Moment, traces: Traces) -> None:
    outcome = evaluate(rule, situation)
    if outcome is None:
        return
    if rule.mode == "shadow":
        if outcome.verdict != "exempt":
            traces.shadow(rule, outcome.verdict)
        return
    excused = next((place for place, one in enumerate(rule.unless) if one is outcome.exemption), None)
    clauses = _cited(situation.pack, rule, outcome.verdict, excused)
    asked = _asked_for(rule, situation) if outcome.verdict == "fired" else None
    for effect in rule.then:
        cited = (effect.clause,) if effect.clause else clauses
        _leave(_put_to(effect, asked), rule, outcome, cited, situation, kind, traces)
    # What an exception wants is wanted while it is only asked for, too: the approver must see the answer.
    if (exception := outcome.exemption or asked) is not None:
        # While it is open whether an exception is needed at all, what it costs is open as well.
        needed = outcome.exemption is None or outcome.certain
        applies = replace(outcome, verdict="fired" if needed else "unknown", exemption=None)
        for effect in exception.then:
            own = effect.clause or exception.clause
            _leave(effect, rule, applies, (own,) if own else clauses, situation, kind, traces)


def _asked_for(rule: Rule, situation: Situation) -> Exemption | None:
    """The exception that an approval would bring about and somebody has asked for; it has not been given yet."""
    wanted = situation.get("act.asked_for") or ()
    return next((e for e in rule.unless if e.approval and e.approval in wanted), None) if wanted else None


def _put_to(effect: Effect, asked: Exemption | None) -> Effect:
    """What stands in the way of an act, as the approval that would excuse it where that has been asked for."""
    if asked is None or effect.kind not in EXCUSABLE or effect.after_event:
        return effect
    return Effect("approve", place=effect.place, say=asked.approval)


@lru_cache(maxsize=4096)
def _cited(pack: Pack, rule: Rule, verdict: str, excused: int | None) -> tuple[str, ...]:
    """The rule's own clauses and those of what it used, each once: its definitions and the exception that applied.

    What defines an exception that did not apply is no reason for what is decided, and is not cited. `excused` is the
    place of the exception that applied.
    """
    applied = rule.unless[excused : excused + 1] if excused is not None else rule.unless if verdict == "unknown" else ()
    read = _read(pack, rule, [*rule.when, *(exemption.condition for exemption in applied)])
    defined = (pack.definitions[name].clause for name in sorted(read) if name in pack.definitions)
    own = rule.unless[excused].clause if excused is not None else None
    return tuple(dict.fromkeys([*rule.clauses, *(clause for clause in (*defined, own) if clause)]))


def _leave(
    effect: Effect,
    rule: Rule,
    outcome: Outcome,
    clauses: tuple[str, ...],
    situation: Situation,
    kind: Moment,
    traces: Traces,
) -> None:
    """One effect of one rule: its finding, and what it leaves behind."""
    if kind.kind == "advice" and effect.kind not in _ADVICE:
        return
    effect_kind = "warn" if rule.mode == "warn" and effect.kind in BLOCKING else effect.kind
    verdict, open_, exempt_by = outcome.verdict, outcome.open, None
    if outcome.exemption is not None:
        open_ = ()
        exempt_by = outcome.exemption.why or outcome.exemption.condition.words
    elif effect.kind in BLOCKING:
        state = satisfied(effect, situation)
        if state is True:
            if (exempt_by := given_by(effect, situation)) is None:
                return  # what was asked for is there: the rule is kept, and there is nothing to report
            verdict, open_ = "exempt", ()
        elif isinstance(state, Unknown) and verdict == "fired":
            verdict, open_ = "unknown", (tuple(sorted(state)),)
    if verdict == "fired" and effect.kind == "ask" and effect.fact:
        open_ = ((effect.fact,),)
    until = _until(effect, rule, situation) if verdict == "fired" else None
    finding = Finding(
        rule=rule.id,
        clauses=clauses,
        effect=effect_kind,
        verdict=verdict,
        wording=rule.wording,
        title=rule.title,
        lines=outcome.lines,
        remedy="" if verdict == "exempt" else filled(rule.remedy, situation, until),
        missing=tuple(dict.fromkeys(name for line in open_ for name in line)),
        exempt_by=exempt_by,
        pack=situation.pack.name,
        concern=rule.concern,
        open=open_,
        claims=outcome.claims if verdict == "fired" else (),
    )
    traces.findings.append(finding)
    # A report is never held up by what is not known yet: unknown counts as yes, and is asked afterwards. Only passing
    # it on, telling of it and entering it wait for the answer: what reached the wrong person, or stands in a register
    # where it does not belong, cannot be taken back.
    # A duty that the clock brings is owed until it is known that an exception holds.
    owed = kind.kind == "state" and effect.kind == "duty" and outcome.certain
    counts = verdict == "fired" or (verdict == "unknown" and (kind.kind == "report" or owed))
    if counts and verdict == "unknown" and effect.kind in _WAITING and not effect.goes_unknown:
        counts = False
        traces.wait(effect, rule, finding, situation)
    if effect_kind in BLOCKING and not effect.after_event:
        traces.block(effect, effect_kind, finding, until, situation)
    if counts:
        traces.leave(effect, rule, finding, situation)
        if verdict == "unknown" and effect.kind in ("route", "notify", "duty"):
            # It does not wait for the answer, and the answer is wanted all the same.
            traces.ask_in_turn(situation, open_, stops=False)
    if verdict == "fired" and effect_kind in EXCUSABLE and not effect.after_event:
        traces.ways_out(rule, effect, finding, situation)


def _until(effect: Effect, rule: Rule, situation: Situation) -> Any:
    """The day or time from which an effect no longer stands in the way, None where nobody can say."""
    if effect.until is not None:
        return effect.until.run(situation)
    if effect.kind != "hold" or effect.condition is None:
        return None
    turns = _turns(situation.pack, rule)
    if not turns.any or (not turns.days and _for_ever(rule, situation.at_no_time())):
        return None
    return earliest([(situation, turns)], lambda then: not _holds(rule, then[0]))


def _ends(rule: Rule, situation: Situation) -> list[Any]:
    """Whether each test that `rule` holds an act until has become yes."""
    return [effect.condition.run(situation) for effect in rule.then if effect.kind == "hold" and effect.condition]


def _for_ever(rule: Rule, timeless: Situation) -> bool:
    """Whether `rule` holds an act whatever the time is: what it waits for is not the clock."""
    outcome = evaluate(rule, timeless)
    return outcome is not None and outcome.verdict == "fired" and False in _ends(rule, timeless)


def _holds(rule: Rule, situation: Situation) -> bool:
    """Whether `rule` keeps an act waiting for a test; what nobody can tell keeps it waiting too."""
    if not in_force(rule, london_date(situation["at"])):
        return False
    outcome = evaluate(rule, situation)
    if outcome is None or outcome.verdict == "exempt":
        return False
    return outcome.verdict == "unknown" or any(end is not True for end in _ends(rule, situation))


@lru_cache(maxsize=4096)
def _turns(pack: Pack, rule: Rule) -> Turns:
    """What of the clock a rule that holds something turns on, and until when."""
    ends = [effect.condition for effect in rule.then if effect.kind == "hold" and effect.condition]
    conditions = [*rule.conditions, *ends]
    turns = turns_of(pack, tuple(condition.tree for condition in conditions))
    if not turns.any:
        return turns
    bound = {rule.in_force_from, rule.in_force_until and rule.in_force_until + timedelta(days=1)} - {None}
    return replace(turns, days=turns.days | {day for day in bound if day is not None})


def _all_over(situations: Sequence[Situation], moment: str, waits: Sequence[date | datetime]) -> date | datetime | None:
    """The first instant from the latest of `waits` on at which no rule makes the act wait for a time.

    What one rule waits for may begin what another holds: after Christmas Day comes a Sunday's night.
    """
    latest = max(waits, key=instant, default=None)
    if latest is None:
        return None
    holding = [
        (situation, turns, rule)
        for situation in situations
        for rule, _ in rules_at(situation.pack, moment)
        if rule.mode == "enforce" and any(effect.kind == "hold" and effect.condition for effect in rule.then)
        if _asked_for(rule, situation) is None and (turns := _turns(situation.pack, rule)).any and not turns.untold
    ]

    def over(then: Sequence[Situation]) -> bool:
        return not any(_holds(rule, later) for later, (_, _, rule) in zip(then, holding, strict=True))

    begin = [(situation.later(latest), turns) for situation, turns, _ in holding]
    found = earliest(begin, over, begun=True) if begin else latest
    return latest if found is None or instant(found) <= instant(latest) else found


def _decision(
    situations: Sequence[Situation],
    moment: str,
    now: datetime,
    kind: Moment,
    traces: Traces,
    turns_on: frozenset[str],
) -> Decision:
    packs = [situation.pack for situation in situations]
    outcome = ALLOWED
    if kind.kind in ("act", "advice"):
        outcome = REFUSED if traces.refused else NEEDS if traces.stopped else ALLOWED
    waits = [*traces.holds, *(until for until in traces.untils if until is not None)]
    if outcome == ALLOWED or (outcome == REFUSED and None in traces.untils):
        waits = []
    not_before = _all_over(situations, moment, waits)

    def stays(left: Mapping[str, Any]) -> bool:
        """What is refused is not done. It leaves what the rules that refuse it leave, and what needs no doing."""
        own = left["rule"] in traces.refusing or left.get("register") == "shadow"
        return outcome != REFUSED or own or left.get("when") == PUT_FORWARD

    says = [say for key, say in traces.says.items() if outcome != REFUSED or traces.said_by[key] & traces.refusing]
    duties = [d for key, d in traces.duties.items() if traces.wanted_by[key] & traces.refusing or stays(d)]

    return Decision(
        packs=tuple({"pack": p.name, "version": p.version, "digest": p.digest} for p in packs),
        moment=moment,
        now=now,
        outcome=outcome,
        not_before=not_before,
        findings=tuple(traces.findings),
        # Once something stands in the way whatever is answered, no answer can change the outcome.
        ask=() if outcome == REFUSED else tuple(traces.asked.values()),
        says=tuple(says),
        duties=tuple(duties),
        referrals=tuple(filter(stays, traces.referrals)),
        notices=tuple(filter(stays, traces.notices)),
        guidance=tuple(traces.guidance.values()),
        entries=tuple(filter(stays, traces.entries)),
        offers=tuple(traces.offers),
        turns_on=turns_on,
    )
