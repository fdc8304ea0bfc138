"""The room of conduct: private advice, what people declare and report, and cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from remit.web.tasks import Task

OWN, WRONG = "You and social media", "Something is wrong"


class ConductConfig(AppConfig):
    name = "remit.conduct"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts import secrecy
        from remit.conduct import acts, advice, sight  # noqa: F401 (acts register themselves)
        from remit.conduct.acts.adding import REPORTS
        from remit.conduct.adding import open_reports
        from remit.conduct.business import interest_tasks
        from remit.people.permissions import Scope, register_scope
        from remit.web import errands, offers, proposals, subjects, tasks
        from remit.web.errands import Errand
        from remit.web.subjects import Named

        secrecy.register(sight.KIND, sight.CASES)
        secrecy.register("conduct.reminder", sight.REMINDERS)
        for words, href, group, hint in (
            ("Check something before you post it yourself", "/conduct/private-use", OWN, "Nothing is kept."),
            ("Somebody you met through work is in touch", "/conduct/contact", OWN, "Nothing is kept."),
            ("Declare an association or a contact", "/conduct/declare", OWN, "Only whoever your policy names sees it."),
            ("Declare a business interest", "/conduct/interests/", OWN, "Before it begins."),
            ("Remind me to look over my own profiles", "/conduct/remind-me", OWN, "Only you see it."),
            ("Report something that is wrong", "/conduct/report", WRONG, "Whoever it is about does not see it."),
            ("Report a lost device", "/conduct/lost-device", WRONG, "At once."),
            ("Cases passed to you", "/conduct/cases/", WRONG, "For whoever assesses what was reported."),
        ):
            errands.register(Errand(words, href, group, hint))
        offers.register("association.notify", "Declare it", "/conduct/declare")
        offers.register("business.declare", "Declare a business interest", "/conduct/interests/declare")
        offers.register("breach.report", "Report it", "/conduct/report")
        offers.register("personal.remind-me", "Remind me to look over my own profiles", "/conduct/remind-me")
        subjects.register("conduct.case", lambda pk: Named(f"Case {pk}", f"/conduct/cases/{pk}/"))
        subjects.register("conduct.interest", lambda pk: Named("A business interest", f"/conduct/interests/{pk}/"))
        subjects.register("conduct.declaration", lambda pk: Named("A declaration"))
        subjects.register("conduct.reminder", lambda pk: Named("A reminder of one’s own"))
        tasks.register(interest_tasks)
        tasks.register(_reminders)
        tasks.register(open_reports)
        for report in REPORTS:
            proposals.register_page_of_answers(report, "/conduct/reports/{number}/add")

        def scope_of_interest(number: int) -> Scope | None:
            from remit.conduct.models import Interest

            found = Interest.objects.filter(pk=number).first()
            return Scope(found.force_id, people=frozenset({found.person_id})) if found else None

        register_scope("conduct.interest", scope_of_interest)


def _reminders(person: Any, now: datetime) -> Iterator[Task]:
    """The reminders that somebody keeps for themself, from their day on."""
    from django.utils import timezone

    from remit.conduct.models import Reminder
    from remit.web.tasks import Task

    for kept in Reminder.objects.filter(person=person, on__lte=timezone.localdate(now), done_on=None):
        yield Task("Look over your own profiles", f"/conduct/reminders/{kept.pk}/", hint="Only you see this")
