"""The ways into networks: one encrypted sign-in for each account that is connected."""

from __future__ import annotations

from django.db import models


class Connection(models.Model):
    """A sign-in to a network for one account, named as a `Profile` names it. Written by `connections` alone."""

    #: Name of a module in `platforms`, e.g. "bluesky".
    platform = models.SlugField()
    handle = models.CharField(max_length=80)
    #: Address of the service that holds the account.
    service = models.CharField(max_length=200)
    #: The network's own lasting id of the account.
    remote_id = models.CharField(max_length=200)
    #: The secret, encrypted and bound to the account (`sealing`).
    sealed = models.BinaryField()
    #: Goes up with each secret; whoever renews an out-of-date one changes nothing.
    version = models.PositiveIntegerField(default=1)
    #: Somebody is renewing the secret, and is given up on at this time.
    renewing_until = models.DateTimeField(null=True)
    connected_at = models.DateTimeField()
    #: When the network was last asked about it, or gave it.
    checked_at = models.DateTimeField()
    #: Why it no longer works, and what to do; empty while it does.
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "handle"], name="one_connection_an_account")]
        indexes = [models.Index(fields=["checked_at"])]

    def __str__(self) -> str:
        return f"@{self.handle} on {self.platform}"
