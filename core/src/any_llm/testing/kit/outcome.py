"""What came of one call, in a form that compares."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ...errors import AnyLLMError, APIStatusError
from ...losses import Loss
from ...observe import Call, End, Observer, Retrying
from ...types import MessageResponse, MessageStreamEvent
from ..case import Expect
from ..replay import Received


@dataclass(kw_only=True)
class Outcome:
    """A message or an error, what the server received, and what observers were told."""

    events: list[MessageStreamEvent] = field(default_factory=list)
    message: MessageResponse | None = None
    error: Exception | None = None
    losses: tuple[Loss, ...] = ()
    received: list[Received] = field(default_factory=list)
    facts: list[Any] = field(default_factory=list)

    @property
    def said(self) -> Any:
        """All that the caller sees, as JSON without the ids that were made for this call."""
        value = {
            "events": [event.model_dump(mode="json") for event in self.events],
            "message": self.message and self.message.model_dump(mode="json"),
            "error": self.error and said_error(self.error),
            "losses": [str(loss) for loss in self.losses],
        }
        text = json.dumps(value, sort_keys=True, default=str)
        for fact in self.facts:
            if isinstance(fact, Call):
                text = text.replace(fact.id, "<id>")
        return json.loads(text)

    @property
    def wire(self) -> tuple[tuple[str, str, dict[str, str], bytes], ...]:
        """The requests that went out, as bytes: what must not differ from call to call."""
        return tuple(
            (one.method, one.path, {n: v for n, v in one.headers.items() if n != "host"}, one.body)
            for one in self.received
        )

    def summary(self) -> Expect:
        """What a case says of an answer. Only for an outcome with a message."""
        message = self.message
        assert message is not None
        return Expect(
            text=_joined(message, "text"),
            thinking=_joined(message, "thinking"),
            stop_reason=message.stop_reason,
            stop_sequence=message.stop_sequence,
            blocks=tuple(block.type for block in message.content),
        )

    def __str__(self) -> str:
        if self.error is not None:
            return f"{type(self.error).__name__}: {self.error}"
        return f"{self.message!r:.300}"


def said_error(error: Exception) -> dict[str, Any]:
    """Return what an error says, as JSON."""
    names = ("status", "type", "code", "provider", "request_id", "retry_after", "body", "path")
    facts = {name: getattr(error, name) for name in names if hasattr(error, name)}
    return {"class": type(error).__name__, "text": str(error), **facts}


def typed(error: Exception | None) -> bool:
    """Whether an outcome's error is one that a caller can meet, or none."""
    return error is None or isinstance(error, AnyLLMError)


def status_of(error: Exception | None) -> int | None:
    """The status of an error that has one."""
    return error.status if isinstance(error, APIStatusError) else None


def _joined(message: MessageResponse, kind: str) -> str:
    return "".join(getattr(block, kind) for block in message.content if block.type == kind)


class Witness(Observer):
    """Keeps every fact that observers are told."""

    def __init__(self) -> None:
        self.facts: list[Any] = []

    def on_request(self, call: Call) -> None:
        """Keep it."""
        self.facts.append(call)

    def on_retry(self, call: Call, retry: Retrying) -> None:
        """Keep it."""
        self.facts += (call, retry)

    def on_first_event(self, call: Call) -> None:
        """Keep it."""
        self.facts.append(call)

    def on_end(self, call: Call, end: End) -> None:
        """Keep it."""
        self.facts += (call, end)
