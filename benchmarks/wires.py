"""What servers say, rendered before anything is measured: one wire format each, in their shapes.

The shapes are those of recorded traffic (tests/corpus): OpenAI's chunks of 2025-12, Gemini 3,
Ollama 0.12, Anthropic's and OpenAI's Responses events of 2025.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

WORDS = [" the", " model", " says", ",", " and", " then", " a", " longer", " word", ".\n"]


def word(at: int, size: int = 0) -> str:
    """Return the piece of text number `at`; with `size` one of that many letters."""
    return WORDS[at % len(WORDS)].ljust(size, "x")


def padding(at: int) -> str:
    """Return the padding of piece number `at`: letters of another number each time, as OpenAI's."""
    return ("k3Jx9vQ0mZr8LtYb" * 2)[at % 11 : at % 11 + 1 + at * 7 % 16]


def sse(said: Any, event: str = "") -> bytes:
    """Return one server-sent event."""
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {compact(said)}\n\n".encode()


def compact(said: Any) -> str:
    """Return JSON as servers write it: without white space."""
    return json.dumps(said, separators=(",", ":"))


class Wire(ABC):
    """The answers of one kind of server. `separator` ends an event in its streams."""

    name: ClassVar[str]
    content_type: ClassVar[str] = "text/event-stream"
    separator: ClassVar[bytes] = b"\n\n"

    @abstractmethod
    def stream(self, kind: str, deltas: int, size: int = 0) -> Iterator[bytes]:
        """Yield the events of a stream with `deltas` pieces of `text` or of `tools`' arguments."""

    @abstractmethod
    def whole(self) -> Any:
        """Return a short whole answer."""

    def payload(self, event: bytes) -> bytes:
        """Return the JSON of an event, b"" if it has none: all that a reader must do."""
        at = event.find(b"data: ")
        return event[at + 6 :] if at >= 0 else b""


def pieces(deltas: int) -> list[str]:
    """Return a JSON object in that many pieces: a long text, as most long calls hold."""
    words = (word(at).replace("\n", "\\n") for at in range(deltas - 2))
    return ['{"text":"', *words, '"}']
