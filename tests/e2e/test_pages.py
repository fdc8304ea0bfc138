"""Every page of the shell works: signed in with one click, accessible, at 320 px, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Live

PAGES = ["/", "/posts/", "/posts/new", "/approvals/", "/accounts/", "/people/", "/policy/", "/policy/cleveland/"]


def test_pages_are_accessible(live: Live, page: Page, axe: Callable[[Page], None]) -> None:
    """Somebody with a screen reader, or poor sight, could not do their job."""
    page.goto(f"{live.url}/sign-in")
    axe(page)
    page.goto(f"{live.url}/demo/sign-in")
    axe(page)
    live.sign_in(page, "Digital media officer", "cleveland")
    for address in PAGES:
        answer = page.goto(live.url + address)
        assert answer is not None
        assert answer.status == 200, address
        axe(page)


@pytest.mark.parametrize("address", PAGES)
def test_pages_fit_a_force_phone(live: Live, new_page: Callable[..., Page], address: str) -> None:
    """An officer with a phone would have to scroll sideways to read a clause."""
    page = new_page(width=320, height=640)
    live.sign_in(page, "Digital media officer", "cleveland")
    page.goto(live.url + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_signing_in_needs_no_javascript(live: Live, new_page: Callable[..., Page]) -> None:
    """On a locked-down force browser nobody could get in."""
    page = new_page(javascript=False)
    live.sign_in(page, "Digital media officer", "cleveland")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
