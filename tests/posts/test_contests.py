"""If these fail, an author is stuck with what a signal said, or nobody can tell how often signals are right."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Proposal
from remit.commands.signals import command
from remit.ledger.models import Entry
from remit.posts.contests import COLUMNS, settled_cases
from remit.posts.models import Post, SettledSignal
from tests.posts.conftest import World
from tests.posts.test_pages import form, signed_in

pytestmark = pytest.mark.usefixtures("real_time")

TEXT = "Vote for your local candidate on Thursday."
WHY = "It is for the best-kept station garden."


@pytest.fixture
def disputed(world: World) -> Proposal:
    """A post that would be refused as political, put forward with the author's reason why it is not."""
    post = world.draft(TEXT, contested={"concern.political": WHY})
    (proposal,) = world.submit(post)
    return proposal


def test_a_disputed_signal_waits_for_somebody_else_and_refuses_nothing_by_itself(
    world: World, disputed: Proposal
) -> None:
    assert disputed.state == Proposal.State.OPEN
    assert [ask["fact"] for ask in disputed.decision["ask"]] == ["concern.political"]
    with pytest.raises(PermissionDenied):
        door.answer_question(disputed, world.author, "concern.political", False, world.clock())


def test_a_reviewer_who_agrees_lets_it_go_on_and_the_case_is_kept(world: World, disputed: Proposal) -> None:
    door.answer_question(disputed, world.adviser, "concern.political", False, world.clock(), "A garden is no party.")
    disputed.refresh_from_db()
    assert disputed.state == Proposal.State.APPLIED
    (case,) = SettledSignal.objects.all()
    assert (case.concern, case.raised, case.settled) == ("political", True, False)
    assert (case.text, case.contested, case.note) == (TEXT, WHY, "A garden is no party.")
    assert case.versions.startswith("politics ")
    assert case.settled_by == world.adviser


def test_a_reviewer_who_does_not_agree_says_why_and_the_policy_decides(world: World, disputed: Proposal) -> None:
    with pytest.raises(ActRefused, match="why you do not agree"):
        door.answer_question(disputed, world.adviser, "concern.political", True, world.clock())
    assert not SettledSignal.objects.exists()
    disputed.refresh_from_db()
    assert disputed.settled == {}
    door.answer_question(disputed, world.adviser, "concern.political", True, world.clock(), "It names a party.")
    disputed.refresh_from_db()
    assert disputed.state == Proposal.State.REFUSED
    assert SettledSignal.objects.get().settled is True


def test_the_ledger_has_what_was_settled_and_the_version_of_the_signal(world: World, disputed: Proposal) -> None:
    door.answer_question(disputed, world.adviser, "concern.political", False, world.clock(), "A garden is no party.")
    entries = [bytes(entry.body).decode() for entry in Entry.objects.filter(object=disputed.subject)]
    assert any('"concern.political"' in body for body in entries)
    assert any(
        '"political":"politics ' in body.replace(" ", "", 1) or '"political":"politics' in body for body in entries
    )
    assert not any("garden" in body for body in entries)


def test_the_page_shows_what_was_read_and_the_authors_reason_and_takes_the_answer(
    world: World, disputed: Proposal
) -> None:
    adviser = signed_in(world.adviser)
    page = adviser.get(f"/approvals/questions/{disputed.pk}/").content.decode()
    assert WHY in page
    assert "Remit read:" in page
    assert "I agree with the author" in page
    unsaid = {"answer.concern.political": "yes", "note.concern.political": ""}
    refused = adviser.post(f"/approvals/questions/{disputed.pk}/", unsaid)
    assert refused.status_code == 422
    assert "why you do not agree" in refused.content.decode()
    said = {"answer.concern.political": "no", "note.concern.political": "A garden is no party."}
    assert adviser.post(f"/approvals/questions/{disputed.pk}/", said)["Location"] == "/approvals/"
    post = signed_in(world.author).get(f"/posts/{Post.objects.get().pk}/").content.decode()
    assert "A garden is no party." in post
    assert "it is not so" in post


def test_the_author_disputes_on_the_page_where_the_post_is_written(world: World) -> None:
    post, author = world.draft(TEXT), signed_in(world.author)
    panel = author.post(f"/posts/{post.pk}/check", form(world, post), headers={"HX-Request": "true"}).content.decode()
    assert 'name="contest.concern.political"' in panel
    author.post(f"/posts/{post.pk}/edit", form(world, post, **{"contest.concern.political": WHY}))
    assert Post.objects.get().contested == {"concern.political": WHY}


def test_settled_cases_are_taken_out_as_examples_on_record_and_without_names(
    world: World, disputed: Proposal, tmp_path: Path
) -> None:
    door.answer_question(disputed, world.adviser, "concern.political", False, world.clock(), "A garden is no party.")
    auditor = world.person("Auditor 9003", ["auditor"])
    sent = signed_in(auditor).post("/signals/settled.csv")
    (row,) = csv.DictReader(io.StringIO(sent.content.decode()))
    assert tuple(row) == COLUMNS
    assert (row["text"], row["concern"], row["raised"], row["settled"]) == (TEXT, "political", "yes", "no")
    assert world.adviser.display_name not in sent.content.decode()
    assert Entry.objects.filter(action="posts.read-settled-signals").count() == 1
    assert signed_in(world.author).post("/signals/settled.csv").status_code == 403

    file = tmp_path / "settled.csv"
    arguments = ["export", str(file), "--force", "harbour", "--as"]
    refused = CliRunner().invoke(command, [*arguments, world.author.username])
    assert refused.exit_code == 2
    assert "auditor" in refused.output
    done = CliRunner().invoke(command, [*arguments, auditor.username], catch_exceptions=False)
    assert done.exit_code == 0
    assert file.read_text() == sent.content.decode().replace("\r\n", "\n")
    assert file.stat().st_mode & 0o077 == 0
    assert Entry.objects.filter(action="posts.read-settled-signals").count() == 2


def test_a_force_takes_out_its_own_cases_alone(world: World, disputed: Proposal) -> None:
    door.answer_question(disputed, world.adviser, "concern.political", False, world.clock())
    assert len(list(settled_cases("harbour"))) == 1
    assert list(settled_cases("elsewhere")) == []


def test_a_text_that_a_spreadsheet_would_run_is_marked(world: World) -> None:
    post = world.draft(f"=1+1 {TEXT}", contested={"concern.political": WHY})
    (proposal,) = world.submit(post)
    door.answer_question(proposal, world.adviser, "concern.political", False, world.clock())
    auditor = world.person("Auditor 9003", ["auditor"])
    sent = signed_in(auditor).post("/signals/settled.csv").content.decode()
    assert "'=1+1" in sent
