from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "remit.posts"
    default_auto_field = "django.db.models.BigAutoField"
