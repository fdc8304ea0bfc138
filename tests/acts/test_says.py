"""Says: who may answer, in what order, what an answer brings about, and what an edit voids."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Grant, Proposal, Say
from remit.ledger.models import Entry
from remit.people.models import Person
from tests.acts.conftest import DONE, WORLD, Publish, SmallDirectory

State = Proposal.State


def asked(proposal: Proposal) -> set[str]:
    return set(proposal.says.filter(state=Say.State.ASKED).values_list("key", flat=True))


def test_nobody_approves_their_own(author: Person, directory: SmallDirectory, now: datetime) -> None:
    """Otherwise the person with the post could publish whatever they like."""
    directory.posts["communications"] = [author]
    proposal = door.propose(Publish("release"), author, now)
    with pytest.raises(PermissionDenied, match="own proposal"):
        door.answer_say(proposal.says.get(), author, "approve", "", now)
    assert DONE == []


def test_whoever_changed_it_does_not_approve_it_either(
    author: Person, communications: Person, directory: SmallDirectory, now: datetime
) -> None:
    """Otherwise rewriting somebody's post would be a way to approve one's own words; nor may its first author."""
    directory.may.add(communications.pk)
    directory.posts["communications"].append(author)
    proposal = door.propose(Publish("release"), author, now)
    proposal = door.revise(proposal, Publish("release, rewritten"), communications, now)
    for person in (communications, author):
        with pytest.raises(PermissionDenied, match="own proposal"):
            door.answer_say(proposal.says.get(), person, "approve", "", now)


def test_a_pack_may_let_the_proposer_count(author: Person, directory: SmallDirectory, now: datetime) -> None:
    """Otherwise a team of one could never do what the policy lets a team do."""
    directory.posts["communications"] = [author]
    proposal = door.propose(Publish("own team"), author, now)
    door.answer_say(proposal.says.get(), author, "approve", "", now)
    assert DONE == ["own team"]


def test_only_those_whom_the_policy_names_may_answer(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise any colleague could approve."""
    proposal = door.propose(Publish("release"), author, now)
    with pytest.raises(PermissionDenied, match="Corporate Communications"):
        door.answer_say(proposal.says.get(), supervisor, "approve", "", now)
    assert list(door.asked_of(supervisor)) == []


def test_a_delegate_may_answer(author: Person, communications: Person, supervisor: Person, now: datetime) -> None:
    """Otherwise a week's leave of one person would hold up every post."""
    Grant.objects.create(
        force="trialshire", kind="delegation", person=supervisor, given_by=communications, since=now.date()
    )
    proposal = door.propose(Publish("release"), author, now)
    door.answer_say(proposal.says.get(), supervisor, "approve", "", now)
    assert DONE == ["release"]


def test_a_second_answer_is_refused_in_words(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise the later of two approvers would overwrite the earlier."""
    proposal = door.propose(Publish("release"), author, now)
    say = proposal.says.get()
    door.answer_say(say, communications, "approve", "", now)
    with pytest.raises(ActRefused, match="PC 3 has already answered this"):
        door.answer_say(say, communications, "refuse", "changed my mind", now)


def test_nobody_approves_what_they_have_not_seen(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise an edit made while the page was open would be approved unread."""
    proposal = door.propose(Publish("release"), author, now)
    seen = proposal.revision
    proposal = door.revise(proposal, Publish("release, changed"), author, now)
    with pytest.raises(ActRefused, match="changed since you opened it"):
        door.answer_say(proposal.says.get(), communications, "approve", "", now, seen_revision=seen)
    door.answer_say(proposal.says.get(), communications, "approve", "", now, seen_revision=proposal.revision)
    assert DONE == ["release, changed"]


def test_returned_it_waits_for_its_author_and_is_asked_again(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise a correction would have to start from nothing."""
    proposal = door.propose(Publish("release"), author, now)
    with pytest.raises(ActRefused, match="reason"):
        door.answer_say(proposal.says.get(), communications, "return", " ", now)
    door.answer_say(proposal.says.get(), communications, "return", "Leave the name out", now)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.closing_note) == (State.RETURNED, "Leave the name out")
    door.sweep(now)
    assert asked(proposal) == set()
    proposal = door.revise(proposal, Publish("release, no name"), author, now)
    assert (proposal.state, asked(proposal)) == (State.OPEN, {"release"})
    assert proposal.says.count() == 2


def test_refused_by_a_person_it_stays_refused(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise an author could ask again and again until somebody tires."""
    proposal = door.propose(Publish("release"), author, now)
    door.answer_say(proposal.says.get(), communications, "refuse", "Not for us", now)
    proposal.refresh_from_db()
    assert (proposal.state, DONE) == (State.REFUSED, [])
    with pytest.raises(ActRefused, match="Not for us"):
        door.revise(proposal, Publish("release!"), author, now)
    assert proposal.notices.get().text.endswith("Not for us")


def test_an_answer_that_the_pack_does_not_list_is_refused(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise a forged form could give an answer nobody can read."""
    proposal = door.propose(Publish("release"), author, now)
    with pytest.raises(ActRefused, match="not an answer"):
        door.answer_say(proposal.says.get(), communications, "perhaps", "", now)


def test_a_consultation_takes_any_answer(author: Person, supervisor: Person, now: datetime) -> None:
    """Otherwise to be consulted would be to have a veto."""
    proposal = door.propose(Publish("consult"), author, now)
    door.answer_say(proposal.says.get(), supervisor, "objects", "Too early", now)
    assert DONE == ["consult"]


def test_one_say_waits_for_another(author: Person, communications: Person, supervisor: Person, now: datetime) -> None:
    """Otherwise Communications would be asked to release what the supervisor has not seen."""
    proposal = door.propose(Publish("second", images=["a"]), author, now)
    assert asked(proposal) == {"pictures"}
    second = proposal.says.get(key="second")
    with pytest.raises(ActRefused, match="come first"):
        door.answer_say(second, communications, "approve", "", now)
    door.answer_say(proposal.says.get(key="pictures"), supervisor, "approve", "", now)
    assert asked(proposal) == {"second"}
    door.answer_say(second, communications, "approve", "", now)
    assert DONE == ["second"]


def test_all_of_several_must_agree(author: Person, communications: Person, supervisor: Person, now: datetime) -> None:
    """Otherwise one of two whom the policy names would do."""
    proposal = door.propose(Publish("both"), author, now)
    door.answer_say(proposal.says.get(who="supervisor"), supervisor, "approve", "", now)
    assert DONE == []
    door.answer_say(proposal.says.get(who="communications"), communications, "approve", "", now)
    assert DONE == ["both"]


def test_any_of_several_may_agree(author: Person, inspector: Person, supervisor: Person, now: datetime) -> None:
    """Otherwise everybody would have to be found where the policy names alternatives."""
    proposal = door.propose(Publish("either"), author, now)
    say = proposal.says.get()
    assert say.who_words == "duty inspector or supervisor"
    door.answer_say(say, supervisor, "approve", "", now)
    assert DONE == ["either"]


def test_a_say_no_longer_needed_is_let_go(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise people would be asked for what no clause wants any more."""
    proposal = door.propose(Publish("release words"), author, now)
    proposal = door.revise(proposal, Publish("words"), author, now)
    assert asked(proposal) == {"wording"}
    assert proposal.says.get(key="release").state == Say.State.NOT_NEEDED


def test_by_word_of_mouth_both_who_gave_it_and_who_wrote_it_are_kept(
    author: Person, inspector: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise an authority given on the telephone could not be told from an invented one."""
    proposal = door.propose(Publish("aloud"), author, now)
    say = proposal.says.get()
    with pytest.raises(PermissionDenied, match="write this down"):
        door.answer_say(say, supervisor, "approve", "", now, "phone", inspector)
    with pytest.raises(PermissionDenied, match="could not give this"):
        door.answer_say(say, author, "approve", "", now, "phone", supervisor)
    with pytest.raises(ActRefused, match="how"):
        door.answer_say(say, author, "approve", "", now, given_by=inspector)
    say = door.answer_say(say, author, "approve", "", now, "phone", inspector)
    assert (say.answered_by, say.recorded_by, say.how, DONE) == (inspector, author, "phone", ["aloud"])


def test_a_policy_that_does_not_say_so_lets_nobody_write_it_down(
    author: Person, communications: Person, now: datetime
) -> None:
    """Otherwise any author could claim to have been told yes."""
    proposal = door.propose(Publish("release"), author, now)
    with pytest.raises(PermissionDenied, match="write this down"):
        door.answer_say(proposal.says.get(), author, "approve", "", now, "phone", communications)


def test_a_no_after_the_event_is_passed_on(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise what was done in an emergency would never be looked at again."""
    proposal = door.propose(Publish("urgent"), author, now)
    assert (proposal.state, DONE) == (State.APPLIED, ["urgent"])
    say = proposal.says.get()
    assert list(door.asked_of(supervisor)) == [say]
    door.answer_say(say, supervisor, "refuse", "It was not urgent", now)
    referral = proposal.referrals.get()
    assert referral.to_who == "communications"
    assert "breach.report" in referral.reason


def test_an_edit_behind_the_doors_back_voids_what_covered_it(
    author: Person, communications: Person, supervisor: Person, now: datetime
) -> None:
    """Otherwise a room that forgets to say so could send other words than were approved."""
    proposal = door.propose(Publish("release words"), author, now)
    door.answer_say(proposal.says.get(key="wording"), supervisor, "approve", "", now)
    WORLD["post.text"] = "release other words"
    door.reconsider(proposal, now)
    assert asked(proposal) == {"release", "wording"}
    assert DONE == []


COVERS = {"pictures": "images", "wording": "text", "links": "link"}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(changed=st.sets(st.sampled_from(["text", "images", "link"])), number=st.integers(1, 10**9))
def test_an_edit_voids_exactly_what_covered_it(
    author: Person, supervisor: Person, communications: Person, now: datetime, changed: set[str], number: int
) -> None:
    """Otherwise changed words would go out on an old yes, or a picture be approved again for a comma."""
    subject = f"tests.post:{number}-{Proposal.objects.count()}"
    proposal = door.propose(Publish("words release", ["a"], "x", subject), author, now)
    for key in COVERS:
        door.answer_say(proposal.says.get(key=key), supervisor, "approve", "", now)
    revised = Publish(
        "words release" + "!" * ("text" in changed),
        ["b"] if "images" in changed else ["a"],
        "y" if "link" in changed else "x",
        subject,
    )
    proposal = door.revise(proposal, revised, author, now)
    for key, covered in COVERS.items():
        first = proposal.says.filter(key=key).earliest("id")
        assert (first.state == Say.State.VOID) is (covered in changed)
    assert asked(proposal) == {"release", *(key for key, covered in COVERS.items() if covered in changed)}
    assert proposal.revision == (2 if changed else 1)


def race(*steps: Callable[[], object]) -> list[BaseException]:
    """Run every step in a thread of its own, all at once; gives what they raised."""
    start, raised = threading.Barrier(len(steps)), []

    def run(step: Callable[[], object]) -> None:
        try:
            start.wait()
            step()
        except BaseException as fault:
            raised.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_one_say_at_once_one_counts(
    author: Person, make_person: Callable[..., Person], communications: Person, now: datetime
) -> None:
    """Otherwise a yes and a no pressed together would both stand, or the post go out twice."""
    other = make_person(9, "communications", may=False)
    proposal = door.propose(Publish("release"), author, now)
    say = proposal.says.get()
    raised = race(
        lambda: door.answer_say(Say.objects.get(pk=say.pk), communications, "approve", "", now),
        lambda: door.answer_say(Say.objects.get(pk=say.pk), other, "approve", "", now),
    )
    assert [type(fault) for fault in raised] == [ActRefused]
    assert DONE == ["release"]
    assert Entry.objects.filter(action="say.answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_two_says_at_once_do_it_once(
    author: Person, supervisor: Person, communications: Person, now: datetime
) -> None:
    """Otherwise each would think the other's answer missing, or both would publish."""
    proposal = door.propose(Publish("words release"), author, now)
    first, second = proposal.says.get(key="wording"), proposal.says.get(key="release")
    raised = race(
        lambda: door.answer_say(Say.objects.get(pk=first.pk), supervisor, "approve", "", now),
        lambda: door.answer_say(Say.objects.get(pk=second.pk), communications, "approve", "", now),
        lambda: door.sweep(now),
    )
    proposal.refresh_from_db()
    assert (raised, DONE, proposal.state) == ([], ["words release"], State.APPLIED)
    assert Entry.objects.filter(action="tests.publish").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_proposal(author: Person, communications: Person, now: datetime) -> None:
    """Otherwise a slow network and an impatient thumb would ask for the same thing twice."""
    raised = race(*(lambda: door.propose(Publish("release"), author, now) for _ in range(3)))
    assert [type(fault) for fault in raised] == [ActRefused, ActRefused]
    assert Proposal.objects.count() == 1


def test_somebody_who_comes_to_a_post_finds_what_waits_for_it(
    author: Person, communications: Person, supervisor: Person, now: datetime, directory: SmallDirectory
) -> None:
    """Otherwise a successor would never learn of what their predecessor left unanswered."""
    proposal = door.propose(Publish("release"), author, now)
    directory.posts["communications"] = [supervisor]
    door.sweep(now)
    assert list(door.asked_of(supervisor)) == [proposal.says.get()]
    assert list(door.asked_of(communications)) == []
