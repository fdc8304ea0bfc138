"""The room of the ledger: it has no pages of its own, and says at the start which actions it records itself."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "remit.ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.ledger import sequencer  # noqa: F401 (with what it imports, it registers the ledger's own actions)
