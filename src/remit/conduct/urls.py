"""Addresses of private advice, declarations and reports."""

from __future__ import annotations

from django.urls import path

from remit.conduct import advice

urlpatterns = [
    path("conduct/private-use", advice.AskPrivateUse.as_view(), name="private-use"),
    path("conduct/contact", advice.AskContact.as_view(), name="private-contact"),
]
