"""What the lint says of time: what may be none, periods that a date cannot be moved by, years without bank holidays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from remit.policy.cases import CaseResult
from remit.policy.effects_loading import conditions_of
from remit.policy.faults import Fault, Place
from remit.policy.hours import OFFICE_HOURS, WORKING
from remit.policy.language import CLOCK, Condition
from remit.policy.packs import Effect, Pack, Rule
from remit.policy.periods import Period, parse_period, period_fault
from remit.policy.rows import table_of
from remit.policy.tree import CALENDAR, EXTREMES, PICKS, Call, Literal, Name, Node, Quantifier, children, walk
from remit.policy.type_check import TypeCheck
from remit.policy.waiting import turns_of

_ORDERS = ("<", "<=", ">", ">=", "passed")
#: What goes by a table of hours that it names.
_BY_HOURS = ("during", "opening", "closing")


def perhaps_none(pack: Pack, conditions: Sequence[Condition]) -> Iterator[Fault]:
    """Comparing the order of *none* is no: where a day may be none, somebody should have thought of it."""
    calls = [(condition, node) for condition in conditions for node in walk(condition.tree) if isinstance(node, Call)]
    guarded = {node.args[0] for _, node in calls if node.operator == "given"}
    for condition, node in calls:
        if node.operator not in _ORDERS:
            continue
        said = "no period has passed since it" if node.operator == "passed" else "this comparison is no"
        for days in dict.fromkeys(days for arg in node.args for days in _nones(pack, arg)):
            if guarded.intersection(days):
                continue
            name, *others = (
                f"{day.kind}(…)" if isinstance(day, Quantifier) else getattr(day, "name", "") for day in days
            )
            remedy = f"Say what is meant: {name}.given() && …, or !{name}.given() || …."
            none = f"{' and '.join([name, *others])} are" if others else f"{name} is"
            yield Fault(within(condition, node.offset), f"When {none} none, {said}.", remedy, "warning", "none")


def _nones(pack: Pack, node: Node) -> Iterator[tuple[Node, ...]]:
    """The days of which one that is none makes `node` none; of max() and min() all have to be."""
    if isinstance(node, Call) and node.operator in EXTREMES:
        each = [list(_nones(pack, arg)) for arg in node.args]
        if all(each):
            yield tuple(dict.fromkeys(day for found in each for days in found for day in days))
        return
    if _is_day(pack, node):
        yield (node,)
    for child in children(node):
        yield from _nones(pack, child)


def _is_day(pack: Pack, node: object) -> bool:
    """Whether `node` is a fact of type date or time, or the day picked out of a list."""
    if isinstance(node, Quantifier):
        return node.kind in PICKS
    fact = pack.vocabulary.facts.get(node.name) if isinstance(node, Name) else None
    return fact is not None and fact.type in ("date", "time")


def untold(pack: Pack, rule: Rule) -> Iterator[Fault]:
    """A hold whose end Remit cannot work out, and `{until}` in a remedy where nothing that is waited for is a time."""
    ends = [effect.condition for effect in rule.then if effect.kind == "hold" and effect.condition]
    timely = any(effect.until for effect in rule.then)
    for condition in ends:
        turns = turns_of(pack, (condition.tree,))
        timely = timely or turns.any
        for node in turns.untold:
            message = "Remit cannot tell until when this waits: here the clock is moved, or is no part of a test."
            remedy = "Compare today or now itself, and move what it is compared with: now >= visit.at.minus('3 days')."
            yield Fault(within(condition, node.offset), message, remedy, "warning")
    if ends and not timely and "{until}" in rule.remedy:
        message = "{until} stands where what is waited for is no time, so none can be told."
        yield Fault(rule.place, message, "Say in words what it waits for.", "warning")


def within(condition: Condition, offset: int) -> Place:
    """Where the character `offset` of a condition stands."""
    line = condition.source.count("\n", 0, offset)
    column = offset - (condition.source.rfind("\n", 0, offset) + 1)
    start = condition.place.column if line == 0 else 1
    return Place(condition.place.file, condition.place.line + line, start + column)


def hours_of_dates(pack: Pack, conditions: Iterable[Condition]) -> Iterator[Fault]:
    """A period that is a parameter or setting and has hours cannot move a date."""
    values = _own_periods(pack)
    facts = {**CLOCK, **pack.vocabulary.facts}
    for condition in conditions:
        for node in walk(condition.tree):
            if not (isinstance(node, Call) and node.operator in CALENDAR and isinstance(node.args[1], Name)):
                continue
            name = node.args[1].name
            hours = next((words for words in values.get(name, ()) if parse_period(words).elapsed), None)
            if hours and TypeCheck(facts).kind(node.args[0]) == "date":
                message = f'{name} is "{hours}", which moves a time, and this is a date.'
                yield Fault(within(condition, node.offset), message, "Use days, weeks, months or years.")


def hours_of_duties(pack: Pack, rule: Rule, effect: Effect) -> Iterator[Fault]:
    """Hours where only days are known: a reminder before the end of a day, and what the daily look finds."""
    if effect.kind != "duty":
        return
    owed = effect.within or effect.every
    in_hours = owed is not None and any(parse_period(words).elapsed for words in _lengths(pack, owed))
    by_the_hour = in_hours or any(condition.type == "time" for condition in effect.by)
    for words in effect.remind:
        if parse_period(words.rsplit(" ", 1)[0]).elapsed and not by_the_hour:
            message = f'"{words}": what is due on a day is in time until it ends, so no hours can be counted from it.'
            yield Fault(effect.place, message, "Write days, or say at what time it is due.", "warning")
    state = any(pack.vocabulary.moments[name].kind == "state" for name in rule.moments)
    if state and in_hours and effect.anchor and not turns_of(pack, (effect.anchor.tree,)).any:
        message = "What is owed within hours is seen late here: the clock looks at a state once a day."
        yield Fault(effect.place, message, "Leave it at the act or report that begins it.", "warning")


def _lengths(pack: Pack, words: str) -> list[str]:
    """A period that is written out, or what the parameter or setting of that name may be."""
    return _own_periods(pack).get(words, []) if words.startswith(("parameter.", "force.")) else [words]


def _own_periods(pack: Pack) -> dict[str, list[str]]:
    """The pack's parameters, whatever their day, and defaults of settings, that are periods."""
    found = {name: [p.value, *(value for _, value in p.changes)] for name, p in pack.parameters.items()}
    found |= {name: [value] for name, value in pack.setting_defaults.items()}
    facts = pack.vocabulary.facts
    return {name: [v for v in values if v] for name, values in found.items() if facts[name].type == "period"}


def unknown_holidays(pack: Pack, effects: Sequence[Effect], results: Sequence[CaseResult]) -> Iterator[Fault]:
    """Working days are counted wrong where the bank holidays are not known: past the last year, or before the first."""
    years = pack.vocabulary.holidays.years
    if not _counts_working_days(pack, effects):
        return
    known = f"Bank holidays are known from {years[0]} to {years[-1]}" if years else "No bank holidays are known"
    remedy = "Add the years to bank-holidays.yaml beside your packs, as in packs/bank-holidays.yaml."
    for version in pack.versions:
        review = version.next_review_on
        if version.number == pack.version and review is not None and review.year not in years:
            place = Place(f"{pack.folder}/policy.yaml")
            yield Fault(place, f"{known}, and this policy stands until {review.year}.", remedy, "warning")
    for result in results:
        dates = [duty["due"] for duty in result.decision.duties if duty["due"]]
        dates += [result.decision.not_before.isoformat()] if result.decision.not_before else []
        beyond = sorted({day[:4] for day in dates if int(day[:4]) not in years})
        if beyond:
            message = f"{known}, and this case comes to a date in {' and '.join(beyond)}."
            yield Fault(result.case.place, message, remedy, "warning")


def unused_hours(pack: Pack, conditions: Sequence[Condition], effects: Sequence[Effect]) -> Iterator[Fault]:
    """Tables of hours that the policy has itself and that nothing tests or counts by."""
    nodes = [node for condition in conditions for node in walk(condition.tree) if isinstance(node, Call)]
    used = {table_of(node.args[1]) for node in nodes if node.operator in _BY_HOURS}
    # "5 working days" are reckoned without the working hours.
    used |= {p.table for p in _counted(pack, conditions, effects) if p.elapsed or p.table != WORKING}
    for name, hours in pack.vocabulary.holidays.hours.items():
        if name not in used and (name != WORKING or hours != OFFICE_HOURS):
            message = f'Nothing is tested or counted by the hours "{name} hours".'
            yield Fault(hours.place, message, "Use them, or take them out.", "warning")


def _counts_working_days(pack: Pack, effects: Sequence[Effect]) -> bool:
    """Whether a condition, a duty or a figure of the pack counts in working days."""
    conditions = [c for rule in pack.rules for c in rule.conditions]
    conditions += [c for effect in effects for c in conditions_of(effect)]
    conditions += [c for definition in pack.definitions.values() for c in definition.conditions]
    nodes = [node for condition in conditions for node in walk(condition.tree)]
    if any(isinstance(node, Call) and node.operator in ("working_day", *_BY_HOURS) for node in nodes):
        return True
    return any(period.minds_holidays for period in _counted(pack, conditions, effects))


def _counted(pack: Pack, conditions: Sequence[Condition], effects: Sequence[Effect]) -> list[Period]:
    """Every period of the pack: its figures, and those written in tests, duties and says."""
    written = [words for own in _own_periods(pack).values() for words in own]
    written += [words for say in pack.says.values() for words in say.periods]
    for effect in effects:
        written += [words for words in (effect.within, effect.every) if words]
        written += [words.rsplit(" ", 1)[0] for words in effect.remind]
    nodes = [node for condition in conditions for node in walk(condition.tree)]
    written += [node.value for node in nodes if isinstance(node, Literal) and isinstance(node.value, str)]
    tables = pack.vocabulary.holidays.hours
    return [parse_period(words) for words in written if period_fault(words, tables) is None]
