"""What other rooms do with an account: they say when it was used, list what they have for it, and count its posts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from remit.accounts.models import Account
from remit.people.models import Person

#: How many of each room's lines the page of an account shows.
MOST = 10


@dataclass(frozen=True)
class Listed:
    """One line on the page of an account: its words, its page, when, and a key of `web.statuses`."""

    title: str
    href: str
    at: datetime | None
    status: str


Listing = Callable[[Person, Account, datetime, int], Iterable[Listed]]
_listings: list[Listing] = []


def register_listing(listing: Listing) -> None:
    """Add a listing: called with the viewer, the account, now (aware) and how many; gives what the viewer may see."""
    if listing not in _listings:
        _listings.append(listing)


def listed_on(viewer: Person, account: Account, now: datetime) -> list[Listed]:
    """What the rooms list for `account`, as far as `viewer` may see it."""
    return [line for listing in _listings for line in listing(viewer, account, now, MOST)]


@dataclass(frozen=True)
class Counted:
    """What was published from an account in a window: posts of its own, and posts of others that it passed on."""

    original: int
    shared: int


#: Counts what an account published since a day; and names the posts that a person wrote for it.
Counting = Callable[[Account, date], Counted]
Writing = Callable[[Account, Person], list[str]]
_counting: list[Counting] = []
_writing: list[Writing] = []


def register_counts(counting: Counting, writing: Writing) -> None:
    """The room of posts says how it counts them, and which of them a person wrote."""
    if counting not in _counting:
        _counting.append(counting)
        _writing.append(writing)


def counted(account: Account, since: date) -> Counted:
    """What was published from `account` from `since` on."""
    found = [counting(account, since) for counting in _counting]
    return Counted(sum(each.original for each in found), sum(each.shared for each in found))


def earlier_posts(account: Account, person: Person) -> list[str]:
    """The posts that `person` wrote for `account`, as a policy may have them looked at: a line each."""
    return [words for writing in _writing for words in writing(account, person)]


def used(account: int, at: datetime) -> None:
    """Note that the account of this id was used at `at` (aware). Dormancy is counted from its London day.

    For whoever sends something from it, inside the transaction of the ledger entry that says so; it never goes back.
    """
    day = timezone.localdate(at)
    earlier = Q(last_used_on=None) | Q(last_used_on__lt=day)
    Account.objects.filter(earlier, pk=account).update(last_used_on=day)
