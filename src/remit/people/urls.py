"""Addresses of the register of people."""

from __future__ import annotations

from django.urls import path

from remit.people import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/add", views.add, name="person-add"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/change", views.change, name="person-change"),
    path("people/<int:pk>/leave", views.leave, name="person-leave"),
    path("people/<int:pk>/move", views.move, name="person-move"),
    path("people/<int:pk>/roles/give", views.give_role, name="role-give"),
    path("people/<int:pk>/roles/<int:held>/end", views.end_role, name="role-end"),
    path("people/<int:pk>/training", views.training, name="training-record"),
    path("people/<int:pk>/devices", views.add_device, name="device-add"),
    path("people/<int:pk>/password", views.password, name="password"),
    path("people/<int:pk>/duty", views.duty, name="duty-state"),
    path("people/<int:pk>/acknowledge/<str:document>", views.acknowledge, name="acknowledge"),
]
