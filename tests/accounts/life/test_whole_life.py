"""The whole life of an account, from the application to the closed entry, under each of the five policies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from remit.accounts.models import Account, Record
from remit.acts import outbox
from remit.acts.models import Duty, Proposal
from remit.acts.packs import library
from remit.ledger import history
from tests.accounts.life.conftest import PACKS
from tests.accounts.life.test_setting_up import FOUR, OBJECTIVE, day, record, reload, set_up
from tests.accounts.life.walking import Walk

ForceOf = Callable[[str], Walk]


def begin(walk: Walk, account: Account) -> None:
    """Set the account up as its policy wants it, through its trial where it has one."""
    state, extra = "live", {}
    if walk.force in ("surrey", "cleveland"):
        state = "trial"
        walk.post("media", f"/accounts/{account.pk}/objective", OBJECTIVE)
    if walk.force == "wiltshire":
        texts = library().packs["wiltshire"].texts
        extra = {"bio": "\n".join(texts[key] for key in FOUR)}
    if walk.force == "norfolk":
        walk.post("media", f"/accounts/{account.pk}/credentials/lodge", {"place": "The vault"})
    record(walk, account, "corporate-access")
    record(walk, account, "communications-consulted", words="No objection.")
    walk.says(set_up(walk, account, state, **extra))
    if state == "trial":
        assert reload(account).state == "trial"
        began = timezone.localdate() - timedelta(days=190)
        Account.objects.filter(pk=account.pk).update(created_on=began)
        Record.objects.filter(account=account, kind="trial-started").update(on=began)
        assessed = {"result": "successful", "reason": "Fewer calls.", "objective_0": "met"}
        walk.says(walk.errand("media", f"/accounts/{account.pk}/trial", assessed))
        walk.post("media", f"/accounts/{account.pk}/state", {"state": "live"})


@pytest.mark.parametrize("slug", PACKS)
def test_an_account_lives_and_ends_under_its_policy(force_of: ForceOf, slug: str) -> None:
    """The promise of the whole room: nobody needs paper, and every step cites a clause that the policy has."""
    walk = force_of(slug)
    account = walk.granted()
    begin(walk, account)
    assert reload(account).state == "live"
    reviewed = {"review": "annual", "outcome": "keep", "words": "It is used well."}
    walk.errand("media", f"/accounts/{account.pk}/review", reviewed)
    today = timezone.localdate()
    record(walk, account, "notice-given")
    record(walk, account, "closing-consulted", whom="owner", words="Agrees.")
    record(walk, account, "closing-decided", words="To close.")
    record(walk, account, "public-told")
    record(walk, account, "exported", who="owner", place="The evidence store")
    on = today + timedelta(days=7)
    closing: Any = walk.errand(
        "media",
        f"/accounts/{account.pk}/close",
        {"ground": "other", "reason": "It has done its work.", **day("on", on)},
        {"closing.alternative": "The main account"},
    )
    assert isinstance(closing, Proposal), closing
    walk.says(closing)
    closing.refresh_from_db()
    assert closing.state == "applied"
    assert reload(account).state == "live"
    outbox.run_due(timezone.now() + timedelta(days=8))
    assert reload(account).state == "closed"
    assert not Duty.objects.filter(subject=f"accounts.account:{account.pk}", state="due", moment="account.monitor")

    known = set(library().packs[PACKS[slug]].clauses)
    decided = Proposal.objects.filter(force=slug)
    cited = {c for each in decided for found in each.decision.get("findings", []) for c in found["clauses"]}
    assert cited <= known
    did = {line.action for line in history(f"accounts.account:{account.pk}")}
    assert {"accounts.set-up", "accounts.review", "accounts.close", "accounts.finish-closing"} <= did
