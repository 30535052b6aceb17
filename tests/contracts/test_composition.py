"""Fallbacks, routers and caches are clients made of clients; streams are made of what is there."""

from __future__ import annotations

import gc
import threading

import anyio
import anyio.lowlevel
import pytest

from any_llm import (
    AnyLLMError,
    AsyncMessagesClient,
    AsyncMessageStream,
    BadReply,
    Loss,
    MessagesClient,
    MessageStream,
    ServiceUnavailableError,
    StreamTruncated,
    UnknownProvider,
    plugin,
)
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import HELLO, Bridge, Plain, manager, plain_answer, row

MODEL = "stand-in:m"


# --- clients made of clients -----------------------------------------------------------------


class Fallback:
    """Asks the next client when one is overloaded; a stream falls back before its first event."""

    def __init__(self, *clients: MessagesClient) -> None:
        self.clients = clients

    def messages(self, model, messages, max_tokens, **fields):
        for client in self.clients[:-1]:
            try:
                return client.messages(model, messages, max_tokens, **fields)
            except ServiceUnavailableError:
                continue
        return self.clients[-1].messages(model, messages, max_tokens, **fields)


class AsyncFallback:
    """The same, async."""

    def __init__(self, *clients: AsyncMessagesClient) -> None:
        self.clients = clients

    async def messages(self, model, messages, max_tokens, **fields):
        for client in self.clients[:-1]:
            try:
                return await client.messages(model, messages, max_tokens, **fields)
            except ServiceUnavailableError:
                continue
        return await self.clients[-1].messages(model, messages, max_tokens, **fields)


class Cache:
    """Answers a question that it knows itself, whole or as a stream."""

    def __init__(self, client: MessagesClient) -> None:
        self.client, self.kept = client, {}

    def messages(self, model, messages, max_tokens, *, stream=None, **fields):
        key = model, str(messages)
        if key not in self.kept:
            self.kept[key] = self.client.messages(model, messages, max_tokens, **fields)
        return MessageStream.of(self.kept[key]) if stream else self.kept[key]


class AsyncCache:
    """The same, async."""

    def __init__(self, client: AsyncMessagesClient) -> None:
        self.client, self.kept = client, {}

    async def messages(self, model, messages, max_tokens, *, stream=None, **fields):
        key = model, str(messages)
        if key not in self.kept:
            self.kept[key] = await self.client.messages(model, messages, max_tokens, **fields)
        return AsyncMessageStream.of(self.kept[key]) if stream else self.kept[key]


def composed(colour, sync, asynchronous, *clients):
    if not colour.is_async:
        wrapper: MessagesClient = sync(*clients)
        return wrapper
    target: AsyncMessagesClient = asynchronous(*(client._target for client in clients))
    return Bridge(target, colour.portal)


@pytest.fixture
def server():
    with ReplayServer(answer=plain_answer) as server:
        yield server


def test_a_fallback_is_a_client(colour, server):
    with ReplayServer(Answer(status=503)) as busy:
        first = colour.client(manager(row(busy)), keys={"stand-in": "k1"})
        second = colour.client(manager(row(server)), keys={"stand-in": "k2"})
        client = composed(colour, Fallback, AsyncFallback, first, second)
        assert client.messages(MODEL, HELLO, 9).text == "hello"
        assert client.messages(MODEL, HELLO, 9, stream=True).get_final_text() == "hello"
        assert len(busy.requests) == len(server.requests) == 2
        again = composed(colour, Fallback, AsyncFallback, client, second)  # wrappers nest
        assert again.messages(MODEL, HELLO, 9).text == "hello"


def test_a_cache_is_a_client(colour, server):
    client = composed(colour, Cache, AsyncCache, colour.client(manager(row(server))))
    whole = client.messages(MODEL, HELLO, 9)
    stream = client.messages(MODEL, HELLO, 9, stream=True)
    assert [e.delta.text for e in stream if e.type == "content_block_delta"] == ["hello"]
    assert stream.get_final_message() == whole
    assert len(server.requests) == 1


def test_two_clients_never_see_each_other(colour, server):
    with ReplayServer(answer=plain_answer) as other_server:
        mine = colour.client(
            manager(row(server, auth=plugin.ApiKey())),
            keys={"stand-in": "mine"},
            headers={"x-team": "blue"},
        )
        other = colour.client(
            manager(row(other_server, auth=plugin.ApiKey())),
            keys={"stand-in": "theirs"},
            headers={"x-team": "red"},
        )
        nobody = colour.client(manager())
        for client in (mine, other, mine):
            assert client.messages(MODEL, HELLO, 9).text == "hello"
        with pytest.raises(UnknownProvider):
            nobody.messages(MODEL, HELLO, 9)
    facts = [(r.headers["authorization"], r.headers["x-team"]) for r in server.requests]
    assert facts == [("Bearer mine", "blue")] * 2
    facts = [(r.headers["authorization"], r.headers["x-team"]) for r in other_server.requests]
    assert facts == [("Bearer theirs", "red")]


def test_headers_and_http_clients_are_by_provider(colour, server):
    from any_llm.transport._library import load

    library = load()
    cls = library.AsyncClient if colour.is_async else library.Client
    own = cls(headers={"user-agent": "own/1"})
    spec = {"dialect": Plain(), "base_url": server.url, "auth": plugin.ApiKey(required=False)}
    rows = [plugin.ProviderSpec(id=name, **spec) for name in ("a", "b")]
    client = colour.client(
        manager(*rows),
        keys={"a": "key-a"},
        headers={"x-all": "1", "x-who": "all"},
        provider_headers={"a": {"x-who": "a"}},
        http_clients={"b": own},
    )
    client.messages("a:m", HELLO, 9)
    client.messages("b:m", HELLO, 9)
    client.messages("a:m", HELLO, 9, extra_headers={"X-Who": "call"})
    said = [{**request.headers} for request in server.requests]
    assert [one["x-who"] for one in said] == ["a", "all", "call"]
    assert [one["x-all"] for one in said] == ["1", "1", "1"]
    assert [one.get("authorization") for one in said] == [
        "Bearer key-a",
        None,
        "Bearer key-a",
    ]
    assert [one["user-agent"] == "own/1" for one in said] == [False, True, False]
    client.close()
    assert not own.is_closed  # it is the caller's
    colour.portal.call(own.aclose) if colour.is_async else own.close()


# --- streams of a message or of events -------------------------------------------------------

MESSAGE = plugin.MessageResponse(
    id="msg_1",
    model="m",
    content=[
        plugin.ThinkingBlock(thinking="hm", signature="s"),
        plugin.TextBlock(text="hi", citations=[plugin.Citation(type="x", cited_text="y")]),
        plugin.ToolUseBlock(id="t", name="f", input={"a": None}),
        plugin.UnknownBlock(type="poem", lines=[1]),
    ],
    stop_reason="tool_use",
    usage=plugin.Usage(input_tokens=2, output_tokens=3),
    mood="calm",
)
MESSAGE._losses, MESSAGE._request_id = (Loss("top_k", "gone"),), "req_1"
EVENTS = list(MessageStream.of(MESSAGE))


class Source:
    """Events as a generator gives them, in either colour; knows whether it was closed."""

    def __init__(self, events, error=None):
        self.events, self.error, self.taken = events, error, 0
        self.closing = threading.Event()

    @property
    def closed(self):
        return self.closing.is_set()

    def __iter__(self):
        try:
            for event in self.events:
                self.taken += 1
                yield event
            if self.error:
                raise self.error
        finally:
            self.closing.set()

    async def __aiter__(self):
        try:
            for event in self.events:
                self.taken += 1
                await anyio.lowlevel.checkpoint()
                yield event
            if self.error:
                raise self.error
        finally:
            self.closing.set()


def stream_of(colour, source, **more):
    if not colour.is_async:
        return MessageStream.of(source, **more)

    async def make():
        return AsyncMessageStream.of(source, **more)

    return Bridge(colour.portal.call(make), colour.portal)


def test_a_stream_of_a_message_says_all_of_it(colour):
    stream = stream_of(colour, MESSAGE)
    assert (stream.losses, stream.request_id) == (MESSAGE.losses, "req_1")
    assert stream.snapshot == MESSAGE
    assert list(stream) == EVENTS
    final = stream.get_final_message()
    assert final == MESSAGE
    assert final is not MESSAGE
    assert (final.losses, final.request_id) == (MESSAGE.losses, "req_1")


@pytest.mark.parametrize("kind", [list, Source])
def test_a_stream_of_events_is_its_message(colour, kind):
    stream = stream_of(colour, kind(EVENTS), losses=MESSAGE.losses, request_id="req_2")
    assert list(stream) == EVENTS
    final = stream.get_final_message()
    assert final == MESSAGE
    assert (final.losses, final.request_id) == (MESSAGE.losses, "req_2")


def test_events_are_taken_as_they_are_asked_for(colour):
    source = Source(EVENTS)
    stream = stream_of(colour, source)
    assert source.taken == 0
    with pytest.raises(AnyLLMError, match="there is no message yet"):
        _ = stream.snapshot
    next(stream)
    next(stream)
    assert source.taken == 2
    assert stream.snapshot.id == "msg_1"
    stream.close()
    assert source.closed
    assert list(stream) == []
    with pytest.raises(AnyLLMError, match="closed before the message was finished"):
        stream.get_final_message()


def test_the_source_is_closed_at_the_end_and_after_an_error(colour):
    for given in (Source(EVENTS), Source(EVENTS[:3], error=plugin.APIConnectionError("gone"))):
        stream = stream_of(colour, given)
        try:
            list(stream)
        except plugin.APIError as error:
            assert str(error) == "gone"  # noqa: PT017  # one of the two fails
        assert given.closed


WRONG = {
    "nothing": ([], StreamTruncated),
    "cut": (EVENTS[:-1], StreamTruncated),
    "no start": (EVENTS[1:], BadReply),
    "twice": ([EVENTS[0], EVENTS[0]], BadReply),
    "a delta nowhere": ([EVENTS[0], EVENTS[2]], BadReply),
    "no event": ([EVENTS[0].model_dump()], TypeError),
}


@pytest.mark.parametrize("case", WRONG)
def test_events_that_are_no_stream_are_a_typed_error(colour, case):
    events, error = WRONG[case]
    source = Source(events)
    with pytest.raises(error):
        list(stream_of(colour, source))
    assert source.closed


def test_a_wrapper_of_a_real_stream_completes_it(colour, server):
    """A filter over a stream: what is behind it ends as it would have ended itself."""
    ends = []

    class Watcher(plugin.Observer):
        def on_end(self, call, end):
            ends.append(end.outcome)

    client = colour.client(manager(row(server)), observers=[Watcher()])
    inner = client.messages(MODEL, HELLO, 9, stream=True)
    raw = inner._target if colour.is_async else inner
    outer = stream_of(colour, raw, losses=raw.losses, request_id=raw.request_id)
    assert outer.get_final_text() == "hello"
    assert ends == ["completed"]

    inner = client.messages(MODEL, HELLO, 9, stream=True)
    outer = stream_of(colour, inner._target if colour.is_async else inner)
    next(outer)
    outer.close()
    assert ends == ["completed", "abandoned"]
    client.close()
    assert server.wait_closed()


def test_a_dropped_stream_of_events_closes_its_source():
    source = Source(EVENTS)
    stream = MessageStream.of(source)
    next(stream)
    del stream
    gc.collect()
    assert source.closing.wait(5)
