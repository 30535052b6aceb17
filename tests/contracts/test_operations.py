"""Other operations of a dialect: generators by name, with the same keys, retries and errors."""

from __future__ import annotations

import pytest

from any_llm import (
    AuthenticationError,
    BadReply,
    LossyConversionWarning,
    NotFoundError,
    RateLimitError,
    RequestValidationError,
    UnsupportedFeature,
    plugin,
)
from any_llm.testing import Answer, Received, ReplayServer
from tests.contracts.support import HELLO, Plain, manager, row

MODEL = "stand-in:m"


class Rich(Plain):
    """Counts in two steps (its limits are asked once), lists models by pages."""

    def count_tokens(self, request, ctx):
        limits = yield plugin.Cached("limits", self.limits)
        wire = plugin.WireRequest(path="/count", json={"words": request.messages[0]["content"]})
        reply = yield plugin.Send(wire)
        ctx.report("limits", f"counted in units of {limits['unit']}", "hint")
        return plugin.MessageTokensCount(input_tokens=reply.json["words"] * limits["unit"])

    def limits(self):
        reply = yield plugin.Send(plugin.WireRequest(path="/limits", method="GET"))
        return reply.json

    def list_models(self, ctx):
        found, page = [], "1"
        while page:
            wire = plugin.WireRequest(path="/models", method="GET", query={"page": page})
            reply = yield plugin.Send(wire)
            found += [plugin.ModelInfo(id=name) for name in reply.json["names"]]
            page = reply.json["next"]
        return found


class Server:
    """What it says by path; a list of answers is said one by one."""

    def __init__(self) -> None:
        self.says = {
            "/limits": Answer.of({"unit": 3}, head_delay=0.02),
            "/count": Answer.of({"words": 2}),
            "/models?page=1": Answer.of({"names": ["m", "n:7b"], "next": "2"}),
            "/models?page=2": Answer.of({"names": ["o/p"], "next": None}),
        }
        self.server = ReplayServer(answer=self.answer)

    def answer(self, request: Received) -> Answer:
        said = self.says[request.path]
        return said.pop(0) if isinstance(said, list) else said

    def asked(self, path: str) -> list[Received]:
        return [request for request in self.server.requests if request.path == path]


@pytest.fixture
def server():
    one = Server()
    with one.server:
        one.plugins = manager(row(one.server, dialect=Rich(), auth=plugin.ApiKey()))
        yield one


KEYS = {"keys": {"stand-in": "k-4711"}}


def test_count_tokens(colour, server):
    client = colour.client(server.plugins, **KEYS)
    assert client.count_tokens(MODEL, HELLO).input_tokens == 6
    assert client.count_tokens(model="m", provider="stand-in", messages=HELLO).input_tokens == 6
    assert {r.headers["authorization"] for r in server.server.requests} == {"Bearer k-4711"}
    assert len(server.asked("/count")) == 2


def test_what_is_cached_is_asked_once_for_client_and_key(colour, server):
    client = colour.client(server.plugins, **KEYS)
    counts = colour.at_once(10, client, "count_tokens", MODEL, HELLO)
    assert {count.input_tokens for count in counts} == {6}
    assert len(server.asked("/limits")) == 1
    client.count_tokens(MODEL, HELLO, api_key="other")
    assert len(server.asked("/limits")) == 2
    colour.client(server.plugins, **KEYS).count_tokens(MODEL, HELLO)
    assert len(server.asked("/limits")) == 3


def test_models(colour, server):
    client = colour.client(server.plugins, **KEYS)
    found = client.models.list("stand-in")
    assert [info.id for info in found] == ["m", "n:7b", "o/p"]
    assert server.asked("/models?page=1")[0].method == "GET"
    assert server.asked("/models?page=1")[0].body == b""
    assert client.models.retrieve("stand-in:n:7b") == found[1]
    assert client.models.retrieve("o/p", provider="stand-in") == found[2]
    with pytest.raises(NotFoundError, match=r"stand-in: has no model 'x'; models.list\(\)"):
        client.models.retrieve("stand-in:x")


def test_options_of_a_call_hold_for_operations(colour, server):
    client = colour.client(server.plugins)
    with ReplayServer(answer=server.answer) as other:
        client.models.list(
            "stand-in", api_key="k2", api_base=other.url, extra_headers={"x-a": "1"}, timeout=5
        )
        client.count_tokens(MODEL, HELLO, api_key="k2", api_base=other.url)
        assert {request.headers["authorization"] for request in other.requests} == {"Bearer k2"}
        assert other.requests[0].headers["x-a"] == "1"
    assert server.server.requests == []


def test_retries_and_typed_errors(colour, server):
    client = colour.client(server.plugins, **KEYS, max_retries=1)
    busy = Answer(status=503, headers={"retry-after-ms": "1"})
    server.says["/count"] = [busy, Answer.of({"words": 2})]
    assert client.count_tokens(MODEL, HELLO).input_tokens == 6
    refusals = {
        "/count": (Answer.of({"error": {"message": "slow down"}}, status=429), RateLimitError),
        "/limits": (Answer(status=401), AuthenticationError),
    }
    for path, (answer, error) in refusals.items():
        server.says[path] = answer
        with pytest.raises(error) as caught:
            client.count_tokens(MODEL, HELLO, api_key=path, max_retries=0)
        assert caught.value.provider == "stand-in"


NONSENSE = [b"<html>", b"[]", b"{}", b'{"words": "many"}', b'{"words": {}}']


@pytest.mark.parametrize("said", NONSENSE)
def test_nonsense_is_a_bad_reply(colour, server, said):
    client = colour.client(server.plugins, **KEYS)
    server.says["/count"] = server.says["/models?page=1"] = Answer(body=said)
    with pytest.raises(BadReply, match="stand-in: cannot read the answer"):
        client.count_tokens(MODEL, HELLO)
    with pytest.raises(BadReply, match="stand-in: cannot read the answer"):
        client.models.list("stand-in")


def test_what_a_dialect_has_not_is_a_typed_refusal(colour, server):
    client = colour.client(manager(row(server.server)))
    with pytest.raises(UnsupportedFeature, match="stand-in: count_tokens: this provider has no"):
        client.count_tokens(MODEL, HELLO)
    for ask in (
        lambda: client.models.list("stand-in"),
        lambda: client.models.retrieve("stand-in:m"),
    ):
        with pytest.raises(UnsupportedFeature, match="stand-in: models: this provider has no"):
            ask()
    assert server.server.connections == 0


def test_a_request_to_count_is_checked_like_any(colour, server):
    client = colour.client(server.plugins, **KEYS)
    with pytest.raises(RequestValidationError, match="messages"):
        client.count_tokens(MODEL, [])
    assert server.server.connections == 0


def test_arguments_that_an_operation_has_not_are_reported(colour, server):
    client = colour.client(server.plugins, **KEYS)
    with pytest.warns(LossyConversionWarning, match="tiemout: no part of models: left out"):
        client.models.list("stand-in", tiemout=3)
    with pytest.warns(LossyConversionWarning, match="num_ctx: no part of count_tokens: left out"):
        client.count_tokens(MODEL, HELLO, num_ctx=3)
    with pytest.warns(LossyConversionWarning, match="words: no part of count_tokens: left out"):
        count = client.count_tokens(MODEL, HELLO, extra_body={"words": 99})
    assert count.input_tokens == 6
    assert server.asked("/count")[-1].json == {"words": "hello"}
    with pytest.raises(UnsupportedFeature, match="tiemout"):
        client.models.list("stand-in", tiemout=3, on_loss="error")


def test_a_step_that_nobody_knows_is_the_dialects_fault(colour, server):
    class Odd(Plain):
        def list_models(self, ctx):
            yield "please"

    client = colour.client(manager(row(server.server, dialect=Odd())))
    with pytest.raises(TypeError, match="stand-in: its dialect yielded 'please'"):
        client.models.list("stand-in")


def test_observers_see_operations(colour, server):
    facts = []

    class Watcher(plugin.Observer):
        def on_request(self, call):
            facts.append(("request", call.operation))

        def on_end(self, call, end):
            facts.append((end.outcome, call.operation))

    client = colour.client(server.plugins, **KEYS, observers=[Watcher()])
    client.count_tokens(MODEL, HELLO)
    client.models.list("stand-in")
    server.says["/count"] = Answer(status=400)
    with pytest.raises(plugin.APIError):
        client.count_tokens(MODEL, HELLO)
    assert facts == [
        ("request", "count_tokens"),
        ("completed", "count_tokens"),
        ("request", "models"),
        ("completed", "models"),
        ("request", "count_tokens"),
        ("failed", "count_tokens"),
    ]
