"""The demonstration loads whole, by acts, and twice without doubling; every post that a policy names has somebody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from remit import demo, ledger
from remit.accounts.models import Account, Application
from remit.acts.packs import packs_of
from remit.demo import loading
from remit.demo.people import FORCES
from remit.inbox.models import Message
from remit.people.directory import holders
from remit.people.models import Person
from remit.posts.models import Publication

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["norfolk", "cleveland"])
def test_a_force_loads_with_posts_in_every_state_and_a_sound_ledger(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries Remit first would see an error, or nothing to do."""
    monkeypatch.setattr(loading, "FORCES", [row for row in FORCES if row.slug == slug])
    demo.load(NOW)
    people = Person.objects.filter(force=slug)
    assert 9 <= people.count() <= 14
    assert 6 <= Account.objects.filter(force=slug).count() <= 11
    assert Account.objects.get(force=slug, application__isnull=False).state == "trial"
    assert Application.objects.filter(force=slug, state="waiting").count() == 1
    assert not any(person.has_usable_password() for person in people)
    states = set(Publication.objects.filter(action="publish").values_list("state", flat=True))
    assert {"sent", "gone", "due", "held", "missed"} <= states
    messages = Message.objects.filter(account__force=slug)
    assert set(messages.values_list("state", flat=True)) == {"new", "open", "closed"}
    assert messages.filter(urgent=True, state="new").count() == 1
    assert messages.filter(measures__state="done").count() == 1
    assert ledger.verify().holds
    demo.load(NOW)
    assert Person.objects.count() == people.count()


@pytest.mark.django_db
def test_every_post_that_a_policy_names_is_held_by_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """An approval that nobody can give would leave a post waiting for ever."""
    slug = "wiltshire"
    monkeypatch.setattr(loading, "FORCES", [row for row in FORCES if row.slug == slug])
    monkeypatch.setattr(loading, "load_posts", lambda force: None)
    demo.load(NOW)
    author = Person.objects.get(force=slug, display_name__startswith="PC ")
    cast = {"actor": author, "author": author, "proposer": author}
    for pack in packs_of(slug):
        empty = [key for key, who in pack.who.items() if not who.relation and not holders(slug, pack, key, cast)]
        assert empty == []
