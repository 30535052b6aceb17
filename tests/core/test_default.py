"""`messages()` and `amessages()`: their signature, `client_args`, shared connections, keys."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

import any_llm
from any_llm import _default
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import library
from tests.support.programs import install
from tests.support.proxy import Proxy
from tests.support.wire import KEY, QUESTION, events, message, sse

GOOD = Answer.of(message())
SIGNATURE = (
    "(model, messages, max_tokens, *, provider, system, temperature, top_p, top_k, stream, "
    "stop_sequences, tools, tool_choice, metadata, thinking, cache_control, output_format, "
    "api_key, api_base, client_args, **kwargs)"
)


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has made no call yet, with one plugin installed: `msgs`."""
    install(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("ANYLLM_PLUGINS", "msgs-plugin")
    monkeypatch.setenv("MSGS_API_KEY", KEY)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    kept = dict(_default._clients), _default._manager
    _default._clients.clear()
    _default._manager = None
    yield
    for client in _default._clients.values():
        if isinstance(client, any_llm.Client):
            client.close()
    _default._clients.clear()
    _default._clients.update(kept[0])
    _default._manager = kept[1]


def ask(server: ReplayServer, **fields: Any) -> Any:
    asked = {"model": "msgs:model-1", "messages": QUESTION, "max_tokens": 10, **fields}
    return any_llm.messages(**{"api_base": server.url, **asked})


# --- the signature ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function", [any_llm.messages, any_llm.amessages], ids=["messages", "amessages"]
)
def test_the_signature_is_the_one_that_is_documented(function: Any) -> None:
    found = inspect.signature(function)
    bare = [
        parameter.replace(annotation=parameter.empty, default=parameter.empty)
        for parameter in found.parameters.values()
    ]
    assert str(inspect.Signature(bare)) == SIGNATURE
    assert all(
        parameter.default is None
        for parameter in found.parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    )
    assert inspect.iscoroutinefunction(function) == (function == any_llm.amessages)
    assert "client_args" in (inspect.getdoc(any_llm.messages) or "")
    with pytest.raises(TypeError, match="max_tokens"):
        function("msgs:m", QUESTION)
    with pytest.raises(TypeError, match="positional"):
        function("msgs:m", QUESTION, 10, "msgs")


def test_the_fields_of_the_signature_are_fields_of_the_api_or_ours() -> None:
    ours = {"provider", "output_format", "api_key", "api_base", "client_args", "kwargs"}
    assert set(inspect.signature(any_llm.messages).parameters) - any_llm.MESSAGES_FIELDS == ours


# --- who is asked ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "model"),
    [
        ({"model": "msgs:model-1"}, "model-1"),
        ({"model": "msgs:qwen3:8b"}, "qwen3:8b"),
        ({"model": "msgs:a:b:c"}, "a:b:c"),
        ({"model": "msgs:vendor/model"}, "vendor/model"),
        ({"model": "model-1", "provider": "msgs"}, "model-1"),
        ({"model": "qwen3:8b", "provider": "msgs"}, "qwen3:8b"),
        ({"model": "msgs:x", "provider": "msgs"}, "msgs:x"),
    ],
    ids=repr,
)
def test_how_a_model_is_named(named: dict[str, Any], model: str) -> None:
    with ReplayServer(GOOD) as server:
        assert ask(server, **named).text == "Hello there"
        [request] = server.requests
    assert request.json["model"] == model
    assert request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("model", ["llama3", "llama3:8b", "other:llama3:8b", "a:", ":b"])
def test_an_address_alone_is_an_openai_compatible_server(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-that-belongs-elsewhere")
    with ReplayServer(GOOD) as server:
        assert ask(server, model=model).text == "Hello there"
        ask(server, model=model, api_key="a-key-of-this-call")
        bare, keyed = server.requests
    assert bare.json["model"] == keyed.json["model"] == model
    assert "authorization" not in bare.headers
    assert "x-api-key" not in bare.headers
    assert keyed.headers["authorization"] == "Bearer a-key-of-this-call"


def test_a_provider_of_the_enumeration_is_its_id() -> None:
    with pytest.raises(any_llm.UnknownProvider, match="provider 'openai'"):
        any_llm.messages("gpt", QUESTION, 10, provider=any_llm.LLMProvider.OPENAI)


# --- client_args -----------------------------------------------------------------------------


def test_an_unknown_client_argument_is_refused_before_sending() -> None:
    with ReplayServer(GOOD) as server:
        with pytest.raises(TypeError) as caught:
            ask(server, client_args={"timeout": 5, "base_url": "x", "api_kee": 1})
        assert str(caught.value) == (
            "client_args: unknown 'api_kee', 'base_url'; it takes headers, http_client, "
            "http_library, max_retries, proxy, timeout, verify"
        )
        for wrong in ("timeout", ["timeout"], 5):
            with pytest.raises(TypeError, match="client_args: a mapping is needed, not a "):
                ask(server, client_args=wrong)
        with pytest.raises(any_llm.ConfigurationError, match="client_args headers: a mapping"):
            ask(server, client_args={"headers": "x"})
        assert not server.requests


def test_client_args_that_concern_the_call() -> None:
    refused = Answer.of({}, status=500, headers={"retry-after-ms": "1"})
    with ReplayServer(refused) as server:
        for client_args, more, tries in (
            ({"max_retries": 1}, {}, 2),
            ({"max_retries": 0}, {}, 1),
            ({"max_retries": 3}, {"max_retries": 0}, 1),
            ({}, {}, 3),
        ):
            before = len(server.requests)
            with pytest.raises(any_llm.InternalServerError):
                ask(server, client_args=client_args, **more)
            assert len(server.requests) - before == tries
    with ReplayServer(Answer.of(message(), head_delay=0.2)) as server:
        with pytest.raises(any_llm.APITimeoutError):
            ask(server, client_args={"timeout": 0.05, "max_retries": 0})
        headers = {"x-a": "1", "X-B": "1"}
        ask(server, client_args={"headers": headers}, extra_headers={"x-b": "2"})
        sent = server.requests[-1].headers
    assert (sent["x-a"], sent["x-b"]) == ("1", "2")
    assert headers == {"x-a": "1", "X-B": "1"}


def test_client_args_that_need_another_http_side() -> None:
    with ReplayServer(GOOD) as server, Proxy() as proxy:
        ask(server, client_args={"proxy": proxy.url})
        ask(server, client_args={"proxy": proxy.url})
        assert len(proxy.lines) == 1  # the second call took the first one's connection
        with library().Client(headers={"x-mine": "yes"}) as http:
            ask(server, client_args={"http_client": http})
            assert not http.is_closed
        assert server.requests[-1].headers["x-mine"] == "yes"
        assert server.connections == 2


def test_a_row_of_client_args_does_not_pile_up_nor_push_out_the_usual_client() -> None:
    with ReplayServer(GOOD) as server:
        ask(server)
        for _ in range(20):
            with library().Client() as http:
                ask(server, client_args={"http_client": http})
        assert len(_default._clients) < 20  # 21 were asked for
        ask(server)
        assert server.requests[-1].connection == server.requests[0].connection


# --- connections -----------------------------------------------------------------------------


def test_a_second_call_reuses_the_connection() -> None:
    stream = Answer.sse(sse(*events()))
    with ReplayServer(GOOD, stream, GOOD) as server:
        ask(server)
        assert ask(server, stream=True).get_final_text() == "Hello there"
        ask(server, max_retries=1, timeout=5, extra_headers={"x": "y"})
        assert server.connections == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_amessages_reuses_the_connection_of_its_loop(backend: str) -> None:
    async def main(server: ReplayServer) -> None:
        for stream in (False, True, False):
            call: dict[str, Any] = {"api_base": server.url, "stream": stream}
            answer = await any_llm.amessages("msgs:model-1", QUESTION, 10, **call)
            if stream:
                assert await answer.get_final_text() == "Hello there"
            else:
                assert answer.text == "Hello there"

    def answer(request: Any) -> Answer:
        return Answer.sse(sse(*events())) if request.json.get("stream") else GOOD

    with ReplayServer(answer=answer) as server:
        for loops in (1, 2):
            anyio.run(main, server, backend=backend)
            assert server.connections == loops
        assert server.wait_closed()


def test_typed_answers() -> None:
    with ReplayServer(Answer.of(message('{"a": 1}'))) as server:
        found = ask(server, output_format=dict[str, int])
        assert isinstance(found, any_llm.ParsedMessage)
        assert found.parsed_output == {"a": 1}
        schema = server.requests[0].json["output_config"]["format"]["schema"]
        assert schema["additionalProperties"] == {"type": "integer"}
        with pytest.raises(any_llm.RequestValidationError, match="not supported with stream=True"):
            ask(server, output_format=dict[str, int], stream=True)
        assert len(server.requests) == 1
