"""Addresses of research and vetting checks."""

from __future__ import annotations

from django.urls import path

from remit.research import checking, register

urlpatterns = [
    path("research/", register.register, name="research-register"),
    path("research/start", register.Start.as_view(), name="research-start"),
    path("research/<int:pk>/", register.research, name="research"),
    path("research/<int:pk>/review", register.review, name="research-review"),
    path("research/checks/", checking.checks, name="vetting-checks"),
    path("research/checks/begin", checking.Begin.as_view(), name="vetting-begin"),
    path("research/checks/<int:pk>/", checking.check, name="vetting-check"),
    path("research/checks/<int:pk>/close", checking.Close.as_view(), name="vetting-close"),
]
