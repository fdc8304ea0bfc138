"""How many posts went out from an account, and which of them somebody wrote: for the rooms that count them."""

from __future__ import annotations

from datetime import date, datetime, time

from remit.accounts.models import Account
from remit.accounts.uses import Counted
from remit.people.models import Person
from remit.policy.periods import LONDON
from remit.posts.models import Publication, Target


def published_by(account: Account, since: date) -> Counted:
    """The posts that went out from `account` on the London day `since` or later. Remit passes on nobody else's."""
    begin = datetime.combine(since, time(), LONDON)
    sent = Publication.objects.filter(target__account=account, sent_at__gte=begin, action="publish")
    return Counted(original=sent.values("target").distinct().count(), shared=0)


def written_by(account: Account, person: Person) -> list[str]:
    """The posts for `account` that `person` wrote and that went out, oldest first: the address of each in Remit."""
    sent = Target.objects.filter(account=account, post__author=person, publications__sent_at__isnull=False)
    return [f"/posts/{post}/" for post in sent.order_by("post").values_list("post", flat=True).distinct()]
