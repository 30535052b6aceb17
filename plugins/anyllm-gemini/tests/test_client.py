"""Through the client, against a real server on the loopback: places, keys, modes, failures."""

from __future__ import annotations

import asyncio

import pytest

import anyllm_gemini
from any_llm import (
    APIConnectionError,
    AsyncClient,
    BadReply,
    Client,
    ConfigurationError,
    LossyConversionWarning,
    MissingCredentials,
    PluginManager,
    RateLimitError,
    StreamTruncated,
    UnsupportedFeature,
)
from any_llm.testing import Answer, ReplayServer
from tests.support.gemini_replies import call, chunk, sse, text

KEY = "AIza-4711"
HI = [{"role": "user", "content": "hi"}]
CHUNKS = [chunk(text("Hel")), chunk(text("lo"), finish="STOP")]
STREAM = Answer.sse(sse(*CHUNKS))
WHOLE = Answer.of(chunk(text("Hello"), finish="STOP"))
ARRAY = Answer.of(CHUNKS)


@pytest.fixture
def plugins():
    manager = PluginManager(autoload=False, env={})
    manager.register(anyllm_gemini)
    return manager


def client(plugins, server, env=None, **options):
    env = {"GOOGLE_GEMINI_BASE_URL": f"{server.url}/", **({"GEMINI_API_KEY": KEY} | (env or {}))}
    return Client(plugins=plugins, env=env, max_retries=0, **options)


def ask(found, **fields):
    return found.messages(
        **{"model": "gemini:gemini-3-flash", "messages": HI, "max_tokens": 9, **fields}
    )


def test_a_whole_answer(plugins):
    with ReplayServer(WHOLE) as server, client(plugins, server) as found:
        message = ask(found)
    assert (message.text, message.losses) == ("Hello", ())
    [sent] = server.requests
    assert (sent.method, sent.path) == ("POST", "/v1beta/models/gemini-3-flash:generateContent")
    assert sent.headers["x-goog-api-key"] == KEY
    assert "authorization" not in sent.headers
    assert sent.json == {
        "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
        "generationConfig": {"maxOutputTokens": 9},
    }


@pytest.mark.parametrize("answer", [STREAM, ARRAY])
def test_a_stream(plugins, answer):
    with ReplayServer(answer) as server, client(plugins, server, on_loss="ignore") as found:
        with ask(found, stream=True) as stream:
            texts = [e.delta.text for e in stream if e.type == "content_block_delta"]
        assert "".join(texts) == "Hello"
    path = server.requests[0].path
    assert path == "/v1beta/models/gemini-3-flash:streamGenerateContent?alt=sse"
    assert KEY not in path


def test_async_on_one_byte_at_a_time(plugins):
    slow = Answer.sse(STREAM.body, pieces=(1,))

    async def run(server):
        env = {"GOOGLE_GEMINI_BASE_URL": server.url, "GOOGLE_API_KEY": KEY}
        async with AsyncClient(plugins=plugins, env=env) as found:
            stream = await found.messages("gemini:m", HI, 9, stream=True)
            async with stream:
                return [event.type async for event in stream]

    with ReplayServer(slow) as server:
        assert asyncio.run(run(server))[-1] == "message_stop"


@pytest.mark.parametrize("after", [10, len(sse(CHUNKS[0])), len(sse(*CHUNKS)) - 5])
def test_a_stream_that_is_cut(plugins, after):
    cut = Answer.sse(STREAM.body, end="cut", after=after)
    with (
        ReplayServer(cut) as server,
        client(plugins, server) as found,
        pytest.raises(APIConnectionError),
        ask(found, stream=True) as stream,
    ):
        list(stream)


def test_a_stream_that_ends_without_a_reason(plugins):
    with (
        ReplayServer(Answer.sse(sse(CHUNKS[0]))) as server,
        client(plugins, server) as found,
        pytest.raises(StreamTruncated),
        ask(found, stream=True) as stream,
    ):
        list(stream)


# --- keys and places -------------------------------------------------------------------------


def test_which_key(plugins):
    env = {"GOOGLE_API_KEY": "second"}
    with ReplayServer(WHOLE) as server, client(plugins, server, env) as found:
        ask(found)
        ask(found, api_key=" passed ")
    keys = [sent.headers["x-goog-api-key"] for sent in server.requests]
    assert keys == [KEY, "passed"]
    with ReplayServer(WHOLE) as server, pytest.raises(MissingCredentials, match="GEMINI_API_KEY"):
        ask(client(plugins, server, {"GEMINI_API_KEY": ""}))


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("%2e%2e/secret", "%252e%252e/secret"),
        ("m?key=1#x", "m%3Fkey=1%23x"),
        ("a b", "a%20b"),
        ("gemini-2.5-flash@001", "gemini-2.5-flash@001"),
    ],
)
def test_a_model_stays_inside_its_place_in_the_path(plugins, model, path):
    with ReplayServer(WHOLE) as server, client(plugins, server) as found:
        ask(found, model=f"gemini:{model}")
    assert server.requests[0].path == f"/v1beta/models/{path}:generateContent"


def test_an_address_with_a_version_of_its_own(plugins):
    with ReplayServer(WHOLE) as server, client(plugins, server) as found:
        ask(found, api_base=f"{server.url}/proxy/v1")
        ask(found, api_base=f"{server.url}/proxy", quirks={"api_version": "v1alpha"})
    assert [sent.path for sent in server.requests] == [
        "/proxy/v1/models/gemini-3-flash:generateContent",
        "/proxy/v1alpha/models/gemini-3-flash:generateContent",
    ]


def test_googles_own_fields_are_merged_in(plugins):
    safety = [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}]
    with ReplayServer(WHOLE) as server, client(plugins, server) as found:
        message = ask(found, temperature=1, safetySettings=safety, generationConfig={"seed": 7})
        assert {loss.severity for loss in message.losses} == {"passed_through"}
        ask(found, cached_content="cachedContents/1")
        with pytest.raises(UnsupportedFeature):
            ask(found, cached_content="cachedContents/1", system="s")
    first, second = (sent.json for sent in server.requests)
    assert first["generationConfig"] == {"maxOutputTokens": 9, "temperature": 1, "seed": 7}
    assert first["safetySettings"] == safety
    assert second["cachedContent"] == "cachedContents/1"


def vertex(plugins, env, **options):
    return Client(plugins=plugins, env=env, max_retries=0, **options)


@pytest.mark.parametrize(
    ("location", "host"),
    [
        (None, "https://aiplatform.googleapis.com"),
        ("global", "https://aiplatform.googleapis.com"),
        ("us-central1", "https://us-central1-aiplatform.googleapis.com"),
        ("EU", "https://aiplatform.eu.rep.googleapis.com"),
    ],
)
def test_vertex_lives_where_its_location_says(plugins, location, host):
    env = {"GOOGLE_CLOUD_PROJECT": "p-1", "GOOGLE_OAUTH_ACCESS_TOKEN": "ya29"}
    env |= {"GOOGLE_CLOUD_LOCATION": location} if location else {}
    with vertex(plugins, env) as found:
        args, _ = _arguments("vertex:gemini-3-flash")
        plan = found._plan(args, "messages")
    where = (location or "global").lower()
    assert plan.base_url == f"{host}/v1beta1/projects/p-1/locations/{where}"
    assert plan.ctx.profile.issuer == "vertex"


def _arguments(model):
    from any_llm.client import _arguments

    return _arguments(model, HI, 9, {})


def test_vertex_over_a_gateway(plugins):
    with ReplayServer(WHOLE) as server, vertex(plugins, {"GOOGLE_CLOUD_PROJECT": "p"}) as found:
        base = f"{server.url}/v1/projects/p/locations/global"
        ask(found, model="vertex:gemini-3-flash", api_key="ya29", api_base=base)
    [sent] = server.requests
    assert sent.headers["authorization"] == "Bearer ya29"
    assert "x-goog-api-key" not in sent.headers
    where = "/v1/projects/p/locations/global/publishers/google/models/gemini-3-flash"
    assert sent.path == f"{where}:generateContent"


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({}, "GOOGLE_CLOUD_PROJECT"),
        ({"GOOGLE_CLOUD_PROJECT": "a/b"}, "project"),
        ({"GOOGLE_CLOUD_PROJECT": ".."}, "project"),
        ({"GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_CLOUD_LOCATION": "evil.test/"}, "location"),
        ({"GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_CLOUD_LOCATION": ""}, "no API key"),
    ],
)
def test_vertex_says_what_is_missing(plugins, env, why):
    with (
        vertex(plugins, env) as found,
        pytest.raises((ConfigurationError, MissingCredentials)) as e,
    ):
        ask(found, model="vertex:gemini-3-flash")
    assert why in str(e.value)


# --- a conversation --------------------------------------------------------------------------


def test_an_answer_goes_back_as_it_came(plugins):
    tool = {"name": "f", "input_schema": {"type": "object", "properties": {}}}
    signed = [text("hm", thought=True), call("f", {"a": 1}, id="c1", sign="AAAA")]
    answers = [Answer.sse(sse(chunk(*signed, finish="STOP"))), WHOLE]
    with ReplayServer(*answers) as server, client(plugins, server) as found:
        with found.stream("gemini:gemini-3-flash", HI, 9, tools=[tool]) as stream:
            first = stream.get_final_message()
        assert first.stop_reason == "tool_use"
        [_, used] = first.content
        result = {"type": "tool_result", "tool_use_id": used.id, "content": "ok"}
        turns = [*HI, {"role": "assistant", "content": first.content}]
        ask(found, messages=[*turns, {"role": "user", "content": [result]}], tools=[tool])
    contents = server.requests[1].json["contents"]
    assert contents[1]["parts"] == signed
    said = {"id": "c1", "name": "f", "response": {"output": "ok"}}
    assert contents[2]["parts"] == [{"functionResponse": said}]


def test_a_wait_that_google_asks_for(plugins):
    detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.01s"}
    error = {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "slow", "details": [detail]}
    busy = Answer.of({"error": error}, status=429)
    with (
        ReplayServer(busy) as server,
        client(plugins, server) as found,
        pytest.raises(RateLimitError) as raised,
    ):
        ask(found)
    assert raised.value.retry_after == 0.01
    with ReplayServer(busy, WHOLE) as server:
        env = {"GOOGLE_GEMINI_BASE_URL": server.url, "GEMINI_API_KEY": KEY}
        with Client(plugins=plugins, env=env) as found:
            assert ask(found).text == "Hello"
    assert KEY not in str(raised.value)


def test_losses_warn(plugins):
    with ReplayServer(WHOLE) as server, client(plugins, server) as found:
        with pytest.warns(LossyConversionWarning, match="metadata.user_id"):
            ask(found, metadata={"user_id": "u"})
        with pytest.raises(UnsupportedFeature):
            ask(found, metadata={"user_id": "u"}, on_loss="error")


# --- other operations ------------------------------------------------------------------------


def test_a_server_that_forgets_the_schema_is_told(plugins):
    form = {"type": "json_schema", "schema": {"type": "object", "properties": {"a": {}}}}
    with (
        ReplayServer(WHOLE) as server,
        client(plugins, server) as found,
        pytest.warns(LossyConversionWarning, match="no JSON"),
    ):
        message = ask(found, output_config={"format": form})
    assert [loss.path for loss in message.losses] == ["output_config.format"]
    assert message.text == "Hello"


def test_counting_tokens(plugins):
    tool = {"name": "f", "input_schema": {"type": "object", "properties": {"a": {}}}}
    with ReplayServer(Answer.of({"totalTokens": 31})) as server, client(plugins, server) as found:
        counted = found.count_tokens("gemini:gemini-3-flash", HI, system="s", tools=[tool])
    assert counted.input_tokens == 31
    [sent] = server.requests
    assert sent.path == "/v1beta/models/gemini-3-flash:countTokens"
    assert sent.json == {
        "generateContentRequest": {
            "model": "models/gemini-3-flash",
            "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
            "systemInstruction": {"parts": [{"text": "s"}]},
            "tools": [
                {
                    "functionDeclarations": [
                        {"name": "f", "parametersJsonSchema": tool["input_schema"]}
                    ]
                }
            ],
        }
    }


def test_counting_tokens_on_vertex(plugins):
    answer = Answer.of({"totalTokens": 4, "totalBillableCharacters": 9})
    with ReplayServer(answer) as server, vertex(plugins, {}) as found:
        counted = found.count_tokens(
            "vertex:gemini-3-flash", HI, api_key="ya29", api_base=f"{server.url}/v1"
        )
    assert counted.input_tokens == 4
    assert server.requests[0].json == {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}


@pytest.mark.parametrize(
    "body", [{}, {"totalTokens": "4"}, {"totalTokens": -1}, {"totalTokens": True}, [1], "x"]
)
def test_counts_that_are_none(plugins, body):
    with (
        ReplayServer(Answer.of(body)) as server,
        client(plugins, server) as found,
        pytest.raises(BadReply),
    ):
        found.count_tokens("gemini:m", HI)


def test_models(plugins):
    first = {
        "name": "models/gemini-3-flash",
        "displayName": "Gemini 3 Flash",
        "inputTokenLimit": 1048576,
        "outputTokenLimit": 65536,
        "supportedGenerationMethods": ["generateContent"],
        "thinking": True,
    }
    pages = [
        Answer.of({"models": [first], "nextPageToken": "n"}),
        Answer.of({"models": [{"name": "models/b"}]}),
    ]
    with ReplayServer(*pages) as server, client(plugins, server) as found:
        models = found.models.list("gemini")
    assert [model.id for model in models] == ["gemini-3-flash", "b"]
    assert models[0].display_name == "Gemini 3 Flash"
    assert (models[0].max_input_tokens, models[0].max_tokens) == (1048576, 65536)
    assert models[0].provider_extras == first
    assert models[1].display_name == "b"
    assert [sent.path for sent in server.requests] == [
        "/v1beta/models?pageSize=1000",
        "/v1beta/models?pageSize=1000&pageToken=n",
    ]


@pytest.mark.parametrize("tokens", [["n"], [5], ["a", "b", "a", "b", "n"]])
def test_a_list_that_never_ends(plugins, tokens):
    models = [{"name": "models/b"}]
    pages = [Answer.of({"models": models, "nextPageToken": token}) for token in tokens]
    with (
        ReplayServer(*pages) as server,
        client(plugins, server) as found,
        pytest.raises(BadReply, match="repeats"),
    ):
        found.models.list("gemini")


def test_vertex_has_no_list(plugins):
    env = {"GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_OAUTH_ACCESS_TOKEN": "ya29"}
    with vertex(plugins, env) as found, pytest.raises(UnsupportedFeature, match="Model Garden"):
        found.models.list("vertex")
