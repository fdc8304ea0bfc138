from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "remit.policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.acts import packs, states
        from remit.policies import history, library, telling, upkeep, versions  # noqa: F401 (acts register themselves)
        from remit.web import search, shell, subjects

        packs.register_versions(versions.read_kept)
        shell.register_clause_finder(library.pack_with_clause)
        shell.register_pack_versions(versions.key_of)
        search.register("Policy", library.search)
        subjects.register_keyed("policies.policy", upkeep.named_policy)
        states.register(upkeep.MOMENT, upkeep.kept_up)
        states.register("record.keep", upkeep.kept_up)
