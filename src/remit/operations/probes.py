"""Middleware in front of everything: answers monitors, and measures, logs and traces each request by its route.

    /health/live    200 as long as this process answers
    /health/ready   200 or 503, and what is not well
    /metrics        for Prometheus, to whoever shows METRICS_TOKEN; without that setting there is no such page

First of all middleware, since a load balancer asks by address and without TLS.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from hmac import compare_digest
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from remit.operations import health, metrics, tracing

log = logging.getLogger("remit.requests")

Answer = Callable[[HttpRequest], HttpResponse]


class Probes:
    """The middleware."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        match request.path:
            case "/health/live":
                return HttpResponse("live", content_type="text/plain")
            case "/health/ready":
                return ready()
            case "/metrics" if settings.METRICS_TOKEN:
                return metrics_for(request)
        return self.measured(request)

    def measured(self, request: HttpRequest) -> HttpResponse:
        """Answer it; then say how long that took, by route: an address may name a person, or hold what was searched."""
        began = perf_counter()
        with tracing.span(f"{request.method} request") as span:
            response = self.get_response(request)
            route = request.resolver_match.route if request.resolver_match else "(none)"
            span.name(f"{request.method} /{route}")
            span.says(route=route, status=response.status_code)
        took = perf_counter() - began
        if not request.path.startswith("/static/"):
            method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
            metrics.REQUESTS.labels(method, route, str(response.status_code)).observe(took)
            said = {"method": method, "route": route, "status": response.status_code, "ms": round(took * 1000, 1)}
            log.info("answered", extra={"said": said})
        return response


def ready() -> HttpResponse:
    """503 when no page could be answered; what else is not well is said, and answered with 200."""
    found = health.checks(timezone.now())
    said = {check.name: "well" if check.well else check.words for check in found}
    return JsonResponse(said, status=503 if any(check.vital and not check.well for check in found) else 200)


def metrics_for(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever shows the token as `Authorization: Bearer …`."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not compare_digest(shown.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("Show METRICS_TOKEN as a bearer token.\n", status=401, content_type="text/plain")
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
