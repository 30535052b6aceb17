"""The raw door: a Messages body from outside, where no key is an option of ours."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest

from any_llm import (
    LossyConversionWarning,
    RequestValidationError,
    UnsupportedFeature,
    plugin,
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
