"""A broken pack is told file, line, column and remedy. Without this a policy officer hunts for a comma in 900 lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from remit.policy.faults import MANY, Fault, PackFaults, Place, in_short
from remit.policy.loading import load_library

from .written import HERE, marked, rule, rules, swapped, write

RULES = "small/rules/posts.yaml"
POLICY = "small/policy.yaml"
CLAUSES = "small/clauses.yaml"
FACTS = "facts/post.yaml"


@dataclass
class Planted:
    """One fault: the file as written, with its place marked, and words of the message and of the remedy."""

    file: str
    text: str
    message: str
    remedy: str


PLANTED = {
    # --- what YAML would quietly read as something else ---
    "a clause number that YAML reads as a number": Planted(
        CLAUSES, swapped("small/clauses.yaml", '"4.10"', "▸4.10"), "reads 4.10 as the number 4.1", 'quotes: "4.10"'
    ),
    "a policy number that YAML reads as a number": Planted(
        POLICY, swapped("small/policy.yaml", 'number: "1"\n', "number: ▸1\n"), "reads 1 as the number 1", 'quotes: "1"'
    ),
    "a title that YAML reads as no": Planted(RULES, rule(title="▸No"), "reads No as no", 'quotes: "No"'),
    "a key that YAML reads as yes": Planted(
        RULES, swapped(RULES, "define:", "▸on: push\ndefine:"), 'reads the key "on" as yes', '"on"'
    ),
    "two keys the same": Planted(
        RULES, rule(then="warn\n  ▸title: Again"), '"title" stands twice; it is already on line 4', "Keep one"
    ),
    "a test that begins with an exclamation mark": Planted(
        RULES, rule(when="▸!device.issued"), "read by YAML as a tag", "double quotes"
    ),
    "an exclamation mark that stands alone": Planted(
        RULES, rule(when="▸! device.issued"), "read by YAML as a tag", "double quotes"
    ),
    "a day that there is not": Planted(
        POLICY, swapped(POLICY, "in_force_from: 2026-01-05", "in_force_from: ▸2026-02-30"), "not a day of", "2026-11-21"
    ),
    "a comma in an unquoted text": Planted(
        RULES,
        rule(unless="[{is: device.issued, why: urgent, ▸and loud}]"),
        'no key "and loud"',
        "put a text that holds a comma in quotes",
    ),
    # --- what YAML cannot read ---
    "a tab": Planted(RULES, rule(then="warn\n▸\tremedy: x"), "indented with a tab", "spaces"),
    "a colon in an unquoted text": Planted(RULES, rule(remedy="Say this▸: do not"), '": "', "quotes"),
    "a bracket that is never closed": Planted(RULES, rule(then="{hold: {until: x}\n▸- a: b"), "brackets", "Close it"),
    "quotes that are never closed": Planted(RULES, rule(title='▸"Held'), "never closed", "Close the quotes"),
    "an alias that stands for nothing": Planted(RULES, rule(title="▸*other"), "no anchor &other", "Quote the text"),
    "a merge key": Planted(RULES, rule(then="warn\n  ▸<<: x"), "<<", "Write the keys out"),
    "a second document": Planted(RULES, rule() + "▸---\nmoment: x\n", "second document", "two files"),
    "an empty file": Planted(RULES, "▸", "is empty", "delete the file"),
    "a hidden direction mark": Planted(RULES, rule(title="He▸\u202eld"), "U+202E", "Delete it"),
    "a control character": Planted(RULES, rule(title="He▸\x07ld"), "U+0007", "Delete it"),
    "lists in lists without end": Planted(RULES, "[" * 41 + "▸" + "[" * 5000, "more than 40 deep", "brackets"),
    "aliases that multiply": Planted(
        RULES,
        "a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        "e: [*d, *d, *d, *d, ▸*d, *d, *d, *d, *d, *d]\n",
        "more than 60,000",
        "fewer aliases",
    ),
    # --- names ---
    "a key of a rule misspelt": Planted(RULES, rule(then="warn\n  ▸remedi: x"), 'no key "remedi"', '"remedy"'),
    "a fact misspelt": Planted(RULES, rule(when="▸device.isued"), 'no fact "device.isued"', '"device.issued"'),
    "a value of an enum misspelt": Planted(
        RULES, rule(when="post.appeal == ▸'wantd'"), '"wantd" is not a value of post.appeal', '"wanted"'
    ),
    "a field of a record misspelt": Planted(
        RULES, rule(when="post.images.exists(i, i▸.kin == 'photo')"), '"post.images" has no field "kin"', '"kind"'
    ),
    "a moment misspelt": Planted(RULES, rule(moment="▸post.publsh"), 'no moment "post.publsh"', '"post.publish"'),
    "a clause that there is not": Planted(RULES, rule(clause="▸SM-9"), 'no clause "SM-9"', "SM-"),
    "an id that names no clause": Planted(RULES, rule(id="▸XX-77"), '"XX-77" names no clause', "SM-1"),
    "an id that stands twice": Planted(
        RULES, rule() + "- {id: ▸SM-1, title: Again, then: warn}\n", '"SM-1" is already at', "SM-1-again"
    ),
    "a say misspelt": Planted(RULES, rule(then="{approve: ▸relase}"), 'in says "relase"', '"release"'),
    "a say misspelt in a hold": Planted(
        RULES, rule(then="{hold: {until: ▸approval relase}}"), 'in says "relase"', '"release"'
    ),
    "a say misspelt in an exception": Planted(
        RULES, rule(unless="[{approval: ▸relase}]"), 'in says "relase"', '"release"'
    ),
    "a text that there is not": Planted(RULES, rule(then="{show: ▸kin}"), 'in texts/ "kin"', '"kind"'),
    "a post misspelt": Planted(RULES, rule(then="{route: {to: [desk, ▸dsk]}}"), 'in who "dsk"', '"desk"'),
    "an effect misspelt": Planted(RULES, rule(then="▸refuze"), 'no effect "refuze"', '"refuse"'),
    "an effect misspelt as a key": Planted(RULES, rule(then="{▸aprove: release}"), 'no effect "aprove"', '"approve"'),
    "a concern misspelt": Planted(
        RULES,
        "moment: post.draft\nconcerns:\n- {clause: SM-3, concern: ▸politcal, then: warn}\n",
        "politcal",
        "political",
    ),
    "a control misspelt": Planted(
        RULES, rules("- {clause: SM-2, control: ▸no-folowers, with: {}}\n"), "no-folowers", "no-followers"
    ),
    "a mode misspelt": Planted(RULES, rule(mode="▸shaddow"), '"shaddow" is no mode', '"shadow"'),
    # --- what does not fit together ---
    "a date compared with a text": Planted(
        RULES, rule(when="\"post.seen_on ▸== '2026-01-01'\""), '"==" cannot be used on a date and a text', "same type"
    ),
    "a test that gives no yes or no": Planted(RULES, rule(when="▸account.followers"), "gives a number", "yes or no"),
    "a period that is none": Planted(
        RULES, rule(when="post.seen_on.passed(▸'3 monts')"), '"3 monts" is not a period', "3 months"
    ),
    "a condition that is no CEL": Planted(RULES, rule(when="device.issued &&▸"), "not a condition", "facts"),
    "a duty that never falls due": Planted(
        RULES, rule(then="{▸duty: {do: look, owner: desk}}"), 'duty needs "late"', "late: at once"
    ),
    "a duty that counts from nothing": Planted(
        RULES, rule(then="{▸duty: {do: look, owner: desk, within: 7 days}}"), 'duty needs "from"', "run away"
    ),
    "an approval of a consultation": Planted(
        RULES, rule(then="{approve: ▸heard}"), '"heard" is a consultation', "consult: heard"
    ),
    "two effects in one": Planted(
        RULES, rule(then="{hold: {until: approval release}, ▸show: kind}"), 'a second, "show"', "a list"
    ),
    "words required in what is no text": Planted(
        RULES, rule(then="{require: {texts: [kind], in: ▸account.followers}}"), "is not a text", "type string"
    ),
    "an exception without a name": Planted(RULES, rule(unless="[▸device.issued]"), "has a name", "why:"),
    "an exception that says nothing": Planted(RULES, rule(unless="[▸{why: late}]"), "here stand none", "Keep one"),
    "a rule without an effect": Planted(RULES, rules("- ▸id: SM-1\n  title: x\n"), 'needs "then"', "refuse"),
    "a rule that ends before it begins": Planted(
        RULES, rule(in_force="{from: 2026-05-01, until: ▸2026-04-01}"), "ends before it begins", "Swap"
    ),
    "a hole of a control left open": Planted(
        RULES, rules("- {clause: SM-2, control: no-followers, ▸with: {least: 1}}\n"), 'needs "who"', "a who"
    ),
    "a hole filled with the wrong type": Planted(
        RULES,
        rules("- {clause: SM-2, control: no-followers, with: {least: ▸ten, who: desk}}\n"),
        "is a whole number",
        "figures",
    ),
    "a hole that the control has not": Planted(
        RULES,
        rules("- {clause: SM-2, control: no-followers, with: {least: 1, who: desk, ▸most: 2}}\n"),
        'no key "most"',
        "least, who",
    ),
    "a hole that is not declared": Planted(
        "controls/no-followers.yaml",
        swapped("controls/no-followers.yaml", "${least} followers", "▸${leest} followers"),
        'no hole "leest"',
        '"least"',
    ),
    "a definition in a circle": Planted(
        RULES,
        swapped(
            RULES, "post.sought: {is: \"post.appeal in ['wanted', 'missing']\"", '▸post.sought: {is: "post.sought"'
        ),
        "defined by itself",
        "Take it out",
    ),
    "a definition with the name of a fact": Planted(
        RULES,
        swapped(RULES, "  post.sought:", "  ▸post.text:").replace("- post.sought", "- post.text == ''"),
        "already a fact",
        "another",
    ),
    # --- policy.yaml, the vocabulary ---
    "a post found by two things": Planted(
        POLICY,
        swapped(POLICY, "desk: {title: Media desk,", "▸desk: {title: Media desk, role: desk,"),
        "team and role",
        "exactly one",
    ),
    "a stand-in that there is not": Planted(
        POLICY, swapped(POLICY, "else: [desk]", "else: [▸dek]"), 'in who "dek"', '"desk"'
    ),
    "a say that comes after itself": Planted(
        POLICY,
        swapped(POLICY, "  heard: {", "  ▸heard: {").replace("after: [release]", "after: [heard]"),
        "after itself",
        "after",
    ),
    "a version that is not listed": Planted(
        POLICY, swapped(POLICY, 'version: "1.0"\n', 'version: ▸"2.0"\n'), "not among versions", "its dates"
    ),
    "a parameter of the wrong type": Planted(
        POLICY, swapped(POLICY, "value: 10", "value: ▸ten"), "is a whole number, not ten", "figures"
    ),
    "an account kind that there is not": Planted(
        POLICY, swapped(POLICY, "{main: Main", "{▸mian: Main"), '"mian" is not a value of account.kind', '"main"'
    ),
    "a key of the policy misspelt": Planted(
        POLICY, swapped(POLICY, "silent_on", "▸silent"), 'no key "silent"', '"silent_on"'
    ),
    "a treatment misspelt": Planted(
        CLAUSES, swapped(CLAUSES, "treatment: shown", "treatment: ▸show"), '"show" is no treatment', '"shown"'
    ),
    "a clause that is outside without a reason": Planted(
        CLAUSES,
        swapped(CLAUSES, "SM-4: {", "▸SM-4: {").replace("treatment: shown", "treatment: outside"),
        'needs "note"',
        "why software",
    ),
    "a type of fact misspelt": Planted(
        FACTS, swapped(FACTS, "type: int", "type: ▸integer"), '"integer" is no type', '"int"'
    ),
    "an enum without values": Planted(
        FACTS,
        swapped(FACTS, "account.kind: {", "▸account.kind: {").replace(", values: {main: main, area: local}", ""),
        'needs "values"',
        "in English",
    ),
    "a post that another is never to fill": Planted(
        POLICY,
        swapped(POLICY, "who:\n", "who:\n  other: {title: Another, team: desk, never: [▸desk]}\n"),
        '"desk" is nobody who takes part in a moment; here stand those, and not posts.',
        "proposer",
    ),
    "a fact that is never unknown": Planted(
        FACTS,
        swapped(FACTS, "followers, from: register}", "followers, from: register, default: ▸3}"),
        "no default",
        "Leave",
    ),
    "a fact that follows from a fact that there is not": Planted(
        FACTS,
        swapped(
            FACTS,
            "of followers, from: register}",
            "of followers, from: register, follows: {fact: ▸account.kinds, value: main, is: 0}}",
        ),
        '"account.kinds" is no fact',
        '"account.kind"',
    ),
    "a moment that includes no moment": Planted(
        "moments.yaml",
        swapped("moments.yaml", "includes: [post.draft]", "includes: [▸post.drift]"),
        'no moment "post.drift"',
        '"post.draft"',
    ),
    "a baseline of the wrong type": Planted(
        "baselines.yaml",
        swapped("baselines.yaml", "issued: true", "issued: ▸maybe"),
        "yes or no, not maybe",
        "true or false",
    ),
    "a baseline of an unknown fact": Planted(
        "baselines.yaml", swapped("baselines.yaml", "device.issued", "▸device.isued"), "device.isued", "device.issued"
    ),
    "a concern with a dash": Planted(
        "concerns.yaml",
        swapped("concerns.yaml", "political: {", "▸party-political: {"),
        "no name for an entry of concerns.yaml",
        "underscores",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_fault_is_told_with_its_file_line_column_and_remedy(name: str, tmp_path: Path) -> None:
    """Somebody who mistypes one thing is sent to that very character, with what to write instead."""
    planted = PLANTED[name]
    write(tmp_path, {planted.file: planted.text})
    with pytest.raises(PackFaults) as caught:
        load_library([tmp_path])
    line, column = marked(planted.text)
    file = str(tmp_path / planted.file)
    told = [f for f in caught.value.faults if f.place.file == file and (f.place.line, f.place.column) == (line, column)]
    assert told, f"nothing at {line}:{column}; told:\n{caught.value}"
    assert planted.message in told[0].message, str(told[0])
    assert planted.remedy in told[0].remedy, str(told[0])
    assert HERE not in str(caught.value)


def test_a_file_that_is_not_utf_8_names_the_byte(tmp_path: Path) -> None:
    """A rule file saved by an old editor is refused instead of losing its pound signs."""
    write(tmp_path, {RULES: b"moment: post.publish\n# \xa3500\n"})
    with pytest.raises(PackFaults) as caught:
        load_library([tmp_path])
    fault = caught.value.faults[0]
    assert (fault.place.line, fault.place.column) == (2, 3)
    assert "0xa3 is not UTF-8" in fault.message
    assert fault.remedy == "Save the file as UTF-8."


def test_a_file_that_is_far_too_big_is_not_read(tmp_path: Path) -> None:
    """A log dropped into rules/ by mistake does not take the server's memory."""
    write(tmp_path, {RULES: b"# " + b"x" * 1_000_001})
    with pytest.raises(PackFaults, match=r"a file of a pack may have 1,000,000"):
        load_library([tmp_path])


def test_every_fault_of_a_pack_is_told_at_once(tmp_path: Path) -> None:
    """Whoever mends a pack does not have to load it once for each mistake."""
    write(
        tmp_path,
        {
            RULES: rule(title="No", when="device.isued", then="refuze"),
            CLAUSES: swapped("small/clauses.yaml", '"4.10"', "4.10"),
            POLICY: swapped("small/policy.yaml", "silent_on", "silent"),
        },
    )
    with pytest.raises(PackFaults) as caught:
        load_library([tmp_path])
    told = str(caught.value)
    for expected in ("reads No as no", "device.isued", "refuze", "4.10", 'no key "silent"'):
        assert expected in told


def test_a_broken_file_does_not_raise_faults_in_the_files_that_refer_to_it(tmp_path: Path) -> None:
    """One bad line in clauses.yaml is one fault, not one for each rule that cites a clause."""
    write(tmp_path, {CLAUSES: 'SM-1: {clause: "1\n'})
    with pytest.raises(PackFaults) as caught:
        load_library([tmp_path])
    assert [Path(f.place.file).name for f in caught.value.faults] == ["clauses.yaml"]


def test_a_fault_inside_a_control_is_told_where_it_is_bound_and_names_the_control(tmp_path: Path) -> None:
    """The officer who binds a control sees their own line first, and which file to look into."""
    text = rules("- {clause: SM-2, control: ▸no-followers, with: {least: 10, who: desk}}\n")
    control = swapped("controls/no-followers.yaml", "account.followers <", "account.folowers <")
    write(tmp_path, {RULES: text, "controls/no-followers.yaml": control})
    with pytest.raises(PackFaults) as caught:
        load_library([tmp_path])
    (fault,) = caught.value.faults
    assert (fault.place.line, fault.place.column) == marked(text)
    assert 'no fact "account.folowers"' in fault.message
    assert "no-followers.yaml:5:9" in fault.message
    assert "account.followers" in fault.remedy


@pytest.mark.parametrize(
    ("added", "message", "remedy"),
    [
        ({"small/rule/x.yaml": "a: b\n"}, 'A pack has no folder "rule"', '"rules"'),
        ({"small/rules/more.yml": "a: b\n"}, "end in .yaml", "Rename it to more.yaml"),
        ({"small/policy.yaml": None}, "has no policy.yaml", "Write one"),
        ({"small/clauses.yaml": None}, "has no clauses.yaml", "every requirement"),
        ({"small/texts/empty.md": " \n"}, "The text is empty", "delete the file"),
    ],
)
def test_what_would_be_left_out_without_a_word_is_told(
    added: dict[str, str | bytes | None], message: str, remedy: str, tmp_path: Path
) -> None:
    """A rule in a folder that nobody reads would look as if it were in force."""
    with pytest.raises(PackFaults) as caught:
        load_library([write(tmp_path, added)])
    assert any(message in f.message and remedy in f.remedy for f in caught.value.faults), str(caught.value)


def test_warnings_that_are_alike_stand_in_one_line_a_file_where_there_are_many() -> None:
    """What has to be mended would stand among a hundred lines that say the same."""

    def warned(file: str, line: int, kind: str = "none") -> Fault:
        return Fault(Place(file, line), f"Line {line}.", "Say what is meant.", "warning", kind)

    few = [warned("a.yaml", line) for line in range(1, MANY + 1)]
    assert in_short(few) == [f"warning: {fault}" for fault in few]
    error, lone = Fault(Place("a.yaml", 99), "Wrong.", "Mend it."), warned("b.yaml", 7)
    assert in_short([*few, error, lone, warned("c.yaml", 1, ""), warned("c.yaml", 2, "remedy")]) == [
        "warning: a.yaml:1:1: Line 1. Say what is meant. (And 9 more like it in this file.)",
        "error: a.yaml:99:1: Wrong. Mend it.",
        "warning: b.yaml:7:1: Line 7. Say what is meant.",
        "warning: c.yaml:1:1: Line 1. Say what is meant.",
        "warning: c.yaml:2:1: Line 2. Say what is meant.",
    ]
