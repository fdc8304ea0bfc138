"""The demonstration: seven forces under five policies with invented people, accounts and posts, made by acts alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


def load(now: datetime | None = None, *, tell: Callable[[str], object] = str) -> None:
    """Make the demonstration as of `now` (aware; the present when left out), unless it is there already.

    `tell` is given a line for each force as it begins.
    """
    from django.utils import timezone

    from remit.demo import loading

    loading.load(now or timezone.now(), tell)
