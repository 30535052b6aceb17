"""What is wrong before anything is sent: one typed line that says who, what, and what to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import any_llm
from any_llm import (
    AsyncClient,
    Client,
    ConfigurationError,
    MissingCredentials,
    Observer,
    PluginError,
    PluginManager,
    RequestValidationError,
    UnknownProvider,
)
from any_llm.plugin import ApiKey
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import COLOURS, options, run
from tests.support.wire import KEY, QUESTION, Rows, message, plugins, row


def refused(made: dict[str, Any] | None = None, colour: str = "sync", **call: Any) -> BaseException:
    """The error of a call that must not reach the server."""
    with ReplayServer(Answer.of(message())) as server:
        [got] = run(colour, {**options(server), **(made or {})}, call)
        assert not server.requests
        assert server.wait_closed()
    assert got.error is not None
    assert got.stage == "call"
    assert KEY not in repr(got.error)
    return got.error


def line(error: BaseException, kind: type[BaseException], begins: str) -> None:
    assert type(error) is kind, repr(error)
    assert str(error).startswith(begins), str(error)
    assert "\n" not in str(error)


# --- provider and plugin (more about plugins: test_plugins.py) -------------------------------


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("stream", [False, True])
def test_every_colour_and_stream_fails_at_the_call(colour: str, stream: bool) -> None:
    error = refused(colour=colour, stream=stream, model="nobody:x")
    line(error, UnknownProvider, "provider 'nobody': ")


def test_a_provider_nobody_offers() -> None:
    line(refused(model="msgz:m"), UnknownProvider, "provider 'msgz': ")
    line(refused(model="m", provider=""), UnknownProvider, "provider '': ")
    line(refused(model="m", provider="msgs:x"), UnknownProvider, "provider 'msgs:x': ")
    with pytest.raises(
        UnknownProvider, match="'anthropic': anyllm-anthropic offers it, but the env"
    ):
        Client(env={"ANYLLM_PLUGINS": "none"}).messages("anthropic:claude", QUESTION, 10)


def test_a_model_without_a_provider() -> None:
    for model in ("gpt-5", "gpt-5:", ":gpt-5"):
        error = refused(model=model)
        line(error, RequestValidationError, f"request: model: {model!r} names no provider; write ")
        assert "'openai:gpt-5'" in str(error)


@pytest.mark.parametrize("model", [None, 5, "", b"msgs:m", ["msgs:m"]])
def test_a_model_that_is_no_text(model: Any) -> None:
    line(refused(model=model), RequestValidationError, "request: model: must be an id such as ")


def test_a_plugin_that_registers_nonsense() -> None:
    manager = PluginManager(autoload=False)
    with pytest.raises(PluginError, match="registered by hand"):
        manager.register(Rows("not a row"))  # type: ignore[arg-type]
    line(refused({"plugins": manager}), UnknownProvider, "provider 'msgs': ")


def test_a_row_whose_dialect_is_missing() -> None:
    error = refused({"plugins": plugins(row(dialect="esperanto"))})
    line(error, UnknownProvider, "dialect 'esperanto': ")


def test_a_url_that_no_plugin_carries() -> None:
    error = refused(api_base="gopher://here/v1")
    line(error, ConfigurationError, "provider 'msgs': no plugin carries gopher:// URLs; ")


# --- keys ------------------------------------------------------------------------------------


def test_no_key() -> None:
    for made, call in (
        ({"keys": {}}, {}),
        ({"keys": {"msgs": ""}}, {"api_key": ""}),
        ({"keys": {"msgs": " \n"}}, {}),
        ({"keys": {}, "env": {"MSGS_API_KEY": "  "}}, {}),
    ):
        error = refused(made, **call)
        line(error, MissingCredentials, "msgs: no API key; pass api_key= or set MSGS_API_KEY")
    nameless = {"keys": {}, "plugins": plugins(row(auth=ApiKey()))}
    assert str(refused(nameless)) == "msgs: no API key; pass api_key="


@pytest.mark.parametrize(
    "key", ["sk-a\nx-evil: 1", "sk-a\r\n\r\nGET /", "sk\x00", "clé", "\u2028", b"sk", 5]
)
def test_a_key_that_would_be_more_than_a_header(key: Any) -> None:
    for made, call in (({}, {"api_key": key}), ({"keys": {"msgs": key}}, {})):
        error = refused(made, **call)
        line(error, ConfigurationError, "msgs: the API key holds characters that no header can ")
        assert str(key) not in str(error)


def test_white_space_around_a_key_is_taken_off() -> None:
    with ReplayServer(Answer.of(message())) as server:
        run("sync", options(server), {"api_key": f"  {KEY} "})
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


# --- addresses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "base",
    [
        "localhost",
        "localhost:8000/v1",
        "127.0.0.1:8000",
        "//host/v1",
        "http://",
        "http:///v1",
        "http://[::1",
        "http://host:port/v1",
        "http://host:99999",
        "http://host:0",
        "http://a host/v1",
        "http://a..host/v1",
        "http://" + "a" * 64 + ".example/v1",
        "http://host/v1\r\nx: y",
        "http://host/\x00",
        b"http://host",
        5,
    ],
)
def test_an_address_that_is_none(base: Any) -> None:
    begins = "msgs: api_base must be a URL such as http://localhost:8000/v1"
    line(refused(api_base=base), ConfigurationError, begins)
    line(refused({"api_base": {"msgs": base}}), ConfigurationError, begins)


@pytest.mark.parametrize("user", ["me:secret-word@", "secret-word@", ":secret-word@", "@"])
def test_an_address_with_credentials(user: str) -> None:
    error = refused(api_base=f"http://{user}localhost:8000/v1")
    line(error, ConfigurationError, "msgs: api_base must hold no credentials; pass api_key=")
    assert "secret-word" not in repr(error)


def test_a_row_without_an_address() -> None:
    error = refused({"plugins": plugins(row(base_url="")), "api_base": {}})
    line(error, ConfigurationError, "msgs: has no address of its own; pass api_base=")


# --- options ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value", "begins"),
    [
        ("max_retries", -1, "max_retries: a whole number >= 0 is needed, not -1"),
        ("max_retries", True, "max_retries: "),
        ("max_retries", "2", "max_retries: "),
        ("on_loss", "shout", "on_loss: must be one of warn, error, ignore, not 'shout'"),
        ("betas", 5, "betas: a list of names is needed, not 5"),
        ("betas", ["a", 5], "betas: a list of names"),
        ("quirks", "x", "quirks: a mapping is needed, not a str"),
        ("quirks", {"nope": 1}, "msgs: quirks: unknown nope; "),
        ("extra_query", "a=b", "extra_query: a mapping is needed, not a str"),
        ("extra_query", {"a": "\ud800"}, "msgs: the URL is no text"),
        ("extra_body", [1], "extra_body: a mapping is needed, not a list"),
        ("extra_headers", [("a", "b")], "extra_headers: a mapping is needed, not a list"),
        ("extra_headers", {5: "b"}, "extra_headers: its keys must be text, not 5"),
        ("extra_headers", {"x-a": None}, "msgs: header 'x-a' needs a value that is text"),
        ("extra_headers", {"x-a": b"b"}, "msgs: header 'x-a' needs a value that is text"),
        ("extra_headers", {"x a": "b"}, "msgs: header 'x a' is no name"),
        ("extra_headers", {"": "b"}, "msgs: header '' is no name"),
        ("extra_headers", {"x\r\nb": "b"}, "msgs: header 'x\\r\\nb' is no name"),
        ("extra_headers", {"X-A": "v\r\nx-b: 1"}, "msgs: header 'x-a' has a value with "),
        ("extra_headers", {"x-a": "v\x00"}, "msgs: header 'x-a' has a value with "),
        ("extra_headers", {"x-a": "é"}, "msgs: header 'x-a' has a value with "),
        ("extra_headers", {"Content-Length": "1"}, "msgs: header 'content-length' follows "),
        ("extra_headers", {"transfer-encoding": "x"}, "msgs: header 'transfer-encoding' follows "),
        ("betas", ["a\r\nx: y"], "msgs: header 'anthropic-beta' has a value with "),
    ],
)
def test_an_option_of_the_wrong_kind(option: str, value: Any, begins: str) -> None:
    line(refused(**{option: value}), ConfigurationError, begins)


def test_a_client_of_the_wrong_kind() -> None:
    for wrong, begins in (
        ({"max_retries": -1}, "max_retries: "),
        ({"on_loss": 5}, "on_loss: "),
        ({"headers": "x"}, "headers: "),
        (
            {"http_library": "requests"},
            "http_library: must be httpx2, httpx or aiohttp, not 'requests'",
        ),
        ({"proxy": "nonsense"}, "HTTP client: "),
        ({"verify": "/nowhere/ca.pem"}, "HTTP client: "),
    ):
        made = {**options("http://127.0.0.1:9"), **wrong}
        with pytest.raises(ConfigurationError, match=f"^{begins}"), Client(**made) as client:
            client.messages("msgs:m", QUESTION, 1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'api_kee'"):
        Client(api_kee="x")


def test_a_closed_client() -> None:
    client = Client(**options("http://127.0.0.1:9"))
    client.close()
    client.close()
    assert repr(client) == "<any_llm.Client closed>"
    with pytest.raises(ConfigurationError, match="this client is closed; make a new one"):
        client.messages("msgs:m", QUESTION, 1)


def test_a_header_injected_through_a_field_of_the_request() -> None:
    error = refused(user_profile_id="a\r\nauthorization: Bearer evil")
    line(error, ConfigurationError, "msgs: header 'anthropic-user-profile-id' has a value with ")


# --- the request (more about its schema: test_schema.py) -------------------------------------


@pytest.mark.parametrize(
    ("fields", "line_"),
    [
        ({"messages": []}, "messages: must not be empty"),
        ({"messages": "hi"}, "messages: must be a list, not 'hi'"),
        ({"messages": {"role": "user"}}, "messages: must be a list, not a dict"),
        ({"messages": None}, "messages: must be a list, not None"),
        ({"messages": [None]}, "messages[0]: must be an object, not None"),
        ({"messages": [{"role": "user"}]}, "messages[0].content: is missing"),
        ({"max_tokens": "100"}, "max_tokens: must be a whole number, not '100'"),
        ({"max_tokens": 1.5}, "max_tokens: must be a whole number, not 1.5"),
        ({"max_tokens": -1}, "max_tokens: must be at least 0, not -1"),
        ({"max_tokens": None}, "max_tokens: must be a whole number, not None"),
        ({"stream": "yes"}, "stream: must be true or false, not 'yes'"),
        ({"temperature": "hot"}, "temperature: must be a number, not 'hot'"),
        ({"stop_sequences": "END"}, "stop_sequences: must be a list, not 'END'"),
    ],
)
def test_a_request_of_the_wrong_kind(fields: dict[str, Any], line_: str) -> None:
    line(refused(**fields), RequestValidationError, f"request: {line_}")


NO_JSON = [
    (float("nan"), "nan is no number of JSON"),
    (float("-inf"), "-inf is no number of JSON"),
    (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "a datetime is no JSON value; "),
    (b"bytes", "a bytes is no JSON value; "),
    ({1, 2}, "a set is no JSON value; "),
    (..., "a ellipsis is no JSON value; "),
    ({1: "x"}, "the key 1 is no text"),
]


@pytest.mark.parametrize(("value", "what"), NO_JSON, ids=[f"{v!r:.10}" for v, _ in NO_JSON])
def test_values_that_json_cannot_say(value: Any, what: str) -> None:
    call = {"type": "tool_use", "id": "t", "name": "n", "input": {"when": [value]}}
    turns = [*QUESTION, {"role": "assistant", "content": [call]}]
    begins = f"request: messages[1].content[0].input.when[0]: {what}"
    line(refused(messages=turns), RequestValidationError, begins)
    line(refused(num_ctx=value), RequestValidationError, f"request: num_ctx: {what}")
    error = refused(extra_body={"a": {"b": value}})
    line(error, RequestValidationError, f"request: extra_body.a.b: {what}")


def test_a_text_that_is_no_text() -> None:
    """In what is no Messages field; in those it is mended (tests/museum, lone-surrogates)."""
    what = "holds half a character (a lone surrogate), which cannot be sent"
    error = refused(num_ctx="half \ud83d")
    line(error, RequestValidationError, f"request: num_ctx: {what}")
    error = refused(extra_body={"a": ["half \ud83d"]})
    line(error, RequestValidationError, f"request: extra_body.a[0]: {what}")


def test_a_value_without_end() -> None:
    loop: list[Any] = []
    loop.append(loop)
    error = refused(extra_body={"loop": loop})
    line(error, RequestValidationError, "request: extra_body.loop[0][0]")
    assert str(error).endswith("is nested more than 200 levels deep")


def test_streaming_and_a_type_do_not_meet_here() -> None:
    error = refused(stream=True, output_format=dict[str, int])
    line(error, RequestValidationError, "request: output_format: not supported with stream=True; ")
    assert isinstance(any_llm.RequestValidationError([]), ValueError)


# --- observers -------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("observers", "says"),
    [
        ([Observer], "observers: an Observer is needed, an object and not its class, not type"),
        ([print], "observers: an Observer is needed, an object and not its class, not builtin_"),
        (Observer(), "observers: a list of observers is needed, not a Observer"),
    ],
)
def test_what_is_no_observer(made: Any, observers: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{says}"):
        made(observers=observers)
