"""OpenTelemetry for any_llm: a span and metrics for each call, by the GenAI semantic conventions.

Installing this distribution is enough: it reports to the tracer and meter providers that the
program sets up, and costs next to nothing where there are none. No content, no key is recorded;
content is opted into with OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT or an observer of
one's own:

    Client(observers=[OpenTelemetry(tracer_provider=mine, capture_content=True)])
"""

from __future__ import annotations

from collections.abc import Sequence

from any_llm.plugin import Observer, hookimpl

from .observer import OpenTelemetry

__all__ = ["ANYLLM_API", "OpenTelemetry"]

ANYLLM_API = (1, 0)

_observers: list[OpenTelemetry] = []


@hookimpl
def anyllm_observers() -> Sequence[Observer]:
    """Return one observer for the process, which uses the global providers."""
    if not _observers:
        _observers.append(OpenTelemetry())
    return _observers
