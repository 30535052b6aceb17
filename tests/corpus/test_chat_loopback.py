"""A selection of the recorded answers over real sockets, streams dribbled in small pieces.

What comes over the loopback is what the same bytes give in memory, whole or failing.
"""

from __future__ import annotations

import json
import random
from functools import cache

import pytest

import anyllm_openai
from any_llm import AnyLLMError, AsyncClient, Client, MessageResponse, PluginManager
from any_llm.plugin import CallContext, WireReply
from any_llm.testing import Answer, ReplayServer
from anyllm_openai.common.errors import error_of_reply
from anyllm_openai.common.profile import ChatProfile
from tests.corpus import left_out, records
from tests.corpus.chat_replay import body_of
from tests.support.chat_replies import read_bytes, read_whole

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

MOST = 20_000  # bytes of a body
# The id that is made for its call stands inside a sealed signature too, another each time.
SEALED = "openai-chat-1c4007287de02ea3da9c"
MODEL, SEED = "asked-model", "5eed"
HI = [{"role": "user", "content": "hi"}]


@cache
def chosen():
    """Of each kind of answer the smallest: host, form, status, features and oddities."""
    kinds = {}
    found = [r for r in records.selection("openai-chat") if len(body_of(r)) <= MOST]
    for record in sorted(found, key=lambda record: (len(body_of(record)), record["id"])):
        streamed = record["response_text"] is not None
        odd = (*record["features"], *record["oddities"])
        kinds.setdefault((record["provider"], streamed, record["status"] >= 400, *odd), record)
    out = {*left_out.CHAT_ANSWERS, SEALED}
    return [record for record in kinds.values() if record["id"] not in out]


def options():
    plugins = PluginManager(autoload=False)
    plugins.register(anyllm_openai)
    return {"plugins": plugins, "env": {}, "max_retries": 0, "on_loss": "ignore"}


def answer_of(record):
    """The recording as a server says it: a stream in some two hundred small pieces."""
    body, status = body_of(record), record["status"]
    if record["response_text"] is None or status >= 400:
        return Answer(body=body, status=status)
    most = max(9, len(body) // 100)
    sizes = random.Random(record["id"]).choices(range(1, most), k=400)
    return Answer.sse(body, status=status, pieces=sizes)


def in_memory(record, url):
    """What the dialect makes of the same bytes."""
    place = {"provider": "openai-compatible", "base_url": url}
    ctx = CallContext(**place, model=MODEL, profile=ChatProfile(), seed=SEED)
    body = body_of(record)
    if record["status"] >= 400:
        return error_of_reply(WireReply(status=record["status"], headers={}, content=body), ctx)
    whole = record["response_text"] is None
    read = read_whole(body, ctx) if whole else read_bytes([body], ctx)
    return read.result


def same(got, wanted):
    """Whether two answers say the same; an id that the server did not give is made anew."""
    assert type(got) is type(wanted), (got, wanted)
    if not isinstance(got, MessageResponse):
        facts = ("status", "type", "code", "body")
        return all(getattr(got, name, None) == getattr(wanted, name, None) for name in facts)
    text = json.dumps(got.model_dump(mode="json"))
    for ours, theirs in zip(ids(got), ids(wanted), strict=True):
        if SEED in theirs:
            text = text.replace(ours, theirs)
    return json.loads(text) == wanted.model_dump(mode="json")


def ids(message):
    return [message.id, *(block.id for block in message.content if block.type == "tool_use")]


def test_recordings_over_the_loopback():
    found = chosen()
    with ReplayServer(*map(answer_of, found)) as server, Client(**options()) as client:
        for record in found:
            try:
                streamed = record["response_text"] is not None and record["status"] < 400
                got = client.messages(MODEL, HI, 9, api_base=server.url, stream=streamed)
                got = got.get_final_message() if streamed else got
            except AnyLLMError as error:
                got = error
            assert same(got, in_memory(record, server.url)), record["id"]
        assert len(server.requests) == len(found)
    assert len(found) > 150


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_streams_over_the_loopback_in_an_event_loop(backend):
    import anyio

    found = [r for r in chosen() if r["response_text"] is not None and r["status"] < 400][:60]

    async def main(url):
        async with AsyncClient(**options()) as client:
            for record in found:
                try:
                    async with client.stream(MODEL, HI, 9, api_base=url) as stream:
                        got = await stream.get_final_message()
                except AnyLLMError as error:
                    got = error
                assert same(got, in_memory(record, url)), record["id"]

    with ReplayServer(*map(answer_of, found)) as server:
        anyio.run(main, server.url, backend=backend)
    assert len(found) > 30
