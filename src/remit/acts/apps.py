"""The kernel: it shows the ledger's verification how to compare what it keeps with what was recorded."""

from __future__ import annotations

from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "remit.acts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts.comparing import compare
        from remit.ledger import verifying

        verifying.register_comparison(compare)
