"""The main job by other ways than a mouse and scripts: by keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Live

#: More presses of the tab key than any page has places to stop at.
STOPS = 400


def tab_to(page: Page, selector: str) -> None:
    """Press the tab key until the focus is on what matches `selector`."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"The tab key never comes to {selector} on {page.url}.")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


def test_the_main_job_by_keyboard(live: Live, new_page: Callable[..., Page]) -> None:
    """Somebody who cannot use a mouse could not write, approve or take down a post."""
    text = "Please vote Labour on Thursday, by keyboard."
    page = new_page()
    page.goto(f"{live.url}/demo/sign-in")
    press(page, '[data-testid="sign-in-essex-2342"]')
    page.wait_for_url(f"{live.url}/")
    press(page, 'a[href="/posts/new"]')
    page.wait_for_url("**/posts/new")
    press(page, 'input[name="account"]', "Space")
    tab_to(page, "#text")
    page.keyboard.type(text)
    press(page, "main button[type=submit]")
    page.wait_for_url("**/edit")
    tab_to(page, "#device")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#panel")).to_have_attribute("aria-busy", "false")
    for _ in page.locator("#questions input[name=open]").all():
        tab_to(page, "#questions [name^='answer.']:not(:checked)")
        kind = page.evaluate("document.activeElement.type")
        page.keyboard.press("ArrowDown" if kind == "select-one" else "Space")
        expect(page.locator("#panel")).to_have_attribute("aria-busy", "false")
    press(page, 'button[value="next"]')
    page.wait_for_url("**/submit")
    press(page, "main form button")
    expect(page.get_by_text("It waits for an answer.", exact=True)).to_be_visible()

    live.sign_in(page, "Head of Corporate", "essex")
    page.goto(f"{live.url}/approvals/")
    tab_to(page, ".remit-results__title a")
    while text[:20] not in page.evaluate("document.activeElement.textContent"):
        tab_to(page, ".remit-results__title a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals/*/")
    press(page, "input[name=answer]", "Space")
    tab_to(page, "textarea[name=reason]")
    page.keyboard.type("It only tells people when to vote.")
    press(page, "main form button")
    page.wait_for_url("**/approvals/")
    steps.reload_until(page, f"{live.url}/practice/essex-marshgate/", text)


def test_the_main_job_without_javascript(live: Live, new_page: Callable[..., Page]) -> None:
    """On a force browser that blocks scripts nobody could post, or see what the policy says before posting."""
    text = "Please vote Labour on Thursday, without scripts."
    author, approver = new_page(javascript=False), new_page(javascript=False)
    live.sign_in(author, "Sergeant", "essex")
    path = steps.start_draft(live, author, "Marshgate Police", text)
    steps.choose_device(author)
    steps.upload(author, steps.picture(), "scene.jpg")
    author.get_by_label("Description for people who cannot see it").fill("A street.")
    author.get_by_label("Where it comes from").select_option("force")
    for _ in range(6):
        names = [field.get_attribute("value") or "" for field in author.locator("#questions input[name=open]").all()]
        for name in names:
            steps.choose(author, name, steps.SAID)
        author.get_by_role("button", name="Check now").click()
        author.wait_for_load_state()
        if author.locator("#questions input[name=open]").count() == len(names):
            break
    expect(author.locator("#panel .remit-evidence").first).to_contain_text("vote Labour")
    steps.put_forward(author)
    live.sign_in(approver, "Head of Corporate", "essex")
    steps.open_say(live, approver, text)
    approver.get_by_label("Approve it").check()
    approver.get_by_role("button", name="Send the answer").click()
    expect(approver.get_by_role("alert")).to_contain_text("Whoever decides gives reasons")
    expect(approver.get_by_label("Approve it")).to_be_checked()
    approver.get_by_label("Reason", exact=True).fill("It tells people what to do.")
    steps.send_answer(approver)
    page_of_account = f"{live.url}/practice/essex-marshgate/"
    steps.reload_until(approver, page_of_account, text)
    author.goto(live.url + path)
    author.get_by_role("button", name="Take it down").click()
    author.get_by_label("Reason").fill("It takes a side.")
    author.get_by_role("button", name="Take it down").click()
    steps.reload_until(approver, page_of_account, text, there=False)
