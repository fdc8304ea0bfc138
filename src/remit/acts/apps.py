from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "remit.acts"
    default_auto_field = "django.db.models.BigAutoField"
