"""If this fails, a signal that is wrong stands: its author cannot say so, or nobody can settle it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Live

TEXT = "The banner in Ironbank that says vote Labour is blocking a fire exit and is being moved today."


def test_a_signal_is_disputed_and_somebody_else_settles_it(live: Live, new_page: Callable[..., Page]) -> None:
    author, reviewer, public = new_page(), new_page(), new_page()
    live.sign_in(author, "Sergeant", "cleveland")
    path = steps.start_draft(live, author, "Ironbank Police", "A first line.")
    steps.write(author, TEXT)
    noticed = author.locator(".posts-noticed").filter(has_text="vote Labour")
    noticed.locator("summary").click()
    reason = noticed.get_by_label("Say why. Somebody else will settle it.")
    steps.checked(author, lambda: (reason.fill("These are the words of a banner, not ours."), reason.blur()))
    steps.choose_device(author)
    steps.answer(author)
    steps.put_forward(author)
    expect(author.get_by_text("It waits for an answer.", exact=True)).to_be_visible()

    live.sign_in(reviewer, "Press officer", "cleveland")
    reviewer.goto(f"{live.url}/approvals/")
    reviewer.get_by_role("link", name=f"Question: {TEXT[:30]}").first.click()
    expect(reviewer.get_by_text("These are the words of a banner, not ours.")).to_be_visible()
    expect(reviewer.locator(".remit-evidence").first).to_contain_text("vote Labour")
    reviewer.get_by_label("I agree with the author").check()
    reviewer.get_by_label("Why?").fill("It reports what a banner says.")
    reviewer.get_by_role("button", name="Send the answer").click()

    steps.reload_until(public, f"{live.url}/practice/cleveland-ironbank/", TEXT)
    author.goto(f"{live.url}{path}")
    expect(author.get_by_text("What was settled")).to_be_visible()
    expect(author.locator(".govuk-inset-text")).to_contain_text("It reports what a banner says.")
