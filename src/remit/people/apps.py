"""The room of people: its registers, and the directory that the kernel asks who may and who is meant."""

from __future__ import annotations

from django.apps import AppConfig

from remit import sql

_SCOPE = """
SELECT force_id, team_id FROM people_person
LEFT JOIN people_person_teams ON people_person_teams.person_id = people_person.id WHERE people_person.id = %s
"""


class PeopleConfig(AppConfig):
    name = "remit.people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts import states
        from remit.acts.directory import register_cast, set_directory
        from remit.people import acts, clocks, directory, permissions  # noqa: F401 (acts register themselves)
        from remit.people.models import Person
        from remit.people.reading import found
        from remit.web import errands, search, subjects
        from remit.web.errands import Errand
        from remit.web.subjects import Named

        def scope_of_person(number: int) -> permissions.Scope | None:
            found = sql.rows(_SCOPE, [number])
            if not found:
                return None
            teams = frozenset(team for _, team in found if team is not None)
            return permissions.Scope(force=found[0][0], teams=teams, people=frozenset({number}))

        def cast_of_person(number: int) -> dict[str, Person]:
            found = Person.objects.filter(pk=number).first()
            return {"actor": found, "subject": found} if found else {}

        set_directory(directory)

        def named_person(number: int) -> Named | None:
            found = Person.objects.filter(pk=number).first()
            return Named(str(found), f"/people/{number}/") if found else None

        register_cast("people.person", cast_of_person)
        subjects.register("people.person", named_person)
        words, hint = "Record that somebody leaves or moves", "On their entry, under Change."
        errands.register(Errand(words, "/people/", "People who use accounts", hint, permission="person.change"))
        states.register("user.train", clocks.in_training)
        states.register("user.leave", clocks.leavers)
        states.register("policy.acknowledge", clocks.readers)
        search.register("People", found)
        permissions.register_scope("people.person", scope_of_person)
