"""A force's own policy in the browser: what it alone has a moment for, from its page to what is owed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import databases
from tests.databases import REMIT, environment
from tests.e2e.conftest import Live, start, stop
from tests.e2e.test_pages import good

OWN = Path(__file__).parents[1] / "web" / "packs"
PASSWORD = "a long and boring password"


@pytest.fixture
def hillshire(demonstration: Path, tmp_path: Path) -> Iterator[Live]:
    """The demonstration with one force more, under a policy of its own."""
    var = tmp_path / "var"
    databases.make(var, like=demonstration)

    def remit(*arguments: str) -> None:
        own, twice = environment(var, REMIT_PACKS=str(OWN)), f"{PASSWORD}\n{PASSWORD}\n"
        subprocess.run([REMIT, *arguments], env=own, input=twice, text=True, capture_output=True, check=True)

    remit("force", "add", "hillshire", "--name", "Hillshire Police", "--pack", "hillshire")
    who = ("--force", "hillshire", "--category", "officer", "--name")
    remit("person", "add", "officer-2", *who, "PC 2", "--number", "2", "--role", "author")
    remit("person", "add", "head-3", *who, "Head 3", "--number", "3", "--role", "head-of-communications")
    server = start(var, REMIT_PACKS=str(OWN))
    yield server
    assert stop(server) == 0
    databases.remove(var)


def sign_in(live: Live, page: Page, who: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{live.url}/sign-in")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(f"{live.url}/")


def test_what_only_the_own_policy_provides_for_is_put_forward_claimed_and_agreed(
    hillshire: Live, page: Page, axe: Callable[[Page], None]
) -> None:
    """A moment that somebody wrote would end where its page cannot be read, filled in with a keyboard, or found."""
    sign_in(hillshire, page, "officer-2")
    page.goto(f"{hillshire.url}/proposals/")
    page.get_by_role("link", name="Committing money to advertising").click()
    good(page, axe)
    page.get_by_label("What is it about?").fill("A film about bicycle theft.")
    page.get_by_role("button", name="Continue").click()
    good(page, axe)
    page.get_by_label("There is none").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Does this apply?")).to_be_visible()
    good(page, axe)
    page.get_by_role("button", name="Say that it applies").click()
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("How many pounds are to be spent?").fill("250")
    page.get_by_role("button", name="Continue").click()
    good(page, axe)
    page.get_by_role("button", name="Put it forward").click()
    expect(page.get_by_text("It waits")).to_be_visible()
    good(page, axe)
    page.goto(f"{hillshire.url}/proposals/new/person.found")
    page.get_by_label("What is it about?").fill("Found at the station.")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Time", exact=True)).to_be_visible()
    good(page, axe)

    sign_in(hillshire, page, "head-3")
    page.goto(f"{hillshire.url}/approvals/")
    page.locator('main a[href^="/approvals/"]').first.click()
    expect(page.get_by_text("A film about bicycle theft.").first).to_be_visible()
    good(page, axe)
