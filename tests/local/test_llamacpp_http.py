"""The chat dialect against llama.cpp's own HTTP server: what it says, and what can go wrong."""

import anyio
import pytest

import any_llm
from tests.support.judge import judge_message, judge_stream

pytestmark = pytest.mark.slow
TURN = [{"role": "user", "content": "Count from one to one hundred, in words."}]
ON = {"ignore_eos": True}  # llama.cpp's own: it goes on until max_tokens
SAME = {"temperature": 0.0, "seed": 7, **ON}


@pytest.fixture(scope="module")
def server():
    local = pytest.importorskip("anyllm_local")
    engine = local.engine("default")
    return {"api_base": f"{engine.listening_address}/v1", "api_key": engine.key}


@pytest.fixture
def client():
    with any_llm.Client(max_retries=0) as client:
        yield client


def test_text_and_stream_are_the_same(client, server):
    whole = client.messages("default", TURN, 12, **SAME, **server)
    judge_message(whole)
    stream = client.messages("default", TURN, 12, stream=True, **SAME, **server)
    events = list(stream)
    judge_stream(events, stream.snapshot)
    assert stream.snapshot.text == whole.text
    assert whole.stop_reason == stream.snapshot.stop_reason == "max_tokens"
    assert whole.usage.output_tokens == stream.snapshot.usage.output_tokens == 12


def test_a_schema_is_enforced(client, server):
    answer = client.messages("default", TURN, 40, output_format=bool, **server)
    assert answer.parsed_output in {True, False}


def test_a_wrong_path_is_not_found(client, server):
    wrong = {**server, "api_base": server["api_base"] + "/nowhere"}
    with pytest.raises(any_llm.NotFoundError) as caught:
        client.messages("default", TURN, 4, **wrong)
    assert caught.value.status == 404
    assert server["api_key"] not in repr(caught.value) + str(caught.value)


def test_a_wrong_key_is_an_authentication_error(client, server):
    with pytest.raises(any_llm.AuthenticationError):
        client.messages("default", TURN, 4, api_base=server["api_base"], api_key="wrong")


def test_a_stream_that_is_left_gives_the_engine_back(client, server):
    """The engine works on one request at a time: the next answer proves that the first ended."""
    with client.stream("default", TURN, 4000, **ON, **server) as stream:
        for _ in stream.text_stream:
            break
    answer = client.messages("default", TURN, 2, timeout=20, **ON, **server)
    assert answer.stop_reason == "max_tokens"


def test_a_cut_connection_is_an_error(client, server):
    stream = client.stream("default", TURN, 4000, **ON, **server)
    next(stream)
    stream._run.opened.reply.close()
    with pytest.raises(any_llm.AnyLLMError):
        stream.get_final_message()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_stream_gives_the_engine_back(server, backend):
    async def main():
        async with any_llm.AsyncClient(max_retries=0) as client:
            with anyio.move_on_after(0.3) as scope:
                async with client.stream("default", TURN, 4000, **ON, **server) as stream:
                    async for _ in stream:
                        pass
            assert scope.cancelled_caught
            answer = await client.messages("default", TURN, 2, timeout=20, **ON, **server)
            assert answer.stop_reason == "max_tokens"

    anyio.run(main, backend=backend)
