"""When each worker was last seen: the one thing about running Remit that its database keeps."""

from __future__ import annotations

from django.db import models


class WorkerBeat(models.Model):
    """A worker process, by machine and number; written by itself every few seconds."""

    name = models.CharField(max_length=120, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
