"""Recorded answers over real sockets: one server, and clients of three colours."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anyio

import anyllm_anthropic
import anyllm_openai
from any_llm import AnyLLMError, AsyncClient, Client, MessageResponse, PluginManager
from any_llm.testing import Answer, ReplayServer

from . import records
from .records import Record, body_of

MOST = 20_000  # bytes of a body
MODEL, SEED = "asked-model", "5eed"
HI = [{"role": "user", "content": "hi"}]

Result = MessageResponse | AnyLLMError
InMemory = Callable[[Record, str], Result]
"""What a dialect makes of the bytes of a recording that comes from this URL."""


def is_stream(record: Record) -> bool:
    """Whether the recording is a stream, and no error with a status."""
    return record["response_text"] is not None and record["status"] < 400


def chosen(protocol: str, out: Mapping[str, str]) -> list[Record]:
    """Return of each kind of answer the smallest: host, form, status, features and oddities."""
    kinds: dict[tuple[Any, ...], Record] = {}
    found = [r for r in records.selection(protocol) if len(body_of(r)) <= MOST]
    for record in sorted(found, key=lambda record: (len(body_of(record)), record["id"])):
        streamed = record["response_text"] is not None
        odd = (*record["features"], *record["oddities"])
        kinds.setdefault((record["provider"], streamed, record["status"] >= 400, *odd), record)
    return [record for record in kinds.values() if record["id"] not in out]


def options() -> dict[str, Any]:
    """Return a client's arguments: two plugins alone, no environment, no second attempt."""
    plugins = PluginManager(autoload=False)
    plugins.register(anyllm_openai)
    plugins.register(anyllm_anthropic)
    return {"plugins": plugins, "env": {}, "max_retries": 0, "on_loss": "ignore"}


def answer_of(record: Record) -> Answer:
    """Return the recording as a server says it: a stream in some two hundred small pieces."""
    body, status = body_of(record), record["status"]
    if record["response_text"] is None or status >= 400:
        return Answer(body=body, status=status)
    most = max(9, len(body) // 100)
    sizes = random.Random(record["id"]).choices(range(1, most), k=400)
    return Answer.sse(body, status=status, pieces=sizes)


def check_sync(found: Sequence[Record], in_memory: InMemory, **more: Any) -> None:
    """Assert that a client gives for each recording what its bytes give in memory."""
    with ReplayServer(*map(answer_of, found)) as server, Client(**options()) as client:
        for record in found:
            got: Any
            try:
                streamed = is_stream(record)
                got = client.messages(MODEL, HI, 9, api_base=server.url, stream=streamed, **more)
                got = got.get_final_message() if streamed else got
            except AnyLLMError as error:
                got = error
            assert same(got, in_memory(record, server.url)), record["id"]
        assert len(server.requests) == len(found)


def check_async(found: Sequence[Record], in_memory: InMemory, backend: str, **more: Any) -> None:
    """The same with streams, in an event loop of `backend`."""

    async def main(url: str) -> None:
        async with AsyncClient(**options()) as client:
            for record in found:
                got: Any
                try:
                    async with client.stream(MODEL, HI, 9, api_base=url, **more) as stream:
                        got = await stream.get_final_message()
                except AnyLLMError as error:
                    got = error
                assert same(got, in_memory(record, url)), record["id"]

    with ReplayServer(*map(answer_of, found)) as server:
        anyio.run(main, server.url, backend=backend)


def same(got: Result, wanted: Result) -> bool:
    """Whether two answers say the same; an id that the server did not give is made anew."""
    assert type(got) is type(wanted), (got, wanted)
    if not (isinstance(got, MessageResponse) and isinstance(wanted, MessageResponse)):
        facts = ("status", "type", "code", "body")
        return all(getattr(got, name, None) == getattr(wanted, name, None) for name in facts)
    text = json.dumps(got.model_dump(mode="json"))
    for ours, theirs in zip(_ids(got), _ids(wanted), strict=True):
        if SEED in theirs:
            text = text.replace(ours, theirs)
    return bool(json.loads(text) == wanted.model_dump(mode="json"))


def _ids(message: MessageResponse) -> list[str]:
    return [message.id, *(block.id for block in message.content if block.type == "tool_use")]
