"""The one way through: what is proposed is decided, asked about, done and recorded, or nothing is."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.evidence import decision_text
from remit.acts.models import Notice, Proposal, Say
from remit.ledger import history
from remit.people.models import Person
from tests.acts.conftest import DONE, WORLD, Publish, Rename, ReportLost, SmallDirectory

State = Proposal.State


def test_what_the_policy_allows_is_done_at_once_and_recorded(author: Person, now: datetime) -> None:
    """Otherwise somebody would wait for a say that no clause asks for."""
    proposal = door.propose(Publish(), author, now)
    assert (proposal.state, DONE) == (State.APPLIED, ["quiet"])
    (line,) = history("tests.post:1")
    assert (line.action, line.actor, line.outcome) == ("tests.publish", author.pseudonym, "applied")
    digest = hashlib.sha256(decision_text(proposal)).hexdigest()
    assert line.personal == {"text": "quiet", "decision": digest}, "it commits to the decision that it stood on"
    assert line.packs[0]["pack"] == "trial"


def test_without_permission_nothing_is_kept(author: Person, directory: SmallDirectory, now: datetime) -> None:
    """Otherwise a person without a role could fill the lists of those who have one."""
    directory.may.clear()
    with pytest.raises(PermissionDenied, match="role of Author"):
        door.propose(Publish(), author, now)
    assert not Proposal.objects.exists()
    assert history("tests.post:1") == []


def test_unusable_input_is_refused_with_a_remedy_and_not_kept(author: Person, now: datetime) -> None:
    """Otherwise an empty post would go round for approval."""
    with pytest.raises(ActRefused, match="Write something"):
        door.propose(Publish(text=""), author, now)
    assert not Proposal.objects.exists()


def test_when_doing_it_fails_nothing_of_it_is_left(author: Person, now: datetime) -> None:
    """Otherwise the ledger or the lists would tell of something that never happened."""
    with pytest.raises(RuntimeError):
        door.propose(Publish("explode appeal"), author, now)
    assert not Proposal.objects.exists()
    assert history("tests.post:1") == []
    assert DONE == []


def test_a_refusal_is_kept_with_its_findings_and_may_be_revised(author: Person, now: datetime) -> None:
    """Otherwise nobody would know which clause stood in the way, and the work would be lost."""
    WORLD["account.silenced"] = True
    proposal = door.propose(Publish(), author, now)
    assert (proposal.state, proposal.outcome, DONE) == (State.REFUSED, "refused", [])
    assert [f["rule"] for f in proposal.decision["findings"]] == ["TR-1"]
    assert proposal.facts["account.silenced"] is True
    assert [line.action for line in history("tests.post:1")] == ["proposal.refused"]
    WORLD["account.silenced"] = False
    proposal = door.revise(proposal, Publish("calmer"), author, now)
    assert (proposal.state, DONE) == (State.APPLIED, ["calmer"])


def test_a_say_that_is_needed_is_asked_and_doing_waits_for_it(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise something would go out before the person the policy names has seen it."""
    proposal = door.propose(Publish("release"), author, now)
    assert (proposal.state, DONE) == (State.OPEN, [])
    say = proposal.says.get()
    assert (say.key, say.who_words, say.clauses) == ("release", "Corporate Communications", ["TR-2"])
    assert list(door.asked_of(communications)) == [say]
    door.answer_say(say, communications, "approve", "", now)
    proposal.refresh_from_db()
    assert (proposal.state, DONE) == (State.APPLIED, ["release"])
    assert [line.action for line in history("tests.post:1")] == [
        "say.asked",
        "proposal.made",
        "say.answered",
        "tests.publish",
    ]


def test_nothing_is_done_on_a_stale_decision(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise an approval given during a silence would send the post into it."""
    proposal = door.propose(Publish("release"), author, now)
    WORLD["account.silenced"] = True
    door.answer_say(proposal.says.get(), communications, "approve", "", now)
    proposal.refresh_from_db()
    assert (proposal.state, DONE) == (State.REFUSED, [])


def test_whoever_lost_the_role_meanwhile_is_not_served(
    author: Person, communications: Person, directory: SmallDirectory, now: datetime
) -> None:
    """Otherwise a leaver's posts would still go out under their old rights."""
    proposal = door.propose(Publish("release"), author, now)
    directory.may.clear()
    door.answer_say(proposal.says.get(), communications, "approve", "", now)
    proposal.refresh_from_db()
    assert (proposal.state, DONE) == (State.REFUSED, [])
    assert "no longer" in proposal.closing_note


def test_frozen_facts_are_those_of_the_press(
    author: Person, communications: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a post approved after the author's shift would be refused for being off duty."""
    proposal = door.propose(Publish("release"), author, now)
    monkeypatch.setattr(Publish, "frozen_facts", lambda self, actor, now: {"actor.on_duty": False})
    assert door.decide_again(proposal, now).outcome == "needs"
    door.answer_say(proposal.says.get(), communications, "approve", "", now)
    assert DONE == ["release"]


def test_deciding_only_stores_nothing(author: Person, now: datetime) -> None:
    """Otherwise every keystroke in the compose page would leave a proposal behind."""
    assert door.decide_only(Publish("release"), author, now).outcome == "needs"
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("fact", ["act.approved", "act.answered", "act.grants", "account.silenced"])
def test_nobody_answers_away_what_a_register_or_the_kernel_says(author: Person, now: datetime, fact: str) -> None:
    """Otherwise a forged form field would stand for an approval."""
    value: object = False if fact == "account.silenced" else ["release"]
    with pytest.raises(ActRefused, match="cannot be answered"):
        door.propose(Publish("release"), author, now, answers={fact: value})


def test_a_bad_answer_names_the_question_and_the_remedy(author: Person, now: datetime) -> None:
    """Otherwise the person would not know what to correct."""
    with pytest.raises(ActRefused, match=r"post\.area wants a text"):
        door.propose(Publish("where"), author, now, answers={"post.area": 7})
    with pytest.raises(ActRefused, match="no fact"):
        door.propose(Publish("where"), author, now, answers={"post.aera": "Town"})


def test_a_question_answered_lets_it_go_ahead(author: Person, supervisor: Person, now: datetime) -> None:
    """Otherwise the answer would have to be given by proposing everything again."""
    proposal = door.propose(Publish("where"), author, now)
    assert [item["fact"] for item in proposal.decision["ask"]] == ["post.area"]
    with pytest.raises(PermissionDenied):
        door.answer_question(proposal, supervisor, "post.area", "Town", now)
    assert door.answer_question(proposal, author, "post.area", "Town", now).state == State.APPLIED
    assert DONE == ["where"]


def test_a_reviewers_question_is_not_the_authors_to_answer(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise the author could say of their own post that it is harmless."""
    proposal = door.propose(Publish("delicate release"), author, now)
    with pytest.raises(PermissionDenied):
        door.answer_question(proposal, author, "post.sensitive", False, now)
    proposal = door.answer_question(proposal, communications, "post.sensitive", False, now)
    assert proposal.settled == {"post.sensitive": False}
    door.answer_say(proposal.says.get(), communications, "approve", "", now)
    assert DONE == ["delicate release"]


def test_a_reviewer_settles_a_concern_and_an_edit_unsettles_it(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise a false hit would hold a post for ever, or a settled one let the next text through."""
    proposal = door.propose(Publish("a street party release"), author, now)
    with pytest.raises(PermissionDenied):
        door.answer_question(proposal, Person(pk=999), "concern.political", False, now)
    proposal = door.answer_question(proposal, communications, "concern.political", False, now)
    assert set(proposal.says.filter(state=Say.State.ASKED).values_list("key", flat=True)) == {"release"}
    proposal = door.revise(proposal, Publish("vote for a party release"), author, now)
    assert proposal.settled == {}
    assert set(proposal.says.filter(state=Say.State.ASKED).values_list("key", flat=True)) == {"release", "politics"}


def test_the_author_cannot_answer_away_what_a_signal_raised(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise declaring "not political" would be enough."""
    proposal = door.propose(Publish("party"), author, now, answers={"concern.political": False})
    assert proposal.says.get().key == "politics"


def test_a_second_press_makes_no_second_proposal(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise a double click would send two posts for approval."""
    door.propose(Publish("release"), author, now)
    with pytest.raises(ActRefused, match="already"):
        door.propose(Publish("release"), author, now)
    assert Proposal.objects.count() == 1


def test_what_is_withdrawn_is_asked_of_nobody_and_cannot_be_done(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise an approval given a minute later would publish what its author took back."""
    proposal = door.propose(Publish("release"), author, now)
    with pytest.raises(PermissionDenied):
        door.withdraw(proposal, supervisor, now)
    door.withdraw(proposal, author, now, "No longer needed")
    assert list(door.asked_of(communications)) == []
    with pytest.raises(ActRefused):
        door.answer_say(proposal.says.get(), communications, "approve", "", now)
    with pytest.raises(ActRefused):
        door.withdraw(proposal, author, now)
    assert DONE == []


def test_what_nobody_answers_in_time_runs_out(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise a late approval would send a stale appeal."""
    proposal = door.propose(Publish("release"), author, now, not_later=now + timedelta(hours=1))
    door.sweep(now + timedelta(minutes=59))
    proposal.refresh_from_db()
    assert proposal.state == State.OPEN
    door.sweep(now + timedelta(hours=1))
    proposal.refresh_from_db()
    assert proposal.state == State.EXPIRED
    assert proposal.notices.get().person == author


def test_the_sweep_does_what_the_world_now_allows(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise a proposal would wait for ever for a fact that has changed."""
    proposal = door.propose(Publish("release"), author, now)
    WORLD["post.text"] = "quiet"
    swept = door.sweep(now + timedelta(days=1))
    proposal.refresh_from_db()
    assert (swept.faults, proposal.state) == ((), State.APPLIED)


def test_one_broken_proposal_does_not_stop_the_sweep(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise one record that cannot be read would leave every other undecided."""
    broken = door.propose(Publish("release"), author, now)
    other = door.propose(Publish("release", subject="tests.post:2"), author, now, not_later=now + timedelta(hours=1))
    Proposal.objects.filter(pk=broken.pk).update(act="tests.gone")
    swept = door.sweep(now + timedelta(hours=2))
    other.refresh_from_db()
    assert swept.faults
    assert other.state == State.EXPIRED


def test_a_report_is_always_accepted_and_asks_afterwards(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise a lost phone would go unreported until somebody knew every detail."""
    proposal = door.propose(ReportLost("lost"), author, now)
    assert (proposal.state, DONE) == (State.APPLIED, ["lost"])
    assert [item["fact"] for item in proposal.decision["ask"]] == ["post.area"]
    door.answer_question(proposal, author, "post.area", "Town", now)
    assert DONE == ["lost"]
    assert proposal.referrals.count() == 1


def test_a_report_is_passed_on_once_what_decides_to_whom_is_answered(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise a report about the supervisor would be on their desk before anybody had said that it is about them."""
    proposal = door.propose(ReportLost("lost by the team"), author, now)
    assert proposal.state == State.APPLIED
    assert "report.about_team" in [item["fact"] for item in proposal.decision["ask"]]
    assert [referral.to_who for referral in proposal.referrals.all()] == ["communications"]
    door.answer_question(proposal, author, "report.about_team", False, now)
    assert {referral.to_who for referral in proposal.referrals.all()} == {"communications", "supervisor"}
    assert Notice.objects.filter(rule="TR-5c", who="supervisor").count() == 1
    other = door.propose(ReportLost("lost by the team", subject="tests.post:2"), author, now)
    door.answer_question(other, author, "report.about_team", True, now)
    assert [referral.to_who for referral in other.referrals.all()] == ["communications"]


def test_a_register_has_a_report_once_it_is_known_to_belong_there(author: Person, now: datetime) -> None:
    """Otherwise two registers that exclude each other would both have what nobody has judged yet, for good."""

    def noted(report: Proposal) -> list[str]:
        return [line.about["rule"] for line in history(report.subject) if line.action == "register.noted"]

    report = door.propose(ReportLost("lost by the team"), author, now)
    assert noted(report) == []
    for again in (False, False):
        door.answer_question(report, author, "report.about_team", again, now)
    assert noted(report) == ["TR-5d"]
    other = door.propose(ReportLost("lost by the team", subject="tests.post:2"), author, now)
    door.answer_question(other, author, "report.about_team", True, now)
    assert noted(other) == []


def test_a_refusal_leaves_only_what_its_own_rule_says(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise somebody would owe comments to a post that never went out."""
    proposal = door.propose(Publish("forbidden appeal"), author, now)
    assert proposal.state == State.REFUSED
    assert not proposal.duties.exists()
    assert [(referral.rule, referral.to_who) for referral in proposal.referrals.all()] == [("TR-3c", "communications")]
    assert not Notice.objects.filter(proposal=proposal, rule="TR-3a").exists()


def test_an_act_of_which_no_policy_speaks_is_done(author: Person, now: datetime) -> None:
    """Otherwise every register would need a rule before anybody could use it."""
    assert door.propose(Rename("new name"), author, now).state == State.APPLIED


def test_a_tick_counts_as_acknowledged(author: Person, now: datetime) -> None:
    """Otherwise the notice would come back however often it is ticked."""
    assert door.propose(Publish("notice"), author, now).outcome == "needs"
    ticked = door.propose(
        Publish("notice", subject="tests.post:2"), author, now, answers={"act.acknowledged": ["care"]}
    )
    assert ticked.state == State.APPLIED
