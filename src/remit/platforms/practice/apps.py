from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "remit.platforms.practice"
    label = "practice"
    default_auto_field = "django.db.models.BigAutoField"
