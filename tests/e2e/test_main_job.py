"""The main job in a browser under each policy: draft, clauses as one types, questions, approval, publish, take down."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Live


@dataclass(frozen=True)
class Job:
    """A post that a force's policy has something to say about, and who has to say yes.

    `bites` is the title of the rule that the words raise, `words` those that it quotes.
    """

    force: str
    author: str
    account: str
    handle: str
    text: str
    bites: str
    words: str
    approver: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: Why it is approved, where the policy wants a reason for a yes as well.
    reason: str = ""


CALL = "The burglary in {}: if you saw anything, ring the officer at home on 07700 900123."
VOTE = "The local elections in {} are on Thursday: please vote Labour."
MURDER = "We are aware of a murder in {}. Officers will be there all day."
AT_A_SCENE = {"incident.managed_by": "major_investigation", "incident.live": True, "incident.next_of_kin_told": True}

JOBS = (
    Job("surrey", "Sergeant", "Ashcombe Police", "surrey-ashcombe", CALL.format("Ashcombe"), "private details",
        "07700 900123", "Press officer"),
    Job("norfolk", "Sergeant", "Fenside Police", "norfolk-fenside", MURDER.format("Fenside"), "Senior Investigating",
        "murder", "Detective Chief Inspector", AT_A_SCENE),
    Job("wiltshire", "Sergeant", "Chalkford Police", "wiltshire-chalkford", CALL.format("Chalkford"),
        "Private contact details", "07700 900123", "Head of Corporate"),
    Job("cleveland", "Sergeant", "Ironbank Police", "cleveland-ironbank", VOTE.format("Ironbank"), "olitic",
        "vote Labour", "Press officer"),
    Job("essex", "Sergeant", "Marshgate Police", "essex-marshgate", VOTE.format("Marshgate"), "No party politics",
        "vote Labour", "Head of Corporate", reason="It only tells people when to vote."),
)  # fmt: skip


def verified(live: Live, force: str) -> bool:
    """Whether the ledger of a force is whole."""
    return json.loads(live.remit("ledger", "verify", "--force", force, "--json"))["holds"] is True


@pytest.mark.parametrize(
    "job",
    # The same on PostgreSQL under one policy: `make test-postgres` runs this file of the browser tests.
    [
        pytest.param(job, id=job.force, marks=() if job.force == "cleveland" else pytest.mark.only_on("sqlite"))
        for job in JOBS
    ],
)
def test_the_main_job(live: Live, new_page: Callable[..., Page], job: Job) -> None:
    """A force could not get a post from draft to the public, or not off again."""
    author, approver, public = new_page(), new_page(), new_page()
    live.sign_in(author, job.author, job.force)
    path = steps.start_draft(live, author, job.account, "A first line.")
    steps.write(author, job.text)
    expect(author.locator(".remit-evidence").filter(has_text=job.words, visible=True).first).to_be_visible()
    expect(author.locator("#questions input[name=open]")).not_to_have_count(0)
    steps.choose_device(author)
    steps.attach(author, "A police car at the end of a street.")
    steps.answer(author, job.answers)
    finding = author.locator("#panel .remit-finding").filter(has_text=job.bites, visible=True).first
    expect(finding.locator(".remit-clause").first).to_be_visible()
    steps.put_forward(author)
    expect(author.get_by_text("It waits for an answer.", exact=True)).to_be_visible()

    live.sign_in(approver, job.approver, job.force)
    approver.goto(f"{live.url}/approvals/")
    approver.get_by_role("link", name=job.text[:40]).first.click()
    expect(approver.locator(".posts-preview")).to_contain_text(job.text)
    expect(approver.get_by_role("img", name="A police car at the end of a street.")).to_be_visible()
    expect(
        approver.locator(".remit-finding").filter(has_text=job.bites, visible=True).locator(".remit-clause").first
    ).to_be_visible()
    approver.get_by_role("link", name="The post with its whole history").click()
    expect(approver.locator(".moj-timeline")).to_contain_text("Put a post forward")
    steps.decide(live, approver, job.text, "Approve it", job.reason)

    page_of_account = f"{live.url}/practice/{job.handle}/"
    steps.reload_until(public, page_of_account, job.text)
    expect(public.get_by_role("img", name="A police car at the end of a street.").first).to_be_visible()

    author.goto(live.url + path)
    author.get_by_role("button", name="Take it down").click()
    author.get_by_label("Reason").fill("The number was private.")
    author.get_by_role("button", name="Take it down").click()
    steps.reload_until(public, page_of_account, job.text, there=False)
    steps.reload_until(author, live.url + path, "was taken down")
    history = author.locator(".moj-timeline")
    for step in ("draft", "picture", "Put a post forward", "Published", "Taken down", "The number was private."):
        expect(history.get_by_text(step).first).to_be_visible()
    assert verified(live, job.force)


@pytest.mark.only_on("sqlite")
def test_a_post_given_back_is_revised_and_goes_out_with_the_new_words(
    live: Live, new_page: Callable[..., Page]
) -> None:
    """An approver could not ask for a change, or what was approved would not be what goes out."""
    author, approver, public = new_page(), new_page(), new_page()
    job = JOBS[-1]
    first, second = "Please vote Labour, says the sergeant.", "Please vote Labour, or for anybody else, on Thursday."
    live.sign_in(author, job.author, job.force)
    path = steps.start_draft(live, author, job.account, first)
    steps.choose_device(author)
    steps.answer(author)
    steps.put_forward(author)
    live.sign_in(approver, job.approver, job.force)
    steps.decide(live, approver, first, "Give it back", "Name no party alone.")

    author.goto(f"{live.url}/")
    author.get_by_role("link", name=first[:30]).first.click()
    expect(author.get_by_text("Name no party alone.").first).to_be_visible()
    author.goto(f"{live.url}{path}edit")
    steps.write(author, second)
    steps.put_forward(author)
    steps.decide(live, approver, second, "Approve it", job.reason)
    steps.reload_until(public, f"{live.url}/practice/{job.handle}/", second)
    expect(public.get_by_text(first)).to_have_count(0)


@pytest.mark.only_on("sqlite")
def test_a_refused_post_never_goes_out(live: Live, new_page: Callable[..., Page]) -> None:
    """A post that somebody refused would be published, or its author would not know why it was not."""
    author, approver = new_page(), new_page()
    job = JOBS[-1]
    text = "Vote Labour on Thursday, says everybody at the station."
    live.sign_in(author, job.author, job.force)
    path = steps.start_draft(live, author, job.account, text)
    steps.choose_device(author)
    steps.answer(author)
    steps.put_forward(author)
    live.sign_in(approver, job.approver, job.force)
    steps.decide(live, approver, text, "Refuse it", "The police take no side.")
    author.goto(live.url + path)
    expect(author.get_by_text("It was refused.")).to_be_visible()
    expect(author.get_by_text("The police take no side.").first).to_be_visible()
    author.goto(f"{live.url}/practice/{job.handle}/")
    expect(author.get_by_text(text)).to_have_count(0)
