"""What people do in the browser, step by step, for the tests of the main job: write, answer, put forward, decide."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from remit.demo.posts import ANSWERS
from tests.e2e.conftest import Live

#: Often enough for a worker that looks every second, on a machine with other work to do.
TRIES = 60
#: What an author says of an ordinary post.
SAID: dict[str, Any] = {"actor.duty_state": "on_duty", **ANSWERS}


def picture(colour: str = "navy") -> bytes:
    """A small photograph with a place in its metadata, as a phone makes it."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 37.0, 41.0)
    out = io.BytesIO()
    Image.new("RGB", (640, 420), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def start_draft(live: Live, page: Page, account: str, text: str) -> str:
    """Begin a post for an account; the path of the post."""
    page.goto(f"{live.url}/posts/new")
    page.get_by_label(account).check()
    page.get_by_label("What does it say?").fill(text)
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/edit")
    return page.url.removeprefix(live.url).removesuffix("edit")


def checked(page: Page, change: Any) -> None:
    """Do `change` and wait for the clause panel that answers it."""
    change()
    expect(page.locator("#panel")).to_have_attribute("aria-busy", "false")


def write(page: Page, text: str) -> None:
    """Type the post, and wait until it is checked and saved by itself."""
    page.get_by_label("What does it say?").fill("")
    checked(page, lambda: page.get_by_label("What does it say?").fill(text))
    expect(page.locator("#saved")).to_contain_text("Saved")


def attach(page: Page, description: str, data: bytes | None = None, name: str = "scene.jpg") -> None:
    """Add a picture and describe it."""
    upload(page, data or picture(), name)
    page.get_by_label("Description for people who cannot see it").fill(description)
    page.get_by_label("Where it comes from").select_option("force")


def upload(page: Page, data: bytes, name: str) -> None:
    page.get_by_label("Add a picture").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": data})
    page.get_by_role("button", name="Add picture").click()


def choose_device(page: Page) -> None:
    """Say that it is written on the first device on the register."""
    page.get_by_label("Which device are you using?").select_option(index=1)


def answer(page: Page, answers: Mapping[str, Any] = {}) -> int:
    """Answer every question that is open, and those that the answers open; how many there were."""
    said = {**SAID, **answers}
    done: list[str] = []
    for _ in range(8):
        names = [field.get_attribute("value") or "" for field in page.locator("#questions input[name=open]").all()]
        if not (left := [name for name in names if name not in done]):
            break
        checked(page, lambda left=left: [choose(page, name, said) for name in left])
        done += left
    for box in page.get_by_label("I have read and accept this").all():
        box.check()
    return len(done)


def choose(page: Page, fact: str, said: Mapping[str, Any]) -> None:
    """Answer one question: as `said`, else no, the last thing on its list, or a line of words."""
    field: Locator = page.locator(f'#questions [name="answer.{fact}"]')
    kind = field.first.evaluate("field => field.type")
    value = said.get(fact)
    if kind == "radio":
        value = {True: "yes", False: "no", None: "no"}.get(value, value)
        exact = page.locator(f'#questions [name="answer.{fact}"][value="{value}"]')
        (exact if exact.count() else field).first.check()
    elif kind == "select-one":
        field.select_option(str(value) if value is not None else "none")
    else:
        field.fill(str(value or "So that people who live there know what is going on."))


def put_forward(page: Page) -> None:
    """From the compose page to the post that was put forward."""
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/submit")
    page.get_by_role("button", name="Put it forward").click()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))


def decide(live: Live, page: Page, text: str, answer: str, reason: str = "") -> None:
    """As somebody who is asked: find the post on the list, and give an answer with its reason."""
    open_say(live, page, text)
    page.get_by_label(answer).check()
    if reason:
        page.get_by_label("Reason", exact=True).fill(reason)
    send_answer(page)


def open_say(live: Live, page: Page, text: str) -> None:
    """As somebody who is asked: find the post on the list and open it."""
    page.goto(f"{live.url}/approvals/")
    page.get_by_role("link", name=text[:40]).first.click()
    expect(page.get_by_role("heading", name="As it will look")).to_be_visible()


def send_answer(page: Page) -> None:
    """Send the answer as it stands in the form; it is taken."""
    page.get_by_role("button", name="Send the answer").click()
    page.wait_for_url("**/approvals/")
    expect(page.get_by_text("Your answer was recorded.")).to_be_visible()


def reload_until(page: Page, url: str, text: str, *, there: bool = True) -> None:
    """Open a page again and again until `text` is on it, or is on it no more: the worker takes its turn in between."""
    for _ in range(TRIES):
        page.goto(url)
        try:
            seen = expect(page.locator("body"))
            (seen.to_contain_text if there else seen.not_to_contain_text)(text, timeout=500)
        except AssertionError:
            continue
        return
    raise AssertionError(f"After {TRIES} looks at {url}, “{text}” is {'not ' if there else 'still '}there.")
