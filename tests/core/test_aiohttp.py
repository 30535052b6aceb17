"""The fast lane: where it can be had, and that it is what runs.

CI runs the tests of faults, streams, timeouts and retries once more over it (ANYLLM_TEST_HTTP).
"""

from __future__ import annotations

import anyio
import pytest

from any_llm import APIConnectionError, AsyncClient, Client, ConfigurationError
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import asked, options
from tests.support.wire import message

aiohttp = pytest.importorskip("httpx_aiohttp")
LANE = {"http_library": "aiohttp"}


async def call(made, **fields):
    async with AsyncClient(**made) as client:
        return await client.messages(**asked(fields))


def test_it_carries_calls_on_asyncio():
    with ReplayServer(Answer.of(message())) as server:
        got = anyio.run(lambda: call(options(server, **LANE)), backend="asyncio")
        [sent] = server.requests
    assert got.text
    assert "cookie" not in sent.headers


def test_not_on_trio():
    with ReplayServer() as server, pytest.raises(ConfigurationError, match="on trio"):
        anyio.run(lambda: call(options(server, **LANE)), backend="trio")


def test_not_for_a_sync_client():
    with (
        Client(**options("http://127.0.0.1:9", **LANE)) as client,
        pytest.raises(ConfigurationError, match="is for AsyncClient"),
    ):
        client.messages(**asked({}))


def test_a_cookie_of_one_call_is_none_of_the_next():
    answer = Answer.of(message(), headers={"content-type": "application/json", "set-cookie": "a=b"})

    async def twice(made):
        async with AsyncClient(**made) as client:
            for _ in range(2):
                await client.messages(**asked({}))

    with ReplayServer(answer, answer) as server:
        anyio.run(twice, options(server, **LANE), backend="asyncio")
        assert all("cookie" not in sent.headers for sent in server.requests)


def test_a_server_that_hangs_up_is_not_called_slow():
    with ReplayServer(Answer(head=False, end="reset")) as server:
        made = options(server, **LANE, max_retries=0)
        with pytest.raises(APIConnectionError, match="broke") as caught:
            anyio.run(lambda: call(made), backend="asyncio")
    assert type(caught.value) is APIConnectionError


@pytest.mark.parametrize("size", [10, 3 * 2**20])
def test_a_request_of_any_size_arrives_whole(size):
    said = "x" * size
    with ReplayServer(Answer.of(message())) as server:
        question = {"role": "user", "content": said}
        anyio.run(lambda: call(options(server, **LANE), messages=[question]), backend="asyncio")
        [sent] = server.requests
    assert sent.json["messages"] == [question]
    assert sent.headers["content-length"] == str(len(sent.body))
