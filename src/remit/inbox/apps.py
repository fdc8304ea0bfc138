"""The inbox, and what it contributes to the rest: scopes and names of its subjects, tasks, search, errands."""

from __future__ import annotations

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "remit.inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts import outbox, sweep
        from remit.inbox import acts, keeping, lists, measures, replies, scope  # noqa: F401 (acts register themselves)
        from remit.web import errands, offers, search, subjects, tasks
        from remit.web.errands import Errand

        scope.register()
        outbox.register(measures.JOB, measures.moderate)
        sweep.register(keeping.over)
        tasks.register(lists.tasks)
        search.register("Messages", lists.search)
        subjects.register("inbox.message", lists.called)
        subjects.register("inbox.measure", lists.called_by_measure)
        errands.register(
            Errand("Enter a message", "/inbox/enter", "Messages", "One that you saw on a network.", "message.receive")
        )
        offers.register("message.report-danger", "Report a danger that you came across", "/inbox/enter")
        for name, words in (
            ("message.use-template", "Use the ready words"),
            ("message.reply-to-crime-report", "Answer with the ready words"),
            ("message.reply", "Answer it"),
        ):
            offers.register(name, words, "/inbox/{number}/reply")
        for name, words, to in (
            ("message.ask-press-office", "Ask the press office", "press-office"),
            ("message.ask-intelligence-unit", "Ask the Intelligence Unit", "intelligence-unit"),
        ):
            offers.register(name, words, f"/inbox/{{number}}/pass-on?to={to}")
