"""Through the client, against a real server on the loopback: addresses, keys, modes, failures."""

from __future__ import annotations

import asyncio
import base64

import pytest

from any_llm import (
    AsyncClient,
    Client,
    FetchPolicy,
    LossyConversionWarning,
    MissingCredentials,
    NotFoundError,
    UnsupportedFeature,
    errors,
)
from any_llm.testing import Answer, ReplayServer
from tests.support.ollama_replies import call, end, line, ndjson

KEY = "ollama-key-4711"
HI = [{"role": "user", "content": "hi"}]
STREAM = Answer(
    body=ndjson(line("Hel"), line("lo"), end()), headers={"content-type": "application/x-ndjson"}
)
WHOLE = Answer.of(line("Hello", done=True))
TOOL = {"name": "weather", "input_schema": {"type": "object", "properties": {}}}


def client(plugins, server=None, env=None, **options):
    """A client that finds the server by OLLAMA_HOST, as people set it."""
    env = {} if env is None else env
    if server is not None:
        env = {"OLLAMA_HOST": server.url.removeprefix("http://"), **env}
    return Client(plugins=plugins, env=env, max_retries=0, **options)


def ask(found, **fields):
    return found.messages(**{"model": "ollama:qwen3:8b", "messages": HI, "max_tokens": 9, **fields})


def test_a_whole_answer(plugins):
    with ReplayServer(WHOLE) as server, client(plugins, server) as found:
        message = ask(found, num_ctx=4096)
    assert (message.text, message.losses) == ("Hello", ())
    sent = server.requests[0]
    assert (sent.method, sent.path) == ("POST", "/api/chat")
    assert sent.headers["accept"] == "application/json"
    assert sent.json == {
        "model": "qwen3:8b",
        "messages": HI,
        "stream": False,
        "think": False,
        "options": {"num_ctx": 4096, "num_predict": 9},
        "truncate": False,
    }


def test_a_stream(plugins):
    with ReplayServer(STREAM) as server, client(plugins, server) as found:
        with ask(found, stream=True) as stream:
            texts = [e.delta.text for e in stream if e.type == "content_block_delta"]
        assert texts == ["Hel", "lo"]
        assert stream.losses == ()
    assert server.requests[0].json["stream"] is True
    assert server.requests[0].headers["accept"] == "application/x-ndjson"


def test_async_on_one_byte_at_a_time(plugins):
    slow = Answer(body=STREAM.body, headers=STREAM.headers, pieces=(1,))

    async def run(server):
        env = {"OLLAMA_HOST": server.url}
        async with AsyncClient(plugins=plugins, env=env) as found:
            stream = await found.messages("ollama:m", HI, 9, stream=True)
            async with stream:
                return [event.type async for event in stream]

    with ReplayServer(slow) as server:
        assert asyncio.run(run(server))[-1] == "message_stop"


def test_a_path_in_front(plugins):
    with ReplayServer(WHOLE) as server:
        found = Client(plugins=plugins, env={"OLLAMA_HOST": f"{server.url}/ollama/"})
        with found:
            ask(found)
    assert server.requests[0].path == "/ollama/api/chat"


# --- keys ----------------------------------------------------------------------------------------


def test_the_key_of_the_environment_stays_away_from_other_hosts(plugins):
    env = {"OLLAMA_API_KEY": KEY}
    with ReplayServer(WHOLE) as server, client(plugins, server, env) as found:
        ask(found)
        ask(found, api_base=server.url)
    assert all("authorization" not in sent.headers for sent in server.requests)
    assert all(KEY not in str(sent) for sent in server.requests)


def test_a_key_that_is_passed_goes_where_the_call_goes(plugins):
    with ReplayServer(WHOLE) as server, client(plugins, server) as found:
        ask(found, api_key=KEY)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_the_cloud_row_needs_a_key_and_gives_it_to_nobody_else(plugins):
    with client(plugins) as found, pytest.raises(MissingCredentials, match="OLLAMA_API_KEY"):
        ask(found, model="ollama-cloud:gpt-oss:120b")
    with (
        ReplayServer(WHOLE) as server,
        client(plugins, env={"OLLAMA_API_KEY": KEY}) as found,
        pytest.raises(MissingCredentials),
    ):
        ask(found, model="ollama-cloud:gpt-oss:120b", api_base=server.url)
    assert server.requests == []


def test_an_address_with_credentials_is_refused_without_saying_them(plugins):
    found = Client(plugins=plugins, env={"OLLAMA_HOST": "http://me:secret@host"})
    with found, pytest.raises(errors.ConfigurationError, match="no credentials") as failed:
        ask(found)
    assert "secret" not in str(failed.value)


# --- failures ------------------------------------------------------------------------------------


def test_a_missing_model(plugins):
    missing = Answer.of({"error": "model 'qwen3:8b' not found"}, status=404)
    with ReplayServer(missing) as server, client(plugins, server) as found:
        for stream in (False, True):
            with pytest.raises(NotFoundError, match="`ollama pull qwen3:8b`"):
                ask(found, stream=stream)
    assert len(server.requests) == 2


def test_an_empty_403(plugins):
    with (
        ReplayServer(Answer(status=403)) as server,
        client(plugins, server) as found,
        pytest.raises(errors.PermissionDeniedError, match="Host"),
    ):
        ask(found)


@pytest.mark.parametrize("end", ["cut", "whole"])
def test_a_stream_that_breaks_off_raises_after_what_came(plugins, end):
    cut = Answer(body=ndjson(line("Hel")), headers=STREAM.headers, end=end, pieces=(20,))
    with ReplayServer(cut) as server, client(plugins, server) as found:
        stream = ask(found, stream=True)
        seen = []
        with pytest.raises(errors.APIConnectionError):
            seen.extend(event.type for event in stream)
        assert "message_stop" not in seen
    with (
        ReplayServer(cut) as server,
        client(plugins, server) as found,
        pytest.raises(errors.APIError),
    ):
        ask(found)


def test_a_busy_server_is_asked_again(plugins):
    busy = Answer.of({"error": "server busy"}, status=503, headers={"retry-after-ms": "1"})
    with ReplayServer(busy, WHOLE) as server:
        env = {"OLLAMA_HOST": server.url}
        with Client(plugins=plugins, env=env, max_retries=1) as found:
            assert ask(found).text == "Hello"
    assert len(server.requests) == 2


def test_tokens_are_not_counted_and_why_is_said(plugins):
    with client(plugins) as found, pytest.raises(UnsupportedFeature, match="no endpoint"):
        found.count_tokens("ollama:m", HI)


# --- what goes beside ----------------------------------------------------------------------------


def test_a_wrong_option_is_caught_before_anything_is_sent(plugins):
    with (
        ReplayServer(WHOLE) as server,
        client(plugins, server) as found,
        pytest.raises(errors.RequestValidationError, match="num_ctx"),
    ):
        ask(found, num_ctx="many")
    assert server.requests == []


def test_an_argument_of_nobodys_goes_as_it_is(plugins):
    with ReplayServer(WHOLE) as server, client(plugins, server) as found:
        message = ask(found, options={"mirostat": 1}, format="json")
    body = server.requests[0].json
    assert body["options"] == {"num_predict": 9, "mirostat": 1}
    assert body["format"] == "json"
    assert {loss.severity for loss in message.losses} == {"passed_through"}


def test_quirks_of_a_client(plugins):
    quirks = {"ollama": {"options": {"num_ctx": 2048}, "keep_alive": "1h"}}
    with ReplayServer(WHOLE) as server, client(plugins, server, quirks=quirks) as found:
        ask(found)
        ask(found, num_ctx=4096)
        with pytest.raises(errors.ConfigurationError, match="unheard"):
            ask(found, quirks={"unheard": 1})
    first, second = (sent.json for sent in server.requests)
    assert (first["options"]["num_ctx"], first["keep_alive"]) == (2048, "1h")
    assert second["options"]["num_ctx"] == 4096


def test_a_forced_tool_through_the_client(plugins):
    answer = Answer.of(line('{"city": "Oslo"}', done=True))
    forced = {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "weather"}}
    with ReplayServer(answer) as server, client(plugins, server) as found:
        with pytest.raises(UnsupportedFeature, match="forced_tool"):
            ask(found, **forced)
        with pytest.warns(LossyConversionWarning, match="tool_choice"):
            message = ask(found, **forced, quirks={"forced_tool": "format"})
    assert message.stop_reason == "tool_use"
    assert message.content[0].input == {"city": "Oslo"}
    assert len(server.requests) == 1


def test_an_agents_loop_gives_back_what_came(plugins):
    first = Answer.of(
        {**end(), "message": {"thinking": "hm", "content": "", "tool_calls": [call(id="c1")]}}
    )
    with ReplayServer(first, WHOLE) as server, client(plugins, server) as found:
        message = ask(found, tools=[TOOL])
        result = {"type": "tool_result", "tool_use_id": "c1", "content": "sun"}
        messages = [
            *HI,
            {"role": "assistant", "content": message.content},
            {"role": "user", "content": [result]},
        ]
        again = ask(found, tools=[TOOL], messages=messages)
    assert again.losses == ()
    function = {"index": 0, "name": "weather", "arguments": {}}
    assert server.requests[1].json["messages"][1:] == [
        {
            "role": "assistant",
            "content": "",
            "thinking": "hm",
            "tool_calls": [{"id": "c1", "function": function}],
        },
        {"role": "tool", "content": "sun", "tool_name": "weather", "tool_call_id": "c1"},
    ]


# --- pictures ------------------------------------------------------------------------------------

PNG = {"content-type": "image/png"}
PIXELS = b"\x89PNG not really"


def picture(url):
    block = {"type": "image", "source": {"type": "url", "url": url}}
    return [{"role": "user", "content": [block, {"type": "text", "text": "?"}]}]


def test_a_picture_behind_a_url_is_refused_by_default(plugins):
    with (
        ReplayServer(WHOLE) as server,
        client(plugins, server) as found,
        pytest.raises(UnsupportedFeature) as refused,
    ):
        ask(found, messages=picture(f"{server.url}/a.png"))
    assert refused.value.path == "messages[0].content[0].source"
    assert server.requests == []


def test_a_picture_is_fetched_where_that_is_allowed_and_without_the_key(plugins):
    page = Answer(body=PIXELS, headers=PNG)

    def answer(request):
        return page if request.path == "/a.png" else WHOLE

    policy = FetchPolicy(schemes=("http",), private_addresses=True)
    with ReplayServer(answer=answer) as server, client(plugins, server, fetch=policy) as found:
        [turn] = picture(f"{server.url}/a.png")
        turn["content"].insert(0, turn["content"][0])
        message = ask(found, messages=[turn], api_key=KEY)
    fetched, chat = server.requests
    assert "authorization" not in fetched.headers
    assert chat.json["messages"][0]["images"] == [base64.b64encode(PIXELS).decode()] * 2
    assert [(loss.path, loss.severity) for loss in message.losses] == [
        ("messages[0].content[0].source", "hint"),
        ("messages[0].content[1].source", "hint"),
    ]


def test_pictures_inside_results_and_documents_are_fetched_too(plugins):
    pages = {f"/{name}.png": Answer(body=name.encode(), headers=PNG) for name in "abc"}

    def answer(request):
        return pages.get(request.path, WHOLE)

    def block(name):
        source = {"type": "url", "url": f"{server.url}/{name}.png"}
        return {"type": "image", "source": source}

    policy = FetchPolicy(schemes=("http",), private_addresses=True)
    with (
        ReplayServer(answer=answer) as server,
        client(plugins, server, fetch=policy, on_loss="ignore") as found,
    ):
        use = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
        result = {"type": "tool_result", "tool_use_id": "t", "content": [block("a")]}
        inside = {"type": "content", "content": [block("b")]}
        last = [result, {"type": "document", "source": inside}, block("c")]
        turns = [{"role": "assistant", "content": [use]}, {"role": "user", "content": last}]
        ask(found, messages=[*HI, *turns])
    assert [sent.path for sent in server.requests[:-1]] == ["/a.png", "/b.png", "/c.png"]
    said = server.requests[-1].json["messages"]
    assert [each.get("images") for each in said] == [None, None, ["YQ=="], ["Yg==", "Yw=="]]


def test_a_url_that_holds_no_picture_is_refused(plugins):
    page = Answer(body=b"%PDF", headers={"content-type": "application/pdf"})
    policy = FetchPolicy(schemes=("http",), private_addresses=True)
    with (
        ReplayServer(page) as server,
        client(plugins, server, fetch=policy) as found,
        pytest.raises(UnsupportedFeature, match="no picture"),
    ):
        ask(found, messages=picture(f"{server.url}/a.pdf"))
    assert len(server.requests) == 1


@pytest.mark.parametrize(("said", "sent"), [("iVBO", "iVBO"), ("iVB%2Bw%3D%3D", "iVB+w==")])
def test_a_data_url_needs_no_fetching(plugins, said, sent):
    with ReplayServer(WHOLE) as server, client(plugins, server) as found:
        ask(found, messages=picture(f"data:image/png;base64,{said}"))
    assert server.requests[0].json["messages"][0]["images"] == [sent]
