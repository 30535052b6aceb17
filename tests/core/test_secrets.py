"""A key goes into one header and nowhere else, whatever a server does with it."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from typing import Any

import pytest

import any_llm
from any_llm import AsyncClient, Client, Observer
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import COLOURS, options, run
from tests.support.wire import KEY, MODEL, QUESTION, events, fault, message, sse

TEXT = f"key {KEY} is bad"
EVENTS = {"content-type": "text/event-stream"}

ECHOES = {
    "refused": Answer.of(fault("authentication_error", TEXT, key=KEY), status=401),
    "refused by name": Answer.of({"error": {KEY: {"deep": [KEY, {"x": KEY}]}}}, status=400),
    "refused in plain text": Answer(body=TEXT.encode(), status=403),
    "refused in a page": Answer(body=f"<p>{TEXT}".encode(), status=502, headers={}),
    "redirected": Answer(status=307, headers={"location": f"http://x.example/{KEY}?k={KEY}"}),
    "error in an answer": Answer.of(fault("api_error", TEXT)),
    "no JSON": Answer(body=f"{{{TEXT}".encode()),
    "no message": Answer.of({"type": "message", "id": KEY, "model": KEY, "usage": KEY}),
    "a block that is none": Answer.of(message(content=[{"type": "text", "text": [KEY]}])),
    "a whole body that is none": Answer.of(KEY),
    "request id": Answer.of(fault(), status=400, headers={"request-id": KEY}),
    "error event": Answer.sse(sse(fault("overloaded_error", TEXT))),
    "event that is none": Answer.sse(f"data: {TEXT}\n\n".encode()),
    "last line": Answer.sse(f"data: {TEXT}".encode()),
    "event with a wrong field": Answer.sse(
        sse({"type": "message_start", "message": {"id": KEY, "content": KEY}})
    ),
    "late error event": Answer.sse(sse(*events()[:3], fault("api_error", TEXT))),
    "late nonsense": Answer.sse(sse(*events()[:3]) + f"data: {{{TEXT}\n\n".encode()),
}


def prints_of(error: BaseException) -> str:
    """All that a log, a debugger's view or a crash report would show of an error."""
    shown = ["".join(traceback.format_exception(error))]
    seen: BaseException | None = error
    while seen is not None:
        shown += [str(seen), repr(seen), repr(seen.args), repr(vars(seen))]
        seen = seen.__cause__ or seen.__context__
    shown.append(repr(pickle.loads(pickle.dumps(error)).__dict__))  # noqa: S301  # our own
    shown.append(repr(copy.copy(error).__dict__))
    return "\n".join(shown)


class Collecting(Observer):
    """Keeps what observers are told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def on_request(self, call: any_llm.Call) -> None:
        self.told.append(call)

    def on_retry(self, call: any_llm.Call, retry: any_llm.Retrying) -> None:
        self.told.append(prints_of(retry.error))

    def on_end(self, call: any_llm.Call, end: any_llm.End) -> None:
        self.told += [end, prints_of(end.error) if end.error else ""]
        raise RuntimeError("an observer that fails is logged")


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("echo", ECHOES)
def test_a_server_that_repeats_the_key(
    echo: str, colour: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="any_llm")
    seen = Collecting()
    with ReplayServer(ECHOES[echo]) as server:
        made = options(server, observers=[seen], max_retries=0)
        for stream in (True, False):
            [got] = run(colour, made, {"stream": stream})
            assert isinstance(got.error, any_llm.APIError), got
            assert KEY not in prints_of(got.error)
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert len(seen.told) == 6
    assert KEY not in repr(seen.told)
    assert KEY not in caplog.text
    assert "an observer that fails" in caplog.text


def test_a_retry_tells_no_key() -> None:
    seen = Collecting()
    refused = Answer.of(fault("api_error", TEXT), status=500, headers={"retry-after-ms": "1"})
    with ReplayServer(refused, Answer.of(message())) as server:
        run("sync", options(server, observers=[seen]), {})
        assert len(server.requests) == 2
    assert KEY not in repr(seen.told)
    assert "msgs: key [key] is bad" in seen.told[1]


def test_the_rest_of_an_error_stays() -> None:
    with ReplayServer(ECHOES["refused"]) as server:
        [got] = run("sync", options(server), {})
    error = got.error
    assert isinstance(error, any_llm.AuthenticationError)
    assert str(error) == "msgs: key [key] is bad"
    assert error.body["error"] == {
        "type": "authentication_error",
        "message": "key [key] is bad",
        "key": "[key]",
    }


def test_a_cause_that_would_tell_it_is_told_by_its_kind() -> None:
    with ReplayServer(ECHOES["a block that is none"]) as server:
        [got] = run("sync", options(server), {})
    assert str(got.error.__cause__) == "ValidationError; its text held a key: left out"  # type: ignore[union-attr]


def test_a_credential_in_a_header_of_the_callers_own() -> None:
    token = "gateway-token-0123456789"
    echo = Answer.of(fault("permission_error", f"no {token}"), status=403)
    for name in ("Authorization", "x-api-key", "api-key"):
        with ReplayServer(echo) as server:
            [got] = run("sync", options(server), {"extra_headers": {name: f"Bearer {token}"}})
        assert isinstance(got.error, any_llm.PermissionDeniedError)
        assert token not in prints_of(got.error)


def test_a_word_instead_of_a_key_does_not_tear_holes_into_errors() -> None:
    for word in ("msgs", "none", "http", "x"):
        with ReplayServer(Answer.of(fault(text="no http here"), status=400)) as server:
            [got] = run("sync", options(server), {"api_key": word})
        assert str(got.error) == "msgs: no http here"


def test_nothing_that_is_printed_shows_the_key() -> None:
    with Client(**options("http://127.0.0.1:9", headers={"x-api-key": KEY})) as client:
        assert KEY not in repr(client)
        assert KEY not in repr(client._settings)
    assert KEY not in repr(AsyncClient(**options("http://127.0.0.1:9")))


@pytest.mark.parametrize("colour", COLOURS)
def test_the_key_is_not_in_the_url_or_the_body(colour: str) -> None:
    with ReplayServer(Answer.of(message())) as server:
        [got] = run(colour, options(server), {})
        [request] = server.requests
        assert got.message is not None
        assert KEY not in request.path
        assert KEY not in json.dumps(request.json)
        assert [name for name, value in request.headers.items() if KEY in value] == [
            "authorization"
        ]


def test_a_key_of_the_environment_goes_to_the_named_provider_only() -> None:
    env = {"MSGS_API_KEY": KEY}
    with ReplayServer(Answer.of(message())) as server:
        made = options(server, keys={}, env=env)
        run("sync", made, {}, {"model": "model-1", "provider": "msgs"})
        assert [r.headers["authorization"] for r in server.requests] == [f"Bearer {KEY}"] * 2
        with Client(plugins=made["plugins"], env=env) as client:
            with pytest.raises(any_llm.UnknownProvider, match="openai-compatible"):
                client.messages("model-1", QUESTION, 10, api_base=server.url)
            client.messages(MODEL, QUESTION, 10, api_base=server.url, api_key="another-key")
        assert server.requests[-1].headers["authorization"] == "Bearer another-key"
        assert len(server.requests) == 3
