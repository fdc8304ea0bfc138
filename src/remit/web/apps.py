"""The shell around the rooms; its first tasks are what the kernel asks of people."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "remit.web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts.putting import KIND
        from remit.people.permissions import Scope, register_scope
        from remit.web import putting, tasks, waiting

        def scope_of_proposal(number: int) -> Scope | None:
            from remit.acts.models import Proposal

            found = Proposal.objects.filter(pk=number).values_list("force", flat=True).first()
            return Scope(force=found) if found else None

        tasks.register(waiting.kernel_tasks)
        putting.register()
        register_scope(KIND, scope_of_proposal)
