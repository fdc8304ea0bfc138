"""What loads but is probably not meant: the judgements of a careful reader, each with its place and a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from remit.policy.cases import run_cases
from remit.policy.coverage import coverage
from remit.policy.decide import facts_read
from remit.policy.effects_loading import conditions_of
from remit.policy.faults import Fault, PackFaults, Place, nearest
from remit.policy.language import Condition
from remit.policy.lint_people import (
    chosen_by_nobody,
    given_by_nobody,
    misspelt,
    misspelt_in_tests,
    tested,
    unheard_reports,
    unknown_grades,
    unknown_relations,
)
from remit.policy.lint_time import (
    hours_of_dates,
    hours_of_duties,
    perhaps_none,
    unknown_holidays,
    untold,
    unused_hours,
    within,
)
from remit.policy.packs import BLOCKING, Effect, Library, Pack, Rule
from remit.policy.tree import Call, ListOf, Literal, Name, Node, walk
from remit.policy.vocabulary import MOMENT, Moment

#: Effect -> the kinds of moment at which it may stand (the table of effects).
ALLOWED_AT = {
    "refuse": ("act", "advice"),
    "approve": ("act",),
    "consult": ("act",),
    "ask": ("act", "report"),
    "require": ("act",),
    "acknowledge": ("act",),
    "hold": ("act",),
    "duty": ("act", "report", "state"),
    "route": ("act", "report", "state"),
    "notify": ("act", "report", "state"),
    "record": ("act", "report", "state"),
    "offer": ("act", "report", "state", "advice"),
    "show": ("act", "report", "state", "advice"),
    "warn": ("act", "report", "state", "advice"),
}
#: Wording -> the effects that are as strong as it; effects that are no barrier (duty, route …) fit every wording.
AS_STRONG = {
    "must": BLOCKING,
    "should": frozenset({"ask", "consult", "acknowledge", "warn"}),
    "advised": frozenset({"show", "offer"}),
}
_STRENGTH = {"show": 1, "offer": 1, "warn": 2, "ask": 3, "acknowledge": 3, "consult": 3}
_NO_BARRIER = frozenset({"duty", "route", "notify", "record"})
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


def lint(library: Library, pack: Pack) -> list[Fault]:
    """Every finding about `pack`, in file order. An error must be mended; a warning may be answered by `because`."""
    effects = [effect for rule in pack.rules for effect in effects_of(rule)]
    conditions = [c for definition in pack.definitions.values() for c in definition.conditions]
    conditions += [c for rule in pack.rules for c in rule.conditions]
    conditions += [c for effect in effects for c in conditions_of(effect)]
    found = [
        *_treatments(pack),
        *_unused(pack, conditions),
        *_texts(pack),
        *_untried(library, pack),
        *(
            fault
            for definition in pack.definitions.values()
            for c in definition.conditions
            for fault in perhaps_none(pack, [c])
        ),
        *misspelt(library, pack),
        *unknown_relations(pack),
        *unknown_grades(pack),
        *chosen_by_nobody(library, pack),
        *misspelt_in_tests(library, pack, conditions),
        *given_by_nobody(pack),
        *unheard_reports(library, pack),
        *hours_of_dates(pack, conditions),
    ]
    for rule in pack.rules:
        found += [
            *_strength(pack, rule),
            *_moments(library, rule),
            *_other_moments(library, rule),
            *_never(library, pack, rule),
            *perhaps_none(pack, rule.conditions),
            *untold(pack, rule),
            *_words(pack, rule),
            *(fault for effect in effects_of(rule) for fault in hours_of_duties(pack, rule, effect)),
        ]
    return sorted(dict.fromkeys(found))


def _warning(place: Place, message: str, remedy: str) -> Fault:
    return Fault(place, message, remedy, severity="warning")


def effects_of(rule: Rule) -> list[Effect]:
    """A rule's effects and those of its exceptions."""
    return [*rule.then, *(effect for exemption in rule.unless for effect in exemption.then)]


# --- clauses -------------------------------------------------------------------------------------------------------


def cited_elsewhere(pack: Pack) -> set[str]:
    """Clauses that something other than a rule's own list cites: definitions, figures, exceptions, effects."""
    cited = {d.clause for d in pack.definitions.values()} | {p.clause for p in pack.parameters.values()}
    for rule in pack.rules:
        cited |= {e.clause for e in rule.unless if e.clause} | {e.clause for e in effects_of(rule) if e.clause}
    return cited


def _treatments(pack: Pack) -> Iterator[Fault]:
    kept: dict[str, list[Rule]] = {}
    for rule in pack.rules:
        for cited in rule.clauses:
            kept.setdefault(cited, []).append(rule)
    elsewhere = cited_elsewhere(pack)
    for clause in pack.clauses.values():
        rules = kept.get(clause.id, [])
        shows = all(effect.kind in ("show", "offer") for rule in rules for effect in rule.then)
        match clause.treatment:
            case "enforced" | "shown" if not rules and clause.id not in elsewhere:
                message = f"{clause.id} is said to be {clause.treatment}, and no rule cites it."
                yield _warning(clause.place, message, 'Write the rule, or treatment: "not yet".')
            case "enforced" if rules and shows:
                message = f"{clause.id} is said to be enforced, and its rules only show something."
                yield _warning(clause.place, message, "Write treatment: shown.")
            case "shown" if any(effect.kind in BLOCKING for rule in rules for effect in rule.then):
                message = f"{clause.id} is said to be shown only, and a rule of it stands in the way."
                yield _warning(clause.place, message, "Write treatment: enforced.")
            case "not yet" | "outside" | "kept" if rules:
                message = f"{clause.id} has the rule {rules[0].id}, and its treatment is {clause.treatment}."
                yield _warning(clause.place, message, "Write treatment: enforced, or shown.")


def _strength(pack: Pack, rule: Rule) -> Iterator[Fault]:
    """An effect that is stronger or weaker than the clause's wording gives its reason, on the rule or the clause."""
    if rule.because or any(pack.clauses[c].treatment == "shown" and pack.clauses[c].note for c in rule.clauses[:1]):
        return
    kinds = {effect.kind for effect in rule.then} - _NO_BARRIER
    if rule.mode == "warn":
        kinds = {"warn"} if kinds & BLOCKING else kinds
    fitting = AS_STRONG[rule.wording]
    if not kinds or kinds & fitting:
        stronger = {k for k in kinds - fitting if _STRENGTH.get(k, 4) > max(_STRENGTH.get(f, 4) for f in fitting)}
        if not stronger:
            return
        kinds = stronger
    most = max(kinds, key=lambda k: (_STRENGTH.get(k, 4), k))
    weaker = _STRENGTH.get(most, 4) < min(_STRENGTH.get(f, 4) for f in fitting)
    message = f'{rule.id} leaves "{most}", which is {"weaker" if weaker else "stronger"} than "{rule.wording}".'
    yield _warning(rule.place, message, "Say why with because:, or choose an effect that fits the wording.")


# --- rules ---------------------------------------------------------------------------------------------------------


def _moments(library: Library, rule: Rule) -> Iterator[Fault]:
    for effect in effects_of(rule):
        for name in rule.moments:
            kind = library.vocabulary.moments[name].kind
            if kind not in ALLOWED_AT[effect.kind]:
                message = f"{effect.kind} cannot stand at {name}, which is of kind {kind}."
                allowed = " or ".join(ALLOWED_AT[effect.kind])
                yield Fault(
                    effect.place, message, f"Bind the rule at a moment of kind {allowed}, or use another effect."
                )
            elif effect.put_forward and kind != "act":
                message = f"At {name}, which is of kind {kind}, nothing is refused or waits."
                yield _warning(effect.place, message, "Leave out when: put forward; it is left at once all the same.")


def _other_moments(library: Library, rule: Rule) -> Iterator[Fault]:
    """A condition that names a moment at which its rule does not bind."""
    vocabulary = library.vocabulary
    binds = {name for name in vocabulary.moments if {*vocabulary.included(name)}.intersection(rule.moments)}
    conditions = [*rule.conditions, *(c for effect in effects_of(rule) for c in conditions_of(effect))]
    for condition in conditions:
        for node in walk(condition.tree):
            if not (isinstance(node, Call) and Name(MOMENT) in node.args):
                continue
            for named in (found for arg in node.args for found in walk(arg) if isinstance(found, Literal)):
                if named.value not in binds:
                    message = f"This rule never binds at {named.value}."
                    yield Fault(within(condition, named.offset), message, "Add it to the moment of the rule.")


def _never(library: Library, pack: Pack, rule: Rule) -> Iterator[Fault]:
    """A rule that cannot fire whatever the facts."""
    everybody = set().union(*(m.cast for m in library.vocabulary.moments.values()))
    present = _cast(library, rule.moments)
    for name in sorted(facts_read(pack, rule)):
        group = name.split(".", 1)[0]
        if group in everybody and group not in present and name in library.vocabulary.facts:
            message = f"{rule.id} reads {name}, and {' and '.join(rule.moments)} has no {group} in its cast."
            yield Fault(rule.place, message, f"Use somebody of the cast: {', '.join(sorted(present)) or 'nobody'}.")
    known: dict[str, set[object]] = {}
    for condition in rule.when:
        if isinstance(condition.tree, Literal) and condition.tree.value is False:
            yield Fault(condition.place, f"{rule.id} never fires: this test is always no.", "Use mode: off instead.")
        for name, values in _required(condition.tree):
            if name in known and not known[name] & values:
                message = f"{rule.id} never fires: {name} cannot have both values at once."
                yield Fault(condition.place, message, "Write two rules, or one test with in [ … ].")
            known[name] = known.get(name, values) & values
    tests = {condition.source for condition in rule.when}
    for exemption in rule.unless:
        same = exemption.condition.source in tests
        if same or (isinstance(exemption.condition.tree, Literal) and exemption.condition.tree.value is True):
            message = f'{rule.id} never fires: the exception "{exemption.why}" always applies.'
            yield Fault(exemption.condition.place, message, "Take the exception out, or change its test.")


def _cast(library: Library, moments: Iterable[str]) -> set[str]:
    """Who is there at these moments, or at one that includes them."""
    wanted = set(moments)
    there: list[Moment] = [
        moment
        for name, moment in library.vocabulary.moments.items()
        if wanted.intersection(library.vocabulary.included(name))
    ]
    return set().union(*(m.cast for m in there)) if there else set()


def _required(tree: Node) -> Iterator[tuple[str, set[object]]]:
    """(fact, values) for every plain comparison that must hold for the test to be yes."""
    match tree:
        case Call("&&", args):
            for arg in args:
                yield from _required(arg)
        case Call("==", (Name(name), Literal(value))) | Call("==", (Literal(value), Name(name))):
            yield name, {value}
        case Call("in", (Name(name), ListOf(items))) if all(isinstance(i, Literal) for i in items):
            yield name, {i.value for i in items if isinstance(i, Literal)}


def _untried(library: Library, pack: Pack) -> Iterator[Fault]:
    """Rules that no case fires, or that fire in every case; in one line where there is no case at all."""
    try:
        results = run_cases(library, pack)
    except PackFaults as error:
        yield from error.faults
        return
    if not results:
        if count := len(pack.rules):
            message = "The one rule has no case." if count == 1 else f"The {count} rules have no case."
            place = Place(str(Path(pack.folder, "policy.yaml")))
            yield _warning(place, message, "Write in cases/ when each fires and when it does not.")
        return
    effects = [effect for rule in pack.rules for effect in effects_of(rule)]
    yield from unknown_holidays(pack, effects, results)
    found = coverage(library, pack, results)
    for rule in found.never_fired:
        yield _warning(rule.place, f"No case fires {rule.id}.", "Write a case in cases/ in which it does.")
    for rule in found.never_passed:
        message = f"In no case does {rule.id} pass."
        yield _warning(rule.place, message, "Write a case in cases/ in which it has nothing to say.")


# --- words ---------------------------------------------------------------------------------------------------------


def _words(pack: Pack, rule: Rule) -> Iterator[Fault]:
    if any(effect.kind == "refuse" for effect in rule.then) and not rule.remedy:
        message = f"{rule.id} refuses and does not say what would help."
        yield Fault(rule.place, message, "Add remedy: with what to do instead, or whom to ask.", "warning", "remedy")
    until = any(effect.until or (effect.kind == "hold" and effect.condition) for effect in rule.then)
    written = [(rule.place, rule.remedy), *((e.place, t) for e in effects_of(rule) for t in (e.do, e.text) if t)]
    for place, text in written:
        yield from _placeholders(pack, place, text, until=until)


def _texts(pack: Pack) -> Iterator[Fault]:
    for key, text in pack.texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            for found in _PLACEHOLDER.finditer(line):
                place = Place(str(Path(pack.folder, "texts", f"{key}.md")), number, found.start() + 1)
                yield from _placeholders(pack, place, found[0], until=False)


def _placeholders(pack: Pack, place: Place, text: str, *, until: bool) -> Iterator[Fault]:
    for found in _PLACEHOLDER.finditer(text):
        name = found[1]
        if name == "until" and until:
            continue
        if name == "until":
            message = "{until} stands where no refusal says until when."
            yield Fault(place, message, "Give the refusal an until:, or take {until} out.")
        elif name not in pack.vocabulary.facts:
            message = f"{{{name}}} is no fact, setting or parameter."
            yield Fault(place, message, nearest(name, pack.vocabulary.facts))


def _unused(pack: Pack, conditions: list[Condition]) -> Iterator[Fault]:
    """Names that nothing in the pack uses."""
    effects = [effect for rule in pack.rules for effect in effects_of(rule)]
    says = {e.say for e in effects} | {x.approval for rule in pack.rules for x in rule.unless}
    says |= {name for say in pack.says.values() for name in say.after}
    who = {pack.in_doubt, *(e.owner for e in effects)}
    for effect in effects:
        who |= {*effect.to, *effect.choices, *effect.who, *effect.overdue, *effect.seen_by, *effect.never}
    for say in pack.says.values():
        who |= {*say.who, *say.may_be_recorded_by, *(name for step in say.unanswered for name in step.also)}
    who |= {name for permit in pack.grants.values() for name in permit.who}
    who |= {
        name for post in pack.who.values() for name in (*post.otherwise, *([post.chosen_by] if post.chosen_by else []))
    }
    who |= {effect.if_refused for effect in effects if effect.if_refused}
    named = {(found_by, name) for condition in conditions for _, found_by, name in tested(condition)}
    who |= {post.key for post in pack.who.values() if named & {("team", post.team), ("role", post.role)}}
    texts = {key for e in effects for key in (e.text, *e.texts) if key}
    read = set(_facts_used(pack, effects))
    read |= {name for say in pack.says.values() for name in say.periods}
    for definition in pack.definitions.values():
        if definition.name not in read:
            yield _unused_name(definition.place, "definition", definition.name)
    # policy.yaml is written in full before the last rule is: until then a post may wait for its rule.
    unwritten = {clause.id for clause in pack.clauses.values() if clause.treatment == "not yet"}
    if not unwritten:
        yield from unused_hours(pack, conditions, effects)
        yield from (_unused_name(s.place, "say", s.key) for s in pack.says.values() if s.key not in says)
        lifted = {x.grant for rule in pack.rules for x in rule.unless}
        yield from (_unused_name(g.place, "grant", g.key) for g in pack.grants.values() if g.key not in lifted)
        yield from (_unused_name(w.place, "post of who", w.key) for w in pack.who.values() if w.key not in who)
    for key in pack.texts:
        if key not in texts:
            place = Place(str(Path(pack.folder, "texts", f"{key}.md")))
            yield _warning(
                place, f'Nothing uses the text "{key}".', "Show or require it in a rule, or delete the file."
            )
    for parameter in pack.parameters.values():
        if parameter.name not in read and parameter.clause not in unwritten:
            yield _unused_name(pack.vocabulary.facts[parameter.name].place, "parameter", parameter.name)
    for setting in pack.settings.values():
        if setting.name not in read and not unwritten:
            yield _unused_name(setting.place, "setting", setting.name)


def _unused_name(place: Place, kind: str, name: str) -> Fault:
    return _warning(place, f'Nothing uses the {kind} "{name}".', "Use it, or take it out.")


def _facts_used(pack: Pack, effects: list[Effect]) -> Iterator[str]:
    for rule in pack.rules:
        yield from facts_read(pack, rule)
        for text in (rule.remedy, rule.title):
            yield from _PLACEHOLDER.findall(text)
    for definition in pack.definitions.values():
        for condition in definition.conditions:
            yield from condition.facts
    for effect in effects:
        yield from (name for condition in conditions_of(effect) for name in condition.facts)
        yield from (name for name in (effect.each, effect.within, effect.every, effect.fact) if name)
        yield from effect.sample or ()
        for words in (effect.do, effect.text, effect.question):
            yield from _PLACEHOLDER.findall(words or "")
    for text in pack.texts.values():
        yield from _PLACEHOLDER.findall(text)
