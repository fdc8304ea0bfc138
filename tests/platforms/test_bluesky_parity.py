"""If these fail, what Bluesky's own app would show as a link or count as 300 is something else in Remit's posts."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import regex

from remit.demo.bluesky_server import TOOLS, missing
from remit.platforms import counting
from remit.platforms.bluesky import facets

#: Asks Bluesky's own library (npm @atproto/api) about a list of texts.
ASK = """
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const { RichText } = createRequire(process.argv[1] + "/")("@atproto/api");
const kinds = { "app.bsky.richtext.facet#link": "uri", "app.bsky.richtext.facet#mention": "did" };
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((text) => {
  const rich = new RichText({ text });
  rich.detectFacetsWithoutResolution();
  return [rich.graphemeLength, (rich.facets ?? []).map((f) => [
    f.index.byteStart, f.index.byteEnd, f.features[0].$type, f.features[0][kinds[f.features[0].$type] ?? "tag"],
  ])];
})));
"""

#: What texts are put together from: what matters, what nearly does, and what trips up a regular expression.
PIECES = regex.split(
    r"\|",
    "@alice.com|@a.test|@surrey.police.uk|@nobody| |  |\n|\r\n|(|)|#road|＃tag|#1|#a1|#a.b!|#\ufe0f|#|https://x.y/z"
    "|http://a.uk/(b)|https://|https:///|police.uk|surrey.police.uk/report?a=b#c|HTTP://X.Y|WWW.A.COM|a.invalidtld"
    "|.|,|!|?|;|…|’|é|e\u0301|👮🏽‍♀️|🇬🇧|🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f|\u200b|\u200d"
    "|\ufeff|\u00a0|\u2028|\x1c|\x85|$ABC|$x,|a|1|_|-|@|K|ſ|٣|कि|ﷺ|한",
)


def texts(seed: int, how_many: int) -> list[str]:
    made = random.Random(seed)
    return ["".join(made.choices(PIECES, k=made.randrange(10))) for _ in range(how_many)]


def ask(texts: list[str]) -> list[Any]:
    node = shutil.which("node") or "node"
    asked = [node, "--input-type=module", "-e", ASK, str(TOOLS)]
    answer = subprocess.run(asked, input=json.dumps(texts), capture_output=True, text=True, check=True)
    return list(json.loads(answer.stdout))


def fitting(found: list[list[Any]]) -> list[list[Any]]:
    """Without what Bluesky's servers would refuse, and what lies inside another, which its app does not draw."""
    kept: list[list[Any]] = []
    for facet in sorted(found):
        start, _, kind, value = facet
        if kind.endswith("#link") and not regex.match(r"https?://[^/]", value):
            continue
        if not kept or start >= kept[-1][1]:
            kept.append(facet)
    return kept


@pytest.mark.skipif(bool(missing()) and os.environ.get("CI") != "true", reason=f"left out: {missing()}")
@pytest.mark.parametrize("seed", range(3))
def test_links_mentions_hashtags_and_lengths_are_those_of_bluesky_itself(seed: int) -> None:
    written = texts(seed, 2_000)
    for text, (length, found) in zip(written, ask(written), strict=True):
        ours = [
            [facet["index"]["byteStart"], facet["index"]["byteEnd"], *facet["features"][0].values()]
            for facet in facets.record(text, lambda handle: handle)
        ]
        if any(kind.endswith("#tag") and counting.utf16(value) > facets.LONGEST_TAG for *_, kind, value in ours):
            continue  # this version of the library counts UTF-16 units here; the servers and later ones, graphemes
        assert ours == fitting(found), repr(text)
        assert counting.count(text, "bluesky") == length, repr(text)


def test_the_tools_are_where_the_tests_look_for_them() -> None:
    assert (Path(TOOLS) / "package-lock.json").exists()
