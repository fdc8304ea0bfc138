from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "remit.policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts import states
        from remit.policies import history, library, telling, upkeep  # noqa: F401 (acts register themselves)
        from remit.web import search, shell, subjects

        shell.register_clause_finder(library.pack_with_clause)
        search.register("Policy", library.search)
        subjects.register_keyed("policies.policy", upkeep.named_policy)
        states.register(upkeep.MOMENT, upkeep.kept_up)
        states.register("record.keep", upkeep.kept_up)
