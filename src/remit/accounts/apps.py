from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "remit.accounts"
    default_auto_field = "django.db.models.BigAutoField"
