"""The whole check of a text, as the page does it while somebody writes: signals read, facts gathered, decided."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

from bench.printing import heading, line, timed
from remit.environment import pack_folders
from remit.policy.decide import decide
from remit.policy.loading import load_library
from remit.policy.packs import Pack
from remit.signals.content import Content
from remit.signals.reader import read

NOW = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
TEXTS = {
    "a short post": "Officers will be at the town hall from 10am on Saturday to mark bikes. Come and say hello.",
    "an appeal": "Have you seen Sam, 14, missing from the harbour since Friday? Call 101 quoting log 214.",
    "a long text": "\n\n".join(["Have you seen Sam, 14, missing from the harbour? Call 101 quoting log 214."] * 40),
}


def main() -> None:
    heading("The whole check of a text under cleveland, of the processor")
    pack = load_library(pack_folders()).packs["cleveland"]
    for what, text in TEXTS.items():
        for _ in range(3):
            _check(pack, text)
        line(f"{what} ({len(text)} characters)", timed(lambda text=text: _check(pack, text), 100, process_time))


def _check(pack: Pack, text: str) -> object:
    reading = read(Content(text))
    facts = {**pack.baselines["main-account-post"], "post.text": text, **reading.facts()}
    return decide([pack], "post.publish", facts, NOW)


if __name__ == "__main__":
    main()
