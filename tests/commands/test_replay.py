"""`remit replay` and `remit history` as somebody at a terminal meets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench.situations import Situations
from remit.cli import remit_group
from remit.environment import pack_folders
from remit.policy.fact_frames import frame_of
from tests.libraries import shipped


def remit(*args: object) -> Result:
    return CliRunner().invoke(remit_group, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pack = shipped().packs["essex"]
    path = tmp_path_factory.mktemp("facts") / "facts.parquet"
    frame_of(list(Situations(pack, seed=5).rows(300)), pack.vocabulary.facts).write_parquet(path)
    return path


def test_a_file_is_replayed_and_each_rule_is_counted(facts: Path) -> None:
    result = remit("replay", "--pack", "essex", facts)
    assert result.exit_code == 0, result.output
    assert "300 decisions under essex" in result.output
    found = json.loads(remit("replay", "--pack", "essex", facts, "--json").stdout)
    assert found["rows"] == 300
    assert {"rule", "title", "caught", "unknown", "newly_caught", "no_longer_caught", "samples"} == set(
        found["rules"][0]
    )


def test_a_draft_in_a_folder_of_its_own_is_set_beside_the_pack(facts: Path, tmp_path: Path) -> None:
    """A policy officer could only try a draft by putting it in force."""
    draft = tmp_path / "essex"
    shutil.copytree(pack_folders()[0] / "essex", draft)
    found = json.loads(remit("replay", "--pack", "essex", "--against", draft, facts, "--json").stdout)
    assert (found["newly_caught"], found["no_longer_caught"]) == (0, 0)
    for file in (draft / "rules").glob("*.yaml"):
        file.write_text("rules: []\n")
    found = json.loads(remit("replay", "--pack", "essex", "--against", draft, facts, "--json").stdout)
    assert found["no_longer_caught"] > 0
    assert found["newly_caught"] == found["caught"] == 0


def test_a_draft_with_faults_says_where(facts: Path, tmp_path: Path) -> None:
    (tmp_path / "draft").mkdir()
    result = remit("replay", "--pack", "essex", "--against", tmp_path / "draft", facts)
    assert result.exit_code == 2
    assert "has no policy.yaml" in result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--pack", "essex"], "Give a file of facts, or --from-history"),
        (["--pack", "essex", "--from-history"], "Say which force's decisions with --force"),
        (["--pack", "esex", "a.parquet"], 'Did you mean "essex"?'),
        (["--pack", "essex", "nowhere.parquet"], "There is no file nowhere.parquet"),
        (["--pack", "essex", "--against", "esex", "a.parquet"], 'Did you mean "essex"?'),
    ],
)
def test_what_cannot_be_replayed_is_bad_input(args: list[str], said: str) -> None:
    result = remit("replay", *args)
    assert result.exit_code == 2
    assert said in result.stderr
