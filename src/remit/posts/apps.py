"""The room of posts, and what it contributes to the rest: scopes of its subjects, tasks, search."""

from __future__ import annotations

from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "remit.posts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.posts import acts, scope  # noqa: F401 (acts register themselves)

        scope.register()
