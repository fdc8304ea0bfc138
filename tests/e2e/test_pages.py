"""Every page of Remit as each role meets it: accessible (axe, WCAG 2.2 AA), and on a phone 320 px wide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Live

Axe = Callable[[Page], None]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


def good(page: Page, axe: Axe) -> None:
    """The page as it is now has no accessibility fault, and needs no sideways scrolling on a phone."""
    axe(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sticking_out = page.evaluate(
        """width => document.documentElement.scrollWidth <= width ? [] : [...document.querySelectorAll("body *")]
        .filter(one => one.getBoundingClientRect().right > width).map(one => one.outerHTML.slice(0, 120))""",
        PHONE["width"],
    )
    assert not sticking_out, f"{page.url} scrolls sideways: {sticking_out}"
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def visit(live: Live, page: Page, axe: Axe, addresses: Iterable[str], status: int = 200) -> None:
    for address in addresses:
        answer = page.goto(live.url + address)
        assert answer is not None
        assert answer.status == status, address
        good(page, axe)


def first(live: Live, page: Page, listing: str, pattern: str) -> str:
    """The first address on a page of the product that looks like `pattern`."""
    page.goto(live.url + listing)
    listed = page.locator(".remit-results__title a")
    found = (listed if listed.count() else page.locator("main a")).evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return next(address for address in found if address and re.fullmatch(pattern, address))


def test_without_signing_in(live: Live, page: Page, axe: Axe) -> None:
    visit(live, page, axe, ["/sign-in", "/demo/sign-in", "/practice/norfolk-police-x/"])
    visit(live, page, axe, ["/nowhere", "/practice/norfolk-police-x/1/"], status=404)


def test_as_an_author(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Sergeant", "norfolk")
    visit(live, page, axe, ["/", "/posts/", "/posts/?q=zzzz", "/posts/new", "/approvals/", "/accounts/", "/people/"])
    visit(live, page, axe, ["/nowhere"], status=404)
    visit(live, page, axe, ["/people/add", "/accounts/stops/throw"], status=403)
    returned = first(live, page, "/posts/?state=returned&mine=1", r"/posts/\d+/")
    visit(live, page, axe, [returned, f"{returned}edit", f"{returned}submit"])
    path = steps.start_draft(live, page, "Fenside Police", "Officers are at the scene of a murder.")
    steps.write(page, "Have you seen this man? He is wanted for a murder: ring PC 4443 at home on 07700 900123.")
    good(page, axe)
    for folded in page.locator("details").all():
        folded.evaluate("details => details.open = true")
    good(page, axe)
    steps.write(page, "Zero\u200b width and \u202ebackwards.")
    page.get_by_role("button", name="Save draft").click()
    steps.attach(page, "A street.")
    good(page, axe)
    visit(live, page, axe, [f"{path}discard"])


def test_as_somebody_who_applies_for_an_account(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "PC 44", "cleveland")
    visit(live, page, axe, ["/accounts/applications/", "/accounts/apply"])
    page.get_by_label("What should the account be called?").fill("Ironbank Road Watch")
    page.get_by_label("Which network should it be on?").select_option("x")
    page.get_by_label("Which handle should it have?").fill("ironbank-road-watch")
    page.get_by_label("What kind of account?").select_option("area")
    page.get_by_label("What is it for?").fill("Speeding and parking")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    good(page, axe)


def test_as_somebody_who_is_asked(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Detective Chief Inspector", "norfolk")
    say = first(live, page, "/approvals/", r"/approvals/\d+/")
    visit(live, page, axe, ["/", "/approvals/", f"{say}concerns", say])
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    good(page, axe)
    visit(live, page, axe, [first(live, page, say, r"/posts/\d+/")])


def test_as_corporate_communications(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Head of Corporate", "norfolk")
    post = first(live, page, "/posts/?state=published", r"/posts/\d+/")
    visit(live, page, axe, ["/", "/posts/", post, first(live, page, post, r"/posts/publications/\d+/take-down")])
    for state in ("attention", "scheduled", "gone", "refused"):
        visit(live, page, axe, [first(live, page, f"/posts/?state={state}", r"/posts/\d+/")])
    account = first(live, page, "/accounts/", r"/accounts/\d+/")
    visit(live, page, axe, [account, f"{account}change", f"{account}state", f"{account}authorise"])
    visit(live, page, axe, ["/accounts/", "/accounts/register", "/accounts/stops/", "/people/", "/accounts/users/"])
    errands = (
        "alter",
        "review",
        "password",
        "access",
        "close",
        "groups/join",
        "record",
        "record/exported",
        "credentials/lodge",
    )
    visit(live, page, axe, [f"{account}{errand}" for errand in errands])
    trial = first(live, page, "/accounts/?state=trial", r"/accounts/\d+/")
    visit(live, page, axe, [trial, f"{trial}trial", f"{trial}objective"])
    application = first(live, page, "/accounts/applications/?state=waiting", r"/accounts/applications/\d+/")
    visit(live, page, axe, ["/exceptions/", "/exceptions/give"])
    visit(live, page, axe, ["/accounts/applications/", application, f"{application}grant", f"{application}turn-down"])


def test_as_anybody_who_reads_the_policy(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Digital media officer", "cleveland")
    own = "/policy/cleveland/"
    visit(live, page, axe, ["/policy/", own, f"{own}?moment=device.use", f"{own}CL-3.1.5ag/", f"{own}part/9/"])
    visit(live, page, axe, [f"{own}who/", "/policy/essex/whole/"])
    visit(live, page, axe, ["/policy/compare", "/policy/compare?packs=cleveland,essex"])
    visit(live, page, axe, ["/policy/compare?packs=cleveland,essex&moment=post.draft", "/policy/changes"])
    visit(live, page, axe, ["/search", "/search?q=road", "/search?q=zzzz"])


def test_as_somebody_who_answers_messages(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Digital media officer", "wiltshire")
    message = first(live, page, "/inbox/", r"/inbox/\d+/")
    hidden = first(live, page, "/inbox/?kind=abuse", r"/inbox/\d+/")
    answered = first(live, page, "/inbox/?kind=question&mine=1", r"/inbox/\d+/")
    visit(live, page, axe, ["/inbox/", "/inbox/?kind=copyright_claim", "/inbox/enter", message, hidden, answered])
    for what in ("sort", "reply", "block", "pass-on", "close"):
        visit(live, page, axe, [f"{message}{what}"])
    measure = first(live, page, hidden, r"/inbox/measures/\d+/lift")
    visit(live, page, axe, ["/inbox/measures/", measure, measure.replace("lift", "review")])
    page.goto(f"{live.url}{message}reply")
    page.get_by_role("button", name="Continue").click()
    good(page, axe)


def test_as_somebody_who_asks_declares_and_reports(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "PC", "surrey")
    interest = first(live, page, "/conduct/interests/", r"/conduct/interests/\d+/")
    visit(live, page, axe, ["/proposals/", "/conduct/private-use", "/conduct/contact", "/conduct/declare"])
    visit(
        live,
        page,
        axe,
        ["/referrals/", "/conduct/interests/", "/conduct/interests/declare", interest, "/conduct/remind-me"],
    )
    visit(
        live, page, axe, ["/conduct/report", "/conduct/lost-device", "/conduct/cases/", "/research/", "/research/start"]
    )
    page.goto(f"{live.url}{interest}begin")
    good(page, axe)
    page.goto(f"{live.url}/conduct/report")
    page.get_by_label("The anonymous system").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Report it without your name")).to_be_visible()
    good(page, axe)
    page.goto(f"{live.url}/conduct/declare")
    page.get_by_label("Somebody I met through work").check()
    page.get_by_label("Who or what is it?").fill("Somebody from a call.")
    page.get_by_role("button", name="Continue").click()
    good(page, axe)
    page.get_by_role("button", name="Declare it now").click()
    expect(page.get_by_text("Declared, and recorded.")).to_be_visible()


def test_as_somebody_who_reports_and_adds_to_it_later(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "PC", "cleveland")
    page.goto(f"{live.url}/conduct/report")
    page.get_by_label("What has happened?").fill("Something was said in a group.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send the report").first.click()
    good(page, axe)
    page.get_by_role("button", name="Add to it, and answer what is open").click()
    good(page, axe)
    page.get_by_label("What else do you know?").fill("It was said again on Friday.")
    page.get_by_role("button", name="Continue").click()
    good(page, axe)


def test_as_somebody_who_asks_for_an_exception(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Head of Corporate", "sussex")
    account = first(live, page, "/accounts/?q=sussex-police-facebook", r"/accounts/\d+/")
    page.goto(f"{live.url}{account}groups/join")
    page.get_by_label("Which group is it?").fill("Hove neighbours")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label(re.compile("to allow it")).fill("They asked us to answer questions.")
    good(page, axe)
    page.get_by_role("button", name=re.compile("^Ask Corporate")).click()
    good(page, axe)
    page.get_by_role("button", name="Join it").click()
    expect(page.get_by_text("Asked because: They asked us to answer questions.")).to_be_visible()
    good(page, axe)


def test_as_somebody_who_keeps_the_policy(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Force solicitor", "cleveland")
    visit(live, page, axe, ["/policy/cleveland/", "/policy/cleveland/known/", "/referrals/?state=closed"])


def test_as_somebody_who_assesses_cases(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Detective Inspector", "surrey")
    case = first(live, page, "/conduct/cases/", r"/conduct/cases/\d+/")
    interest = first(live, page, "/conduct/interests/", r"/conduct/interests/\d+/")
    visit(live, page, axe, ["/", "/conduct/cases/", case, f"{case}assess", interest, f"{interest}decide"])
    visit(live, page, axe, ["/research/", "/research/checks/", "/research/checks/begin"])
    page.goto(f"{live.url}{case}assess")
    page.get_by_label("Assess it").check()
    page.get_by_label("What are your reasons?").fill("It was seen by many.")
    page.get_by_role("button", name="Continue").click()
    good(page, axe)


def test_as_the_control_room(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Control room", "suffolk")
    visit(live, page, axe, ["/", "/accounts/stops/", "/accounts/stops/throw"])


def test_as_the_systems_administrator(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Systems administrator", "norfolk")
    person = first(live, page, "/people/?q=Digital", r"/people/\d+/")
    visit(live, page, axe, ["/", "/people/", "/people/add", person])
    for what in ("change", "leave", "move", "roles/give", "devices"):
        visit(live, page, axe, [f"{person}{what}"])


def test_as_an_auditor(live: Live, page: Page, axe: Axe) -> None:
    live.sign_in(page, "Force solicitor", "essex")
    visit(live, page, axe, ["/", "/posts/", "/ledger/"])


@pytest.mark.parametrize("who", ["Detective Inspector", "Deputy Chief"])
def test_the_home_page_of_every_other_role(live: Live, page: Page, axe: Axe, who: str) -> None:
    live.sign_in(page, who, "essex")
    visit(live, page, axe, ["/", "/posts/"])
