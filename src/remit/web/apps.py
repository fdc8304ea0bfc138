"""The shell around the rooms; its first tasks are what the kernel asks of people."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "remit.web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.web import tasks, waiting

        tasks.register(waiting.kernel_tasks)
