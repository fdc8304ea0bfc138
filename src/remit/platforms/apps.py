"""The room of networks: what they have in common, and the ways into them for each account."""

from __future__ import annotations

from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "remit.platforms"
    default_auto_field = "django.db.models.BigAutoField"
