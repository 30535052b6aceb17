"""Spans and measurements in memory, by the official SDK."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from anyllm_otel import OpenTelemetry


@dataclass
class Point:
    """One data point of a histogram."""

    attributes: dict[str, Any]
    count: int
    sum: float
    bounds: list[float]


class Telemetry:
    """An observer that reports to exporters in memory."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.tracer_provider = TracerProvider()
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meter_provider = MeterProvider(metric_readers=[self._reader])
        self.observer = self.make()

    def make(self, **options: Any) -> OpenTelemetry:
        """An observer with further options."""
        return OpenTelemetry(
            tracer_provider=self.tracer_provider, meter_provider=self.meter_provider, **options
        )

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """The spans that have ended, in that order."""
        return self._exporter.get_finished_spans()

    @property
    def span(self) -> ReadableSpan:
        """The only span."""
        (span,) = self.spans
        return span

    @property
    def attributes(self) -> dict[str, Any]:
        """Its attributes, without the times."""
        found = dict(self.span.attributes or {})
        found.pop("gen_ai.response.time_to_first_chunk", None)
        return found

    def points(self) -> dict[str, list[Point]]:
        """The data points by the metric's name."""
        data = self._reader.get_metrics_data()
        found: dict[str, list[Point]] = {}
        for resource in data.resource_metrics if data else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    points = [p for p in metric.data.data_points if _is_histogram(p)]
                    found[f"{metric.name} {metric.unit}"] = [_point(p) for p in points]
        return found


def _is_histogram(point: Any) -> bool:
    return isinstance(point, HistogramDataPoint)


def _point(point: Any) -> Point:
    bounds = list(point.explicit_bounds)
    return Point(dict(point.attributes or {}), point.count, point.sum, bounds)
