"""What the clock passes on: once for as long as its rule bites, whatever people do with it meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.acts import referrals, states
from remit.acts.models import Referral
from remit.acts.states import Looked
from remit.people.models import Person

_subjects = count(1)
#: Of each day: whether the account is in a group (None: nobody knows), and whether somebody closes what waits.
DAYS = st.lists(st.tuples(st.sampled_from([True, True, False, None]), st.booleans()), max_size=25)


@given(days=DAYS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_closed_referral_comes_back_only_when_its_rule_starts_anew(
    communications: Person, days: list[tuple[bool | None, bool]]
) -> None:
    """Otherwise whoever closed it finds it on their list again the next morning, or a new case never reaches them."""
    subject = f"tests.account:{next(_subjects)}"
    start = datetime(2026, 3, 1, 6, tzinfo=UTC)
    made = 0
    open_ = biting = False
    for number, (in_group, closes) in enumerate(days):
        now = start + timedelta(days=number)
        facts = {"account.posts": [], **({} if in_group is None else {"account.in_group": in_group})}
        states.look("account.monitor", Looked("trialshire", subject, lambda facts=facts: facts), now)  # type: ignore[misc]
        if in_group:
            if not biting and not open_:
                made, open_ = made + 1, True
            biting = True
        elif in_group is False:
            biting = False
        rows = Referral.objects.filter(subject=subject)
        assert (rows.count(), rows.filter(closed_at=None).count()) == (made, int(open_)), number
        if closes and open_:
            referrals.close(rows.get(closed_at=None), communications, now, "Looked into it.")
            open_ = False
