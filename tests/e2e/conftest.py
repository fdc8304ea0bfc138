"""The browser tests' harness: a real server with its worker on a loaded demonstration, and a real Chromium.

`live` is the server (one a process of tests), `page` a tab of 1280 px, `new_page` makes others (320 px, no JavaScript),
`axe(page)` fails on any accessibility fault of WCAG 2.2 AA. A script error or a breach of the content security policy
on any page fails the test that met it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests import databases
from tests.databases import REMIT, environment

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
#: A machine that also runs the server, its worker and other tests takes a while.
expect.set_options(timeout=20_000)
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@dataclass
class Live:
    """A running demonstration. `url` has no slash at its end; `var` is its folder of data."""

    url: str
    var: Path
    process: subprocess.Popen[str]

    def sign_in(self, page: Page, who: str, force: str) -> None:
        """Sign in as the first of a force ("cleveland") whose button shows `who`: a title or a role ("Author")."""
        page.goto(f"{self.url}/demo/sign-in")
        page.locator(f'[data-testid^="sign-in-{force}-"]').filter(has_text=who).first.click()
        page.wait_for_url(f"{self.url}/")

    def remit(self, *arguments: str) -> str:
        """What `remit …` prints when run on this server's own data."""
        done = subprocess.run(
            [REMIT, *arguments], env=environment(self.var), capture_output=True, text=True, check=True
        )
        return done.stdout


@pytest.fixture(scope="session")
def demonstration(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a freshly loaded demonstration. Copy it; do not use it.

    Of one force on PostgreSQL, where one of the tests is enough: what pages do there, tests without a browser see.
    """
    if connection.vendor == "postgresql":
        one_force: Path = request.getfixturevalue("one_force")
        return one_force
    migrated: Path = request.getfixturevalue("migrated")
    return databases.once(tmp_path_factory, "demonstration", ("demo", "load"), like=migrated)


def start(var: Path, **more: str) -> Live:
    """Start `remit run` on a free port, and come back once it has said where it is. `more`: of its environment."""
    process = subprocess.Popen(
        [REMIT, "run", "--port", "0"],
        env=environment(var, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Remit is at "):
            url = line.removeprefix("Remit is at ").strip().rstrip("/")
            break
    else:
        pytest.fail("The server did not start:\n" + "".join(said))
    threading.Thread(target=shutil.copyfileobj, args=(process.stdout, sys.stderr), daemon=True).start()
    return Live(url, var, process)


def stop(live: Live) -> int:
    """Press Ctrl-C and wait; the exit code."""
    live.process.send_signal(signal.SIGINT)
    return live.process.wait(timeout=60)


@pytest.fixture(scope="session")
def live(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    var = tmp_path_factory.mktemp("live") / "var"
    databases.make(var, like=demonstration)
    server = start(var)
    yield server
    assert stop(server) == 0
    databases.remove(var)


def chromium() -> str | None:
    """An installed Chromium; None means Playwright's own."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = chromium()
        if executable is None and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("left out: there is no Chromium on this machine")
        # Playwright keeps an event loop in this thread, which Django's guard takes for an asynchronous view.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        launched = playwright.chromium.launch(
            executable_path=executable,
            args=[
                "--no-sandbox",  # the tests often run as root
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Make a tab in a browser of its own (own cookies): `new_page(width=320, javascript=False)`.

    `provoked` are beginnings of error messages that the test brings about on purpose.
    """
    contexts = []
    faults: list[str] = []

    def heard(message: ConsoleMessage, provoked: tuple[str, ...]) -> None:
        # Chromium also reports answers such as 404 and 422 here; those are pages, not faults of a script. And htmx
        # reports what it was asking for when somebody left the page.
        harmless = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest", *provoked)
        if message.type == "error" and not message.text.startswith(harmless):
            faults.append(message.text)

    def make(*, width: int = 1280, height: int = 900, javascript: bool = True, provoked: tuple[str, ...] = ()) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: heard(message, provoked))
        tab.on("pageerror", lambda error: faults.append(str(error)))
        return tab

    yield make
    for context in contexts:
        context.close()
    assert not faults, "Script errors or breaches of the content security policy:\n" + "\n".join(faults)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A tab 1280 px wide, signed out."""
    return new_page()


def check_accessibility(page: Page) -> None:
    """Fail with each accessibility fault that axe finds on the page, once it is whole."""
    page.wait_for_load_state()
    page.evaluate(AXE)  # not a script element, which our content security policy would rightly refuse
    result: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", STANDARD
    )
    lines = [
        f"{fault['id']} ({fault['impact']}): {fault['help']}\n    {node['html'][:300]}\n    {node['failureSummary']}"
        for fault in result["violations"]
        for node in fault["nodes"]
    ]
    assert not lines, f"axe on {page.url}:\n" + "\n".join(lines)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    return check_accessibility
