"""What goes wrong while somebody writes: each gets a clear message, and nothing that was typed is lost."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Live

TYPED = "Typed, and not saved by hand."


def bomb() -> bytes:
    """A PNG of a few hundred kilobytes that says it is 60,000 pixels square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 60_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def heavy() -> bytes:
    """A real picture of 50 MB."""
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "navy").save(out, "JPEG")
    return out.getvalue() + b"\0" * 50_000_000


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page(provoked=("htmx:sendError", "Response Status Error Code 403"))


@pytest.fixture
def draft(live: Live, page: Page) -> str:
    """A draft of a sergeant in Norfolk, open in `page`; its path."""
    live.sign_in(page, "Sergeant", "norfolk")
    return steps.start_draft(live, page, "Fenside Police", "The first words.")


@pytest.mark.parametrize(
    ("make", "name", "words"),
    [
        (heavy, "huge.jpg", "MB"),
        (bomb, "bomb.png", "pixels"),
        (lambda: b"<!DOCTYPE html><script>alert(1)</script>", "page.jpg", "is a web page, whatever its name says"),
        (lambda: b"", "empty.jpg", "empty"),
    ],
    ids=["50 MB", "decompression bomb", "HTML as .jpg", "empty"],
)
def test_a_picture_that_cannot_be_taken(
    live: Live, page: Page, draft: str, tmp_path: Path, make: Callable[[], bytes], name: str, words: str
) -> None:
    """One bad picture would take the words down with it, or the server."""
    page.get_by_label("What does it say?").fill(TYPED)
    (tmp_path / name).write_bytes(make())
    page.get_by_label("Add a picture").set_input_files(tmp_path / name)
    page.get_by_role("button", name="Add picture").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(name)
    expect(alert).to_contain_text(words)
    expect(page.get_by_label("What does it say?")).to_have_value(TYPED)
    page.goto(f"{live.url}{draft}edit")
    expect(page.get_by_label("What does it say?")).to_have_value(TYPED)


def test_a_text_that_is_far_too_long(live: Live, page: Page, draft: str) -> None:
    """A slip with the clipboard would lose the draft."""
    long = "Much too long. " * 6_700
    page.get_by_label("What does it say?").fill(long)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_contain_text("100,500 characters; a draft can hold 100,000")
    expect(page.get_by_label("What does it say?")).to_have_value(long)


def test_characters_that_cannot_be_seen(live: Live, page: Page, draft: str, axe: Callable[[Page], None]) -> None:
    """Words could read otherwise for the public than for whoever approved them."""
    page.get_by_label("What does it say?").fill("Pay \u202e001\u202c pounds at pol\u200bice.uk")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("right-to-left override").first).to_be_visible()
    expect(page.get_by_text("zero width space").first).to_be_visible()
    page.get_by_role("button", name="Remove them").click()
    expect(page.get_by_label("What does it say?")).to_have_value("Pay 001 pounds at police.uk")


def test_two_people_in_one_draft(live: Live, page: Page, new_page: Callable[..., Page], draft: str) -> None:
    """One of two people would write over the other without either knowing."""
    other = new_page()
    live.sign_in(other, "PC", "norfolk")
    other.goto(f"{live.url}{draft}take-over")
    other.get_by_role("button", name="Take over the draft").click()
    other.wait_for_url("**/edit")
    other.get_by_label("What does it say?").fill("What the constable wrote.")
    other.get_by_role("button", name="Save draft").click()
    page.get_by_label("What does it say?").fill("What the sergeant wrote.")
    expect(page.locator("#saved")).to_contain_text("Not saved")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", name="Two versions of this draft")).to_be_visible()
    expect(page.get_by_text("What the sergeant wrote.")).to_be_visible()
    expect(page.get_by_text("What the constable wrote.")).to_be_visible()


def test_two_windows_on_one_draft(live: Live, page: Page, draft: str) -> None:
    """Somebody with two windows open would lose what they wrote in one of them."""
    second = page.context.new_page()
    second.goto(f"{live.url}{draft}edit")
    second.get_by_label("What does it say?").fill("In the second window.")
    second.get_by_role("button", name="Save draft").click()
    expect(second.get_by_text("The draft was saved.")).to_be_visible()
    page.get_by_label("What does it say?").fill("In the first window.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("In the second window.")).to_be_visible()
    page.get_by_role("button", name="Keep what I typed").click()
    expect(page.get_by_label("What does it say?")).to_have_value("In the first window.")


def test_signed_out_while_writing(live: Live, page: Page, draft: str) -> None:
    """Somebody whose session ended would go on writing into nothing."""
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("What does it say?").fill(TYPED)
    expect(page.locator("#saved")).to_contain_text("You are signed out")
    expect(page.get_by_label("What does it say?")).to_have_value(TYPED)


def test_no_connection_while_writing(live: Live, page: Page, draft: str) -> None:
    """Somebody on a bad network would believe that it is saved."""
    page.context.set_offline(True)
    page.get_by_label("What does it say?").fill(TYPED)
    expect(page.locator("#saved")).to_contain_text("There is no connection")
    page.context.set_offline(False)
    page.get_by_label("What does it say?").fill(TYPED + " Again.")
    expect(page.locator("#saved")).to_contain_text("Saved")
