"""If these fail, a post goes out twice, or without approval, or stale, or is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest

from remit.accounts.models import Stop
from remit.acts import door
from remit.acts.models import Duty, Grant, Proposal, Say
from remit.ledger.models import Entry
from remit.people.models import RoleHeld
from remit.platforms.practice.models import PracticePost
from remit.platforms.practice.network import LOST, NO_ANSWER, REFUSE, PracticeNetwork
from remit.posts import claims, publishing
from remit.posts.acts import ReleasePost, Reschedule, SettlePost, SettleRemoval, TakeDown, WithdrawPost
from remit.posts.acts.drafting import AttachPicture, TakeOverDraft
from remit.posts.media import take
from remit.posts.models import Post, Publication
from tests.posts.conftest import Clock, World

Network = Callable[..., PracticeNetwork]
WANTED = "WANTED: have you seen this man? Call us on 101."


def only() -> Publication:
    return Publication.objects.get(action="publish")


def shown() -> list[str]:
    return [post.text for post in PracticePost.objects.filter(removed_at=None)]


def test_what_is_allowed_goes_out_once_with_its_picture_and_is_in_the_ledger(
    world: World, network: Network, clock: Clock, picture: bytes
) -> None:
    post = world.draft()
    door.propose(AttachPicture(post.pk, take(io.BytesIO(picture), "bridge.jpg")), world.author, clock())
    (proposal,) = world.submit(post)
    assert proposal.state == Proposal.State.APPLIED, proposal.decision
    for _ in range(3):
        publishing.work(clock)
    assert shown() == ["Road closed at the bridge."]
    assert PracticePost.objects.get().pictures.count() == 1
    publication = only()
    assert publication.state == "sent"
    assert publication.remote_url.startswith("/practice/harbour-main/")
    assert [attempt.result for attempt in publication.attempts.all()] == ["sent"]
    assert Entry.objects.filter(action="posts.sent", object=f"posts.publication:{publication.pk}").count() == 1


def test_a_post_for_two_accounts_is_two_decisions_and_two_publications(
    world: World, network: Network, clock: Clock
) -> None:
    assert len(world.submit(world.draft(accounts=2))) == 2
    publishing.work(clock)
    assert shown() == ["Road closed at the bridge."] * 2


def test_what_needs_approval_waits_and_goes_out_when_it_is_given(world: World, network: Network, clock: Clock) -> None:
    (proposal,) = world.submit(world.draft(WANTED))
    assert proposal.state == Proposal.State.OPEN, proposal.decision
    publishing.work(clock)
    assert shown() == []
    door.answer_say(Say.objects.get(), world.adviser, "approve", "", clock())
    publishing.work(clock)
    assert shown() == [WANTED]


def test_nobody_approves_what_they_wrote_or_wrote_in(world: World, clock: Clock) -> None:
    world.author.teams.add(world.communications)
    world.submit(world.draft(WANTED))
    say = Say.objects.get()
    assert not door.may_answer(say, world.author, clock())
    assert door.may_answer(say, world.adviser, clock())
    post = say.proposal
    draft = world.draft(WANTED)
    draft.writers = [world.author.pk, world.adviser.pk]
    draft.save()
    world.submit(draft)
    assert not door.may_answer(Say.objects.exclude(proposal=post).get(), world.adviser, clock())


def test_an_edit_while_waiting_voids_the_approval_it_had(world: World, network: Network, clock: Clock) -> None:
    post = world.draft(WANTED)
    (proposal,) = world.submit(post)
    world.submit(world.save(post, text=WANTED + " Now with more."))
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN
    door.answer_say(Say.objects.filter(state="asked").get(), world.adviser, "approve", "", clock())
    publishing.work(clock)
    assert shown() == [WANTED + " Now with more."]


GALA = "We recieved news: the gala begins at ten."


@pytest.mark.parametrize(
    ("text", "by", "stands"),
    [
        ("We received news: the gala begins at ten.", "author", True),
        ("We received news: the gala begins at nine.", "author", False),
        ("We received no news: the gala begins at ten.", "author", False),
        ("We received news: the gala begins at ten.", "adviser", False),
    ],
)
def test_an_approval_outlives_a_correction_of_spelling_where_the_policy_says_so(
    world: World, clock: Clock, text: str, by: str, stands: bool
) -> None:
    """An approver would be woken for each slip; nothing else may pass as one, nor what the approver put right."""
    post = world.draft(GALA)
    (proposal,) = world.submit(post)
    said = door.answer_say(Say.objects.get(key="proof"), world.adviser, "approve", "", clock())
    RoleHeld.objects.create(person=world.adviser, role="author", force=world.force, since=date(2025, 1, 1))
    world.authorise(world.adviser, world.accounts[0])
    if by == "adviser":
        door.propose(TakeOverDraft(post.pk), world.adviser, clock())
        post = Post.objects.get(pk=post.pk)
    world.submit(world.save(post, by=getattr(world, by), text=text), by=getattr(world, by))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.revision) == (Proposal.State.OPEN, 2)
    said.refresh_from_db()
    assert said.state == (Say.State.ANSWERED if stands else Say.State.VOID)
    assert Say.objects.filter(key="proof", state=Say.State.ASKED).exists() is not stands
    assert Entry.objects.filter(action="say.stands").exists() is stands
    world.submit(
        world.save(Post.objects.get(pk=post.pk), by=getattr(world, by), text=f"{text} And more."), by=getattr(world, by)
    )
    said.refresh_from_db()
    assert said.state == Say.State.VOID  # what was agreed to is what counts, whatever came in between


def test_a_draft_changed_after_approval_changes_nothing_of_what_was_approved(
    world: World, network: Network, clock: Clock
) -> None:
    post = world.draft(publish_at=clock.now.replace(hour=15))
    world.submit(post)
    post.targets.update(text="Something else entirely")
    clock.forward(hours=3)
    publishing.work(clock)
    assert shown() == ["Road closed at the bridge."]


def test_content_that_is_not_what_was_approved_is_held_and_not_sent(
    world: World, network: Network, clock: Clock
) -> None:
    world.submit(world.draft())
    publication = only()
    publication.content["text"] = "Tampered with"
    publication.save()
    publishing.work(clock)
    assert shown() == []
    assert only().state == "held"


def test_a_picture_changed_on_disk_is_not_sent(world: World, network: Network, clock: Clock, picture: bytes) -> None:
    post = world.draft()
    door.propose(AttachPicture(post.pk, take(io.BytesIO(picture), "bridge.jpg")), world.author, clock())
    world.submit(post)
    rendition = post.post_media.get().media.rendition
    with rendition.open("r+b") as file:
        file.write(b"changed")
    publishing.work(clock)
    assert shown() == []
    assert "not the one that was approved" in only().reason


def test_a_scheduled_post_waits_for_its_time(world: World, network: Network, clock: Clock) -> None:
    world.submit(world.draft(publish_at=clock.now.replace(hour=15)))
    publishing.work(clock)
    assert shown() == []
    clock.forward(hours=3)
    publishing.work(clock)
    assert len(shown()) == 1


def test_an_approval_that_comes_too_late_sends_nothing_and_asks_a_person(
    world: World, network: Network, clock: Clock
) -> None:
    world.submit(world.draft(WANTED, publish_at=clock.now.replace(hour=15)))
    clock.forward(hours=5)
    door.answer_say(Say.objects.get(), world.adviser, "approve", "", clock())
    publishing.work(clock)
    assert shown() == []
    assert only().state == "missed"
    door.propose(ReleasePost(only().pk), world.author, clock())
    publishing.work(clock)
    assert shown() == [WANTED]


@pytest.mark.parametrize("area", ["", "account"])
def test_nothing_goes_out_while_a_stop_is_on_and_a_person_releases_it_afterwards(
    world: World, network: Network, clock: Clock, area: str
) -> None:
    world.submit(world.draft())
    account = world.accounts[0] if area else None
    stop = Stop.objects.create(
        force=world.force, account=account, reason="major incident", started_at=clock(), started_by=world.adviser
    )
    publishing.work(clock)
    assert shown() == []
    assert only().reason.startswith("Publishing is stopped: major incident")
    stop.lifted_at = clock()
    stop.save()
    clock.forward(minutes=1)
    publishing.work(clock)
    assert shown() == []  # release is an act
    door.propose(ReleasePost(only().pk), world.author, clock())
    publishing.work(clock)
    assert len(shown()) == 1


def test_a_stop_thrown_while_a_post_is_being_made_ready_still_stops_it(
    world: World, network: Network, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.submit(world.draft())

    def throw(point: str) -> None:
        if point == "intent written":
            Stop.objects.create(
                force=world.force, reason="major incident", started_at=clock(), started_by=world.adviser
            )

    monkeypatch.setattr(claims, "reached", throw)
    publishing.work(clock)
    assert shown() == []
    assert only().state == "held"


def test_a_policy_that_changed_its_mind_holds_the_post(world: World, network: Network, clock: Clock) -> None:
    world.submit(world.draft(publish_at=clock.now.replace(hour=15)))
    world.accounts[0].state = "dormant"
    world.accounts[0].save()
    clock.forward(hours=3)
    publishing.work(clock)
    assert shown() == []
    assert "No posts while an account is silenced (HB-5a)" in only().reason


def test_an_author_whose_authorisation_ended_publishes_nothing_more(
    world: World, network: Network, clock: Clock
) -> None:
    world.submit(world.draft(publish_at=clock.now.replace(hour=15)))
    Grant.objects.filter(person=world.author).update(ended_at=clock())
    clock.forward(hours=3)
    publishing.work(clock)
    assert shown() == []
    assert "may no longer publish" in only().reason


def test_duty_and_device_count_as_they_were_at_the_press(world: World, network: Network, clock: Clock) -> None:
    world.submit(world.draft(publish_at=clock.now.replace(hour=15)))
    world.device.owner = "personal"
    world.device.save()
    clock.forward(hours=3)
    publishing.work(clock)
    assert len(shown()) == 1


def test_a_refusal_by_the_network_is_shown_in_its_words(world: World, network: Network, clock: Clock) -> None:
    network(faults=[REFUSE])
    world.submit(world.draft())
    publishing.work(clock)
    assert only().state == "failed"
    assert "breaks the network's own rules" in only().reason
    publishing.work(clock)
    assert shown() == []


@pytest.mark.parametrize("character", [{"idempotent": True}, {"idempotent": False}])
def test_an_answer_that_was_lost_is_found_again_and_not_sent_twice(
    world: World, network: Network, clock: Clock, character: dict[str, bool]
) -> None:
    network(faults=[NO_ANSWER], **character)
    world.submit(world.draft())
    publishing.work(clock)
    assert only().state == "unknown"
    publishing.work(clock)
    assert only().state == "unknown"  # too early to look
    clock.forward(minutes=3)
    publishing.work(clock)
    assert only().state == "sent"
    assert len(shown()) == 1
    assert only().remote_id == PracticePost.objects.get().number


def test_two_looks_without_the_post_are_needed_to_say_that_it_did_not_go_out(
    world: World, network: Network, clock: Clock
) -> None:
    network(faults=[LOST])
    world.submit(world.draft())
    publishing.work(clock)
    clock.forward(minutes=3)
    publishing.work(clock)
    assert only().state == "unknown"
    clock.forward(minutes=3)
    publishing.work(clock)
    assert only().state == "failed"
    clock.forward(hours=3)
    publishing.work(clock)
    assert shown() == []  # never sent again by itself


def test_a_network_that_lags_is_believed_at_the_second_look(world: World, network: Network, clock: Clock) -> None:
    from datetime import timedelta

    network(faults=[NO_ANSWER], lag=timedelta(minutes=4))
    world.submit(world.draft())
    for _ in range(3):
        publishing.work(clock)
        clock.forward(minutes=3)
    assert only().state == "sent"
    assert len(shown()) == 1


def test_where_a_network_cannot_be_read_back_a_person_is_asked(world: World, network: Network, clock: Clock) -> None:
    network(faults=[NO_ANSWER], readable=False, idempotent=False)
    world.submit(world.draft())
    for _ in range(5):
        publishing.work(clock)
        clock.forward(minutes=10)
    assert only().state == "unknown"
    assert "Then say here what you found." in only().reason
    number = PracticePost.objects.get().number
    door.propose(SettlePost(only().pk, True, f"/practice/harbour-main/{number}/"), world.author, clock())
    assert (only().state, only().remote_id) == ("sent", number)


def test_the_same_words_twice_are_not_taken_for_one_another(world: World, network: Network, clock: Clock) -> None:
    network(idempotent=False, faults=["", LOST])
    first, second = world.draft(), world.draft()
    world.submit(first)
    publishing.work(clock)
    world.submit(second)
    publishing.work(clock)
    for _ in range(2):
        clock.forward(minutes=3)
        publishing.work(clock)
    states = sorted(Publication.objects.values_list("state", flat=True))
    assert states == ["failed", "sent"]


def test_a_post_is_taken_down_for_a_reason_and_once(world: World, network: Network, clock: Clock) -> None:
    world.submit(world.draft())
    publishing.work(clock)
    door.propose(TakeDown(only().pk, "The road is open again."), world.author, clock())
    publishing.work(clock)
    assert shown() == []
    assert only().state == "gone"
    assert Publication.objects.get(action="delete").state == "gone"


@pytest.mark.parametrize("fault", [LOST, NO_ANSWER])
def test_a_take_down_without_an_answer_is_settled_by_looking(
    world: World, network: Network, clock: Clock, fault: str
) -> None:
    network(faults=["", fault])
    world.submit(world.draft())
    publishing.work(clock)
    door.propose(TakeDown(only().pk, "Wrong place."), world.author, clock())
    for _ in range(4):
        publishing.work(clock)
        clock.forward(minutes=3)
    assert shown() == []
    assert only().state == "gone"


def test_a_post_taken_back_does_not_go_out(world: World, network: Network, clock: Clock) -> None:
    post = world.draft(publish_at=clock.now.replace(hour=15))
    world.submit(post)
    door.propose(WithdrawPost(post.pk, "Overtaken by events."), world.author, clock())
    clock.forward(hours=3)
    publishing.work(clock)
    assert shown() == []
    assert only().state == "withdrawn"
    world.submit(world.save(post, publish_at=None, text="Road open again."))
    publishing.work(clock)
    assert shown() == ["Road open again."]


def test_a_post_that_is_moved_goes_out_at_its_new_time(world: World, network: Network, clock: Clock) -> None:
    world.submit(world.draft(publish_at=clock.now.replace(hour=15)))
    door.propose(Reschedule(only().pk, clock.now.replace(hour=18).isoformat()), world.author, clock())
    clock.forward(hours=3)
    publishing.work(clock)
    assert shown() == []
    clock.forward(hours=3)
    publishing.work(clock)
    assert len(shown()) == 1


class Killed(BaseException):
    """The worker is gone, as after SIGKILL: nothing after this point ran."""


POINTS = ["claimed", "decided", "intent written", "about to call", "answered", "remote id kept", "recorded"]
KINDS = [
    {"idempotent": True, "readable": True},
    {"idempotent": False, "readable": True},
    {"idempotent": False, "readable": False},
]


@pytest.mark.parametrize("kind", KINDS, ids=["idempotent", "readable", "blind"])
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point_neither_loses_nor_repeats_a_post(
    world: World, network: Network, clock: Clock, monkeypatch: pytest.MonkeyPatch, point: str, kind: dict[str, bool]
) -> None:
    network(**kind)
    world.submit(world.draft())

    def kill(reached: str) -> None:
        if reached == point:
            raise Killed

    monkeypatch.setattr(claims, "reached", kill)
    with pytest.raises(Killed):
        publishing.work(clock)
    monkeypatch.setattr(claims, "reached", lambda _: None)
    for _ in range(6):
        clock.forward(minutes=6)
        publishing.work(clock)
    publication, posts = only(), shown()
    assert len(posts) <= 1
    assert publication.state in ("sent", "failed", "unknown")
    if publication.state == "sent":
        assert posts == ["Road closed at the bridge."]
        assert publication.remote_id == PracticePost.objects.get().number
        assert Entry.objects.filter(action="posts.sent").count() == 1
    if publication.state == "failed":
        assert posts == []
    if publication.state == "unknown":
        assert not kind["readable"]  # a person is asked
    if point in ("claimed", "decided"):
        assert publication.state == "sent"  # the call had not been made: sent after all


def test_a_worker_that_was_given_up_on_and_then_answered_is_believed(
    world: World, network: Network, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    network(readable=False, idempotent=False)
    world.submit(world.draft())

    def take_long(point: str) -> None:
        if point == "answered":
            monkeypatch.setattr(claims, "reached", lambda _: None)
            clock.forward(minutes=10)
            publishing.work(clock)  # another worker, meanwhile
            assert only().state == "unknown"

    monkeypatch.setattr(claims, "reached", take_long)
    publishing.work(clock)
    publishing.work(clock)
    assert only().state == "sent"
    assert len(shown()) == 1


def test_a_post_taken_down_can_be_put_right_and_published_again(world: World, network: Network, clock: Clock) -> None:
    """A wrong street name is taken down, corrected and published within minutes."""
    post = world.draft("Road closed at the bridge.")
    world.submit(post)
    publishing.work(clock)
    door.propose(TakeDown(only().pk, "Wrong street."), world.author, clock())
    publishing.work(clock)
    world.submit(world.save(post, text="Road closed at the mill."))
    publishing.work(clock)
    assert shown() == ["Road closed at the mill."]


@pytest.mark.parametrize("fault", [LOST, NO_ANSWER])
def test_where_a_removal_cannot_be_seen_a_person_says_whether_it_is_gone(
    world: World, network: Network, clock: Clock, fault: str
) -> None:
    """It would stand as "being taken down" for ever, with the post perhaps still there."""
    network(faults=["", fault], readable=False, idempotent=False)
    world.submit(world.draft())
    publishing.work(clock)
    door.propose(TakeDown(only().pk, "Wrong place."), world.author, clock())
    for _ in range(3):
        publishing.work(clock)
        clock.forward(minutes=10)
    removal = Publication.objects.get(action="delete")
    assert removal.state == "unknown"
    door.propose(SettleRemoval(removal.pk, gone=not shown()), world.author, clock())
    publishing.work(clock)
    assert shown() == []
    assert only().state == "gone"
    assert not Duty.objects.filter(state="due").exists()


def test_a_take_down_of_a_post_that_was_found_late_is_not_believed_too_early(
    world: World, network: Network, clock: Clock
) -> None:
    """It was there before Remit knew: looking only since then would not show it, and it would count as gone."""
    network(faults=[NO_ANSWER, LOST], idempotent=False)
    world.submit(world.draft())
    publishing.work(clock)
    clock.forward(minutes=20)
    publishing.work(clock)
    door.propose(TakeDown(only().pk, "Wrong place."), world.author, clock())
    for _ in range(3):
        publishing.work(clock)
        clock.forward(minutes=3)
    assert shown() == []
    assert only().state == "gone"
