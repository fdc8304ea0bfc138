"""Every address Remit answers: each room brings its own, as whole paths from the root."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

urlpatterns = [path("", include(f"remit.{room}.urls")) for room in settings.ROOMS if find_spec(f"remit.{room}.urls")]

handler400 = "remit.web.errors.bad_request"
handler403 = "remit.web.errors.forbidden"
handler404 = "remit.web.errors.not_found"
handler500 = "remit.operations.outages.server_error"
