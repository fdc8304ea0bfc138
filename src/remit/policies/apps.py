from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "remit.policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.policies import history, library  # noqa: F401 (acts register themselves)
        from remit.web import search, shell

        shell.register_clause_finder(library.pack_with_clause)
        search.register("Policy", library.search)
