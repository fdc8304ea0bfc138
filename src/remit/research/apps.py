"""The room of research: internet investigations with their levels and authorities, and vetting checks."""

from __future__ import annotations

from django.apps import AppConfig


class ResearchConfig(AppConfig):
    name = "remit.research"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts import secrecy
        from remit.people.permissions import Scope, register_scope
        from remit.research import acts, checking, models, register, sight  # noqa: F401 (acts register themselves)
        from remit.web import errands, subjects, tasks
        from remit.web.errands import Errand
        from remit.web.subjects import Named

        group = "Research"
        errands.register(Errand("Start research on the internet", "/research/start", group, "Before you look."))
        errands.register(Errand("Research and its authorities", "/research/", group, "Yours, and when they end."))
        errands.register(
            Errand("Check social media for vetting", "/research/checks/", group, "", permission="vetting.check")
        )
        subjects.register("research.research", lambda pk: Named(f"Research {pk}", f"/research/{pk}/"))
        subjects.register("research.check", lambda pk: Named(f"Vetting check {pk}", f"/research/checks/{pk}/"))
        secrecy.register(sight.CHECK, sight.CHECKS)
        tasks.register(register.research_tasks)

        def scope_of_research(number: int) -> Scope | None:
            found = models.Research.objects.filter(pk=number).first()
            return Scope(found.force_id, people=frozenset({found.person_id})) if found else None

        register_scope("research.research", scope_of_research)
