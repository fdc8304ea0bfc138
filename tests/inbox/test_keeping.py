"""What becomes of a message afterwards: changed or removed by its writer, and erased when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.comparing import compare
from remit.acts.models import Notice, Proposal, Referral
from remit.inbox.acts import CloseMessage, TakeMessage
from remit.inbox.keeping import EraseMessage
from remit.inbox.models import Message
from remit.inbox.reading import bring_in
from remit.inbox.replies import ReplyToMessage
from remit.ledger.models import Disclosure, Entry
from remit.ledger.verifying import verify
from remit.platforms.practice.models import PracticeMessage
from tests.inbox.conftest import Clock, World

WORDS = "Zanzibar Quarterdeck: when is the next surgery?"


def again(here: World, clock: Clock, **by: float) -> None:
    clock.now += timedelta(**by)
    assert bring_in(here.account, clock()) == []


def test_a_message_changed_by_its_writer_is_seen_and_kept_as_it_was(world: Callable[..., World], clock: Clock) -> None:
    """Whoever answers would answer words that are no longer there, or the first words would be lost as evidence."""
    here = world()
    message = here.written(WORDS)
    door.propose(TakeMessage(message.pk), here.head, clock())
    door.propose(CloseMessage(message.pk, "Told them."), here.head, clock())
    again(here, clock, minutes=30)
    PracticeMessage.objects.update(text="I will burn it down.")
    again(here, clock, hours=1)
    again(here, clock, hours=1)
    message.refresh_from_db()
    assert (message.text, message.text_now) == (WORDS, "I will burn it down.")
    assert (message.state, message.closed_at) == (Message.State.OPEN, None), "nobody has looked at what it says now"
    assert Notice.objects.filter(person=here.head, text__contains="was changed").count() == 1
    assert Entry.objects.filter(action="inbox.notice-change").count() == 1
    page = here.client(here.head).get(f"/inbox/{message.pk}/").content.decode()
    assert "I will burn it down." in page
    assert "Zanzibar" in page


def test_a_message_that_is_gone_is_said_to_be_and_may_come_back(world: Callable[..., World], clock: Clock) -> None:
    """A team would go on looking on the network for what its writer removed."""
    here = world()
    message = here.written(WORDS)
    number = PracticeMessage.objects.get().number
    PracticeMessage.objects.update(sent_at=clock() - timedelta(days=30))  # the network shows it no longer
    again(here, clock, hours=2)
    message.refresh_from_db()
    assert message.gone_at == clock()
    assert "no longer on its network" in here.client(here.head).get(f"/inbox/{message.pk}/").content.decode()
    PracticeMessage.objects.filter(number=number).update(sent_at=message.received_at)
    again(here, clock, hours=2)
    message.refresh_from_db()
    assert message.gone_at is None


def test_a_message_is_erased_when_its_time_is_over_and_the_proof_stays(
    world: Callable[..., World], clock: Clock
) -> None:
    """A force would keep what members of the public wrote for ever, against its own schedule."""
    here = world()
    message = here.written(WORDS)
    answered = door.propose(ReplyToMessage.of(message, "It is on Monday."), here.head, clock())
    assert "Zanzibar" in str(answered.facts)
    if answered.state == Proposal.State.OPEN:
        door.withdraw(answered, here.head, clock(), "Answered by phone.")
    door.propose(CloseMessage(message.pk, "Told them."), here.head, clock())
    Referral.objects.all().delete()
    clock.now += timedelta(days=400)
    assert door.sweep(clock()).faults == ()
    message.refresh_from_db()
    assert message.text == WORDS, "no figure is set"
    here.force.settings = {**here.force.settings, "messages_kept_for": "12 months"}
    here.force.save()
    assert door.sweep(clock()).faults == ()
    message.refresh_from_db()
    assert (message.text, message.author, message.erased_at) == ("", "", clock())
    message.report.refresh_from_db()
    assert "Zanzibar" not in str((message.report.data, message.report.facts, message.report.answers))
    answered.refresh_from_db()
    assert "Zanzibar" not in str((answered.facts, answered.frozen, answered.data, answered.decision))
    assert not any(b"Zanzibar" in bytes(each.payload) for each in Disclosure.objects.all())
    assert Entry.objects.filter(action="inbox.erase").count() == 1
    assert verify().faults == ()
    assert list(compare(lambda number: False)) == []
    assert "erased on" in here.client(here.head).get(f"/inbox/{message.pk}/").content.decode()
    assert door.sweep(clock()).faults == ()
    assert Entry.objects.filter(action="inbox.erase").count() == 1


def test_what_is_still_needed_is_not_erased(world: Callable[..., World], clock: Clock) -> None:
    """A complaint that is still open would lose its words."""
    here = world()
    here.force.settings = {**here.force.settings, "messages_kept_for": "1 month"}
    here.force.save()
    message = here.written(WORDS)
    clock.now += timedelta(days=60)
    door.sweep(clock())
    message.refresh_from_db()
    assert message.text == WORDS, "it was never closed"
    with pytest.raises(ActRefused, match="not closed"):
        door.propose(EraseMessage(message.pk), None, clock())
