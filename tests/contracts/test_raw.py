"""The raw door: a Messages body from outside, where no key is an option of ours."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest

from any_llm import (
    BadReply,
    LossyConversionWarning,
    RequestValidationError,
    UnsupportedFeature,
    from_sse,
    plugin,
    to_sse,
)
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import HELLO, Plain, manager, plain_answer, row

KEY = "sk-server-side-4711"
BODY = {"model": "m", "max_tokens": 9, "messages": HELLO}
EVIL_URL = "http://127.0.0.1:1/evil"
OPTIONS = {
    "api_base": EVIL_URL,
    "base_url": EVIL_URL,
    "api_key": "stolen",
    "provider": "other",
    "timeout": 1e-9,
    "max_retries": 99,
    "extra_headers": {"x-evil": "1"},
    "extra_query": {"evil": "1"},
    "extra_body": {"evil": 1},
    "http_client": EVIL_URL,
    "client_args": {"proxy": EVIL_URL},
    "proxy": EVIL_URL,
    "headers": {"x-evil": "2"},
    "on_loss": "error",
    "output_format": {"type": "json_schema", "schema": {}},
    "quirks": {"path": "/evil"},
    "betas": ["evil"],
    "settings": {"region": "evil"},
    "options": {"evil": 1},
    "loud": True,
    "body": {"model": "evil"},
    "self": 1,
    "losses": [1],
    "_losses": [1],
    "_request_id": "x",
    "model_config": {"extra": "forbid"},
    "__class__": "x",
}


class Reporting(Plain):
    """Says in `losses` what it does not know, as a dialect must."""

    name = "reporting"
    carries_betas = True
    call_options = MappingProxyType({"loud": bool})

    def __init__(self) -> None:
        self.seen: list[tuple] = []

    def encode(self, request, ctx):
        self.seen.append((request, ctx))
        ctx.leftover("", request.model_extra, "self")
        return super().encode(request, ctx)


@pytest.fixture
def server():
    with ReplayServer(answer=plain_answer) as server:
        yield server


def body(**more) -> dict:
    return json.loads(json.dumps({**BODY, **more}))  # as it comes from a socket


both = pytest.mark.parametrize("door", ["raw", "raw_stream"])


def final(answer):
    return answer if isinstance(answer, plugin.MessageResponse) else answer.get_final_message()


@both
def test_no_key_of_the_body_is_an_option(colour, server, door):
    dialect = Reporting()
    spec = row(server, dialect=dialect, auth=plugin.ApiKey())
    client = colour.client(manager(spec), keys={"stand-in": KEY}, on_loss="ignore")
    answer = getattr(client, door)(body(**OPTIONS), provider="stand-in")
    assert final(answer).text == "hello"

    (request,) = server.requests  # to the row's own address, once
    assert request.path == "/say"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert "evil" not in str(request)
    assert request.json == {"say": "hello", "stream": door == "raw_stream"}

    ((seen, ctx),) = dialect.seen
    assert seen.model_extra == OPTIONS
    assert (ctx.provider, ctx.model, ctx.options, ctx.betas) == ("stand-in", "m", {}, ())
    assert {loss.path for loss in answer.losses} == OPTIONS.keys() - {"self"}


@both
def test_a_native_backend_gets_the_body_as_it_came(colour, door):
    native = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "text", "text": "ok"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }
    with ReplayServer(Answer.of(native)) as server:
        spec = row(server, dialect="messages", auth=plugin.ApiKey())
        client = colour.client(manager(spec), keys={"stand-in": KEY}, on_loss="ignore")
        final(getattr(client, door)(body(**OPTIONS), provider="stand-in"))
        (request,) = server.requests
    expected = body(**OPTIONS)
    assert request.json == (expected if door == "raw" else {**expected, "stream": True})
    assert KEY not in request.body.decode()
    assert "x-evil" not in request.headers
    assert "anthropic-beta" not in request.headers


def test_the_doors_own_keywords_are_options(colour, server):
    dialect = Reporting()
    spec = row(server, dialect=dialect, auth=plugin.ApiKey(), base_url="http://127.0.0.1:1")
    client = colour.client(manager(spec))
    answer = client.raw(
        body(),
        provider="stand-in",
        api_base=server.url,
        api_key="given",
        timeout=5,
        extra_headers={"x-team": "blue"},
        betas=["b"],
        loud=True,
    )
    assert answer.text == "hello"
    (request,) = server.requests
    assert request.headers["authorization"] == "Bearer given"
    assert request.headers["x-team"] == "blue"
    (_, ctx) = dialect.seen[0]
    assert (ctx.options, ctx.betas) == ({"loud": True}, ("b",))


def test_the_model_may_name_the_provider(colour, server):
    client = colour.client(manager(row(server)))
    assert client.raw(body(model="stand-in:m")).text == "hello"


@both
def test_stream_in_the_body_does_not_choose_the_door(colour, server, door):
    client = colour.client(manager(row(server)))
    for stream in (True, False, None):
        assert final(getattr(client, door)(body(model="stand-in:m", stream=stream))).text == "hello"
    assert {request.json["stream"] for request in server.requests} == {door == "raw_stream"}


FAULTS = {
    "a list": [BODY],
    "text": "{}",
    "nothing": None,
    "empty": {},
    "no model": {**BODY, "model": None},
    "model is a number": {**BODY, "model": 5},
    "no messages": {"model": "m", "max_tokens": 9},
    "wrong types": {**BODY, "max_tokens": "9", "messages": [{"role": "user", "content": 5}]},
}


@both
@pytest.mark.parametrize("case", FAULTS)
@pytest.mark.parametrize("colour", ["sync"], indirect=True)
def test_a_body_that_is_no_request_is_a_typed_error(colour, server, case, door):
    client = colour.client(manager(row(server)))
    with pytest.raises(RequestValidationError):
        getattr(client, door)(FAULTS[case], provider="stand-in")
    assert server.connections == 0


@both
def test_a_field_given_beside_the_body_is_refused_not_lost(colour, server, door):
    client = colour.client(manager(row(server)))
    with pytest.raises(TypeError, match="system, max_tokens: a field of the body"):
        getattr(client, door)(body(), provider="stand-in", system="x", max_tokens=5)
    assert server.connections == 0


def test_the_body_is_not_changed(colour, server):
    given = body(**OPTIONS)
    before = json.dumps(given)
    client = colour.client(manager(row(server)))
    client.raw(given, provider="stand-in")
    assert json.dumps(given) == before


def test_raw_stream_returns_with_the_requests_losses(colour, server):
    client = colour.client(manager(row(server, dialect=Reporting())))
    with pytest.warns(LossyConversionWarning, match="stand-in: mood"):
        stream = client.raw_stream(body(mood="calm"), provider="stand-in")
    assert [loss.path for loss in stream.losses] == ["mood"]
    assert stream.get_final_message().losses == stream.losses
    with pytest.raises(UnsupportedFeature, match="mood"):
        client.raw_stream(body(mood="calm"), provider="stand-in", on_loss="error")


def test_losses_are_in_no_dump_and_clash_with_no_field(colour):
    theirs = {"losses": ["theirs"], "_losses": 1, "request_id": "theirs"}

    class Clashing(Reporting):
        def decode(self, reply, ctx):
            return plugin.MessageResponse.model_validate(
                {**super().decode(reply, ctx).model_dump(), **theirs}
            )

    answer = Answer.of(
        {"id": "m1", "said": "hello", "out": 5},
        headers={"content-type": "application/json", "request-id": "req_7"},
    )
    with ReplayServer(answer) as server:
        client = colour.client(manager(row(server, dialect=Clashing())), on_loss="ignore")
        message = client.raw(body(mood="calm"), provider="stand-in")
    assert [loss.path for loss in message.losses] == ["mood"]
    assert message.request_id == "req_7"
    dumped = message.model_dump()
    assert {name: dumped[name] for name in theirs} == theirs
    assert "mood" not in message.model_dump_json()
    clean = message.model_copy()
    clean._losses = ()
    assert clean == message  # they do not count for equality


# --- events as bytes -------------------------------------------------------------------------

USAGE = {"input_tokens": 3, "output_tokens": 1}
UNCACHED = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
EVENTS = [
    {
        "type": "message_start",
        "message": {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "m",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {**USAGE, **UNCACHED},
        },
    },
    {"type": "ping"},
    *[
        event
        for index, (block, deltas) in enumerate(
            [
                (
                    {"type": "thinking", "thinking": "", "signature": ""},
                    [
                        {"type": "thinking_delta", "thinking": "h\u2028m\nm"},
                        {"type": "signature_delta", "signature": "sig=="},
                    ],
                ),
                ({"type": "redacted_thinking", "data": "xyz"}, []),
                (
                    {"type": "text", "text": ""},
                    [
                        {"type": "text_delta", "text": "data: 💙\r\n\n"},
                        {
                            "type": "citations_delta",
                            "citation": {
                                "type": "char_location",
                                "cited_text": "x",
                                "document_index": 0,
                                "document_title": None,
                                "file_id": None,
                                "start_char_index": 0,
                                "end_char_index": 1,
                            },
                        },
                    ],
                ),
                (
                    {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}},
                    [
                        {"type": "input_json_delta", "partial_json": '{"a": '},
                        {"type": "input_json_delta", "partial_json": "null}"},
                    ],
                ),
                ({"type": "poem", "lines": None}, [{"type": "verse", "lines": [None]}]),
            ]
        )
        for event in (
            {"type": "content_block_start", "index": index, "content_block": block},
            *({"type": "content_block_delta", "index": index, "delta": d} for d in deltas),
            {"type": "content_block_stop", "index": index},
        )
    ],
    {"type": "news", "from": None, "self": 2},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "tool_use", "stop_sequence": None},
        "usage": {"output_tokens": 7},
    },
    {"type": "message_stop"},
]


def test_every_kind_of_event_survives_the_way_through_bytes():
    events = [plugin.parse_event(event) for event in EVENTS]
    body = b"".join(map(to_sse, events))
    for size in (1, 7, len(body)):
        cut = [body[at : at + size] for at in range(0, len(body), size)]
        assert list(from_sse(cut)) == events
    assert body.count(b"\n\n") == len(events)


def test_what_we_build_ourselves_survives_too(colour, server):
    client = colour.client(manager(row(server)))
    events = list(client.raw_stream(body(), provider="stand-in"))
    start, *others = from_sse(map(to_sse, events))
    assert others == events[1:]
    said = events[0].message.usage.model_dump(exclude_none=True)
    assert start.message.usage.model_dump(exclude_none=True) == {**UNCACHED, **said}


@pytest.mark.parametrize(
    "said",
    [
        b"data: {\n\n",
        b"data: 5\n\n",
        b"data: [DONE]\n\n",
        b'data: {"type": 5}\n\n',
        b'data: {"type": "message_start"}\n\n',
        b'data: {"type": "content_block_delta", "index": [0], "delta": {"type": "x"}}\n\n',
        b'data: {"type": "content_block_start", "index": 0, "content_block": 5}\n\n',
        b'data: {"type": "message_start", "message": {"id": 5}}\n\n',
        b'data: {"type": "x", "model_dump": 5}\n\n',
        b"<html>\n\n",
    ],
)
def test_bytes_that_are_no_event_are_a_bad_reply(said):
    with pytest.raises(BadReply, match="not an event of a Messages stream"):
        list(from_sse([said]))


def test_the_official_sdk_reads_our_bytes():
    anthropic = pytest.importorskip("anthropic")
    known = [
        event
        for event in EVENTS
        if event["type"] != "news" and event.get("index") != 4  # its union has no unknown block
    ]
    ours = [plugin.parse_event(event) for event in known]
    answer = Answer.sse(b"".join(map(to_sse, ours)), pieces=[100])
    with (
        ReplayServer(answer) as server,
        anthropic.Anthropic(api_key="x", base_url=server.url, max_retries=0) as judge,
        judge.messages.stream(model="m", max_tokens=9, messages=HELLO) as stream,
    ):
        final = stream.get_final_message()
    assert [block.type for block in final.content] == [
        "thinking",
        "redacted_thinking",
        "text",
        "tool_use",
    ]
    assert final.content[0].signature == "sig=="
    assert final.content[2].text == "data: 💙\r\n\n"
    assert final.content[2].citations[0].cited_text == "x"
    assert final.content[3].input == {"a": None}
    assert (final.stop_reason, final.usage.output_tokens) == ("tool_use", 7)


def test_the_official_sdk_reads_each_event_alike():
    anthropic = pytest.importorskip("anthropic")
    with (
        ReplayServer(Answer.sse(b"".join(to_sse(plugin.parse_event(e)) for e in EVENTS))) as server,
        anthropic.Anthropic(api_key="x", base_url=server.url, max_retries=0) as judge,
    ):
        said = judge.messages.create(model="m", max_tokens=9, messages=HELLO, stream=True)
        theirs = [event.to_dict(mode="json", warnings=False) for event in said]
    assert theirs == [event for event in EVENTS if event["type"] != "ping"]
