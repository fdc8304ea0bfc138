"""The room of people: its registers, and the directory that the kernel asks who may and who is meant."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "remit.people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts.directory import set_directory
        from remit.people import acts, directory, permissions  # noqa: F401 (acts register themselves)
        from remit.people.models import Person
        from remit.people.reading import found
        from remit.web import search

        def scope_of_person(number: int) -> permissions.Scope | None:
            person = Person.objects.filter(pk=number).first()
            if person is None:
                return None
            return permissions.Scope(
                force=person.force_id,
                teams=frozenset(person.teams.values_list("pk", flat=True)),
                people=frozenset({person.pk}),
            )

        set_directory(directory)
        search.register("People", found)
        permissions.register_scope("people.person", scope_of_person)
