"""Public pages of the practice network: no sign-in, as on a real one."""

from __future__ import annotations

from django.urls import path

from remit.platforms.practice import views

app_name = "practice"
urlpatterns = [
    path("practice/<str:handle>/", views.profile, name="profile"),
    path("practice/<str:handle>/send", views.send, name="send"),
    path("practice/<str:handle>/<str:number>/send", views.send, name="comment"),
    path("practice/<str:handle>/<str:number>/", views.post, name="post"),
    path("practice/<str:handle>/<str:number>/picture-<int:order>", views.picture, name="picture"),
]
