from django.apps import AppConfig


class ConductConfig(AppConfig):
    name = "remit.conduct"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from remit.conduct import advice  # noqa: F401 (acts register themselves)
        from remit.web import errands
        from remit.web.errands import Errand

        group = "You and social media"
        errands.register(
            Errand("Check something before you post it yourself", "/conduct/private-use", group, "Nothing is kept.")
        )
        errands.register(
            Errand("Somebody you met through work is in touch", "/conduct/contact", group, "Nothing is kept.")
        )
