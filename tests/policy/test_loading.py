"""A pack is data: what somebody writes in its files is what is decided by, and no Python is touched."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.policy.chapters import beginnings
from remit.policy.faults import Fault, PackFaults
from remit.policy.loading import load_library
from remit.policy.packs import Effect, Pack, Permit, Rule, Step
from remit.policy.source import parse_yaml

from .written import FILES, HERE, marked, rule, rules, swapped, write

RULES = "small/rules/posts.yaml"


def load(folder: Path, changed: dict[str, str | bytes | None] | None = None) -> Pack:
    return load_library([write(folder, changed)]).packs["small"]


def rule_of(pack: Pack, key: str) -> Rule:
    return next(r for r in pack.rules if r.id == key)


def test_everything_that_a_pack_says_about_itself_is_kept(tmp_path: Path) -> None:
    """Pages and decisions name the policy, its version, its forces, its posts and what it is silent on."""
    pack = load(tmp_path)
    assert (pack.name, pack.title, pack.number, pack.version, pack.forces) == (
        "small",
        "Small Policy",
        "1",
        "1.0",
        ("smallshire",),
    )
    assert pack.versions[0].in_force_from == date(2026, 1, 5)
    assert pack.who["chief"].otherwise == ("desk",)
    assert pack.who["chief"].never == ("proposer", "subject")
    assert pack.says["heard"].kind == "consult"
    assert pack.says["release"].covers == ("post.text", "post.images")
    assert pack.parameters["parameter.least"].value == 10
    assert pack.settings["force.website"].supplier == "force"
    assert pack.setting_defaults == {"force.website": "www.example.police.uk"}
    assert pack.clauses["SM-4"].number == "4.10"
    assert pack.in_doubt == "desk"
    assert pack.texts == {"kind": "Be kind. See {force.website}."}
    assert {"parameter.least", "force.website", "post.sought", "concern.political"} <= set(pack.vocabulary.facts)


def test_rules_bound_controls_and_rows_of_concerns_are_all_rules(tmp_path: Path) -> None:
    """The three ways to write an obligation are decided, counted and shown alike."""
    pack = load(tmp_path)
    assert [r.id for r in pack.rules] == ["SM-1", "SM-2", "SM-4", "SM-3"]
    assert {m for r in pack.rules for m in r.moments} == {"post.publish"}
    bound = rule_of(pack, "SM-2")
    assert bound.control == "no-followers"
    assert bound.title == "At least 10 followers"
    assert bound.when[0].source == "account.followers < 10"
    assert bound.then[0].to == ("desk",)
    assert bound.wording == "should"
    row = rule_of(pack, "SM-3")
    assert row.concern == "political"
    assert row.when[0].facts == {"concern.political"}


def test_exceptions_by_grant_and_approval_are_tests_too(tmp_path: Path) -> None:
    """A standing permission or a say already given lifts the rule, and the decision can say which did."""
    by_test, by_grant, by_say = rule_of(load(tmp_path), "SM-1").unless
    assert (by_test.why, by_test.clause) == ("an issued device", "SM-2")
    assert by_grant.condition.source == "'trusted' in act.grants"
    assert by_grant.grant == "trusted"
    assert by_say.condition.source == "'release' in act.approved"
    assert by_say.why == "Release by the media desk"


def test_the_head_of_a_file_binds_every_rule_below_it(tmp_path: Path) -> None:
    """A moment, test or exception written once at the top is not forgotten on the tenth rule."""
    exception = "{is: post.sought, why: somebody is sought}"
    head = f"moment: [post.draft, post.publish]\nwhen: [device.issued]\nunless:\n- {exception}\n"
    body = (
        "define:\n  post.sought: {is: \"post.appeal in ['wanted', 'missing']\", clause: SM-1}\n"
        "rules:\n- {id: SM-1, title: One, then: warn}\n"
        "- {id: SM-4, title: Two, moment: post.draft, when: account.followers > 1, then: {show: kind}}\n"
        "concerns:\n- {clause: SM-3, concern: political, then: warn}\n"
    )
    pack = load(tmp_path, {RULES: head + body})
    one, two, row = (rule_of(pack, key) for key in ("SM-1", "SM-4", "SM-3"))
    assert one.moments == row.moments == ("post.draft", "post.publish")
    assert two.moments == ("post.draft",)
    assert [c.source for c in two.when] == ["device.issued", "account.followers > 1"]
    assert [c.source for c in row.when] == ["device.issued", "concern.political"]
    assert all(r.unless[0].why == "somebody is sought" for r in (one, two, row))
    assert row.title == "The post is about party politics"


def test_a_row_that_binds_a_control_may_add_tests_and_replace_words(tmp_path: Path) -> None:
    """A force that needs one more exception does not have to copy the control."""
    row = (
        "- clause: SM-2\n  id: SM-2-extra\n  control: no-followers\n  with: {least: 5, who: desk}\n"
        "  title: Few followers\n  moment: post.draft\n  when: device.issued\n"
        "  unless: [{grant: new, why: a new account}]\n  remedy: Grow.\n"
    )
    bound = rule_of(load(tmp_path, {RULES: rules(row)}), "SM-2-extra")
    assert bound.title == "Few followers"
    assert bound.moments == ("post.draft",)
    assert [c.source for c in bound.when] == ["account.followers < 5", "device.issued"]
    assert bound.unless[0].why == "a new account"
    assert bound.remedy == "Grow."


EFFECTS: dict[str, dict[str, Any]] = {
    "refuse": {"kind": "refuse"},
    "{refuse: {unblocks: account.give-notice}}": {"unblocks": "account.give-notice"},
    "{approve: release}": {"kind": "approve", "say": "release", "after_event": False},
    "{approve: {say: release, when: after, if_refused: breach.report}}": {
        "after_event": True,
        "if_refused": "breach.report",
    },
    "{consult: heard}": {"kind": "consult", "say": "heard"},
    "{ask: post.text}": {"fact": "post.text", "asks": "fact"},
    "{ask: {evidence: Which ones?, fact: post.text}}": {"question": "Which ones?", "asks": "evidence"},
    "{ask: {attestation: I checked it., fact: device.issued}}": {"question": "I checked it.", "asks": "attestation"},
    "{require: kind}": {"texts": ("kind",), "fact": "post.text"},
    "{require: {texts: [kind], in: post.text}}": {"texts": ("kind",), "fact": "post.text"},
    "{acknowledge: kind}": {"text": "kind"},
    "{hold: {until: approval release, then: approve again}}": {"say": "release", "then": "approve again"},
    "{hold: {until: '!device.issued'}}": {"say": None},
    "{duty: {do: look, owner: desk, from: post.seen_on, within: 7 days, key: look, overdue: chief}}": {
        "do": "look",
        "owner": "desk",
        "within": "7 days",
        "key": "look",
        "overdue": ("chief",),
    },
    "{duty: {do: look, owner: desk, late: open, remind: 1 day before}}": {"remind": ("1 day before",)},
    "{duty: {do: look, owner: desk, late: at once, each: post.images, done: device.issued}}": {
        "late": "at once",
        "each": "post.images",
    },
    "{duty: {do: look, owner: desk, from: post.seen_on, every: 12 months}}": {"every": "12 months"},
    "{route: desk}": {"to": ("desk",)},
    "{route: {to: [desk, chief], seen_by: chief, never: subject}}": {
        "to": ("desk", "chief"),
        "seen_by": ("chief",),
        "never": ("subject",),
    },
    "{notify: {who: [desk, author], text: kind}}": {"who": ("desk", "author"), "text": "kind"},
    "{show: kind}": {"kind": "show", "text": "kind"},
    "{offer: post.remove-images}": {"act": "post.remove-images"},
    "{record: associations}": {"register": "associations"},
    "warn": {"kind": "warn"},
}


@pytest.mark.parametrize("written", EFFECTS)
def test_every_spelling_of_an_effect_is_read(written: str, tmp_path: Path) -> None:
    """What the table of effects allows can be written, and leaves what it says."""
    (effect,) = rule_of(load(tmp_path, {RULES: rule(then=written)}), "SM-1").then
    assert isinstance(effect, Effect)
    assert {name: getattr(effect, name) for name in EFFECTS[written]} == EFFECTS[written]


def test_a_refusal_knows_until_when_and_a_duty_by_when(tmp_path: Path) -> None:
    """The page can say "close on or after 28 November" instead of only "no"."""
    until = "{refuse: {until: \"post.seen_on.plus('7 days')\"}}"
    by = "{duty: {do: look, owner: desk, by: [post.seen_on, \"post.sent_at.plus('1 hour')\"]}}"
    refuse, duty = rule_of(load(tmp_path, {RULES: rule(then=f"[{until}, {by}]")}), "SM-1").then
    assert refuse.until is not None
    assert refuse.until.type == "date"
    assert [c.type for c in duty.by] == ["date", "time"]


def test_an_exception_may_have_effects_of_its_own(tmp_path: Path) -> None:
    """An urgent exception can still owe a report afterwards (NS-10.1h)."""
    exception = "[{is: device.issued, why: urgent, clause: SM-2, then: {approve: {say: release, when: after}}}]"
    (found,) = rule_of(load(tmp_path, {RULES: rule(unless=exception)}), "SM-1").unless
    assert found.then[0].after_event
    assert found.clause == "SM-2"


def test_definitions_have_a_clause_and_may_use_each_other(tmp_path: Path) -> None:
    """A word that the policy defines is written once, and cited wherever it is used."""
    define = (
        "define:\n  account.size:\n    clause: SM-2\n    type: enum\n"
        "    values: {small: small, large: large}\n    cases:\n"
        '    - {is: "account.followers < 10", value: small}\n    else: large\n'
        "  account.busy: {is: \"account.size == 'large' && post.sought\", clause: SM-2, not: the account is quiet}\n"
        "  post.sought: {is: \"post.appeal != 'none'\", clause: SM-1}\n"
    )
    pack = load(tmp_path, {RULES: define + rule(when="account.busy")})
    size = pack.definitions["account.size"]
    assert (size.fact.type, size.otherwise, size.cases[0][1]) == ("enum", "large", "small")
    assert pack.definitions["account.busy"].cases[0][0].facts == {"account.size", "post.sought"}
    assert pack.vocabulary.facts["account.busy"].negative == "the account is quiet"


def test_in_a_change_the_state_before_can_be_named(tmp_path: Path) -> None:
    """`was.account.kind` is the account before the change, `account.kind` after it (WI-accounts.16b)."""
    when = "\"was.account.kind == 'main' && account.kind == 'area'\""
    assert rule_of(load(tmp_path, {RULES: rule(when=when)}), "SM-1").when[0].facts == {
        "account.kind",
        "was.account.kind",
    }


def test_a_rule_may_be_on_trial_or_bound_to_dates(tmp_path: Path) -> None:
    """A force tries a rule in the shadow first, and an old act is judged by what was in force then."""
    found = rule_of(load(tmp_path, {RULES: rule(mode="off", in_force="{from: 2026-01-01, until: 2026-12-31}")}), "SM-1")
    assert found.mode == "off"
    assert (found.in_force_from, found.in_force_until) == (date(2026, 1, 1), date(2026, 12, 31))


def test_a_rule_and_a_pack_are_added_by_writing_files(tmp_path: Path) -> None:
    """A sixth force brings a folder with its own facts, controls and policy, and starts Remit again: no Python."""
    write(tmp_path / "shipped", {"small/rules/more.yaml": rule(id="SM-1-more")})
    own = tmp_path / "own"
    shutil.copytree(tmp_path / "shipped" / "small", own / "sixth")
    (own / "sixth" / "rules" / "more.yaml").write_text(rules("- {clause: SM-2, control: quiet, with: {}}\n"))
    (own / "sixth" / "rules" / "posts.yaml").unlink()
    shutil.copytree(tmp_path / "shipped" / "small" / "texts", own / "sixth" / "texts", dirs_exist_ok=True)
    (own / "controls").mkdir()
    (own / "controls" / "quiet.yaml").write_text(
        "id: quiet\ntitle: Nobody on the Isle\nwhen: post.on_the_isle\nmoment: post.draft\nthen: warn\n"
    )
    (own / "facts").mkdir()
    (own / "facts" / "isle.yaml").write_text("post.on_the_isle: {type: bool, label: it is about the Isle}\n")
    library = load_library([tmp_path / "shipped", own])
    assert sorted(library.packs) == ["sixth", "small"]
    assert "SM-1-more" in [r.id for r in library.packs["small"].rules]
    assert [r.title for r in library.packs["sixth"].rules] == ["Nobody on the Isle"]


def test_the_baselines_of_a_pack_lie_over_the_shared_ones(tmp_path: Path) -> None:
    """A force whose main accounts are special says so once."""
    own = "main-account-post: {account.followers: 3}\nquiet: {post: {appeal: none, text: null}}\n"
    pack = load(tmp_path, {"small/baselines.yaml": own})
    assert pack.baselines["main-account-post"]["account.followers"] == 3
    assert pack.baselines["main-account-post"]["device.issued"] is True
    assert pack.baselines["quiet"] == {"post.appeal": "none", "post.text": None}


# --- digests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (RULES, FILES[RULES] + "# a word more\n"),
        ("small/texts/kind.md", "Be kinder. See {force.website}.\n"),
        ("small/policy.yaml", swapped("small/policy.yaml", "value: 10", "value: 11")),
        ("facts/post.yaml", FILES["facts/post.yaml"] + "post.new: {type: bool, label: it is new}\n"),
        ("moments.yaml", swapped("moments.yaml", ", includes: [post.draft]", "")),
        ("controls/no-followers.yaml", swapped("controls/no-followers.yaml", "At least", "No fewer than")),
    ],
)
def test_whatever_a_decision_turns_on_changes_the_digest(name: str, text: str, tmp_path: Path) -> None:
    """A decision in the ledger names exactly the rules it was taken by."""
    before = load(tmp_path / "a").digest
    assert before.startswith("sha256:")
    assert load(tmp_path / "b", {name: text}).digest != before


@pytest.mark.parametrize(
    "changed",
    [
        {"small/cases/posts.yaml": "[]\n"},
        {"small/baselines.yaml": "quiet: {post.appeal: none}\n"},
        {"controls/other.yaml": "id: other\ntitle: Other\nthen: warn\n"},
        {"baselines.yaml": "quiet: {post.appeal: none}\n"},
        {RULES: FILES[RULES].replace("\n", "\r\n").encode()},
        {RULES: b"\xef\xbb\xbf" + FILES[RULES].encode()},
    ],
)
def test_what_no_decision_turns_on_leaves_the_digest(changed: dict[str, str | bytes | None], tmp_path: Path) -> None:
    """A new case, an unused control or another system's line ends do not make yesterday's decisions look foreign."""
    assert load(tmp_path / "b", changed).digest == load(tmp_path / "a").digest


# --- nothing that somebody writes breaks the loader -----------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab:-[]{}'\"&*!|>%@`# \n\t?,~<0.=\\"), max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    """A file of rubbish gives a fault with a place, never a traceback."""
    faults: list[Fault] = []
    node = parse_yaml(text, "x.yaml", faults)
    assert node is not None or faults
    assert all(f.place.line >= 1 and f.place.column >= 1 and f.remedy for f in faults)


def _places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value in a YAML document."""
    found = [path] if path else []
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return found + [deeper for key, value in items for deeper in _places(value, (*path, key))]


SPOILT: list[Any] = [None, True, 7, 4.5, "", "x", "a.b", [], [1, "x"], {}, {"a": "b"}, {"is": 1}, date(2026, 1, 1)]
SPOIL_AT = [
    (name, path)
    for name in FILES
    if name.endswith(".yaml") and "/cases/" not in name
    for path in _places(yaml.safe_load(FILES[name]))
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.sampled_from(SPOIL_AT), value=st.sampled_from(SPOILT))
def test_any_value_anywhere_is_read_or_told(at: tuple[str, tuple[Any, ...]], value: Any, tmp_path: Path) -> None:
    """Whatever somebody puts where something else belongs gets a fault with a place and a remedy, or is sound."""
    name, path = at
    document = yaml.safe_load(FILES[name])
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    write(tmp_path, {name: yaml.safe_dump(document, sort_keys=False, allow_unicode=True)})
    try:
        load_library([tmp_path])
    except PackFaults as error:
        assert all(f.message and f.place.file for f in error.faults)
        without = [f for f in error.faults if not f.remedy]
        assert not without, without


def test_a_faulty_pack_is_left_out_where_that_is_asked_for(tmp_path: Path) -> None:
    """One officer's draft would keep everybody from every command."""
    write(tmp_path / "shipped")
    own = tmp_path / "own"
    for name, text in FILES.items():
        if name.startswith("small/"):
            path = own / name.replace("small/", "mine/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("[smallshire]", "[mine]").replace("then: warn", "then: wran"))
    folders = [tmp_path / "shipped", own]
    with pytest.raises(PackFaults, match='no effect "wran"'):
        load_library(folders)
    library = load_library(folders, leave_out=True)
    assert list(library.packs) == ["small"]
    assert [fault.message for fault in library.broken["mine"]] == ['There is no effect "wran".']
    # Facts of its own that cannot be read leave out the packs beside them, and nothing else.
    (own / "facts").mkdir()
    (own / "facts" / "mine.yaml").write_text("mine.fact: {type: bol, label: mine}\n")
    library = load_library(folders, leave_out=True)
    assert list(library.packs) == ["small"]
    assert any('"bol"' in fault.message for fault in library.broken["mine"])


MORE_VALUES = {
    "account.kind: {more_values: {dogs: the dog section}}": "",
    "post.images.kind: {more_values: {cctv: CCTV}}": "",
    "account.knd: {more_values: {dogs: the dog section}}": 'There is no fact "account.knd" to add values to.',
    "account.followers: {more_values: {dogs: the dog section}}": "has no list of values",
    "account.kind: {more_values: {main: again}}": 'account.kind has the value "main" already.',
}


@pytest.mark.parametrize(("entry", "fault"), MORE_VALUES.items())
def test_a_force_adds_values_to_a_list_that_is_there(entry: str, fault: str, tmp_path: Path) -> None:
    """A force with a kind of account or training of its own would need a program changed."""
    folders = [write(tmp_path / "shipped"), tmp_path / "own"]
    (tmp_path / "own" / "facts").mkdir(parents=True)
    (tmp_path / "own" / "facts" / "more.yaml").write_text(f"{entry}\n")
    if fault:
        with pytest.raises(PackFaults, match=fault):
            load_library(folders)
        return
    facts = load_library(folders).packs["small"].vocabulary.facts
    assert {"main", "area"} <= set(facts["account.kind"].values)
    assert "dogs" in facts["account.kind"].values or "cctv" in facts["post.images"].fields["kind"].values


def test_a_period_may_be_a_parameter_a_setting_and_a_hole(tmp_path: Path) -> None:
    """The figure that a clause gives would stand in several rules, and be changed in one of them."""
    changed = {
        "controls/long-silent.yaml": """\
id: long-silent
title: Silent for ${unused}
holes: {unused: period}
moment: post.publish
when: ["post.seen_on.given() && post.seen_on.passed('${unused}')"]
then: {duty: {do: look, owner: desk, from: post.seen_on, within: "${unused}"}}
""",
        "small/policy.yaml": swapped(
            "small/policy.yaml",
            "parameters:\n",
            "parameters:\n  silence: {type: period, value: 3 months, clause: SM-2}\n",
        ),
        "small/rules/more.yaml": """\
rules:
- {clause: SM-2, id: SM-2-x, control: long-silent, with: {unused: parameter.silence}}
""",
    }
    made = rule_of(load(tmp_path, changed), "SM-2-x")
    assert "parameter.silence" in made.when[0].facts
    assert made.then[0].within == "parameter.silence"
    with pytest.raises(PackFaults, match="is a length of time, not three months"):
        load(tmp_path / "b", {"small/policy.yaml": changed["small/policy.yaml"].replace("3 months", "three months")})
    with pytest.raises(PackFaults, match="force.website is no period"):
        load(
            tmp_path / "c",
            {
                "small/rules/more.yaml": changed["small/rules/more.yaml"].replace("parameter.silence", "force.website"),
                "controls/long-silent.yaml": changed["controls/long-silent.yaml"],
            },
        )


def test_bank_holidays_are_read_by_year(tmp_path: Path) -> None:
    """A day in the wrong year would be no holiday at all."""
    text = '"2026": [2026-12-25, 2026-12-28]\n'
    holidays = load(tmp_path, {"bank-holidays.yaml": text}).vocabulary.holidays
    assert (holidays.years, holidays.working(date(2026, 12, 28))) == ((2026,), False)
    with pytest.raises(PackFaults, match="This is no day of 2026"):
        load(tmp_path / "b", {"bank-holidays.yaml": text.replace("2026-12-28", "2027-12-28")})


def test_a_title_for_a_chapter_that_no_clause_stands_in_is_told(tmp_path: Path) -> None:
    """A slip of a number would otherwise leave a chapter without its title, and nobody would know why."""
    titled = FILES["small/policy.yaml"] + f'chapters:\n  "1": Wanted\n  {HERE}"4.01": Kindness\n'
    with pytest.raises(PackFaults) as caught:
        load(tmp_path, {"small/policy.yaml": titled})
    (fault,) = caught.value.faults
    assert (fault.place.line, fault.place.column) == marked(titled)
    assert fault.message == 'No clause stands in a chapter "4.01".'
    assert '"4.10"' in fault.remedy
    with pytest.raises(PackFaults, match='title each of these: "5": "Part B: …"'):
        load(tmp_path, {"small/policy.yaml": titled.replace("4.01", "B")})
    assert load(tmp_path, {"small/policy.yaml": titled.replace("4.01", "4.10")}).chapters == {
        "1": "Wanted",
        "4.10": "Kindness",
    }


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("3.1.5", ["3", "3.1", "3.1.5"]),
        ("B", ["B"]),
        ("A.b.2", ["A", "A.b", "A.b.2"]),
        ("Annex B, 3", ["Annex B", "Annex B, 3"]),
        ("4.10(a)(ii)", ["4", "4.10", "4.10(a)", "4.10(a)(ii)"]),
    ],
)
def test_a_chapter_may_be_numbered_with_letters(number: str, parts: list[str]) -> None:
    """A policy whose chapters are A, B and C could give them no titles."""
    assert beginnings(number) == parts


def test_how_long_a_say_counts_and_is_waited_for_is_read(tmp_path: Path) -> None:
    """A slip in a period or a post would else make an approval that never lapses, or that nobody else may give."""

    def written(more: str) -> dict[str, str]:
        title = "title: Release by the media desk"
        text = swapped("small/policy.yaml", title, f"{title}, {more}")
        silence = "parameters:\n  silence: {type: period, value: 3 months, clause: SM-2}\n"
        return {"small/policy.yaml": text.replace("parameters:\n", silence)}

    once = load(tmp_path, written("lasts: parameter.silence, unanswered: {for: 30 minutes, also: chief}")).says
    assert once["release"].periods == ("parameter.silence", "30 minutes")
    assert (once["release"].unanswered, once["heard"].periods) == ((Step("30 minutes", ("chief",)),), ())
    later = "{for: parameter.silence, also: [desk, chief]}, {for: 1 day, then: lapse}"
    steps = f"unanswered: [{{for: 30 minutes, also: desk}}, {later}]"
    assert load(tmp_path, written(steps)).says["release"].unanswered == (
        Step("30 minutes", ("desk",)),
        Step("parameter.silence", ("desk", "chief")),
        Step("1 day"),
    )
    for folder, (more, message) in enumerate(
        [
            ("lasts: a while", '"a while" is not a period'),
            ("lasts: parameter.least", "parameter.least is no period"),
            ("lasts: parameter.silense", 'There is no fact "parameter.silense"'),
            ("unanswered: {for: 30 minutes}", 'needs "also"'),
            ("unanswered: {also: chief}", 'needs "for"'),
            ("unanswered: {for: 1 day, then: laps}", 'Did you mean "lapse"'),
            ("unanswered: {for: 1 day, also: chief, then: lapse}", "somebody may still give it"),
            ("unanswered: [{for: 1 day, then: lapse}, {for: 1 day, also: chief}]", "a step stands after it"),
            ("unanswered: []", "No step stands here"),
            ("unanswered: {for: 1 day, from: post.sent, also: chief}", 'Did you mean "post.sent_at"?'),
            ("unanswered: {for: 1 day, from: post.seen_on, also: chief}", "post.seen_on is no time"),
            ("unanswered: {for: 30 minutes, also: boss}", 'There is no post in who "boss"'),
        ]
    ):
        with pytest.raises(PackFaults) as caught:
            load(tmp_path / str(folder), written(more))
        assert message in str(caught.value)


@pytest.mark.parametrize(
    ("written", "claimed"),
    [
        ("", (False, False)),
        (", if_unknown: ask", (False, False)),
        (", if_unknown: no", (True, False)),
        (", if_unknown: yes", (False, True)),
    ],
)
def test_an_exception_says_whether_somebody_has_to_claim_it(
    tmp_path: Path, written: str, claimed: tuple[bool, bool]
) -> None:
    """YAML reads no as a yes or no, and the exception would be asked about after all."""
    exception = f"[{{is: device.issued, why: issued{written}}}]"
    (found,) = rule_of(load(tmp_path, {RULES: rule(unless=exception)}), "SM-1").unless
    assert (found.claimed, found.presumed) == claimed


def test_who_gives_an_approval_besides_another_is_read(tmp_path: Path) -> None:
    """A slip here would let one person give both approvals that the policy wants of two."""

    def written(more: str) -> dict[str, str]:
        title = "title: Release by the media desk"
        return {"small/policy.yaml": swapped("small/policy.yaml", title, f"{title}, {more}")}

    says = load(tmp_path, written("people: 2, never: [heard, proposer]")).says
    assert (says["release"].people, says["release"].never) == (2, ("heard", "proposer"))
    assert says["release"].apart(says) == {"release", "heard"}
    assert says["heard"].apart(says) == {"release"}, "whichever comes first"
    for folder, (more, message) in enumerate(
        [
            ("people: 1", "two or more"),
            ("people: two", "two or more"),
            ("people: true", "two or more"),
            ("people: 2, all: true", "people has no meaning"),
            ("never: [release]", "Write people: 2"),
            ("never: [herd]", 'Did you mean "heard"?'),
            ("never: [proposr]", 'Did you mean "proposer"?'),
        ]
    ):
        with pytest.raises(PackFaults) as caught:
            load(tmp_path / str(folder), written(more))
        assert message in str(caught.value)


def test_who_may_give_an_exception_is_read(tmp_path: Path) -> None:
    """A slip in it would leave an exception that anybody, or nobody, can give, or one that never ends."""
    there = load(tmp_path)
    assert there.grants["trusted"] == Permit(
        "trusted", "A trusted account", ("desk",), ("account",), "3 months", "SM-2", there.grants["trusted"].place
    )
    assert rule_of(there, "SM-1").unless[1].clause == "SM-2", "the clause that provides for it is cited"
    for folder, (was, now, message) in enumerate(
        [
            ("for: account", "for: [account, person, dog]", 'Nothing is given for "dog"'),
            ("for: account, ", "", 'needs "for"'),
            ("who: desk, longest", "who: dsk, longest", 'Did you mean "desk"?'),
            ("who: desk, longest", "longest", 'needs "who"'),
            ("longest: 3 months", "longest: 3 moons", '"3 moons" is not a period'),
            ("clause: SM-2}\naccount", "clause: SM-22}\naccount", 'There is no clause "SM-22"'),
        ]
    ):
        with pytest.raises(PackFaults) as caught:
            load(tmp_path / str(folder), {"small/policy.yaml": swapped("small/policy.yaml", was, now)})
        assert message in str(caught.value)
