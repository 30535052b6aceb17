"""A binary event stream: lengths, headers and checksums, as application/vnd.amazon.eventstream.

Format: docs.aws.amazon.com, Amazon Transcribe "event stream encoding" (read 2026-11-23): total
length, headers length and the CRC32 of those eight bytes; headers; payload; the CRC32 of it all.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator

import pytest

from any_llm import (
    BadReply,
    FrameTooLong,
    OverloadedError,
    RawContentBlockDeltaEvent,
    StreamTruncated,
    plugin,
)
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import HELLO, manager, row

TEXT = 7  # the header value type of a string


class EventStream(plugin.Framer):
    max_frame = 1 << 20

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[plugin.Frame]:
        self._rest += chunk
        while len(self._rest) >= 12:
            size = self._size()
            if len(self._rest) < size:
                return
            message, self._rest = self._rest[:size], self._rest[size:]
            yield _frame(message)

    def close(self) -> Iterator[plugin.Frame]:
        yield from ()  # half a message says nothing

    def _size(self) -> int:
        size, _, check = struct.unpack_from(">III", self._rest)
        self.check_size(size)
        if zlib.crc32(self._rest[:8]) != check or size < 16:
            raise ValueError("the checksum of the prelude is wrong")
        return size


def _frame(message: bytes) -> plugin.Frame:
    (end,) = struct.unpack_from(">I", message, 4)
    if zlib.crc32(message[:-4]) != struct.unpack(">I", message[-4:])[0]:
        raise ValueError("the checksum of the message is wrong")
    headers, at = {}, 12
    while at < 12 + end:
        name = message[at + 1 : at + 1 + message[at]].decode()
        at += 1 + message[at]
        kind, length = struct.unpack_from(">BH", message, at)
        if kind != TEXT:
            raise ValueError(f"header {name!r} is of type {kind}")
        headers[name] = message[at + 3 : at + 3 + length].decode()
        at += 3 + length
    return plugin.Frame(message[12 + end : -4], headers.get(":event-type", ""), headers)


def packed(payload: bytes, **headers: str) -> bytes:
    """What a server sends."""
    head = b"".join(
        struct.pack(f">B{len(n) + 1}sBH", len(n) + 1, b":" + n.encode(), TEXT, len(v)) + v.encode()
        for n, v in ((name.replace("_", "-"), value) for name, value in headers.items())
    )
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + head + payload
    return message + struct.pack(">I", zlib.crc32(message))


def event(kind: str, **said: object) -> bytes:
    body = json.dumps(said).encode()
    return packed(body, message_type="event", event_type=kind, content_type="application/json")


class Decoder(plugin.StreamDecoder):
    def feed(self, frame: plugin.Frame) -> None:
        said = plugin.loads(frame.data)
        if frame.headers[":message-type"] == "exception":
            raise plugin.status_error(
                said["message"], type="overloaded_error", provider=self.ctx.provider
            )
        self.emit.start(id=self.ctx.new_id("msg_"), model=self.ctx.model)
        if frame.event == "chunk":
            self.emit.text(said["text"])
        elif frame.event == "numbers":  # packed once more, as some vendors do
            self.emit.text(str(struct.unpack(">I", bytes.fromhex(said["hex"]))[0]))
        elif frame.event == "stop":
            usage = plugin.Usage(input_tokens=3, output_tokens=said["tokens"])
            self.emit.finish(said["reason"], usage)
        else:
            raise ValueError(f"an event named {frame.event!r}")


class Binary(plugin.Dialect):
    name = "binary"  # its framer is SSE: the row says otherwise
    decoder = Decoder
    modes = frozenset({"streamed"})

    def encode(self, request, ctx):
        accept = {"accept": "application/vnd.amazon.eventstream"}
        return plugin.WireRequest(path="/stream", json={"say": "x"}, headers=accept)

    def decode(self, reply, ctx):
        raise AssertionError("this wire only streams")


GOOD = [
    event("chunk", text="sn"),
    event("chunk", text="öw"),
    event("stop", reason="end_turn", tokens=2),
]
KIND = {"content-type": "application/vnd.amazon.eventstream"}


def answer(*messages: bytes, **more) -> Answer:
    return Answer(body=b"".join(messages), headers=KIND, **more)


def events(colour, given: Answer) -> list:
    """The events of a stream, behind them the error that ended it."""
    said: list = []
    with ReplayServer(given) as server:
        client = colour.client(manager(row(server, dialect=Binary(), framer=EventStream)))
        try:
            said += client.messages("stand-in:m", HELLO, 9, stream=True)
        except plugin.APIError as error:
            said.append(error)
        assert server.requests[0].headers["accept"] == KIND["content-type"]
        client.close()
        assert server.wait_closed()
    return said


@pytest.mark.parametrize("size", [1, 13, 4096])
def test_any_chunking_gives_the_same_events(colour, size):
    said = events(colour, answer(*GOOD, pieces=[size]))
    assert [one.type for one in said] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    deltas = [one.delta.text for one in said if isinstance(one, RawContentBlockDeltaEvent)]
    assert deltas == ["sn", "öw"]


def flipped(message: bytes, at: int) -> bytes:
    return message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]


FAULTS = {
    "prelude": (flipped(GOOD[1], 9), BadReply),
    "payload": (flipped(GOOD[1], -9), BadReply),
    "html": (b"<html>502 Bad Gateway</html>", FrameTooLong),
    "no JSON": (packed(b"{", message_type="event", event_type="chunk"), BadReply),
    "a header missing": (packed(b"{}", event_type="chunk"), BadReply),
    "unknown": (event("surprise"), BadReply),
    "struct.error": (event("numbers", hex="00"), BadReply),
    "too long": (struct.pack(">III", 1 << 30, 0, 0) + b"x" * 8, FrameTooLong),
    "exception": (
        packed(b'{"message": "busy"}', message_type="exception", exception_type="throttled"),
        OverloadedError,
    ),
    "cut": (GOOD[1][:-5], StreamTruncated),
    "cut between messages": (b"", StreamTruncated),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("size", [5, 4096])
@pytest.mark.parametrize("colour", ["sync", "trio"], indirect=True)
def test_nonsense_is_a_typed_error_behind_what_came_before_it(colour, fault, size):
    body, error = FAULTS[fault]
    said = events(colour, answer(GOOD[0], body, pieces=[size]))
    assert type(said[-1]) is error
    assert str(said[-1]).startswith("stand-in: ") or said[-1].provider == "stand-in"
    assert [one.type for one in said[:-1]] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
    ]


@pytest.mark.parametrize("fault", ["payload", "struct.error", "cut"])
def test_nonsense_is_the_error_of_a_whole_call(colour, fault):
    body, error = FAULTS[fault]
    with ReplayServer(answer(GOOD[0], body)) as server:
        client = colour.client(manager(row(server, dialect=Binary(), framer=EventStream)))
        with pytest.raises(error) as caught:
            client.messages("stand-in:m", HELLO, 9, on_loss="ignore")
        assert type(caught.value) is error
        client.close()
        assert server.wait_closed()


def test_it_is_folded_for_a_whole_call(colour):
    with ReplayServer(answer(*GOOD, pieces=[11])) as server:
        client = colour.client(manager(row(server, dialect=Binary(), framer=EventStream)))
        message = client.messages("stand-in:m", HELLO, 9, on_loss="ignore")
    assert message.text == "snöw"
    assert (message.stop_reason, message.usage.output_tokens) == ("end_turn", 2)
