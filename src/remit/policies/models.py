"""What a policy officer knows of a policy and no other register holds: that the law changed, what the intranet has."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Known(models.Model):
    """One thing said of a policy in a force; the latest about a fact counts."""

    force = models.ForeignKey("people.Force", on_delete=models.PROTECT, related_name="+")
    pack = models.SlugField()
    #: Name of the fact, "policy.law_changed_on", and its value as JSON.
    fact = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["said_at", "pk"]
        indexes = [models.Index(fields=["force", "pack"])]

    def __str__(self) -> str:
        return f"{self.fact} of {self.pack}"
