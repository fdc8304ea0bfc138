"""Addresses of the ledger's pages."""

from __future__ import annotations

from django.urls import path

from remit.evidence import views

app_name = "evidence"
urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/entries/<int:number>/", views.entry, name="entry"),
    path("ledger/verify", views.verify_all, name="verify"),
    path("ledger/checkpoint", views.checkpoint, name="checkpoint"),
    path("ledger/evidence/<str:subject>", views.export, name="export"),
]
