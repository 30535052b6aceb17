"""One HTTP exchange with the engine, without I/O: both colours send and read through it.

The engine runs in this process and is still spoken to through its loopback door, because only
there can a request be given up at any moment: after each batch llama.cpp looks whether its client
is still connected. xllamacpp's own methods know no end before a streamed answer's first token and
none at all for a whole answer, raise bare exceptions where the door says a status, and abort the
process if it ends meanwhile. The door costs about 1 ms a request.
"""

from __future__ import annotations

from collections.abc import Mapping

import h11

from any_llm.plugin import APIConnectionError

from .llama import Door

# Of the caller's headers only these mean anything here. One other does: x-conversation-id would
# have llama.cpp go on after its client has left.
_KEPT = frozenset({"accept", "content-type"})


class Talk:
    """The bytes of a request, and what the bytes that come back mean."""

    def __init__(
        self, door: Door, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> None:
        said = {name: value for name, value in headers.items() if name in _KEPT}
        said |= {
            "host": f"{door.host}:{door.port}",
            "authorization": f"Bearer {door.key}",
            "content-length": str(len(body)),
            "connection": "close",
        }
        self._http = h11.Connection(h11.CLIENT)
        events = (
            h11.Request(method=method, target=target, headers=list(said.items())),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        self.request = b"".join(self._http.send(event) or b"" for event in events)

    def feed(self, data: bytes) -> None:
        """Take bytes that came in; empty ones say that the engine has hung up."""
        self._http.receive_data(data)

    def head(self) -> tuple[int, dict[str, str]] | None:
        """Return the status and the lower-cased headers; None while bytes are missing."""
        event = self._next()
        if not isinstance(event, h11.Response):
            return None
        return event.status_code, {
            name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers
        }

    def data(self) -> bytes | None:
        """Return the next piece of the body; b"" at its end, None while bytes are missing."""
        event = self._next()
        if isinstance(event, h11.Data):
            return bytes(event.data)
        return b"" if isinstance(event, h11.EndOfMessage) else None

    def _next(self) -> object:
        try:
            return self._http.next_event()
        except h11.RemoteProtocolError as error:
            raise APIConnectionError(
                "local: the engine closed before the answer was complete; call again",
                provider="local",
            ) from error
