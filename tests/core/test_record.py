"""The recorder: an exchange with a real server becomes a case, and nobody's secrets with it."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from pydantic import SecretStr

from any_llm import APIConnectionError, ConfigurationError
from any_llm.plugin import (
    ApiKey,
    Auth,
    GetToken,
    HTTPRequest,
    ProviderSpec,
    Setting,
    Token,
)
from any_llm.sse import to_sse
from any_llm.stream import MessageStream
from any_llm.testing import (
    Answer,
    Case,
    FakeAnswer,
    FakeProvider,
    RecordError,
    ToolCall,
    record,
)
from any_llm.types import MessageResponse
from tests.contracts.support import HELLO, manager

KEY = "sk-QzX9w-Zx9/Qw+8_Er7tY"
ORG = "acme-research-dept"
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m-1",
    "content": [
        {"type": "text", "text": "hello"},
        {"type": "tool_use", "id": "t1", "name": "f", "input": {"city": "Rome"}},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 3, "output_tokens": 4},
}
HEADERS = {
    "content-type": "application/json",
    "x-request-id": "req_1",
    "openai-organization": ORG,
    "set-cookie": "session=abcdefghijkl",
    "cf-ray": "8f1",
}


def stream_of(message: dict) -> bytes:
    return b"".join(map(to_sse, MessageStream.of(MessageResponse.model_validate(message))))


def spec_of(server, **fields) -> ProviderSpec:
    options = {"auth": ApiKey(env=("HOSTILE_KEY",)), **fields}
    return ProviderSpec(id="stranger", dialect="messages", base_url=server.url, **options)


def take(server, *, fields=None, **options) -> Case:
    options = {"api_key": KEY, "name": "a case", "plugins": manager(spec_of(server)), **options}
    options.setdefault("client_options", {"env": {}})
    return record("stranger:m-1", HELLO, 9, **options, **(fields or {}))


def answering(whole: Answer, streamed: Answer):
    return lambda request: streamed if request.json.get("stream") else whole


def good(message: dict = MESSAGE, **more) -> dict:
    whole = Answer(body=json.dumps(message).encode(), headers=HEADERS, **more)
    said = {**HEADERS, "content-type": "text/event-stream"}
    return {"answer": answering(whole, Answer(body=stream_of(message), headers=said, **more))}


# --- what a case holds -----------------------------------------------------------------------


def test_whole_and_streamed(replay_server, tmp_path) -> None:
    server = replay_server(**good())
    case = take(server, fields={"system": "s", "seed": 7}, source="a server", licence="CC0")
    assert (case.name, case.provider, case.source, case.licence) == (
        *("a case", "stranger", "a server", "CC0"),
    )
    assert case.request == {"model": "m-1", "messages": HELLO, "max_tokens": 9, "system": "s"}
    assert case.options == {"seed": 7}
    assert case.modes == ("whole", "streamed")
    for mode, recording in (("whole", case.whole), ("streamed", case.streamed)):
        (exchange,) = recording.exchanges
        assert (exchange.method, exchange.path, exchange.status) == ("POST", "/v1/messages", 200)
        asked = {"model": "m-1", "messages": HELLO, "max_tokens": 9, "system": "s", "seed": 7}
        assert exchange.sent == asked | ({"stream": True} if mode == "streamed" else {})
        assert set(exchange.headers) == {"content-type", "x-request-id"}
        assert recording.expect.text == "hello"
        assert recording.expect.tools == (ToolCall(name="f", input={"city": "Rome"}),)
        assert recording.expect.stop_reason == "tool_use"
        assert recording.expect.blocks == ("text", "tool_use")
        assert recording.expect.usage["input_tokens"] == 3
    assert case.whole.exchanges[0].body == json.dumps(MESSAGE).encode()
    assert case.streamed.exchanges[0].body == stream_of(MESSAGE)
    case.dump(tmp_path / "case.json")
    assert Case.load(tmp_path / "case.json") == case


def test_the_sizes_of_the_networks_pieces_are_kept(replay_server) -> None:
    server = replay_server(**good(pieces=[40], delay=0.002))
    exchange = take(server, modes=["streamed"]).streamed.exchanges[0]
    assert len(exchange.pieces) > 1
    assert sum(exchange.pieces) == len(exchange.body)
    assert all(size % 40 == 0 for size in exchange.pieces[:-1])


def test_one_mode(replay_server) -> None:
    case = take(replay_server(**good()), modes=["whole"])
    assert case.modes == ("whole",)
    with pytest.raises(RecordError, match="name whole, streamed or both"):
        take(replay_server(**good()), modes=[])


def test_an_error_of_the_provider_is_a_case(replay_server) -> None:
    refused = Answer.error(429, type="rate_limit_error", retry_after=7)
    case = take(replay_server(refused), modes=["whole"])
    error = case.whole.expect.error
    assert (error.kind, error.type, error.status, error.retry_after) == (
        *("RateLimitError", "rate_limit_error", 429, 7),
    )
    assert case.whole.exchanges[0].headers["retry-after"] == "7"


def test_no_answer_is_no_case(replay_server) -> None:
    with pytest.raises(APIConnectionError):
        take(replay_server(Answer.nothing("reset")))


def test_a_body_that_broke_is_no_case(replay_server) -> None:
    broken = Answer.sse(stream_of(MESSAGE), end="reset", after=300)
    with pytest.raises(RecordError, match="means something else"):
        take(replay_server(broken), modes=["streamed"])


def test_an_engine_in_the_process_is_recorded_too() -> None:
    fake = FakeProvider(answer=lambda _: FakeAnswer("hi"))
    case = record("fake:m", HELLO, 9, plugins=fake.plugins)
    assert case.whole.expect.text == case.streamed.expect.text == "hi"
    assert case.name == "m"


def test_a_type_is_no_json(replay_server) -> None:
    with pytest.raises(RecordError, match="say it as output_config"):
        take(replay_server(**good()), fields={"output_format": int})


# --- hostile servers -------------------------------------------------------------------------


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS = {
    "as it is": json.dumps,
    "escaped": lambda key: '"' + "".join(f"\\u{ord(c):04x}" for c in key) + '"',
    "slashes escaped": lambda key: json.dumps(key).replace("/", "\\/"),
    "base64": lambda key: json.dumps(base64.b64encode(key.encode()).decode()),
    "base64 of the header": lambda key: json.dumps(
        base64.b64encode(b"Bearer " + key.encode()).decode()
    ),
    "masked": lambda key: json.dumps(f"Incorrect key: {key[:8]}*********{key[-4:]}"),
    "hex": lambda key: json.dumps(key.encode().hex()),
}


def holds(case: Case, secret: str = KEY) -> bool:
    """Whether any reading of the file gives the secret, or six letters of it in a row."""
    text = json.dumps(case.as_json())
    bodies = [e.body for mode in case.modes for e in case.recording(mode).exchanges]
    readings = [text, text.encode().decode("unicode_escape")]
    for body in bodies:
        said = body.decode("latin-1")
        readings += [said, said.encode().decode("unicode_escape")]
        for part in said.split('"'):
            try:
                readings.append(base64.b64decode(part).decode("latin-1"))
            except ValueError:
                continue
    parts = {secret[at : at + 6] for at in range(len(secret) - 5)}
    return any(part in reading for part in parts for reading in readings)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 13, 10_000])
def test_a_key_that_is_echoed_in_the_body(replay_server, form, size) -> None:
    echo = FORMS[form](KEY)
    body = json.dumps(MESSAGE)[:-1] + f', "debug": {{"you": {echo}, {echo}: 1}}}}'
    event = f'event: ping\ndata: {{"type": "ping", "you": {echo}}}\n\n'.encode()
    whole = Answer(body=body.encode(), headers=HEADERS, pieces=[size])
    case = take(
        replay_server(
            answer=answering(whole, Answer.sse(event + stream_of(MESSAGE), pieces=[size]))
        )
    )
    assert not holds(case)
    assert case.whole.expect.text == case.streamed.expect.text == "hello"
    assert len(case.whole.exchanges[0].body) == len(body)


def test_a_key_that_is_echoed_compressed(replay_server) -> None:
    body = gzip.compress(json.dumps({**MESSAGE, "you": KEY}).encode())
    packed_ = Answer(body=body, headers={**HEADERS, "content-encoding": "gzip"}, pieces=[50])
    case = take(replay_server(packed_), modes=["whole"])
    assert not holds(case)
    (exchange,) = case.whole.exchanges
    assert set(exchange.headers) == {"content-type", "x-request-id"}
    assert json.loads(exchange.body) == {**MESSAGE, "you": "x" * len(KEY)}


def test_a_key_that_is_echoed_in_headers(replay_server) -> None:
    said = {
        **HEADERS,
        "x-echo": KEY,
        "x-request-id": f"req-{KEY}",
        "content-type": "application/json",
    }
    case = take(
        replay_server(Answer(body=json.dumps(MESSAGE).encode(), headers=said)), modes=["whole"]
    )
    assert not holds(case)
    assert case.whole.exchanges[0].headers["x-request-id"] == "req-" + "x" * len(KEY)


def test_a_key_that_is_echoed_in_an_error(replay_server) -> None:
    refused = Answer.error(401, message=f"Incorrect API key: {KEY}, of {ORG}", headers=HEADERS)
    case = take(replay_server(refused))
    assert not holds(case)
    assert not holds(case, ORG)
    assert case.whole.expect.error.kind == "AuthenticationError"


def test_a_key_that_the_answer_says(replay_server) -> None:
    message = {**MESSAGE, "content": [{"type": "text", "text": f"your key is {KEY}!"}]}
    case = take(replay_server(**good({**message, "stop_reason": "end_turn"})))
    assert not holds(case)
    assert case.whole.expect.text == f"your key is {'x' * len(KEY)}!"


def test_a_key_that_the_answer_says_in_pieces_is_refused(replay_server) -> None:
    def event(kind, **fields):
        data = json.dumps({"type": kind, **fields})
        return f"event: {kind}\ndata: {data}\n\n".encode()

    start = {**MESSAGE, "content": [], "stop_reason": None}
    delta = "content_block_delta"
    body = event("message_start", message=start)
    body += event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for at in range(0, len(KEY), 4):
        piece = {"type": "text_delta", "text": KEY[at : at + 4]}
        body += event(delta, index=0, delta=piece)
    body += event("content_block_stop", index=0)
    body += event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 1})
    body += event("message_stop")
    with pytest.raises(RecordError, match="in pieces that only together make it") as caught:
        take(replay_server(Answer.sse(body)), modes=["streamed"])
    assert KEY not in str(caught.value)


def test_a_key_in_every_field_of_the_answer(replay_server) -> None:
    message = {
        **MESSAGE,
        "id": KEY,
        "model": KEY,
        "stop_reason": KEY,
        "content": [{"type": "tool_use", "id": KEY, "name": KEY, "input": {KEY: [KEY]}}],
    }
    case = take(replay_server(**good(message)))
    assert not holds(case)
    assert case.whole.expect.stop_reason == "x" * len(KEY)


def test_an_error_of_the_recorder_holds_no_key(replay_server) -> None:
    broken = {**MESSAGE, "stop_reason": KEY}
    answer = Answer.sse(stream_of(broken), end="cut", after=len(stream_of(broken)) - 40)
    with pytest.raises((RecordError, APIConnectionError)) as caught:
        take(replay_server(answer), modes=["streamed"])
    assert KEY[:8] not in str(caught.value)


def test_who_the_account_belongs_to_goes(replay_server) -> None:
    body = json.dumps({**MESSAGE, "organization": ORG})
    case = take(replay_server(Answer(body=body.encode(), headers=HEADERS)), modes=["whole"])
    assert not holds(case, ORG)
    assert not holds(case, "abcdefghijkl")  # the cookie


def test_a_key_in_the_request_goes(replay_server) -> None:
    turns = [{"role": "user", "content": f"my key is {KEY}"}]
    server = replay_server(**good())
    case = record(
        "stranger:m-1",
        turns,
        9,
        api_key=KEY,
        plugins=manager(spec_of(server)),
        client_options={"env": {}},
        own=KEY,
        extra_headers={"x-own-secret": "another-secret-1"},
        extra_query={"api_key": "third-secret-22"},
    )
    assert not holds(case)
    assert "another-secret-1" not in json.dumps(case.as_json())
    assert case.whole.exchanges[0].path == "/v1/messages?api_key=" + "x" * 15
    assert case.request["messages"][0]["content"] == "my key is " + "x" * len(KEY)


@pytest.mark.parametrize("where", ["argument", "client", "environment"])
def test_a_key_from_wherever(replay_server, where) -> None:
    options = {
        "argument": {"api_key": KEY, "client_options": {"env": {}}},
        "client": {"api_key": None, "client_options": {"env": {}, "keys": {"stranger": KEY}}},
        "environment": {"api_key": None, "client_options": {"env": {"HOSTILE_KEY": KEY}}},
    }[where]
    echo = {**MESSAGE, "you": KEY}
    case = take(replay_server(**good(echo)), **options)
    assert not holds(case)


class Expiring(Auth):
    env, required, hosts = (), True, ()

    def __init__(self, url: str) -> None:
        self.url = url

    def flow(self, request, ctx):
        ask = HTTPRequest(method="POST", url=self.url, content=b"{}")
        token = yield GetToken(
            key="t", request=ask, read=lambda reply: Token(SecretStr(reply.json["token"]))
        )
        return request.with_headers({"authorization": f"Bearer {token.value.get_secret_value()}"})


def test_a_token_and_its_exchange_stay_out(replay_server) -> None:
    token = "fresh-token-998877"
    tokens = replay_server(Answer.of({"token": token}))
    server = replay_server(**good({**MESSAGE, "seen": token}))
    spec = spec_of(server, auth=Expiring(tokens.url))
    case = take(server, plugins=manager(spec))
    assert not holds(case, token)
    assert not holds(case)
    assert len(case.whole.exchanges) == len(case.streamed.exchanges) == 1
    assert tokens.requests


def test_a_project_in_the_path_goes_and_a_place_stays(replay_server) -> None:
    server = replay_server(**good())
    settings = [Setting(name="project"), Setting(name="location", default="global")]
    spec = ProviderSpec(
        id="stranger",
        dialect="messages",
        base_url=server.url + "/{project}/{location}",
        settings=settings,
    )
    own = {"stranger": {"project": "secret-project-7", "location": "europe-west4"}}
    case = take(server, plugins=manager(spec), client_options={"env": {}, "settings": own})
    path = case.whole.exchanges[0].path
    assert path == "/" + "x" * 16 + "/europe-west4/v1/messages"


# --- the seam --------------------------------------------------------------------------------


def test_a_client_wraps_its_transports_once(colour_free_client) -> None:
    client, made = colour_free_client
    for _ in range(3):
        assert client.messages("fake:m", HELLO, 9).text == "hi"
    assert len(made) == 1


@pytest.fixture
def colour_free_client():
    from any_llm import Client

    made = []

    def wrap(transport):
        made.append(transport)
        return transport

    fake = FakeProvider(answer=lambda _: "hi")
    with Client(plugins=fake.plugins, env={}, wrap_transport=wrap) as client:
        yield client, made
    with pytest.raises(ConfigurationError, match="closed"):
        client.messages("fake:m", HELLO, 9)
