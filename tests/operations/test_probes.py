"""If these fail, people are sent to a server that cannot answer, or a monitor stays green over a standstill."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from remit.operations import health
from remit.operations.models import WorkerBeat
from remit.people.models import Force, Person


@pytest.fixture
def person(db: None) -> Person:
    force = Force.objects.create(slug="harbour", name="Harbour Police", packs=["cleveland"])
    return Person.objects.create(username="4417", force=force, pseudonym="p-1", category="officer")


@pytest.mark.django_db
def test_a_server_that_is_well_says_so_to_whoever_asks_by_address() -> None:
    """A load balancer asks by number and without TLS; it must not be sent elsewhere."""
    client = Client(headers={"host": "10.0.0.7"})
    assert client.get("/health/live").content == b"live"
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["database"] == "well"


@pytest.mark.django_db
def test_a_server_without_its_database_is_not_ready_but_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away() -> None:
        raise OperationalError("no route")

    monkeypatch.setattr(connections["default"], "ensure_connection", away)
    answer = Client().get("/health/ready")
    assert answer.status_code == 503
    assert "does not answer" in answer.json()["database"]
    assert Client().get("/health/live").status_code == 200


@pytest.mark.django_db
def test_a_worker_that_is_gone_is_said_on_every_page_and_to_monitors(person: Person) -> None:
    """Everybody would wait for posts that nothing is sending."""
    client = Client()
    client.force_login(person)
    beat = WorkerBeat.objects.create(name="here:1", beat_at=timezone.now())
    assert b"Nothing is being published" not in client.get("/").content
    beat.beat_at -= timedelta(minutes=10)
    beat.save()
    page = client.get("/").content.decode()
    assert "Nothing is being published or taken down at the moment" in page
    assert "Nothing is lost" in page
    answer = client.get("/health/ready")
    assert answer.json()["worker"] == "No worker is sending. Run: remit worker"
    assert answer.status_code == 200, "pages can be answered all the same"


@pytest.mark.django_db
def test_the_worker_says_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A monitor would raise the alarm over a worker that is at work, or never over one that is not."""
    from remit.operations import worker

    monkeypatch.setattr(worker, "_last", -worker.EVERY)
    WorkerBeat.objects.create(name="gone:1", beat_at=timezone.now() - timedelta(days=2))
    worker.turn(timezone.now)
    assert WorkerBeat.objects.count() == 1
    assert health.publishing_stands_still(timezone.now()) is None


@pytest.mark.django_db
def test_figures_are_for_whoever_has_the_token(settings: pytest.FixtureRequest) -> None:
    """Anybody could watch how much a force publishes, and when it stops."""
    assert Client().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a-token-of-sixteen"
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 401
    answer = Client().get("/metrics", headers={"authorization": "Bearer a-token-of-sixteen"})
    text = answer.content.decode()
    assert answer.status_code == 200
    for name in ("remit_publications", "remit_due_seconds", "remit_worker_seen_seconds", "remit_ledger_entries"):
        assert f"\n{name}" in text


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_address(settings: pytest.FixtureRequest, person: Person) -> None:
    """An address holds what somebody searched for, and whose page they looked at."""
    settings.METRICS_TOKEN = "a-token-of-sixteen"
    client = Client()
    client.force_login(person)
    client.get(f"/people/{person.pk}/")
    client.get("/search?q=Kowalczyk")
    text = client.get("/metrics", headers={"authorization": "Bearer a-token-of-sixteen"}).content.decode()
    assert 'route="people/<int:pk>/"' in text
    assert "Kowalczyk" not in text
    assert f"people/{person.pk}" not in text


def test_spans_say_the_route_and_the_kind_of_fault_alone() -> None:
    """A tracing service outside the force would be sent what officers type."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from remit.operations import tracing

    kept = InMemorySpanExporter()
    tracing.send_to(SimpleSpanProcessor(kept))
    try:
        with pytest.raises(ValueError, match="Kowalczyk"), tracing.span("GET request") as span:
            span.name("GET /posts/<int:pk>/")
            span.says(route="posts/<int:pk>/", status=500)
            raise ValueError("Kowalczyk")
    finally:
        tracing.send_to(None)
    (found,) = kept.get_finished_spans()
    assert found.name == "GET /posts/<int:pk>/"
    assert dict(found.attributes) == {
        "remit.route": "posts/<int:pk>/",
        "remit.status": 500,
        "error.type": "ValueError",
    }
    assert "Kowalczyk" not in found.to_json()
    with tracing.span("nobody listens") as span:
        span.says(route="x")


def test_tracing_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator would believe that traces are being sent."""
    import sys

    from remit.environment import BadSetting
    from remit.operations import tracing

    assert tracing.start() is False
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(BadSetting, match="extra telemetry"):
        tracing.start()
