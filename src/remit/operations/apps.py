"""The operations room: what an operator needs. It has no pages, but says on every page when something is wrong."""

from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "remit.operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.operations import health
        from remit.web import shell

        shell.register_banner(health.banners)
