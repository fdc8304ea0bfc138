"""Research on the internet with the authority that it stands on, and vetting checks. Written by this room's acts alone.

Remit never looks anything up itself: addresses are kept as they were written, and are only linked to.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from remit.people.models import Force


class Research(models.Model):
    """One piece of research: what for, at which level, on which authority, and until when."""

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="research")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="research")
    purpose = models.TextField()
    #: As the policy asked: the level, the reference of the authority and so on; fact name -> JSON value.
    said = models.JSONField(default=dict)
    #: The last day of the authority that it stands on, and the day on which it is looked at again.
    authority_until = models.DateField(null=True)
    review_on = models.DateField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"Research {self.pk}"


class Check(models.Model):
    """A look at what anybody can see of somebody on social media, for vetting."""

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="checks")
    checker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Whom it is about, where they are on the register; in words besides.
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    subject_words = models.CharField(max_length=200, blank=True)
    purpose = models.TextField()
    said = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    #: Secret of this check alone, for the names of its people in the ledger.
    salt = models.CharField(max_length=64)

    class Meta:
        ordering = ["-begun_at", "-id"]

    def __str__(self) -> str:
        return f"Vetting check {self.pk}"
