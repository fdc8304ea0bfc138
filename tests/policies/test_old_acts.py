"""An old act stands under the policy of its day: what it cites is read as it was, and what is added is judged by it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from remit.acts import door
from remit.acts.models import Duty, Proposal
from remit.acts.packs import library
from remit.cli import remit_group
from remit.conduct.acts import AddToReport, ReportBreach
from remit.evidence import policies
from remit.people.models import Person
from remit.policies.versions import in_force_on
from tests.policies.conftest import OWN

Reader = Callable[..., Client]
RULE = """moment: breach.report
rules:
- {id: RV-2.1a-report, clause: RV-2.1a, title: Looked into, when: [report.serious], then: {duty: {do: DO, owner: corporate-communications, late: open}}}
"""  # noqa: E501


@pytest.fixture
def edition(settings: Any, vocabulary: Path, tmp_path: Path) -> Callable[[str], None]:
    """Puts another edition of the policy in force, in which a serious report calls for `do`."""
    settings.REMIT_VAR = tmp_path / "var"

    def make(do: str) -> None:
        folder = tmp_path / do
        shutil.copytree(OWN, folder)
        (folder / "riverside" / "rules" / "reports.yaml").write_text(RULE.replace("DO", do))
        settings.REMIT_PACKS = [vocabulary, folder]
        policies.keep()

    return make


def reported(**answers: bool) -> Proposal:
    said = {name.replace("__", "."): value for name, value in answers.items()}
    act = ReportBreach("riverside", "Something was said.")
    return door.propose(act, Person.objects.get(), timezone.now(), answers=said)


def test_what_an_old_act_cites_is_read_as_it_was(reader: Reader, edition: Callable[[str], None]) -> None:
    """Whoever looks into last year's report would read a clause that says something else now."""
    edition("look into it")
    client = reader()
    report = reported(report__serious=True)
    page = f"/proposals/{report.pk}/"
    assert "/policy/riverside/RV-2.1a/" in client.get(page).content.decode()
    old = report.decision["packs"][0]["digest"].removeprefix("sha256:")[:12]
    edition("ring somebody")
    shown = client.get(page).content.decode()
    assert f"/policy/{old}/RV-2.1a/" in shown
    assert "/policy/riverside/RV-2.1a/" not in shown
    assert "as it was when it decided" in client.get(f"/policy/{old}/RV-2.1a/").content.decode()


def test_what_is_added_to_an_old_report_is_judged_by_the_policy_of_its_day(
    reader: Reader, edition: Callable[[str], None]
) -> None:
    """A rule made since would bite what was reported before anybody knew of it."""
    edition("look into it")
    reader()
    report = reported()
    door.propose(AddToReport(report.pk, answers={"report.serious": False}), report.proposer, timezone.now())
    edition("ring somebody")
    door.propose(AddToReport(report.pk, answers={"report.serious": True}), report.proposer, timezone.now())
    assert [duty.do for duty in Duty.objects.filter(rule="RV-2.1a-report", state="due")] == ["look into it"]
    anew = reported()
    door.propose(AddToReport(anew.pk, answers={"report.serious": True}), anew.proposer, timezone.now())
    assert Duty.objects.get(rule="RV-2.1a-report", proposal=anew).do == "ring somebody"


def test_the_version_in_force_on_a_day_is_found(edition: Callable[[str], None], settings: Any, tmp_path: Path) -> None:
    """An old act decided again on the command line would be held against a policy that came later."""
    edition("look into it")
    old = library().packs["riverside"].digest
    policy = Path(settings.REMIT_PACKS[1]) / "riverside" / "policy.yaml"
    newer = policy.read_text().replace('version: "2.0"', 'version: "3.0"', 1)
    newer = newer.replace(
        "\nforces:", '\n- {number: "3.0", published_on: 2026-08-01, in_force_from: 2026-09-01}\nforces:'
    )
    folder = tmp_path / "third"
    shutil.copytree(settings.REMIT_PACKS[1], folder)
    (folder / "riverside" / "policy.yaml").write_text(newer)
    settings.REMIT_PACKS = [settings.REMIT_PACKS[0], folder]
    pack = library().packs["riverside"]
    assert pack.version == "3.0"
    assert in_force_on(pack, date(2026, 9, 1)) is pack
    then = in_force_on(pack, date(2026, 8, 31))
    assert then is not None
    assert (then.digest, then.name) == (old, "riverside")
    assert in_force_on(pack, date(2020, 1, 1)) is None


def test_the_command_says_when_no_version_of_the_day_is_kept(tmp_path: Path) -> None:
    """An answer about an old act would look as if it were that of its day."""
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({}))
    asked = ["decide", "--pack", "essex", "--moment", "post.publish", "--now", "2010-01-01T10:00", str(facts)]
    said = CliRunner().invoke(remit_group, asked)
    assert said.exit_code == 0
    assert "was not in force on 1 January 2010, and none that was is kept" in said.stderr
