from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "remit.policies"
    default_auto_field = "django.db.models.BigAutoField"
