"""OpenTelemetry, where it is installed (the extra `telemetry`) and OTEL_EXPORTER_OTLP_ENDPOINT says where to send.

A span says a route, a room, a status and a time; nothing that anybody typed. Without the setting nothing is loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from remit.environment import BadSetting

_tracer: Any = None


class Span:
    """A span, or nothing where nobody listens."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def name(self, words: str) -> None:
        """Call it otherwise, once more is known."""
        if self._span is not None:
            self._span.update_name(words)

    def says(self, **attributes: str | int | float) -> None:
        """Add what is known about it."""
        if self._span is not None:
            self._span.set_attributes({f"remit.{key}": value for key, value in attributes.items()})


@contextmanager
def span(words: str) -> Iterator[Span]:
    """Measure the block as a span. An error is marked by its type alone: its message may hold what somebody typed."""
    if _tracer is None:
        yield Span()
        return
    with _tracer.start_as_current_span(words, record_exception=False, set_status_on_exception=False) as started:
        try:
            yield Span(started)
        except Exception as error:
            started.set_attribute("error.type", type(error).__name__)
            raise


def start() -> bool:
    """Begin to send spans if the environment says where; once for each process. Raises BadSetting without the extra."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return False
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise BadSetting(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed. "
            "Install Remit with its extra telemetry, or unset it."
        ) from None
    send_to(BatchSpanProcessor(OTLPSpanExporter()))
    return True


def send_to(processor: Any) -> None:
    """Give every span to `processor`; None stops."""
    global _tracer
    if processor is None:
        _tracer = None
        return
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    provider = TracerProvider(resource=Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "remit")}))
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("remit")
