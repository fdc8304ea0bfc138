"""Exceptions that a policy provides for: who may give one, for what, until when; and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from remit.accounts.acts.granting import GiveException, live_for
from remit.accounts.models import Account
from remit.acts import door
from remit.acts.act import ActRefused
from remit.acts.models import Grant, Proposal
from remit.ledger import history
from remit.people.models import Person
from tests.accounts.conftest import COMMUNICATIONS, NOW

Make = Callable[..., Person]
Accounts = Callable[..., Account]
INSPECTOR = ["duty-inspector"]


def give(subject: str, grant: str = "groups", until: str | None = "2027-02-21") -> GiveException:
    return GiveException("quay", subject, grant, "The riot.", "2026-11-21", until)


def joins(client: Client, account: Account) -> bool:
    """Whether the policy lets whoever is signed in join a group with the account."""
    page = client.post(f"/accounts/{account.pk}/groups/join", {"group": "Riverside neighbours"}).content.decode()
    return "Ask Corporate Communications to allow it" not in page


def test_an_exception_is_given_shown_and_taken_back_on_its_pages(
    client: Client, person: Make, account: Accounts
) -> None:
    """Otherwise a policy's own exception could be had by nobody, or never be ended."""
    inspector, keeper, main, other = (
        person("Insp 9", roles=INSPECTOR),
        person("PC 2", roles=COMMUNICATIONS),
        account(),
        account("quay-dogs"),
    )
    client.force_login(inspector)
    assert 'href="/exceptions/"' in client.get("/proposals/").content.decode()
    assert "for 3 months at most" in client.get("/exceptions/give").content.decode()
    last = timezone.localdate() + timedelta(days=30)
    told = {"exception": "groups", "account": main.pk, "reason": "A march.", "go": "send"}
    told |= dict(zip(("since_0", "since_1", "since_2"), (str(n) for n in _day(timezone.localdate())), strict=True))
    told |= dict(zip(("until_0", "until_1", "until_2"), (str(n) for n in _day(last)), strict=True))
    done = client.post("/exceptions/give", told, follow=True).content.decode()
    assert "The exception is given, and recorded." in done
    assert "Given by Insp 9: A march." in done
    grant = Grant.objects.get(kind="groups")
    assert (grant.over, grant.until, grant.given_by, grant.clause) == (
        f"accounts.account:{main.pk}",
        last,
        inspector,
        "QY-3b",
    )
    client.force_login(keeper)
    assert "May join groups" in client.get(f"/accounts/{main.pk}/").content.decode()
    assert (joins(client, main), joins(client, other)) == (True, False)
    assert client.get(f"/exceptions/{grant.pk}/end").status_code == 404
    client.force_login(inspector)
    assert "The rule binds again at once" in client.get(f"/exceptions/{grant.pk}/end").content.decode()
    client.post(f"/exceptions/{grant.pk}/end")
    client.force_login(keeper)
    assert not joins(client, main)
    done = [line.action for line in history(grant.over)]
    assert [action for action in done if action.startswith("exceptions.")] == [
        "exceptions.give",
        "exceptions.take-back",
    ]


def _day(day: date) -> tuple[int, int, int]:
    return day.day, day.month, day.year


def test_only_whom_the_policy_names_gives_it_and_nobody_to_themself(person: Make, account: Accounts) -> None:
    """Otherwise whoever wants an exception could let themself have it."""
    inspector, keeper, main = person("Insp 9", roles=INSPECTOR), person("PC 2", roles=COMMUNICATIONS), account()
    subject = f"accounts.account:{main.pk}"
    with pytest.raises(PermissionDenied, match="given and taken back by the duty inspector"):
        door.propose(give(subject), keeper, NOW)
    with pytest.raises(PermissionDenied, match="you do not hold that post"):
        door.propose(give(f"people.person:{inspector.pk}", "any-group"), inspector, NOW)
    given = door.propose(give(f"people.person:{keeper.pk}", "any-group", None), inspector, NOW)
    assert given.state == Proposal.State.APPLIED
    assert Grant.objects.get(person=keeper).until is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"until": "2027-02-22"}, "for 3 months at most. Give a last day no later than 21 February 2027"),
        ({"until": None}, "for 3 months at most"),
        ({"until": "2026-11-20"}, "ends before it begins"),
        ({"grant": "any-group"}, "for one person"),
        ({"grant": "dancing"}, "no such exception"),
    ],
)
def test_what_the_policy_does_not_provide_for_is_not_given(
    changed: dict[str, str | None], message: str, person: Make, account: Accounts
) -> None:
    """Otherwise an exception could stand for ever, or lift what the policy lets nobody lift."""
    act = give(f"accounts.account:{account().pk}")
    vars(act).update(changed)
    with pytest.raises(ActRefused, match=message):
        door.propose(act, person("Insp 9", roles=INSPECTOR), NOW)


def test_an_exception_ends_after_its_last_day(person: Make, account: Accounts) -> None:
    """Otherwise what was allowed until Sunday would still be allowed on Monday."""
    main = account()
    door.propose(give(f"accounts.account:{main.pk}"), person("Insp 9", roles=INSPECTOR), NOW)
    assert [each.kind for each in live_for(main, NOW.replace(year=2027, month=2, day=21))] == ["groups"]
    assert live_for(main, NOW.replace(year=2027, month=2, day=22)) == []
