"""If this fails, somebody who tries Remit with a real network cannot publish anything on it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from remit.demo.bluesky_server import missing
from tests import databases
from tests.e2e import steps
from tests.e2e.conftest import Live, start, stop

pytestmark = pytest.mark.skipif(bool(missing()) and os.environ.get("CI") != "true", reason=f"left out: {missing()}")

WORDS = "The front desk at Saltwick opens at 9am from Monday. https://example.org #Saltwick"


@pytest.fixture
def on_bluesky(demonstration: Path, tmp_path: Path) -> Iterator[Live]:
    """A demonstration that was loaded before, and is now started with BLUESKY=local."""
    var = databases.make(tmp_path / "var", like=demonstration)
    server = start(var, BLUESKY="local", BLUESKY_PORT="0")
    yield server
    assert stop(server) == 0
    databases.remove(var)


def test_a_post_is_written_published_on_the_real_server_and_taken_down(
    on_bluesky: Live, page: Page, axe: Callable[[Page], None]
) -> None:
    live = on_bluesky
    live.sign_in(page, "Head of Corporate Communications", "essex")
    page.goto(f"{live.url}/accounts/?q=essex-police.test")
    page.get_by_role("link", name="Essex Police").first.click()
    expect(page.get_by_text("Connected to Bluesky since")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="See or change the connection").click()
    expect(page.get_by_text("@essex-police.test", exact=True)).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Connect it again").click()
    expect(page.get_by_label("App password")).to_have_attribute("type", "password")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})
    axe(page)

    path = steps.start_draft(live, page, "essex-police.test", "A first line.")
    steps.write(page, WORDS)
    steps.choose_device(page)
    steps.attach(page, "The front desk.")
    steps.answer(page)
    steps.put_forward(page)
    steps.reload_until(page, live.url + path, "See it on Bluesky")
    where = page.get_by_role("link", name="See it on Bluesky").get_attribute("href") or ""
    with urlopen(where, timeout=20) as answer:
        record = json.load(answer)["value"]
    assert record["text"] == WORDS
    assert [facet["features"][0]["$type"].rpartition("#")[2] for facet in record["facets"]] == ["link", "tag"]
    assert record["embed"]["images"][0]["alt"] == "The front desk."

    page.get_by_role("button", name="Take it down").click()
    page.get_by_label("Reason").fill("It opens at 10am.")
    page.get_by_role("button", name="Take it down").click()
    steps.reload_until(page, live.url + path, "was taken down")
    with pytest.raises(HTTPError):
        urlopen(where, timeout=20)
