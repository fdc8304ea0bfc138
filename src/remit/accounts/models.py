"""Accounts: the register of a force's official accounts, who may use each, and the stops put on them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Account(models.Model):
    """An official account on one platform. Its authorised users are `acts.Grant`s of kind "authorisation"."""

    class State(models.TextChoices):
        TRIAL = "trial", "On trial"
        LIVE = "live", "Live"
        DORMANT = "dormant", "Dormant"
        CLOSED = "closed", "Closed"

    force = models.ForeignKey("people.Force", on_delete=models.PROTECT, related_name="accounts")
    #: Name of a module in `platforms`, e.g. "practice".
    platform = models.SlugField()
    #: Which public network it stands for when the platform is practice: "x", "facebook", ... (limits and counters).
    network = models.SlugField()
    handle = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    #: One of the vocabulary's `account.kind` values: main, area, department, team, specialist, individual, role, youth.
    kind = models.SlugField()
    area = models.CharField(max_length=120, blank=True)
    #: The department or team that runs it, when it is one's own.
    team = models.ForeignKey("people.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="accounts")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_accounts"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    created_on = models.DateField()
    monitored_by_contact = models.BooleanField(default=False)
    last_used_on = models.DateField(null=True, blank=True)
    #: What the account is for, in the words of whoever applied for it.
    purpose = models.TextField(blank=True)
    bio = models.TextField(blank=True)

    class Meta:
        ordering = ["force", "name"]
        constraints = [models.UniqueConstraint(fields=["platform", "handle"], name="one_account_a_handle")]

    def __str__(self) -> str:
        return f"{self.name} (@{self.handle})"


class Stop(models.Model):
    """The stop switch: nothing is published by the accounts it covers until it is lifted."""

    force = models.ForeignKey("people.Force", on_delete=models.PROTECT, related_name="stops")
    #: None covers the whole force (or `area`).
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="stops")
    area = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200)  # "major incident"
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["force", "lifted_at"])]

    def __str__(self) -> str:
        return f"Stop on {self.covers}: {self.reason}"

    @property
    def covers(self) -> str:
        """What it covers, in words: one account, an area, or the whole force."""
        if self.account is not None:
            return str(self.account)
        return f"every account of {self.area}" if self.area else f"every account of {self.force}"
