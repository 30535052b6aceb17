"""From the facts of a call to its span and its measurements."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

from opentelemetry import metrics, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from any_llm.plugin import Call, End, Observer, Retrying

from . import content, names
from .attributes import Attributes, answered, asked, error_summary, error_type, identity
from .instruments import Instruments

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_ON = frozenset({"true", "span_only", "span_and_event"})

SCOPE = "anyllm_otel"
_SCHEMA = "https://opentelemetry.io/schemas/1.42.0"


def wants_content(env: Mapping[str, str]) -> bool:
    """Return whether the environment asks for content on spans: `true`, `SPAN_ONLY`, ..."""
    return env.get(CAPTURE, "").strip().lower() in _ON


@dataclass(slots=True)
class _Open:
    """A call under way."""

    span: Span
    identity: Attributes
    started: float
    retries: int = 0
    first_chunk: float | None = None


class OpenTelemetry(Observer):
    """One client span a call, from the request to the end of its answer, retries included.

    The span is a child of the span that is current where the call is made, and is never made
    current itself. Without providers the global ones are used. `capture_content` puts what was
    said on the span; None leaves that to the environment.
    """

    def __init__(
        self,
        *,
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
        capture_content: bool | None = None,
    ) -> None:
        """Take the providers; the variable is read once, here."""
        self._content = wants_content(os.environ) if capture_content is None else capture_content
        self._tracer = trace.get_tracer(SCOPE, None, tracer_provider, _SCHEMA)
        self._instruments = Instruments(metrics.get_meter(SCOPE, "", meter_provider, _SCHEMA))
        self._open: dict[str, _Open] = {}

    def on_request(self, call: Call) -> None:
        """Start the span."""
        self._open[call.id] = self._start(call)

    def on_retry(self, call: Call, retry: Retrying) -> None:
        """Count it: the span covers all attempts."""
        if found := self._open.get(call.id):
            found.retries += 1

    def on_first_event(self, call: Call) -> None:
        """Take the time."""
        if found := self._open.get(call.id):
            found.first_chunk = time.perf_counter() - found.started

    def on_end(self, call: Call, end: End) -> None:
        """End the span and measure. A call that was refused before sending has a span only."""
        found = self._open.pop(call.id, None)
        if found is None:
            found = self._start(call)
        else:
            self._measure(call, found, end)
        self._finish(found, end)

    def _start(self, call: Call) -> _Open:
        said = identity(call)
        kind = SpanKind.CLIENT if names.server(call) else SpanKind.INTERNAL
        span = self._tracer.start_span(names.span_name(call), kind=kind, attributes=said)
        if span.is_recording():
            span.set_attributes(asked(call))
            if self._content and call.request is not None:
                span.set_attributes(content.of_request(call.request))
        return _Open(span, said, time.perf_counter())

    def _finish(self, found: _Open, end: End) -> None:
        span = found.span
        if span.is_recording():
            span.set_attribute("any_llm.outcome", end.outcome)
            span.set_attributes(answered(end.message))
            if found.retries:
                span.set_attribute("any_llm.retries", found.retries)
            if found.first_chunk is not None:
                span.set_attribute("gen_ai.response.time_to_first_chunk", found.first_chunk)
            if self._content:
                span.set_attributes(content.of_answer(end.message))
            if kind := error_type(end):
                span.set_attribute("error.type", kind)
                said = str(end.error) if self._content else error_summary(end)
                span.set_status(Status(StatusCode.ERROR, said))
        span.end()

    def _measure(self, call: Call, found: _Open, end: End) -> None:
        instruments, about = self._instruments, dict(found.identity)
        answer = answered(end.message)
        if model := answer.get("gen_ai.response.model"):
            about["gen_ai.response.model"] = model
        context = trace.set_span_in_context(found.span)  # for exemplars
        if found.first_chunk is not None:
            instruments.first_chunk.record(found.first_chunk, about, context)
        if end.outcome == "completed":
            for kind in ("input", "output"):
                count = answer.get(f"gen_ai.usage.{kind}_tokens")
                if isinstance(count, int):
                    typed = about | {"gen_ai.token.type": kind}
                    instruments.tokens.record(count, typed, context)
        if failed := error_type(end):
            about["error.type"] = failed
        instruments.duration.record(time.perf_counter() - found.started, about, context)
