"""Numbers of a policy: decimals, what is added up, and figures that are others from a day on.

Were these to fail, a budget of £40.00 or a threshold of 0.5 % would be judged a little wrong, and an act of March by
the figure of July.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from remit.policy.changing import changes
from remit.policy.columns import VERDICTS
from remit.policy.decide import decide
from remit.policy.fact_frames import Row, frame_of
from remit.policy.facts import FactFaults, read_facts, write_facts
from remit.policy.faults import PackFaults
from remit.policy.loading import load_library
from remit.policy.packs import Pack
from remit.policy.reading import PackReading
from remit.policy.replay import PackOverFrames, replay
from remit.policy.situation import Situation
from tests.policy.written import FILES, HERE, marked, rules, swapped, write

POSTS = FILES["facts/post.yaml"] + (
    "post.spent: {type: decimal, label: what is spent on the post, question: What is spent?, from: author}\n"
    "post.followers_gained: {type: int, label: the followers gained, from: register}\n"
)
SUM = """\
define:
  post.risk:
    type: decimal
    label: the risk of the post
    clause: SM-2
    sum:
    - {is: "post.appeal == 'wanted'", value: 2.5}
    - {is: concern.political, value: 1.5}
    - {is: "size(post.images) > 0", value: 0.1}
    - {is: "size(post.images) > 1", value: 0.2}
  post.score:
    type: decimal
    label: the score
    clause: SM-2
    cases: [{is: device.issued, value: post.risk * 0.5}]
    else: post.risk
  post.sought: {is: "post.appeal in ['wanted', 'missing']", clause: SM-1, label: somebody is sought}
"""
DATED = "{type: decimal, label: the share, value: 0.5, clause: SM-2, changes: [{from: 2027-07-01, value: 0.75}]}"
WAIT = "{type: period, label: the wait, value: 3 days, clause: SM-2, changes: [{from: 2027-07-01, value: 5 days}]}"


def policy(**parameters: str) -> str:
    lines = "".join(f"  {name}: {text}\n" for name, text in parameters.items())
    return swapped("small/policy.yaml", "  least: {type: int, value: 10, clause: SM-2}\n", lines)


def pack_of(folder: Path, body: str, *, define: str = "", **parameters: str) -> Pack:
    files = {"facts/post.yaml": POSTS, "small/rules/posts.yaml": define + rules(body)}
    files["small/policy.yaml"] = policy(**parameters)
    return load_library([write(folder, files)]).packs["small"]


def rule(test: str, **more: str) -> str:
    keys = {"id": "SM-1", "title": "Too much", "when": f'["{test}"]', "then": "refuse", **more}
    return "- " + "\n  ".join(f"{key}: {text}" for key, text in keys.items()) + "\n"


def situation(pack: Pack, facts: dict[str, Any], day: date = date(2026, 11, 21)) -> Situation:
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Situation(pack, read_facts(pack.vocabulary.facts, facts), now, now)


def faults(folder: Path, body: str, name: str = "small/rules/posts.yaml") -> list[tuple[int, int, str, str]]:
    files = {"facts/post.yaml": POSTS, "small/policy.yaml": policy(share=DATED)}
    files |= {"small/rules/posts.yaml": rules(rule("device.issued"))}
    with pytest.raises(PackFaults) as caught:
        load_library([write(folder, {**files, name: body})])
    return [(f.place.line, f.place.column, f.message, f.remedy) for f in caught.value.faults]


def test_money_and_shares_are_exact(tmp_path: Path) -> None:
    """£40.00 spent within a limit of £40.00 is within it, and a tenth and two tenths make three."""
    pack = pack_of(tmp_path, rule("post.spent > 40.00"))
    for spent, outcome in ((40, "allowed"), (40.0, "allowed"), ("40.01", "refused"), (None, "allowed")):
        facts = {"post.text": "", "post.spent": spent}
        found = decide([pack], "post.publish", read_facts(pack.vocabulary.facts, facts), datetime.now(UTC))
        assert found.outcome == outcome, spent
    pack = pack_of(tmp_path, rule("post.spent + 0.2 == 0.3"))
    assert pack.rules[0].when[0].run(situation(pack, {"post.spent": 0.1})) is True


def test_a_decimal_goes_to_json_and_comes_back(tmp_path: Path) -> None:
    """An answer is kept with the draft and read again at sending time."""
    facts = load_library([write(tmp_path, {"facts/post.yaml": POSTS})]).vocabulary.facts
    kept = write_facts(read_facts(facts, {"post.spent": 0.1}))
    assert kept == {"post.spent": 0.1}
    assert read_facts(facts, kept) == {"post.spent": Decimal("0.1")}
    assert write_facts(read_facts(facts, {"post.spent": "40.00"})) == {"post.spent": 40}
    for wrong in (True, "forty", float("nan"), 1e20, "0.1234567"):
        with pytest.raises(FactFaults, match="post.spent wants a number of at most six places"):
            read_facts(facts, {"post.spent": wrong})


def test_what_applies_is_added_up(tmp_path: Path) -> None:
    """A score of a policy's own is reckoned as its annex does; what is shared scores half."""
    pack = pack_of(tmp_path, rule("post.score >= 2.5"), define=SUM)
    facts = {"post.appeal": "wanted", "concern.political": True, "post.images": [{}, {}], "device.issued": False}
    here = situation(pack, facts)
    assert (here["post.risk"], here["post.score"]) == (Decimal("4.3"), Decimal("4.3"))
    assert situation(pack, {**facts, "device.issued": True})["post.score"] == Decimal("2.15")
    assert situation(pack, {**facts, "post.appeal": "none", "post.images": []})["post.risk"] == Decimal("1.5")
    del facts["post.images"]
    assert situation(pack, facts)["post.score"] == {"post.images"}, "what would settle it is asked"
    assert PackReading(pack).read(pack.clauses["SM-2"]).definitions[0] == (
        "the risk of the post is added up: 2.5 when the kind of appeal is an appeal for a wanted person; "
        "1.5 when the post is about party politics; 0.1 when there are pictures; "
        "0.2 when the number of pictures is more than 1 [SM-2]"
    )


def test_a_figure_is_that_of_the_day_on_which_the_act_takes_effect(tmp_path: Path) -> None:
    """What was done on the last day of June is not judged by what holds from July."""
    pack = pack_of(tmp_path, rule("post.spent < parameter.share", remedy="At least {parameter.share}."), share=DATED)
    facts = {"post.text": "", "post.spent": Decimal("0.6")}
    june, july = datetime(2027, 6, 30, 22, 59, tzinfo=UTC), datetime(2027, 6, 30, 23, 0, tzinfo=UTC)  # 1 July in London
    assert decide([pack], "post.publish", facts, june).outcome == "allowed"
    found = decide([pack], "post.publish", facts, july)
    assert (found.outcome, found.findings[0].remedy) == ("refused", "At least 0.75.")
    assert decide([pack], "post.publish", facts, june, at=july).outcome == "refused"


def test_a_dated_figure_is_told_with_its_day(tmp_path: Path) -> None:
    """Whoever reads the policy in spring sees what changes in summer; a later version shows a moved day."""
    pack = pack_of(tmp_path, rule("post.spent < parameter.share", remedy="At least {parameter.share}."), share=DATED)
    reading = PackReading(pack)
    assert reading.figures() == [("parameter.share", "the share: 0.5 (from 1 July 2027: 0.75)")]
    (page,) = reading.read(pack.clauses["SM-1"]).rules
    assert page.words.when == ["what is spent on the post is less than 0.5 (from 1 July 2027: 0.75; the share)"]
    assert page.words.remedy == "At least 0.5 (from 1 July 2027: 0.75)."
    later = pack_of(tmp_path, rule("post.spent < parameter.share"), share=DATED.replace("0.75", "0.8"))
    (line,) = next(c for c in changes(pack, later).clauses if c.id == "SM-2").lines
    assert (line.part, line.new) == ("Figure it sets", "the share: 0.5 (from 1 July 2027: 0.8)")


def test_a_year_is_replayed_with_the_figures_of_each_day(tmp_path: Path) -> None:
    """Sums, decimals and dated figures and periods are the same in columns as in each decision."""
    body = rule("post.score >= 2.5") + rule("post.spent < parameter.share", id="SM-2")
    body += rule("post.seen_on.given() && post.seen_on.passed(parameter.wait)", id="SM-3")
    body += rule("post.seen_on.given() && post.seen_on.plus(parameter.wait) > date('2027-06-30')", id="SM-4")
    pack = pack_of(tmp_path, body, define=SUM, share=DATED, wait=WAIT)
    rows = []
    for number in range(120):
        now = datetime(2027, 6, 28 + number % 3, 22, 30, tzinfo=UTC)
        facts: dict[str, Any] = {"post.spent": Decimal(number % 5) / 4, "device.issued": number % 2 == 0}
        facts |= {"post.seen_on": date(2027, 6, 24 + number % 6), "concern.political": number % 7 == 0}
        facts |= {"post.images": [{}] * (number % 3)} if number % 4 else {"post.spent": None}
        facts |= {"post.appeal": "wanted"} if number % 5 else {}
        at = datetime(2027, 7, 1, 12, tzinfo=UTC) if number % 2 else None
        rows.append(Row(str(number), "post.publish", now, facts, at))
    frame = frame_of(rows, pack.vocabulary.facts)
    found = PackOverFrames(pack, frame.schema).verdicts(frame, "post.publish")
    seen = set()
    for number, row in enumerate(rows):
        decided = decide([pack], "post.publish", row.facts, row.now, at=row.at)
        by_row = {finding.rule: finding.verdict for finding in decided.findings}
        for key in ("SM-1", "SM-2", "SM-3", "SM-4"):
            assert VERDICTS[found[key][number]] == by_row.get(key, "passed"), (key, row)
            seen.add((key, VERDICTS[found[key][number]]))
    assert {(key, verdict) for key in ("SM-1", "SM-2", "SM-3", "SM-4") for verdict in ("fired", "passed")} <= seen
    assert ("SM-1", "unknown") in seen
    frame.write_parquet(tmp_path / "facts.parquet")
    june, july = (replay(tmp_path / "facts.parquet", pack, on=date(2027, month, 1)) for month in (6, 7))
    assert june.rules["SM-2"].caught < july.rules["SM-2"].caught


def test_a_file_of_history_may_hold_money_as_floats(tmp_path: Path) -> None:
    """What a force exports from elsewhere is seldom typed as a decimal."""
    pack = pack_of(tmp_path, rule("post.spent >= 0.3"))
    now = datetime(2026, 11, 21, tzinfo=UTC)
    frame = pl.DataFrame({"moment": ["post.publish"] * 2, "now": [now] * 2, "post.spent": [0.3, 0.29]})
    frame.write_parquet(tmp_path / "facts.parquet")
    assert replay(tmp_path / "facts.parquet", pack).rules["SM-1"].caught == 1


@pytest.mark.parametrize(
    ("test", "message", "remedy"),
    [
        ("post.spent > 40", "cannot be used on a decimal number and a number", "2.0 for 2"),
        ("post.spent + post.followers_gained > 1.0", "a decimal number and a number", "2.0 for 2"),
        ("post.spent > 0.1234567", "at most 6 places", "Use facts"),
        ("post.spent / 2.0 > 1.0", "/ cannot be used", "Use facts"),
        ("post.text - post.text == ''", "cannot be used on a text and a text", ""),
        ("post.spent.plus('1 day') > 1.0", "plus", ""),
    ],
)
def test_a_mistake_in_reckoning_is_told(tmp_path: Path, test: str, message: str, remedy: str) -> None:
    ((_, _, said, what),) = faults(tmp_path, rules(rule(test)))
    assert message in said
    assert remedy in what


@pytest.mark.parametrize(
    ("define", "message", "remedy"),
    [
        (SUM.replace("value: 2.5", f"value: {HERE}post.text"), "This gives a text", "a decimal number"),
        (SUM.replace("value: 2.5", f"value: {HERE}plenty"), 'no fact "plenty"', ""),
        (SUM.replace("value: 2.5", f"value: {HERE}true"), "is a number of at most six places, not true", "4.5"),
        (SUM.replace("    else: post.risk", f"    else: {HERE}post.score"), "", ""),
        (SUM.replace("    sum:", f"    else: {HERE}1.5\n    sum:"), 'A sum has no "else"', "adds nothing"),
        (SUM.replace("type: decimal\n    label: the risk", f"type: {HERE}string\n    label: the risk"), "", "int"),
    ],
)
def test_a_mistake_in_a_sum_is_told_with_its_place(tmp_path: Path, define: str, message: str, remedy: str) -> None:
    found = faults(tmp_path, define + rules(rule("post.score > 1.0")))
    circles = "post.score\n" in define.replace(HERE, "")
    wanted = "is defined by itself" if circles else message
    assert any(wanted in said and remedy in what for _, _, said, what in found), found
    if not circles:
        assert marked(define) in [(line, column) for line, column, *_ in found]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (f"[{{from: 2027-07-01, value: 0.75}}, {{from: {HERE}2027-01-01, value: 1.0}}]", "stands after that of"),
        (f"[{{from: 2027-07-01, value: {HERE}plenty}}]", "is a number of at most six places"),
        (f"[{HERE}{{value: 0.75}}]", 'needs "from"'),
        (f"[{HERE}{{from: 2027-07-01}}]", 'needs "value"'),
        (f"[{{from: {HERE}July, value: 0.75}}]", ""),
        (f"[{{{HERE}form: 2027-07-01, value: 0.75}}]", 'has no key "form"'),
    ],
)
def test_a_mistake_in_a_dated_figure_is_told_with_its_place(tmp_path: Path, change: str, message: str) -> None:
    text = policy(share=DATED[: DATED.index("changes")] + f"changes: {change}}}")
    found = faults(tmp_path, text, "small/policy.yaml")
    assert any((line, column) == marked(text) and message in said for line, column, said, _ in found), found


def test_what_a_clause_leaves_to_the_force_is_shown_with_it(tmp_path: Path) -> None:
    """A force that asks why it must name its website is led to the clause."""
    pack = load_library([write(tmp_path)]).packs["small"]
    assert pack.settings["force.website"].clause == "SM-2"
    reading = PackReading(pack)
    told = "What is the address of the website? www.example.police.uk"
    assert reading.read(pack.clauses["SM-2"]).settings == [told]
    assert reading.settings()[0][2] == "SM-2"
    assert not reading.read(pack.clauses["SM-1"]).settings
