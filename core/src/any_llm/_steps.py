"""The I/O that an exchange asks for. It decides; a driver (sync or async) does it and answers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable
from dataclasses import dataclass
from typing import Any

from .auth import HTTPRequest
from .transport import Timeout


@dataclass(frozen=True, slots=True)
class Head:
    """Send; the answer is a `Reply` whose head is in.

    `plain`: over HTTP of the client's own and not over the provider's transport, be that an engine
    in the process or the caller's HTTP client with whatever that adds to its requests.
    """

    request: HTTPRequest
    timeout: Timeout
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """Read the whole body of a reply; the answer is bytes."""

    reply: Any


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next piece of an open body (what `reply.chunks()` returned); None at its end."""

    chunks: Any


@dataclass(frozen=True, slots=True)
class Shut:
    """Close a reply, also when the call is being cancelled."""

    reply: Any


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Alone:
    """Run `flow` while no other call of this client runs one under the same key."""

    key: Hashable
    flow: Callable[[], Generator[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Resolve a host name; the answer is a list of addresses."""

    host: str
    port: int


IO = Head | Body | Chunk | Shut | Sleep | Alone | Lookup
IOFlow = Generator[IO, Any, Any]
