"""docs/policies is what somebody without a running Remit checks a policy by: nothing of it may be missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from remit.policy.markdown import index_page, policy_page
from remit.policy.packs import Library
from tests.libraries import shipped

PACKS = Path(__file__).parents[2] / "packs"


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


def plain(markdown: str) -> str:
    return re.sub(r"\\(.)", r"\1", markdown)


def test_every_clause_rule_treatment_and_reason_is_on_the_page(library: Library) -> None:
    for pack in library.packs.values():
        whole = "".join(policy_page(pack))
        page = plain(whole)
        for clause in pack.clauses.values():
            assert f'<a id="{clause.id}"></a>' in whole
            assert clause.says in page
            assert f"*{clause.wording.capitalize()}; {clause.treatment}*" in whole, clause.id
            assert re.sub(r"\s+", " ", clause.note).strip() in page, clause.id
        for rule in pack.rules:
            assert f"**{rule.title}**" in page or rule.mode == "off", rule.id
            assert re.sub(r"\s+", " ", rule.because).strip() in page, rule.id
        assert all(say.title in page for say in pack.says.values())


def test_every_link_on_a_page_leads_somewhere(library: Library) -> None:
    for pack in library.packs.values():
        whole = "".join(policy_page(pack))
        anchors = set(re.findall(r'<a id="([^"]+)"></a>', whole))
        assert set(re.findall(r"\]\(#([^)]+)\)", whole)) <= anchors, pack.name


def test_the_list_leads_to_each_policy_with_its_figures(library: Library) -> None:
    page = "".join(index_page(list(library.packs.values())))
    for pack in library.packs.values():
        assert f"({pack.name}.md)" in page
        assert f" {len(pack.clauses)} |" in page
