"""Pages of the register of accounts: what waits is said, what was posted is listed, and no other force gets in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from remit.accounts.acts import AuthoriseUser
from remit.accounts.models import Account, Stop
from remit.acts import door
from remit.acts.models import Grant, Proposal
from remit.people.models import Person
from remit.posts.models import Post, Target
from tests.accounts.conftest import COMMUNICATIONS


def test_somebody_who_must_wait_is_told_for_whom(
    client: Client, person: Callable[..., Person], account: Callable[..., Account]
) -> None:
    """Whoever asks for a user and hears nothing asks again, or rings round to find out who is sitting on it."""
    head, officer, main = person("Media officer 1", roles=COMMUNICATIONS), person("PC 2"), account()
    client.force_login(head)
    sent = {"person": officer.shoulder_number, "reason": "Runs the appeals desk", "go": "send"}
    answer = client.post(f"/accounts/{main.pk}/authorise", sent, follow=True)
    waits_for = "Agreement to a new user: Corporate Communications"
    assert waits_for in answer.content.decode()
    page = client.get(f"/accounts/{main.pk}/").content.decode()
    assert "Waiting for an answer" in page
    assert waits_for in page
    assert Proposal.objects.get(act="accounts.authorise").state == Proposal.State.OPEN


def test_who_proposed_it_answers_what_the_policy_asks(
    client: Client, person: Callable[..., Person], account: Callable[..., Account]
) -> None:
    """A question that is shown on no page is never answered, and the new user waits for ever."""
    head, officer, main = person("Media officer 1", roles=COMMUNICATIONS), person("PC 2"), account()
    client.force_login(head)
    asked = client.post(
        f"/accounts/{main.pk}/authorise", {"person": officer.shoulder_number, "reason": "Needs training"}
    )
    assert "user.training_kind" in asked.content.decode()
    kept = {"person": officer.shoulder_number, "reason": "Needs it", "answer.user.training_kind": "Masterclass"}
    checked = client.post(f"/accounts/{main.pk}/authorise", kept).content.decode()
    shown = re.search(r"Who\?</dt>\s*<dd[^>]*>(.*?)</dd>", checked)
    assert shown
    assert shown[1] == "PC 2"  # and not the key under which the register holds them
    act = AuthoriseUser("quay", f"accounts.account:{main.pk}", officer.pk, "Needs training")
    proposal = door.propose(act, head, timezone.now())
    address = f"/approvals/questions/{proposal.pk}/"
    assert address in client.get(f"/accounts/{main.pk}/").content.decode()
    assert "user.training_kind" in client.get(address).content.decode()
    assert client.post(address, {"answer.user.training_kind": "Masterclass"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.decision["ask"] == []
    assert address not in client.get(f"/accounts/{main.pk}/").content.decode()
    assert client.get(address).status_code == 404
    client.force_login(person("Media officer 3", roles=COMMUNICATIONS, force="inland"))
    assert client.get(address).status_code == 404


def test_the_page_of_an_account_lists_its_posts(
    client: Client, person: Callable[..., Person], account: Callable[..., Account]
) -> None:
    """Whoever reviews an account needs to see what goes out from it, and nothing that they may not read."""
    reader, outsider = person("Auditor 1", roles=["auditor"]), person("Sergeant 2", roles=["policy-officer"])
    main, other = account(), account("quay-roads")
    author = person("PC 3")
    for words, where in (("Lost dog found at the pier", main), ("Bridge closed until noon", other)):
        now = timezone.now()
        post = Post.objects.create(force=main.force, author=author, text=words, created_at=now, changed_at=now)
        Target.objects.create(post=post, account=where)
    client.force_login(reader)
    page = client.get(f"/accounts/{main.pk}/").content.decode()
    assert "Lost dog found at the pier" in page
    assert f"/posts/{main.targets.get().post_id}/" in page
    assert "Bridge closed" not in page
    client.force_login(outsider)
    assert "Lost dog" not in client.get(f"/accounts/{main.pk}/").content.decode()


def test_an_authorisation_of_another_force_is_not_there(
    client: Client, person: Callable[..., Person], account: Callable[..., Account], authorise: Callable[..., Grant]
) -> None:
    """One force could take another's account out of use by counting through the numbers in an address."""
    mine, theirs = account(), account("inland-main", force="inland")
    held = authorise(person("PC 2", force="inland"), theirs)
    client.force_login(person("Media officer 1", roles=COMMUNICATIONS))
    for address in (
        f"/accounts/{theirs.pk}/authorisations/{held.pk}/end",
        f"/accounts/{mine.pk}/authorisations/{held.pk}/end",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    held.refresh_from_db()
    assert held.ended_at is None


def test_who_only_reads_the_register_ends_no_authorisation(
    client: Client, person: Callable[..., Person], account: Callable[..., Account], authorise: Callable[..., Grant]
) -> None:
    main = account()
    held = authorise(person("PC 2"), main)
    client.force_login(person("Auditor 1", roles=["auditor"]))
    assert client.post(f"/accounts/{main.pk}/authorisations/{held.pk}/end").status_code == 403
    held.refresh_from_db()
    assert held.ended_at is None


def test_an_authorisation_is_ended_after_a_page_that_says_what_follows(
    client: Client, person: Callable[..., Person], account: Callable[..., Account], authorise: Callable[..., Grant]
) -> None:
    main, officer = account(), person("PC 2")
    held = authorise(officer, main)
    client.force_login(person("Media officer 1", roles=COMMUNICATIONS))
    address = f"/accounts/{main.pk}/authorisations/{held.pk}/end"
    assert "PC 2 can no longer publish" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    held.refresh_from_db()
    assert held.ended_at is not None
    assert client.post(address).status_code == 404


@pytest.fixture
def stop(person: Callable[..., Person], account: Callable[..., Account]) -> Callable[..., Stop]:
    def throw(force: str, **fields: object) -> Stop:
        by = person("Control room 9", force=force)
        at = timezone.now() - timedelta(hours=1)
        return Stop.objects.create(force=by.force, reason="Major incident", started_at=at, started_by=by, **fields)

    return throw


def test_a_stop_of_another_force_is_not_there(
    client: Client, person: Callable[..., Person], stop: Callable[..., Stop]
) -> None:
    """A force that stopped publishing for a major incident would start to speak because of somebody elsewhere."""
    theirs = stop("inland")
    client.force_login(person("Control room 1", roles=["control-room"]))
    assert client.get(f"/accounts/stops/{theirs.pk}/lift").status_code == 404
    assert client.post(f"/accounts/stops/{theirs.pk}/lift").status_code == 404
    theirs.refresh_from_db()
    assert theirs.lifted_at is None


def test_a_stop_is_lifted_only_by_who_may_stop(
    client: Client, person: Callable[..., Person], stop: Callable[..., Stop], account: Callable[..., Account]
) -> None:
    """Whoever looks after one account does not lift the stop of the whole force."""
    whole, main = stop("quay"), account()
    for number, role in enumerate(("auditor", f"control-room@{main.pk}")):
        client.force_login(person(f"Officer {number}", roles=[role]))
        assert client.post(f"/accounts/stops/{whole.pk}/lift").status_code == 403
    whole.refresh_from_db()
    assert whole.lifted_at is None


def test_who_may_stop_one_account_lifts_its_stop(
    client: Client, person: Callable[..., Person], stop: Callable[..., Stop], account: Callable[..., Account]
) -> None:
    main = account()
    its_own = stop("quay", account=main)
    client.force_login(person("Officer 1", roles=[f"control-room@{main.pk}"]))
    assert client.post(f"/accounts/stops/{its_own.pk}/lift").status_code == 302
    its_own.refresh_from_db()
    assert its_own.lifted_at is not None
