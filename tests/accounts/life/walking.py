"""Walks through Remit's pages as a browser would: fills in an errand page by page, answers what is asked of people."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from django.test import Client

from remit.accounts.models import Account, Application
from remit.acts import door
from remit.acts.models import Proposal, Say
from remit.people.models import Person

#: The account that is asked for.
ROADS = {
    "account": "Roads Policing",
    "network": "x",
    "handle": "roads-police",
    "account_kind": "department",
    "purpose": "Road closures and road safety",
    "audience": "Drivers",
    "area": "",
    "team": "neighbourhood",
}


class Walk:
    """The people of one force, each with a browser of their own."""

    def __init__(self, force: str, people: Mapping[str, Person]) -> None:
        self.force, self.people = force, people
        self._clients: dict[str, Client] = {}
        #: Facts that pages asked, in their order, since the walk began.
        self.asked: list[str] = []

    def browser(self, who: str) -> Client:
        if who not in self._clients:
            self._clients[who] = Client()
            self._clients[who].force_login(self.people[who])
        return self._clients[who]

    def page(self, who: str, address: str) -> str:
        answer = self.browser(who).get(address, follow=True)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return html.unescape(answer.content.decode())

    def post(self, who: str, address: str, given: Mapping[str, Any]) -> str:
        """Send a plain form; its page afterwards. A form that comes back with errors fails the test."""
        answer = self.browser(who).post(address, given, follow=True)
        words = html.unescape(answer.content.decode())
        assert answer.status_code == 200, f"{address}: {answer.status_code} {faults(words)}"
        return words

    def errand(self, who: str, address: str, first: Mapping[str, Any], said: Mapping[str, str] | None = None) -> Any:
        """Go through an errand to its end, answering each question; what became of it, a proposal or the last page."""
        said, client = dict(said or {}), self.browser(who)
        sent = {**first, "go": "next"}
        before = set(Proposal.objects.values_list("pk", flat=True))
        for _ in range(60):
            answer = client.post(address, sent)
            if answer.status_code == 302:
                return Proposal.objects.exclude(pk__in=before).order_by("-pk").first()
            words = answer.content.decode()
            assert answer.status_code == 200, f"{address}: {answer.status_code} {faults(words)}"
            kept = carried(words)
            if "asked" not in kept:
                if 'value="send"' not in words:
                    return html.unescape(words)
                ticks = re.findall(r'name="acknowledge"[^>]*value="([^"]+)"', words)
                sent = {**kept, "acknowledge": ticks, "go": "send"}
                continue
            name = kept["asked"][0]
            self.asked.append(name)
            sent = {**kept, **self._answer(name, words, said), "go": "next"}
        raise AssertionError(f"{address} never ends")

    def _answer(self, name: str, words: str, said: Mapping[str, str]) -> dict[str, Any]:
        field, wanted = f"answer.{name}", said.get(name, "")
        if f'name="{field}.day"' in words:
            year, month, day = (wanted or "2027-05-31").split("-")
            return {f"{field}.day": day, f"{field}.month": month, f"{field}.year": year}
        inputs = [
            tag for tag in re.findall(r"<input[^>]*>", words) if f'name="{field}"' in tag and 'type="radio"' in tag
        ]
        radios = re.findall(r'value="([^"]+)"', " ".join(inputs))
        if select := re.search(rf'<select[^>]*name="{re.escape(field)}".*?</select>', words, re.S):
            radios = re.findall(r'<option value="([^"]+)"', select[0])
        if radios:
            assert not wanted or wanted in radios, f"{name} offers {radios}"
            return {field: wanted or ("no" if "no" in radios else radios[0])}
        return {field: wanted or "As the policy wants it."}

    def says(self, proposal: Proposal, answer: str = "approve") -> list[str]:
        """Let everybody whose say is asked give it on its own page until nothing more is asked; keys in order."""
        given = []
        for _ in range(12):
            proposal.refresh_from_db()
            say = proposal.says.filter(state=Say.State.ASKED).first()
            if say is None or proposal.state != Proposal.State.OPEN:
                return given
            who = next(key for key, person in self.people.items() if door.may_answer(say, person))
            value = answer if say.kind == "approve" else "no-objection"
            given_now = {"answer": value, "reason": "It fits the strategy.", "revision": proposal.revision}
            self.post(who, f"/approvals/{say.pk}/", given_now)
            given.append(say.key)
        raise AssertionError("the says never end")

    def apply(self, said: dict[str, str] | None = None, **fields: Any) -> Any:
        """The constable applies for an account that the sergeant is to own."""
        first = {
            **ROADS,
            "owner": self.people["sergeant"].shoulder_number,
            "users": self.people["constable"].shoulder_number,
            **fields,
        }
        self.page("constable", "/accounts/apply")
        return self.errand("constable", "/accounts/apply", first, said or {"application.covered": "yes"})

    def grant(self) -> list[str]:
        """Somebody of Corporate Communications grants the last application; the says that it took, in their order."""
        address = f"/accounts/applications/{self.application().pk}/grant"
        deciding = self.errand("media", address, {"reason": "Nobody else speaks of the roads."})
        if "application.decision_maker" in [ask["fact"] for ask in deciding.decision["ask"]]:
            chosen = {"answer.application.decision_maker": self.people["decider"].shoulder_number}
            self.post("head", f"/approvals/questions/{deciding.pk}/", chosen)
        return self.says(deciding)

    def granted(self, **fields: Any) -> Account:
        """An account that was applied for and granted."""
        proposal = self.apply(**fields)
        self.says(proposal)
        self.grant()
        return self.account()

    def application(self) -> Application:
        return Application.objects.latest("pk")

    def account(self) -> Account:
        return Account.objects.latest("pk")


def faults(words: str) -> str:
    """What a page's error summary says, as plain text."""
    found = re.search(r'govuk-error-summary"(.*?)</(?:ul|div>\s*</div)', words, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1] if found else ""))


def carried(page: str) -> dict[str, Any]:
    """The hidden fields of a page, as the browser would send them."""
    found: dict[str, Any] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found.setdefault(name[1], []).append(html.unescape(value[1]))
    return found
