"""`remit check` as somebody at a terminal meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from remit.cli import remit_group

#: Real posts that are measured on where they are at hand and never copied into the project.
POSTS = Path(__file__).parents[3] / "shared" / "data" / "uk-police-posts.csv"


def check(*arguments: str) -> Result:
    return CliRunner().invoke(remit_group, ["check", "--now", "2026-11-21T16:30", *arguments])


def test_one_text_gives_its_outcome_its_findings_and_the_words_behind_them() -> None:
    """Lost otherwise: an officer is told no and not why."""
    result = check("--pack", "cleveland", "--json", "Vote Labour")
    assert result.exit_code == 0, result.output
    checked = json.loads(result.stdout)
    assert checked["outcome"] == "needs"
    finding = next(f for f in checked["findings"] if f["rule"] == "CL-3.1.5ag")
    assert [checked["signals"][place]["evidence"][0]["words"] for place in finding["raised_by"]] == ["Vote Labour"]


def test_a_plain_text_goes_out_and_a_reader_is_told_in_english() -> None:
    """Lost otherwise: the terminal says nothing that a person understands."""
    assert "Nothing in the text raised a question" in check("--pack", "cleveland", "Mind the ice on the roads").stdout
    told = check("--pack", "cleveland", "Vote Labour").stdout
    assert "“Vote Labour”" in told
    assert "CL-3.1.5ag" in told


def test_facts_given_outright_count_before_what_is_read(tmp_path: Path) -> None:
    """Lost otherwise: a contested signal can never be settled."""
    facts = tmp_path / "facts.json"
    facts.write_text('{"concern": {"political": false}}')
    assert (
        json.loads(check("--pack", "cleveland", "--facts", str(facts), "--json", "Vote Labour").stdout)["outcome"]
        == "allowed"
    )


def test_a_file_gives_a_line_a_row_and_a_summary(tmp_path: Path) -> None:
    """Lost otherwise: nobody can see what a rule would have done to a year of posts."""
    file = tmp_path / "posts.csv"
    file.write_text('text\n"Mind\nthe ice"\nVote Labour\n""\n', encoding="utf-8-sig")
    result = check("--pack", "cleveland", "--csv", str(file), "--column", "text", "--json")
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["row"], row["outcome"]) for row in rows][:2] == [(1, "allowed"), (2, "needs")]
    assert "3 texts checked" in result.stderr
    assert "CL-3.1.5ag" in result.stderr


def test_a_long_file_is_shared_between_cores_and_comes_out_whole_and_in_order(tmp_path: Path) -> None:
    """Lost otherwise: a row goes missing, or stands beside another's answer."""
    file = tmp_path / "posts.csv"
    texts = [f"Vote Labour {n}" if n % 7 == 0 else f"Mind the ice {n}" for n in range(1, 451)]
    file.write_text("text\n" + "\n".join(texts), encoding="utf-8")
    result = check("--pack", "cleveland", "--csv", str(file), "--column", "text", "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["row"] for row in rows] == list(range(1, 451))
    assert [row["row"] for row in rows if row["outcome"] == "needs"] == list(range(7, 451, 7))
    assert "450 texts checked" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--pack", "clevland", "x"), 'Did you mean "cleveland"?'),
        (("--pack", "cleveland"), "Give either a TEXT or --csv"),
        (("--pack", "cleveland", "--csv", "none.csv"), "--csv and --column go together"),
        (("--pack", "cleveland", "--csv", "none.csv", "--column", "text"), "Cannot read none.csv"),
        (("--pack", "cleveland", "--baseline", "main-acount-post", "x"), 'Did you mean "main-account-post"?'),
        (("--pack", "cleveland", "--moment", "post.publsh", "x"), 'Did you mean "post.publish"?'),
    ],
)
def test_bad_usage_says_what_to_write_instead(arguments: tuple[str, ...], said: str) -> None:
    """Lost otherwise: a typing slip ends in a stack trace."""
    result = check(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_file_that_cannot_be_read_is_told_with_its_remedy(tmp_path: Path) -> None:
    """Lost otherwise: a file saved by a spreadsheet fails without a word."""
    latin, wrong = tmp_path / "latin.csv", tmp_path / "wrong.csv"
    latin.write_bytes(b"text\ncaf\xe9\n")
    wrong.write_text("txt\nx\n")
    assert "not UTF-8" in check("--pack", "cleveland", "--csv", str(latin), "--column", "text").stderr
    assert 'no column "text"' in check("--pack", "cleveland", "--csv", str(wrong), "--column", "text").stderr


@pytest.mark.skipif(not POSTS.exists(), reason="the posts to measure on are not here")
def test_few_approved_posts_are_questioned() -> None:
    """Lost otherwise: authors learn to ignore the check. Reads one post in ten that forces really published."""
    from remit.signals import Content, read

    with POSTS.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][::10]
    rare = (
        "political",
        "profanity",
        "abuse",
        "discrimination",
        "endorsement",
        "covert_activity",
        "head_of_state_death",
    )
    raised = sum(any(f"concern.{key}" in read(Content(text)).facts() for key in rare) for text in texts)
    assert raised <= len(texts) // 100


def test_a_hearing_to_come_is_not_taken_for_a_case_that_is_over() -> None:
    """Lost otherwise: a text about tomorrow's court is waved through."""
    text = "A man has been charged with burglary and will appear at Teesside Magistrates' Court tomorrow."
    checked = json.loads(check("--pack", "cleveland", "--json", text).stdout)
    assert checked["outcome"] == "needs"
    assert "proceedings.active" in [asked["fact"] for asked in checked["ask"]]


def test_what_the_baseline_answered_is_told_and_a_hearing_to_come_opens_it_again() -> None:
    """A post about a case before a court came out allowed on an answer that nobody had given."""
    plain = check("--pack", "cleveland", "Mind the ice on the roads").stdout
    assert "Taken for granted, from the baseline main-account-post" in plain
    assert "proceedings are active: no" in plain
    heard = "A man is due before magistrates tomorrow charged with burglary."
    to_come = json.loads(check("--pack", "cleveland", "--json", heard).stdout)
    assert "proceedings.active" not in to_come["from_baseline"]
