"""The kernel: it keeps reports from whom they are about, and shows the ledger how to compare what it keeps."""

from __future__ import annotations

from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "remit.acts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts import putting, secrecy, sight
        from remit.acts.comparing import compare
        from remit.ledger import verifying

        secrecy.register(putting.KIND, sight.REPORTS)
        verifying.register_comparison(compare)
