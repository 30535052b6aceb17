"""A signing Auth, as AWS SigV4: HMAC over method, path, query, headers and body."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from any_llm import PermissionDeniedError, plugin
from any_llm.testing import Answer, Received, ReplayServer
from any_llm.testing.kit.secrets import holds
from tests.contracts.support import HELLO, Plain, manager, plain_answer, row

SECRET = "kD8secret/with+signs"
CREDENTIAL = f"AKID7:{SECRET}"
REGION = plugin.Setting(name="region", env=("STAND_IN_REGION",), default="eu-1")
NOT_SIGNED = {"authorization", "user-agent", "accept-encoding", "connection", "content-length"}


def signature(
    method: str, target: str, headers: Mapping[str, str], content: bytes, region: str
) -> str:
    """Both sides compute it: ours on what is about to leave, the server's on what came."""
    parts = urlsplit(target)
    lines = [
        method,
        parts.path,
        "&".join(sorted(parts.query.split("&"))),
        *(f"{name}:{headers[name].strip()}" for name in sorted(headers.keys() - NOT_SIGNED)),
        hashlib.sha256(content).hexdigest(),
    ]
    key = hmac.digest(SECRET.encode(), f"{headers['x-date']}/{region}".encode(), "sha256")
    return hmac.new(key, "\n".join(lines).encode(), "sha256").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing(plugin.Auth):
    env: tuple[str, ...] = ("STAND_IN_KEY",)
    required: bool = True
    hosts: tuple[str, ...] = ()

    def flow(self, request: plugin.HTTPRequest, ctx: plugin.AuthContext) -> plugin.AuthFlow:
        assert ctx.credential is not None
        key_id, _, _secret = ctx.credential.get_secret_value().partition(":")
        parts = urlsplit(request.url)
        dated = request.with_headers(
            {"x-date": ctx.now.strftime("%Y%m%dT%H%M%S.%fZ"), "host": parts.netloc}
        )
        target = request.url[request.url.index(parts.path) :]
        found = signature(
            request.method, target, dated.headers, request.content, ctx.settings["region"]
        )
        return dated.with_headers({"authorization": f"HMAC {key_id}:{found}"})
        yield


class Curious(Plain):
    """Keeps all that it is shown, and puts awkward things where a signature must cover them."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def encode(self, request, ctx):
        self.seen += [request, ctx]
        wire = super().encode(request, ctx)
        return plugin.WireRequest(
            path=f"/{quote(ctx.model, safe='')}/{ctx.model}/say",
            query={"z": "ä/&= +", "a": ctx.settings["region"]},
            headers={"X-Mark": "two  words"},
            json=wire.json,
        )

    def decode(self, reply, ctx):
        self.seen += [reply, ctx]
        return super().decode(reply, ctx)


class Watcher(plugin.Observer):
    def __init__(self) -> None:
        self.facts: list[Any] = []

    def on_request(self, call):
        self.facts.append(call)

    def on_retry(self, call, retry):
        self.facts.append(retry)

    def on_end(self, call, end):
        self.facts.append(end)


def checking(request: Received) -> Answer:
    """Refuse what is not signed as it came."""
    expected = signature(request.method, request.path, request.headers, request.body, "eu-2")
    if request.headers.get("authorization") != f"HMAC AKID7:{expected}":
        return Answer.of({"error": {"message": "signature does not match"}}, status=403)
    return plain_answer(request)


@pytest.fixture
def stand_in():
    class StandIn:
        fails = 0

        def answer(self, request):
            if self.fails:
                self.fails -= 1
                return Answer(status=529, headers={"retry-after-ms": "1"}, body=b"busy")
            return checking(request)

    one = StandIn()
    one.dialect, one.watcher = Curious(), Watcher()
    with ReplayServer(answer=one.answer) as one.server:
        spec = row(
            one.server,
            dialect=one.dialect,
            auth=Signing(),
            settings=[REGION],
            query={"api-version": "2026-11-01 preview"},
        )
        one.plugins = manager(spec, observers=[one.watcher])
        yield one


OPTIONS = {"keys": {"stand-in": CREDENTIAL}, "settings": {"stand-in": {"region": "eu-2"}}}
MODEL = "stand-in:vendor.model-v2:0/ö é"


def test_the_received_bytes_are_what_was_signed(colour, stand_in):
    client = colour.client(stand_in.plugins, **OPTIONS, headers={"X-Team": "blue"})
    answer = client.messages(MODEL, [{"role": "user", "content": "ü 💙"}], 9)
    assert answer.text == "ü 💙"
    stream = client.messages(MODEL, HELLO, 9, stream=True)
    assert stream.get_final_text() == "hello"
    assert {r.headers["x-team"] for r in stand_in.server.requests} == {"blue"}


def test_one_changed_byte_is_refused(colour, stand_in):
    client = colour.client(stand_in.plugins, **{**OPTIONS, "settings": {}})  # another region
    with pytest.raises(PermissionDeniedError, match="signature does not match"):
        client.messages(MODEL, HELLO, 9)


def test_each_attempt_is_signed_anew_on_the_same_bytes(colour, stand_in):
    stand_in.fails = 2
    client = colour.client(stand_in.plugins, **OPTIONS, max_retries=2)
    assert client.messages(MODEL, HELLO, 9).text == "hello"
    attempts = stand_in.server.requests
    assert len({request.headers["x-date"] for request in attempts}) == 3
    assert len({request.headers["authorization"] for request in attempts}) == 3
    assert len({request.body for request in attempts}) == 1


def test_dialect_and_observer_never_see_the_key(colour, stand_in):
    stand_in.fails = 1
    client = colour.client(stand_in.plugins, **OPTIONS, max_retries=1)
    client.messages(MODEL, HELLO, 9)
    assert len(stand_in.watcher.facts) == 3
    assert len(stand_in.dialect.seen) == 4
    assert not holds([stand_in.watcher.facts, stand_in.dialect.seen], SECRET)
    assert SECRET not in repr(client)
