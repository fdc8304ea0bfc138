"""The ledger's tables. Entries are only ever added; triggers in both databases refuse UPDATE and DELETE."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One entry: canonical JSON (RFC 8785) chained to the one before. Personal data is never in it."""

    number = models.PositiveBigIntegerField(primary_key=True)
    force = models.SlugField(db_index=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    object = models.CharField(max_length=80, db_index=True)
    #: The whole entry as canonical JSON bytes; what is hashed.
    body = models.BinaryField()
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32, unique=True)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "entries"
        # However long the ledger is: the latest of what happened, such as the last verification.
        indexes = [models.Index(fields=["action", "number"], name="ledger_entry_by_action")]

    def __str__(self) -> str:
        return f"Entry {self.number}: {self.action} on {self.object}"


class Disclosure(models.Model):
    """The salt and payload behind one commitment of an entry; erasable, and the proof stays valid."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="disclosures")
    field = models.CharField(max_length=60)
    salt = models.BinaryField(max_length=32)
    payload = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "field"], name="one_disclosure_a_field")]

    def __str__(self) -> str:
        return f"{self.field} of entry {self.entry_id}"


class Head(models.Model):
    """The one row that says how long the chain is: whoever writes an entry holds it, so numbers have no gaps.

    It also shows that the last entries have been removed, which a chain alone cannot.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_head")]

    def __str__(self) -> str:
        return f"The chain ends at {self.number}"
