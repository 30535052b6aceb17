"""The I/O that an exchange asks for. It decides; a driver (sync or async) does it and answers."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable
from typing import Any

from .auth import HTTPRequest
from .transport import Timeout


class Head:
    """Send; the answer is a `Reply` whose head is in.

    `plain`: over HTTP of the client's own and not over the provider's transport, be that an engine
    in the process or the caller's HTTP client with whatever that adds to its requests.
    """

    __slots__ = __match_args__ = ("request", "timeout", "plain")

    def __init__(self, request: HTTPRequest, timeout: Timeout, *, plain: bool = False) -> None:
        self.request = request
        self.timeout = timeout
        self.plain = plain


class Body:
    """Read the whole body of a reply; the answer is bytes."""

    __slots__ = __match_args__ = ("reply",)

    def __init__(self, reply: Any) -> None:
        self.reply = reply


class Chunk:
    """The next piece of an open body (what `reply.chunks()` returned); None at its end."""

    __slots__ = __match_args__ = ("chunks",)

    def __init__(self, chunks: Any) -> None:
        self.chunks = chunks


class Shut:
    """Close a reply, also when the call is being cancelled."""

    __slots__ = __match_args__ = ("reply",)

    def __init__(self, reply: Any) -> None:
        self.reply = reply


class Sleep:
    """Wait."""

    __slots__ = __match_args__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Alone:
    """Run `flow` while no other call of this client runs one under the same key."""

    __slots__ = __match_args__ = ("key", "flow")

    def __init__(self, key: Hashable, flow: Callable[[], Generator[Any, Any, Any]]) -> None:
        self.key = key
        self.flow = flow


class Lookup:
    """Resolve a host name; the answer is a list of addresses."""

    __slots__ = __match_args__ = ("host", "port")

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port


IO = Head | Body | Chunk | Shut | Sleep | Alone | Lookup
IOFlow = Generator[IO, Any, Any]
