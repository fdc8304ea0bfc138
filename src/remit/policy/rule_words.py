"""A rule as plain English with nothing left out: a policy officer can check it against the policy document.

Every figure, period, post, text and date of the rule is in these words; `tests/policy/test_rule_words.py` walks the
five packs and holds that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from remit.policy.figure_words import figure_words, told_figures
from remit.policy.language import CLOCK, Condition
from remit.policy.member_words import members
from remit.policy.packs import Definition, Effect, Exemption, Pack, Rule, Say
from remit.policy.patterns import pattern_words
from remit.policy.periods import day_in_words
from remit.policy.say_words import plain
from remit.policy.scope import before_the_change
from remit.policy.tree import Call, Literal, Node, walk
from remit.policy.words import Names, denied, different, either, sentence, value_words

#: A referral or notice at a report that does not wait for the answers its rule turns on.
_UNKNOWN = ", even while that is not known"
#: What does not wait for an act to be done.
_PUT_FORWARD = "; at once when it is put forward, whatever becomes of it"
_MODES = {
    "warn": "Only a warning is given: the rule stops nothing.",
    "shadow": "Only watched: what the rule would do is counted, and nobody is told or stopped.",
    "off": "Switched off: the rule does nothing.",
}


@dataclass(frozen=True)
class RuleWords:
    """A rule as English: each list a line an item."""

    title: str
    moments: list[str]
    when: list[str]
    unless: list[str]
    then: list[str]
    remedy: str
    #: What a name used above stands for: the policy's definitions, each with its clause.
    meanings: list[str]
    #: Why, since when and how strictly.
    notes: list[str]
    #: Regular expressions that were told in words: (words, expression).
    expressions: list[tuple[str, str]]


def rule_in_english(pack: Pack, rule: Rule, settings: Mapping[str, Any] | None = None) -> RuleWords:
    """What a rule says, for a reader who has never seen the language.

    Args:
        settings: what the reader's force has set, without `force.`; the policy's defaults stand for the rest.
    """
    return PackWords(pack, settings).rule(rule)


#: A warning where somebody asks for private advice.
NOTHING_KEPT = "a warning is shown, and nothing is kept"


class PackWords:
    """Everything of one pack in English: its rules, posts, approvals, definitions and figures."""

    def __init__(self, pack: Pack, settings: Mapping[str, Any] | None = None) -> None:
        self.pack = pack
        own = {f"force.{key}": value for key, value in (settings or {}).items()}
        self.settings = {**pack.setting_defaults, **own}
        self.given = frozenset(own)
        self.facts = {**CLOCK, **pack.vocabulary.facts, **before_the_change(pack.vocabulary.facts)}
        self.names = Names(told_figures(pack, self.settings, self.given), self._members())
        self._told: dict[str, RuleWords] = {}

    def fill(self, text: str) -> str:
        """`text` with the force's settings and the policy's figures put in; of any other fact, what it is called."""
        known = {name: str(value) for name, value in self.settings.items()}
        known |= {name: figure_words(figure, self.facts.get(name)) for name, figure in self.pack.parameters.items()}

        def put(hole: re.Match[str]) -> str:
            other = self.facts.get(hole[1])
            return known.get(hole[1]) or (f"({other.label})" if other else hole[0])

        return re.sub(r"\{([a-z][\w.]*)\}", put, text)

    def rule(self, rule: Rule) -> RuleWords:
        """The rule in English; what was told once is kept."""
        if rule.id not in self._told:
            self._told[rule.id] = self._tell(rule)
        return self._told[rule.id]

    def _tell(self, rule: Rule) -> RuleWords:
        moments = self.pack.vocabulary.moments
        used = self._definitions(rule)
        conditions = [*conditions_of(rule), *(c for d in used for c in d.conditions)]
        private = all(moments[m].kind == "advice" for m in rule.moments if m in moments)
        return RuleWords(
            title=rule.title,
            moments=[moments[m].title for m in rule.moments if m in moments],
            when=[self.condition(c) for c in rule.when] or ["always"],
            unless=[self.exemption(e, private) for e in rule.unless],
            then=[self._follows(e, private) for e in rule.then],
            remedy=self.fill(rule.remedy).replace("{until}", "that day"),
            meanings=[self.definition(d) for d in used],
            notes=self._notes(rule),
            expressions=list(dict.fromkeys(e for c in conditions for e in _expressions(c.tree))),
        )

    def texts(self, rule: Rule) -> list[tuple[str, str]]:
        """The texts that the rule shows, asks for or sends, each once: (key, words)."""
        effects = [*rule.then, *(effect for exemption in rule.unless for effect in exemption.then)]
        keys = dict.fromkeys(key for effect in effects for key in (effect.text, *effect.texts) if key)
        return [(key, self.fill(self.pack.texts[key])) for key in keys if key in self.pack.texts]

    def condition(self, condition: Condition) -> str:
        """A condition with the policy's own figures and names in it."""
        return sentence(condition.tree, self.facts, self.names)

    def _follows(self, effect: Effect, private: bool) -> str:
        return NOTHING_KEPT if private and effect.kind == "warn" else self.effect(effect)

    def exemption(self, exemption: Exemption, private: bool = False) -> str:
        """One exception: when it holds, why, its clause, and what then follows; `private` where nothing is kept."""
        if exemption.grant:
            permit = self.pack.grants.get(exemption.grant)
            held = f"a standing permission “{plain(exemption.grant)}” is held"
            line = f"the exception “{permit.title}” has been given" if permit else held
        elif exemption.approval:
            line = f"{self.say(exemption.approval)} has been given"
        else:
            line = self.condition(exemption.condition)
        why = f" ({exemption.why})" if exemption.why else ""
        then = "".join(f"; then {self._follows(e, private)}" for e in exemption.then)
        said = ", which somebody has to have said" if exemption.claimed else ""
        said += ", or nobody has said whether it is so" if exemption.presumed else ""
        return f"{line}{said}{why}{_cited(exemption.clause)}{then}"

    def definition(self, definition: Definition) -> str:
        """What a name of the policy stands for."""
        label = definition.fact.label
        cases = [(value, self.condition(condition)) for condition, value in definition.cases]
        if definition.adds:
            told = f"{label} is added up: " + "; ".join(
                f"{self._value(definition, v)} when {test}" for v, test in cases
            )
        elif not cases and isinstance(definition.otherwise, Condition):
            told = f"{label} is {self.condition(definition.otherwise)}"
        elif cases and all(value is True for value, _ in cases):
            told = f"“{label}” means that {either([test for _, test in cases])}"
        else:
            told = f"{label} is " + "; ".join(f"{self._value(definition, v)} when {test}" for v, test in cases)
            if definition.asks:
                told += f"; otherwise what is answered to “{self._question(definition.asks)}”"
            elif definition.otherwise is not None:
                told += f"; otherwise {self._value(definition, definition.otherwise)}"
        return told + _cited(definition.clause)

    def who(self, *keys: str, joiner: str = "or") -> str:
        """Posts by their titles, people of the act by what they are in it."""
        return either([self._post(key) for key in keys], joiner)

    def say(self, key: str | None) -> str:
        """An approval or consultation with whose it is."""
        found = self.pack.says.get(key or "")
        if found is None:
            return f"“{plain(key or '')}”"
        return f"“{found.title}” from {self.givers(found)}"

    def givers(self, say: Say) -> str:
        """Whose an approval or consultation is, and of how many of them."""
        who = self.who(*say.who, joiner="and" if say.all else "or")
        return f"{different(say.people)}, each {who}" if say.people > 1 else who

    def effect(self, effect: Effect) -> str:
        """What an effect leaves behind."""
        told: str = getattr(self, f"_{effect.kind}")(effect)
        return told + (_PUT_FORWARD if effect.put_forward else "") + _cited(effect.clause)

    # One for each kind of effect.

    def _refuse(self, effect: Effect) -> str:
        until = f" until {self.condition(effect.until)}" if effect.until else ""
        return f"it is refused{until}" + (
            f"; {self._act(effect.unblocks)} makes it possible" if effect.unblocks else ""
        )

    def _approve(self, effect: Effect) -> str:
        told = f"approval is needed{' after the event' if effect.after_event else ''}: {self.say(effect.say)}"
        if not effect.if_refused:
            return told
        next_step = self.who(effect.if_refused) if effect.if_refused in self.pack.who else self._act(effect.if_refused)
        return f"{told}; if it is refused, what follows is: {next_step}"

    def _consult(self, effect: Effect) -> str:
        return self._approve(effect).replace("approval is needed", "consultation is needed", 1)

    def _ask(self, effect: Effect) -> str:
        asked = effect.question or self._question(effect.fact or "")
        verb = {"evidence": "evidence is asked for", "attestation": "the author has to confirm"}
        return f"{verb.get(effect.asks or '', 'the question is asked')}: “{self.fill(asked)}”"

    def _require(self, effect: Effect) -> str:
        texts = either([f"“{t}”" for t in effect.texts], "and")
        target = self.facts[effect.fact].label if effect.fact in self.facts else "what goes out"
        return f"the words of {texts} must be in {target}" + (", in this order" if len(effect.texts) > 1 else "")

    def _acknowledge(self, effect: Effect) -> str:
        return f"“{effect.text}” must be read and acknowledged first"

    def _hold(self, effect: Effect) -> str:
        until = self.say(effect.say) if effect.say else self.condition(effect.condition) if effect.condition else ""
        again = "; then it is approved again" if effect.then == "approve again" else ""
        return f"it is held until {f'{until} has been given' if effect.say else until or 'it is released'}{again}"

    def _duty(self, effect: Effect) -> str:
        told = f"{self.who(effect.owner or '')} must {_uncapped(self.fill(effect.do or ''))}{self._due(effect)}"
        if effect.each and effect.each in self.facts:
            told += f", for each of {self.facts[effect.each].label}"
        if effect.sample:
            of, count = effect.sample
            told += f", looking at {self._figure(count)} of {self.facts[of].label}, drawn by lot"
        if effect.condition:
            told += f"; it is done when {self.condition(effect.condition)}"
        if effect.remind:
            told += f"; a reminder {either(list(effect.remind), 'and')}"
        once = [key for key in effect.overdue if key not in effect.daily]
        if once:
            told += f"; when it is late, {self._are_told(*once)}"
        if effect.daily:
            told += f"; when it is late, {self._are_told(*effect.daily)} every day"
        return told

    def _due(self, effect: Effect) -> str:
        """When a duty is due, from which day and how often."""
        start = self.condition(effect.anchor) if effect.anchor else ""
        if effect.by:
            due = f" by {either([self.condition(c) for c in effect.by])}"
            due += f" (whichever is known first), counted from {start}" if start and len(effect.by) > 1 else ""
        elif effect.within:
            due = f" within {self.period(effect.within)} of {start}"
        elif effect.every:
            due = f" every {self.period(effect.every)}, counted from {start}"
        elif effect.late == "at once":
            due = " at once" + (f", from {start}" if start else "")
        else:
            due = f" from {start} on; no day is set" if start else "; no day is set"
        if effect.every and (effect.within or effect.by):
            due += f", and again every {self.period(effect.every)}"
        return due

    def _route(self, effect: Effect) -> str:
        told = f"it goes to {self.who(*effect.to, joiner='and')}" if effect.to else ""
        if effect.choices:
            chosen = self.facts[effect.fact].label if effect.fact in self.facts else "what is chosen"
            told += f"{' and' if told else 'it goes'} to {self.who(*effect.choices)}, by {chosen}"
        told += _UNKNOWN if effect.goes_unknown else ""
        if effect.seen_by:
            told += f"; {self.who(*effect.seen_by, joiner='and')} may read it"
        return told + (f"; it is never shown to {self.who(*effect.never)}" if effect.never else "")

    def _notify(self, effect: Effect) -> str:
        text = effect.text or ""
        return f"{self._are_told(*effect.who)}: “{self.fill(text)}”{_UNKNOWN if effect.goes_unknown else ''}"

    def _show(self, effect: Effect) -> str:
        return f"the guidance “{effect.text}” is shown"

    def _offer(self, effect: Effect) -> str:
        return f"{self._act(effect.act)} is offered"

    def _record(self, effect: Effect) -> str:
        return f"it is recorded in the register “{plain(effect.register or '')}”"

    def _warn(self, effect: Effect) -> str:
        return "a warning is shown and recorded"

    # What the words above are made of.

    def _notes(self, rule: Rule) -> list[str]:
        found = [_MODES[rule.mode]] if rule.mode in _MODES else []
        if rule.in_force_from:
            found.append(f"In force from {day_in_words(rule.in_force_from)}.")
        if rule.in_force_until:
            found.append(f"In force until {day_in_words(rule.in_force_until)}.")
        if rule.offer:
            found.append(f"With the advice, {self._act(rule.offer)} is offered.")
        return found

    def _definitions(self, rule: Rule) -> list[Definition]:
        """The definitions that the rule uses, and those which they use."""
        todo = [name for condition in conditions_of(rule) for name in sorted(condition.facts)]
        found: dict[str, Definition] = {}
        while todo:
            name = todo.pop(0)
            definition = self.pack.definitions.get(name)
            if definition is not None and name not in found:
                found[name] = definition
                todo += [n for condition in definition.conditions for n in sorted(condition.facts)]
        return list(found.values())

    def _members(self) -> dict[str, Mapping[str, str]]:
        found = members(self.facts, self.pack.who.values(), self.pack.says, self.pack.titles)
        texts = {key: key for key in self.pack.texts}
        return {**found, "act.acknowledged": texts, "act.not_sure": {name: self._question(name) for name in self.facts}}

    def _figure(self, name: str) -> str:
        return self.names.figures.get(name) or (self.facts[name].label if name in self.facts else name)

    def period(self, words: str) -> str:
        """A period as it is written, or the one that a figure of that name holds."""
        return self.names.figures.get(words, words)

    def _are_told(self, *keys: str) -> str:
        return f"{self.who(*keys, joiner='and')} {'is' if len(keys) == 1 else 'are'} told"

    def _post(self, key: str) -> str:
        post = self.pack.who.get(key)
        return post.title if post else f"the {plain(key)}"

    def _act(self, name: str | None) -> str:
        return f"the act “{self.pack.vocabulary.act_words(name or '')}”"

    def _question(self, name: str) -> str:
        fact = self.facts.get(name)
        return (fact.question or fact.label) if fact else name

    def _value(self, definition: Definition, value: Any) -> str:
        if isinstance(value, Condition):
            return self.condition(value)
        if isinstance(value, bool):
            label = definition.fact.label
            return label if value else definition.fact.negative or denied(label)
        return value_words(value, definition.fact)


def conditions_of(rule: Rule) -> Iterable[Condition]:
    """Every expression that the rule reads, those of its exceptions and effects too."""
    yield from rule.when
    for exemption in rule.unless:
        yield exemption.condition
    for effect in (*rule.then, *(e for exemption in rule.unless for e in exemption.then)):
        yield from (c for c in (effect.condition, effect.until, effect.anchor, *effect.by) if c is not None)


def _expressions(tree: Node) -> Iterable[tuple[str, str]]:
    for node in walk(tree):
        match node:
            case Call("matches", (_, Literal(str() as pattern))):
                yield pattern_words(pattern), pattern


def _uncapped(words: str) -> str:
    """`words` within a sentence: a capital that only began one is dropped, an abbreviation keeps its own."""
    return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2] == " " else words


def _cited(clause: str | None) -> str:
    return f" [{clause}]" if clause else ""
