from __future__ import annotations

import json

import anyio
import pytest

from any_llm import APITimeoutError, ConfigurationError, NotFoundError, UnsupportedFeature
from any_llm.plugin import HTTPRequest, Timeout
from anyllm_local.transport import AsyncLocalTransport, LocalTransport

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

BASE = "local://llama.cpp/v1"
QUERY = "?n_ctx=2048&threads=1&seed=7"  # those of the fixture `local`: its engine is used


def request(body, path="/chat/completions", query=QUERY, method="POST"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HTTPRequest(method=method, url=BASE + path + query, content=content)


def chat(text="Hi", **fields):
    turn = {"role": "user", "content": text}
    return {"model": "default", "messages": [turn], "max_tokens": 4, **fields}


@pytest.mark.usefixtures("local")
def test_sync():
    reply = LocalTransport().send(request(chat()), Timeout())
    assert (reply.status, reply.headers["server"]) == (200, "llama.cpp")
    assert json.loads(reply.read())["usage"]["completion_tokens"] == 4
    reply = LocalTransport().send(request(chat(stream=True)), Timeout())
    assert b"".join(reply.chunks()).endswith(b"data: [DONE]\n\n")


@pytest.mark.anyio
@pytest.mark.usefixtures("local")
async def test_async():
    transport = AsyncLocalTransport()
    reply = await transport.send(request(chat()), Timeout())
    assert (reply.status, reply.headers["server"]) == (200, "llama.cpp")
    assert json.loads(await reply.read())["usage"]["completion_tokens"] == 4
    reply = await transport.send(request(chat(stream=True)), Timeout())
    assert b"".join([piece async for piece in reply.chunks()]).endswith(b"data: [DONE]\n\n")
    await reply.close()
    await transport.close()


@pytest.mark.anyio
async def test_closing_an_async_stream_ends_its_generation(tokens_held):
    body = chat(stream=True, max_tokens=1500, ignore_eos=True)
    reply = await AsyncLocalTransport().send(request(body), Timeout())
    await anext(reply.chunks())
    await reply.close()
    await reply.close()
    assert tokens_held() < 1000


@pytest.mark.anyio
async def test_cancelling_ends_the_generation(tokens_held):
    body = chat(max_tokens=1500, ignore_eos=True)
    with anyio.move_on_after(0.05) as scope:
        await AsyncLocalTransport().send(request(body), Timeout())
    assert scope.cancelled_caught
    assert tokens_held() < 1000


@pytest.mark.anyio
async def test_an_async_timeout(tokens_held):
    body = chat(max_tokens=1500, ignore_eos=True)
    with pytest.raises(APITimeoutError, match="raise timeout="):
        await AsyncLocalTransport().send(request(body), Timeout(read=0.05))
    assert tokens_held() < 1000


@pytest.mark.anyio
@pytest.mark.usefixtures("local")
async def test_calls_at_the_same_time_wait_their_turn():
    done = []

    async def one(number):
        reply = await AsyncLocalTransport().send(request(chat(f"Number {number}")), Timeout())
        await reply.read()
        done.append(reply.status)

    async with anyio.create_task_group() as group:
        for number in range(8):
            group.start_soon(one, number)
    assert done == [200] * 8


TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"tools": [TOOL]}, "tools"),
        ({"messages": [{"role": "assistant", "tool_calls": [CALL]}]}, "messages"),
    ],
)
@pytest.mark.usefixtures("local")
def test_tools_that_the_model_would_not_see_are_refused(fields, path):
    with pytest.raises(UnsupportedFeature, match=r"SmolLM2.* knows no tools") as caught:
        LocalTransport().send(request({**chat(), **fields}), Timeout())
    assert caught.value.path == path


@pytest.mark.usefixtures("local")
def test_tools_that_must_not_be_used_are_harmless():
    body = chat(tools=[TOOL], tool_choice="none")
    assert LocalTransport().send(request(body), Timeout()).status == 200


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"model": 3}'])
def test_what_is_wrong_with_a_body_is_for_llama_cpp_to_say(content):
    reply = LocalTransport().send(request(content), Timeout())
    assert (reply.status, "error" in json.loads(reply.read())) == (400, True)


@pytest.mark.usefixtures("local")
def test_the_list_of_models_needs_no_body():
    reply = LocalTransport().send(request(b"", "/models", method="GET"), Timeout())
    assert json.loads(reply.read())["data"][0]["id"] == "SmolLM2-135M-Instruct.Q4_1"


def test_an_unknown_model_or_setting_is_an_error():
    with pytest.raises(NotFoundError):
        LocalTransport().send(request({**chat(), "model": "gpt-5"}), Timeout())
    with pytest.raises(ConfigurationError, match="setting gpu"):
        LocalTransport().send(request(chat(), query="?gpu=1"), Timeout())
