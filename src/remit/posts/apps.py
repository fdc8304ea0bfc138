"""The room of posts, and what it contributes to the rest: scopes of its subjects, tasks, search."""

from __future__ import annotations

from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "remit.posts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.conf import settings

        from remit.accounts.uses import register_counts, register_listing
        from remit.acts import states
        from remit.posts import acts, scope, waiting
        from remit.posts.aftercare import published
        from remit.posts.counting import published_by, written_by
        from remit.signals import meaning, sight
        from remit.web import search, subjects, tasks
        from remit.web import waiting as kernel

        if not settings.REMIT_SIGHT:
            sight.off()
        if not settings.REMIT_MEANING:
            meaning.off()

        scope.register()
        tasks.register(waiting.tasks)
        kernel.leave_to_room(acts.PublishPost.name)
        search.register("Posts", waiting.search)
        subjects.register("posts.post", waiting.called)
        subjects.register("posts.target", waiting.called_by_target)
        subjects.register("posts.publication", waiting.called_by_publication)
        register_listing(waiting.of_account)
        register_counts(published_by, written_by)
        states.register("post.after", published)
