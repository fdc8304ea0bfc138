"""Figures for Prometheus: requests by route, and what the database says of the work. No person, post or address."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from remit.ledger.models import Head
from remit.operations.models import WorkerBeat
from remit.posts import figures

REQUESTS = Histogram(
    "remit_request_seconds",
    "Time to answer a request, by the route and not the address",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
)


class State(Collector):
    """What the database says, asked at each scrape: the same whichever process answers."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        by_state = GaugeMetricFamily("remit_publications", "Publications and removals, by state", labels=["state"])
        for state, count in figures.publications().items():
            by_state.add_metric([state], count)
        yield by_state
        calls = CounterMetricFamily("remit_network_calls", "Calls to networks, by result", labels=["result"])
        for result, count in figures.calls().items():
            calls.add_metric([result], count)
        yield calls
        waiting = figures.due_since(now)
        yield _gauge(
            "remit_due_seconds",
            "How long the oldest publication that could go out has been waiting",
            (now - waiting).total_seconds() if waiting else 0,
        )
        seen = WorkerBeat.objects.aggregate(Max("beat_at"))["beat_at__max"]
        yield _gauge(
            "remit_worker_seen_seconds",
            "How long ago a worker was last seen; -1 when none ever was",
            (now - seen).total_seconds() if seen else -1,
        )
        head = Head.objects.values_list("number", flat=True).first()
        yield _gauge("remit_ledger_entries", "Entries in the ledger", head or 0)
        yield _gauge("remit_disk_free_bytes", "Room left in REMIT_VAR", shutil.disk_usage(settings.REMIT_VAR).free)


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=value)


def exposition() -> bytes:
    """Everything in Prometheus' text format; of all server processes, where there are several."""
    registry = CollectorRegistry()
    registry.register(State())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(REGISTRY)
