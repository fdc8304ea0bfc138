"""What people declare, what is reported, and what becomes of a case; a reminder that somebody keeps for themself.

Written by the acts of this room alone. A case is kept apart (`sight.py`): nobody whom it is about ever meets it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from remit.people.models import Force


class Declaration(models.Model):
    """An association, a contact or a group that a person declared. A declaration is no allegation."""

    class Kind(models.TextChoices):
        CONTACT = "contact", "Somebody I met through work has been in contact"
        ASSOCIATION = "association", "Somebody I know, or am connected with"
        GROUP = "group", "A group that I am in or want to join"

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="declarations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="declarations")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    about = models.TextField()
    declared_on = models.DateField()

    class Meta:
        ordering = ["-declared_on", "-id"]

    def __str__(self) -> str:
        return "A declaration"


class Interest(models.Model):
    """A business interest on social media: declared, decided on by a person, begun."""

    class State(models.TextChoices):
        DECLARED = "declared", "Waiting for a decision"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Not approved"
        ENDED = "ended", "Ended"

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="interests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests")
    about = models.TextField()
    network = models.CharField(max_length=80, blank=True)
    #: The day on which it began or is to begin, as the person says.
    starts_on = models.DateField(null=True)
    registered_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DECLARED)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-registered_on", "-id"]

    def __str__(self) -> str:
        return "A business interest"


class Case(models.Model):
    """A breach that was reported: what was said of it, and what those who assess it found."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="cases")
    #: Whom it is about, where they are on the register; in words besides.
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    subject_words = models.CharField(max_length=200, blank=True)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.TextField()
    #: Where it can be seen, as the reporter wrote it. Remit never looks there.
    seen_at = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    #: What the steps so far have found: fact name -> JSON value.
    findings = models.JSONField(default=dict)
    #: What was done, in words, in its order.
    actions = models.JSONField(default=list)
    #: Secret of this case alone: the names of its people in the ledger come from it, and are linked to no other case.
    salt = models.CharField(max_length=64)

    class Meta:
        ordering = ["-opened_at", "-id"]

    def __str__(self) -> str:
        return f"Case {self.pk}"


class Reminder(models.Model):
    """Somebody chose to be reminded to look over their own profiles. Theirs alone; it says nothing of what they saw."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    on = models.DateField()
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return "A reminder of your own"
