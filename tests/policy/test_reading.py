"""A policy of 250 clauses is read in parts, with every rule of a clause and every clause in some part."""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.policy.packs import Clause, Library
from remit.policy.reading import PackReading, cited
from tests.libraries import shipped
from tests.policy import small

PACKS = Path(__file__).parents[2] / "packs"


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


def test_every_clause_stands_in_one_chapter_in_the_policy_s_own_order(library: Library) -> None:
    for pack in library.packs.values():
        chapters = PackReading(pack).chapters
        assert [c for chapter in chapters for c in chapter.clauses] == list(pack.clauses.values())
        assert [chapter.at for chapter in chapters] == list(range(1, len(chapters) + 1))
        assert len(chapters) < 40


def test_a_long_chapter_is_divided_where_its_numbers_go_deeper() -> None:
    numbers = [
        *["Front page", *["3.1.0"] * 30, *["3.1.1"] * 30, *["3.2"] * 50],
        *["4", "Scope, para 1", "Scope, para 2"],
    ]
    clauses = {f"C-{n}": Clause(f"C-{n}", number, "says", "must", "shown") for n, number in enumerate(numbers)}
    chapters = PackReading(small.pack(clauses=clauses)).chapters
    assert [c.title for c in chapters] == [
        *["Front page", "3.1.0", "3.1.1", "3.2, C-61 to C-85", "3.2, C-86 to C-110", "4", "Scope"]
    ]
    assert [c.heading for c in chapters][:2] == ["Front page", "Clause 3.1.0"]


def test_short_neighbours_of_a_divided_chapter_are_put_together() -> None:
    numbers = [f"13.{n // 3}" for n in range(60)]
    clauses = {f"C-{n}": Clause(f"C-{n}", number, "says", "must", "shown") for n, number in enumerate(numbers)}
    headings = [c.heading for c in PackReading(small.pack(clauses=clauses)).chapters]
    assert headings == ["Clauses 13.0 to 13.9", "Clauses 13.10 to 13.19"]


def test_a_chapter_bears_the_title_that_the_document_gives_it() -> None:
    """Somebody looks for what is said of closing accounts, and not for a number."""
    numbers = ["Front page", *["3.1"] * 3, *["3.2.1"] * 2, "4", "4.10", "5"]
    clauses = {f"C-{n}": Clause(f"C-{n}", number, "says", "must", "shown") for n, number in enumerate(numbers)}
    titles = {"3": "Accounts", "4.10": "Closing", "4": "Keeping", "Front page": "Who it binds"}
    headings = [c.heading for c in PackReading(small.pack(clauses=clauses, chapters=titles)).chapters]
    assert headings == ["Front page: Who it binds", "Clause 3: Accounts", "Clause 4: Keeping; Closing", "Clause 5"]


def test_the_five_policies_name_all_their_numbered_chapters(library: Library) -> None:
    for pack in library.packs.values():
        chapters = PackReading(pack).chapters
        assert all(chapter.named for chapter in chapters if chapter.title[:1].isdigit()), pack.name


def test_every_rule_is_read_under_every_clause_that_it_cites(library: Library) -> None:
    """An exception's own clause would else show nothing, as if Remit forgot it."""
    for pack in library.packs.values():
        reading = PackReading(pack)
        for rule in pack.rules:
            assert all(rule in reading.rules_of(pack.clauses[clause]) for clause in cited(rule)), rule.id


def test_clauses_are_found_by_number_words_treatment_and_moment(library: Library) -> None:
    cleveland = PackReading(library.packs["cleveland"])
    by_moment = cleveland.chosen(moment="device.use")
    assert by_moment
    assert all(any("device.use" in r.moments for r in cleveland.rules_of(c)) for c in by_moment)
    assert cleveland.chosen(words="CL-3.1.5e")[0].id == "CL-3.1.5e"
    assert all(c.treatment == "outside" for c in cleveland.chosen(treatment="outside"))
    assert cleveland.chosen(words="zebra") == []


def test_the_cases_of_a_clause_say_what_goes_and_what_does_not(library: Library) -> None:
    cleveland = library.packs["cleveland"]
    told = {(e.name, e.verdict) for e in PackReading(cleveland).read(cleveland.clauses["CL-3.1.5e"]).examples}
    assert ("A library computer is refused", "fired") in told
    assert ("An issued phone is fine", "passes") in told


def test_most_clauses_with_a_rule_have_a_case_to_read(library: Library) -> None:
    for pack in library.packs.values():
        reading = PackReading(pack)
        ruled = [reading.read(c) for c in pack.clauses.values() if c.treatment == "enforced"]
        assert sum(bool(r.examples) for r in ruled) >= 0.8 * len(ruled), pack.name
