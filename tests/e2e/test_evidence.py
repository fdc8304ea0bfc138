"""An auditor in a browser: from the ledger to an evidence pack that opens and checks itself without any network."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE, STANDARD, Live


def test_an_auditor_takes_evidence_away_and_it_checks_itself(
    live: Live, page: Page, new_page: Callable[..., Page], axe: Callable[[Page], None], tmp_path: Path
) -> None:
    """Otherwise evidence would be something that only the service itself can show."""
    live.sign_in(page, "Auditor", "cleveland")
    page.get_by_role("navigation").get_by_role("link", name="Ledger").click()
    expect(page.get_by_role("heading", name="Ledger", level=1)).to_be_visible()
    expect(page.get_by_text("entries of remit.demonstration/ledger")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Verify every entry now").click()
    expect(page.get_by_text("are as they were written and signed")).to_be_visible()
    page.get_by_label("What happened").select_option("posts.publish")
    page.get_by_role("button", name="Show").click()
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Publish a post")
    axe(page)

    page.goto(f"{live.url}/posts/")
    page.locator("main a[href^='/posts/']").filter(has_text=re.compile(r"\w+ \w+ \w+")).first.click()
    page.get_by_role("link", name="Download an evidence pack").click()
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the evidence pack").click()
    zipped = tmp_path / "evidence.zip"
    download.value.save_as(zipped)
    folder = tmp_path / "evidence"
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(folder)
    done = subprocess.run([sys.executable, "-I", "-S", folder / "verify.py"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert live.remit("ledger", "verify").startswith("The ledger holds")

    for width in (1280, 320):
        offline = new_page(width=width)
        offline.context.set_offline(True)
        asked: list[str] = []
        offline.on("request", lambda request, asked=asked: asked.append(request.url))  # type: ignore[misc]
        offline.goto((folder / "index.html").as_uri())
        expect(offline.get_by_role("status")).to_have_text(re.compile(r"The evidence holds\. \d+ entries checked\."))
        expect(offline.get_by_text("Download an evidence pack")).to_be_visible()
        assert all(url.startswith("file:") for url in asked)
        assert _faults(offline) == []
        assert offline.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    shown = folder / "index.html"
    whole = shown.read_text(encoding="utf-8")
    for tampered in _tampered(whole):
        shown.write_text(tampered, encoding="utf-8")
        offline = new_page()
        offline.goto(shown.as_uri())
        expect(offline.get_by_role("status")).to_contain_text("Not as it was recorded")


def _faults(offline: Page) -> list[str]:
    """Accessibility faults of a page from the disk; axe may not fetch its style sheet, which the page forbids."""
    offline.evaluate(AXE)
    run = "tags => axe.run(document, {preload: false, runOnly: {type: 'tag', values: tags}})"
    return [fault["id"] for fault in offline.evaluate(run, STANDARD)["violations"]]


def _tampered(whole: str) -> list[str]:
    """The page with an entry, a value, the checkpoint and a proof altered."""
    start = whole.index('id="evidence">') + len('id="evidence">')
    end = whole.index("</script>", start)
    pages = []
    for change in ("body", "payload", "checkpoint", "proof"):
        evidence = json.loads(whole[start:end])
        entry = next(entry for entry in evidence["entries"] if entry["disclosed"])
        if change == "body":
            entry["body"] = entry["body"].replace('"action":"posts', '"action":"other', 1)
        elif change == "payload":
            value = next(iter(entry["disclosed"].values()))
            value["payload"] = json.dumps("something else")
        elif change == "checkpoint":
            lines = evidence["checkpoint"].split("\n")
            evidence["checkpoint"] = "\n".join([lines[0], str(int(lines[1]) + 1), *lines[2:]])
        else:
            entry["proof"] = entry["proof"][::-1]
        pages.append(whole[:start] + json.dumps(evidence).replace("<", "\\u003c") + whole[end:])
    return pages
