"""A rule's English loses nothing: an officer who checks it against the policy would miss what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from remit.policy.language import Condition
from remit.policy.lint import effects_of
from remit.policy.packs import Definition, Effect, Exemption, Library, Pack, Rule, Say, Step, Who
from remit.policy.periods import day_in_words
from remit.policy.rule_words import PackWords, conditions_of
from remit.policy.say_words import post_rules, say_rules
from remit.policy.source import Node, Scalar, Series, Table, read_yaml
from remit.policy.tree import Call, Literal, Name, walk
from tests.libraries import shipped
from tests.policy import small
from tests.policy.small import condition

PACKS = Path(__file__).parents[2] / "packs"
NAMES = ("cleveland", "essex", "norfolk-suffolk", "surrey-sussex", "wiltshire")


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


def text_of(english: PackWords, rule: Rule) -> str:
    """All that a reader sees of a rule beside its title and clauses."""
    words = english.rule(rule)
    lines = [*words.when, *words.unless, *words.then, words.remedy, *words.meanings, *words.notes]
    return "\n".join([*lines, *(f"{told} {expression}" for told, expression in words.expressions)])


def definitions_of(pack: Pack, rule: Rule) -> list[Definition]:
    names = {n for c in conditions_of(rule) for n in c.facts}
    while (
        more := {n for d in pack.definitions.values() if d.name in names for c, _ in d.cases for n in c.facts} - names
    ):
        names |= more
    return [d for d in pack.definitions.values() if d.name in names]


def wanted_of_condition(pack: Pack, condition: Condition) -> Iterator[str]:
    """What a condition's own tree must leave in the words: every number, date, text, period and figure."""
    nodes = list(walk(condition.tree))
    counts = {  # "there are pictures" needs no figure
        id(node.args[1]) for node in nodes if isinstance(node, Call) and len(node.args) == 2 and is_size(node.args[0])
    }
    facts = pack.vocabulary.facts
    values = {  # a value of a list of values is told by its English
        value: words
        for f in facts.values()
        for field in (f, *f.fields.values())
        for value, words in field.values.items()
    }
    for node in nodes:
        match node:
            case Literal(bool()):
                pass
            case Literal(int() as number):
                if not (id(node) in counts and number in (0, 1)):
                    yield str(number)
            case Literal(date() as day):
                yield day_in_words(day)
            case Literal(str() as text) if text not in values and not is_key(pack, text):
                yield text
            case Name(name) if name in pack.parameters:
                yield str(pack.parameters[name].value)
            case Name(name) if name in pack.setting_defaults and not isinstance(pack.setting_defaults[name], bool):
                yield str(pack.setting_defaults[name])


def is_size(node: object) -> bool:
    return isinstance(node, Call) and node.operator == "size"


def is_key(pack: Pack, text: str) -> bool:
    """A key that has a title of its own, which must then be there instead."""
    facts = pack.vocabulary.facts
    roles = {who.role for who in pack.who.values()} | {who.team for who in pack.who.values()}
    return text in pack.says or text in facts or text in roles or text in pack.titles or "-" in text


def wanted_of_effect(pack: Pack, effect: Effect) -> Iterator[str]:
    """What each field of an effect must leave in the words. A new field has to be put here, and in the words."""
    people = (effect.owner, *effect.to, *effect.choices, *effect.seen_by, *effect.overdue, *effect.never, *effect.who)
    for key in (*people, *effect.daily, effect.if_refused):
        if key and "." not in key:
            yield pack.who[key].title if key in pack.who else key.replace("-", " ")
    if effect.say:
        say = pack.says[effect.say]
        yield from (say.title, *(pack.who[who].title for who in say.who))
    for length in (effect.within, effect.every):
        if length:
            yield str(pack.setting_defaults.get(length, length))
    yield from effect.remind
    for name in (effect.each, *(effect.sample or ())):
        if name:
            yield pack.vocabulary.facts[name].label
    yield from (f"“{text}" for text in (effect.text, *effect.texts) if text and "{" not in text)
    if effect.do:
        yield re.sub(r"\{.*", "", effect.do)[1:].strip()
    if effect.question:
        yield effect.question
    elif effect.kind == "ask":
        fact = pack.vocabulary.facts[effect.fact or ""]
        yield fact.question or fact.label
    if effect.register:
        yield effect.register.replace("-", " ")
    if effect.clause:
        yield effect.clause
    if effect.daily:
        yield "every day"
    if effect.after_event:
        yield "after the event"
    if effect.then:
        yield "approved again"
    for act in (effect.act, effect.unblocks, effect.if_refused):
        if act and "." in act:
            yield pack.vocabulary.act_words(act)
    if effect.goes_unknown:
        yield "even while that is not known"
    if effect.put_forward:
        yield "at once when it is put forward"
    if effect.late == "at once" and not (effect.by or effect.within or effect.every):
        yield "at once"


SEEN = {  # fields of an effect that are looked at above or as conditions; and last, three that say nothing to a reader
    *("owner", "if_refused", "to", "choices", "seen_by", "overdue", "never", "who", "daily", "say", "within", "every"),
    *(
        "remind",
        "each",
        "sample",
        "text",
        "texts",
        "do",
        "question",
        "fact",
        "register",
        "clause",
        "after_event",
        "then",
    ),
    *("act", "unblocks", "late", "condition", "until", "anchor", "by", "kind", "asks"),
    *("goes_unknown", "put_forward"),
    *("place", "key", "waits_knowingly"),
}


def test_every_field_of_an_effect_is_looked_at_here() -> None:
    assert {field.name for field in fields(Effect)} == SEEN


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_post_period_and_text_of_a_rule_is_in_its_english(library: Library, name: str) -> None:
    pack = library.packs[name]
    english = PackWords(pack)
    lost = []
    for rule in pack.rules:
        said = text_of(english, rule)
        effects = [*rule.then, *(e for x in rule.unless for e in x.then)]
        wanted = [w for effect in effects for w in wanted_of_effect(pack, effect)]
        conditions = [*conditions_of(rule), *(c for d in definitions_of(pack, rule) for c, _ in d.cases)]
        wanted += [w for condition in conditions for w in wanted_of_condition(pack, condition)]
        wanted += [x.clause for x in rule.unless if x.clause] + [x.why for x in rule.unless]
        wanted += [d.fact.label for d in definitions_of(pack, rule)] + [english.rule(rule).remedy]
        lost += [(rule.id, w) for w in wanted if w and w not in said]
    assert not lost


@pytest.mark.parametrize("name", NAMES)
def test_every_number_that_was_written_for_a_rule_is_in_its_english(library: Library, name: str) -> None:
    """From the files themselves: what fills the holes of a control would else be lost before the rule is made."""
    pack = library.packs[name]
    english = PackWords(pack)
    by_place: dict[tuple[str, int], list[Rule]] = {}
    for rule in pack.rules:
        by_place.setdefault((Path(rule.place.file).name, rule.place.line), []).append(rule)
    lost, rows = [], 0
    for path in sorted(Path(pack.folder, "rules").rglob("*.yaml")):
        root = read_yaml(path, str(path), [])
        assert isinstance(root, Table)
        for node in (i for key in ("rules", "concerns") if key in root.entries for i in items(root.entries[key])):
            made = by_place.get((path.name, node.place.line), [])
            rows += bool(made)
            for rule in made:
                said = f"{rule.title}\n{rule.because}\n{text_of(english, rule)}"
                lost += [(rule.id, n) for n in numbers(node) if not re.search(rf"\b{n}\b", said)]
    assert not lost
    assert rows > 80


def items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Series) else (node,)


def numbers(node: Node) -> Iterator[str]:
    match node:
        case Scalar(text=text):
            text = re.sub(r"date\(['\"](\d+)-0?(\d+)-0?(\d+)['\"]\)", r"\1 \3", text)
            if not re.search(r"size\(", text):
                yield from re.findall(r"(?<![\w.-])\d+(?![\w-])", text)
        case Series(parts):
            for part in parts:
                yield from numbers(part)
        case Table(entries):
            for key, part in entries.items():
                if key not in ("id", "clause", "clauses", "control"):
                    yield from numbers(part)


@pytest.mark.parametrize("name", NAMES)
def test_no_english_shows_the_language_behind_it(library: Library, name: str) -> None:
    """A reader would stumble over the name of a fact, an operator or a key."""
    pack = library.packs[name]
    english = PackWords(pack)
    for rule in pack.rules:
        words = english.rule(rule)
        for line in (*words.when, *words.unless, *words.then, *words.meanings):
            bare = re.sub(r"“[^”]*”", "", line)
            assert not re.search(r"&&|\|\||==|!=|\b\w+_\w+\b|\{|\bis so\b|\bnone none\b|not not", bare), (rule.id, line)
            assert not any(f" {name} " in f" {bare} " for name in pack.vocabulary.facts if "." in name), (rule.id, line)


def test_what_follows_a_refusal_a_sample_and_daily_reminders_are_told() -> None:
    effects = [
        Effect("approve", say="release", after_event=True, if_refused="breach.report"),
        Effect(
            "duty",
            do="Look at posts",
            owner="corporate-communications",
            anchor=condition("account.last_used_on", want="date"),
            within="1 month",
            every="3 months",
            sample=("post.images", "account.contributors"),
            overdue=("corporate-communications",),
            daily=("corporate-communications",),
            remind=("7 days before",),
        ),
    ]
    approve, duty = PackWords(small.pack()).rule(small.rule(effects)).then
    assert "after the event" in approve
    assert "if it is refused" in approve
    for part in (
        "within 1 month of",
        "every 3 months",
        "drawn by lot",
        "the number of contributors",
        "every day",
        "7 days before",
    ):
        assert part in duty


def test_a_force_s_own_setting_is_told_as_its_own(library: Library) -> None:
    norfolk = library.packs["norfolk-suffolk"]
    (monitored, *_) = [r for r in norfolk.rules if any("monitoring_every" in c.source for c in conditions_of(r))]
    assert "1 month (unless the force sets it otherwise)" in text_of(PackWords(norfolk), monitored)
    own = text_of(PackWords(norfolk, {"monitoring_every": "2 weeks"}), monitored)
    assert "2 weeks (as the force has set it)" in own


def test_an_exception_says_why_and_under_which_clause() -> None:
    granted = Exemption("it was agreed", condition("true"), grant="native-access", clause="T-2")
    (line,) = PackWords(small.pack()).rule(small.rule("refuse", unless=(granted,))).unless
    assert line == "a standing permission “native access” is held (it was agreed) [T-2]"
    claimed = Exemption("on duty", condition("actor.on_duty"), claimed=True)
    (line,) = PackWords(small.pack()).rule(small.rule("refuse", unless=(claimed,))).unless
    assert line == f"{condition('actor.on_duty').words}, which somebody has to have said (on duty)"


def test_every_act_that_the_packs_offer_has_words(library: Library) -> None:
    """The reader would find "set end (post)" where the policy offers to set until when a post stands."""
    vocabulary = library.vocabulary
    effects = [e for p in library.packs.values() for r in p.rules for e in effects_of(r)]
    named = {name for p in library.packs.values() for r in p.rules for name in [r.offer]}
    named |= {name for effect in effects for name in (effect.act, effect.unblocks)}
    assert {name for name in named if name and vocabulary.act_words(name).endswith(")")} == set()
    assert vocabulary.act_words("post.set-end") == "Set until when the post stands"


def test_what_was_so_before_a_change_is_told_in_words(library: Library) -> None:
    """The reader would find "was.account.state is trial"."""
    cleveland = library.packs["cleveland"]
    told = [line for rule in cleveland.rules for line in PackWords(cleveland).rule(rule).when]
    assert "the account (before the change) is on trial" in "\n".join(told)
    assert "was.account" not in "\n".join(told)


def test_a_duty_without_a_day_says_so_after_what_it_runs_from() -> None:
    """ "(no day is set), from the day …" reads as though a word were missing."""
    english = PackWords(small.pack())
    start = condition("closing.notified_on", want="date")
    assert english.effect(Effect("duty", do="tell us", owner="line-manager", late="open")).endswith(
        "tell us; no day is set"
    )
    told = english.effect(Effect("duty", do="tell us", owner="line-manager", late="open", anchor=start))
    assert told.endswith("tell us from the day notice was given on; no day is set")


def test_how_a_post_is_filled_and_an_approval_given_is_told() -> None:
    """Without it nobody could say from the page who may answer, or who stands in."""
    english = PackWords(small.pack())
    post = Who("x", "Line manager", relation="line_manager", of="subject", otherwise=("corporate-communications",))
    assert post_rules(english, post) == [
        "the line manager of the subject",
        "stand-in: Corporate Communications",
        "never the proposer or subject",
    ]
    say = Say("x", "Release", ("corporate-communications",), covers=("post.text",), proposer_counts=True)
    say = replace(
        say,
        lasts="7 days",
        unanswered=(Step("30 minutes", ("line-manager",)), Step("2 hours"), Step("1 day", since="incident.began_at")),
    )
    assert say_rules(english, say) == [
        "answered by Corporate Communications",
        "the answers are approve, refuse or return",
        "asked for again when this changes: the text of the post",
        "it counts for 7 days and is then asked for again",
        "when nobody has answered for 30 minutes, Line Manager may answer as well",
        "when nobody has answered for 2 hours after that, what it was asked for lapses",
        "when nobody has answered for 1 day since the time the incident began, what it was asked for lapses",
        "whoever proposes may give it",
    ]
    says = {
        "x": Say("x", "Release", ("sio", "line-manager"), people=2),
        "y": Say("y", "Second", ("sio",), never=("x", "subject")),
    }
    english = PackWords(small.pack(says=says))
    assert say_rules(english, says["x"])[0] == "answered by two different people, each Sio or Line Manager"
    assert say_rules(english, says["y"])[1] == "never by whoever gives “Release” or the subject"


def test_private_advice_is_not_said_to_be_recorded(library: Library) -> None:
    """Staff who read that a look at their own plans is recorded would not ask."""
    private = 0
    for name in NAMES:
        pack = library.packs[name]
        for rule in pack.rules:
            if all(pack.vocabulary.moments[moment].kind == "advice" for moment in rule.moments):
                private += 1
                assert not any("recorded" in told for told in PackWords(pack).rule(rule).then), rule.id
    assert private > 20
    warned = Exemption("", condition("true"), grant="x", then=(Effect("warn"),))
    assert PackWords(pack).exemption(warned, private=True).endswith("; then a warning is shown, and nothing is kept")


def test_what_only_a_case_can_tell_is_called_by_its_name_and_no_hole_is_left(library: Library) -> None:
    """The reader of a policy met "Name it {account.area} Policing Team."."""
    for name in NAMES:
        told = PackWords(library.packs[name])
        for rule in library.packs[name].rules:
            said = [told.rule(rule).remedy, *(words for _, words in told.texts(rule)), *told.rule(rule).then]
            assert not [words for words in said if re.search(r"\{(?!until)", words)], rule.id


def test_documents_are_called_by_their_titles_wherever_a_rule_names_them() -> None:
    """An applicant read that “policy:cleveland” is not among the documents accepted, and looked for such a document."""
    pack = shipped().packs["cleveland"]
    tests = [test for rule in pack.rules for test in rule.when if ".acknowledged" in test.source]
    told = " ".join(test.words for test in tests)
    assert "“Social Media Policy” is not among the documents the user has read" in told
    assert not [key for key in pack.titles if f"“{key}”" in told]
