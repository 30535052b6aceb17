"""Watching calls. Observers get frozen facts and can change nothing; what they raise is logged.

A client without observers does no work for them; with some, none of it is per event.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import AnyLLMError
from .losses import Loss
from .types import MessageResponse, MessagesRequest

_log = logging.getLogger("any_llm")

Outcome = Literal["completed", "failed", "cancelled", "abandoned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One logical call. The same object goes to every method of every observer.

    `request` is a copy of what was asked, None for an operation that has none; `extra` are the
    fields that go into the wire's body as they are. They hold content, and no credential.
    """

    id: str
    provider: str
    model: str
    operation: str  # "messages", "count_tokens", "models"
    stream: bool
    server: str  # scheme, host and port of the base URL
    request: MessagesRequest | None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """An attempt failed and another will follow after `delay` seconds."""

    attempt: int
    error: AnyLLMError
    delay: float


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a call ended: exactly one for each call, also for abandoned and cancelled streams.

    `message` is a copy of the answer, or for a stream that did not complete of what had arrived.
    """

    outcome: Outcome
    losses: tuple[Loss, ...] = ()
    message: MessageResponse | None = None
    error: BaseException | None = None


class Observer:
    """Override what you need. Methods run inside the call, so they must be quick.

    They are called in the thread or the task of the call, from many of them at the same time; the
    end of a stream that was dropped without being closed is told in a thread of its own.
    """

    def on_request(self, call: Call) -> None:
        """The call is converted and about to be sent."""

    def on_retry(self, call: Call, retry: Retrying) -> None:
        """An attempt failed; another follows."""

    def on_first_event(self, call: Call) -> None:
        """The first event of a stream is there."""

    def on_end(self, call: Call, end: End) -> None:
        """The call is over."""


def notify(observers: Sequence[Observer], method: str, *args: object) -> None:
    """Call `method` on each observer; one that raises is logged and harms nobody."""
    for observer in observers:
        try:
            getattr(observer, method)(*args)
        except Exception:  # noqa: BLE001  # an observer is a stranger; it is logged
            _log.exception("observer %r failed in %s; ignored", observer, method)
