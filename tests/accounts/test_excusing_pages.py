"""An exception asked for on the pages of an errand: whoever is refused sees whom to ask, and asks as they send it."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from remit.accounts.models import Account
from remit.acts.models import Proposal, Say
from remit.people.models import Person
from tests.accounts.conftest import COMMUNICATIONS

Make = Callable[..., Person]


def test_a_refused_errand_asks_for_the_exception(client: Client, person: Make, account: Callable[..., Account]) -> None:
    """Otherwise the policy's own exception could be had by nobody, and the page would only say no."""
    keeper, head, main = (
        person("PC 2", roles=COMMUNICATIONS),
        person("Media officer 1", roles=COMMUNICATIONS),
        account(),
    )
    client.force_login(keeper)
    address, first = f"/accounts/{main.pk}/groups/join", {"group": "Riverside neighbours"}
    refused = client.post(address, first).content.decode()
    assert "Ask Corporate Communications to allow it" in refused
    assert client.post(address, {**first, "go": "excuse:group"}).status_code == 422
    told = {**first, "excuse.group": "They asked us for advice."}
    asked = client.post(address, {**told, "go": "excuse:group"}).content.decode()
    assert 'name="answer.post.purpose"' in asked, "what the exception wants is asked before anybody decides"
    told |= {"asked_for": "group", "answer.post.purpose": "information"}
    check = client.post(address, told).content.decode()
    assert "They asked us for advice." in check
    assert "Corporate Communications" in check
    dropped = client.post(address, {**told, "go": "unask:group"}).content.decode()
    assert "Ask Corporate Communications to allow it" in dropped
    sent = client.post(address, {**told, "go": "send"}, follow=True).content.decode()
    assert "Asked because: They asked us for advice." in sent
    say = Say.objects.get()
    assert (say.key, say.proposal.state) == ("group", Proposal.State.OPEN)
    client.force_login(head)
    page = client.get(f"/approvals/{say.pk}/").content.decode()
    assert "They asked us for advice." in page
    assert "Allow it" in page
    client.post(f"/approvals/{say.pk}/", {"answer": "approve", "revision": say.proposal.revision})
    assert main.groups.get().name == "Riverside neighbours"


def test_the_page_of_what_was_refused_asks_too(client: Client, person: Make, account: Callable[..., Account]) -> None:
    """Otherwise whoever was refused without asking would have to type everything again; nor may others ask for them."""
    from django.utils import timezone

    from remit.accounts.acts.groups import JoinGroup
    from remit.acts import door

    keeper, head, main = (
        person("PC 2", roles=COMMUNICATIONS),
        person("Media officer 1", roles=COMMUNICATIONS),
        account(),
    )
    act = JoinGroup("quay", f"accounts.account:{main.pk}", group="Riverside neighbours")
    proposal = door.propose(act, keeper, timezone.now(), answers={"post.purpose": "information"})
    address = f"/proposals/{proposal.pk}/ask/group"
    client.force_login(head)
    assert client.get(address).status_code == 404
    client.force_login(keeper)
    assert address in client.get(f"/proposals/{proposal.pk}/").content.decode()
    assert "It waits until they answer" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "They asked us."})["Location"] == f"/proposals/{proposal.pk}/"
    assert Say.objects.get().asked_because == "They asked us."
    assert client.get(address).status_code == 404, "it is asked once"
