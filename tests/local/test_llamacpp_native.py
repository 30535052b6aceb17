"""The Messages wire itself against llama.cpp's own `/v1/messages`.

It reads the fields of the Messages API alone: llama.cpp's own, such as `ignore_eos`, say nothing
there. It names a stop sequence beside `end_turn`.
"""

import anyio
import pytest

import any_llm
from tests.support.judge import judge_message, judge_stream

pytestmark = pytest.mark.slow
TURN = [{"role": "user", "content": "Count from one to one hundred, in words."}]
SAME = {"temperature": 0.0}
PNG = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
HERE = {"provider": "llamacpp-messages"}


@pytest.fixture(scope="module")
def server():
    local = pytest.importorskip("anyllm_local")
    engine = local.engine("default")
    return {**HERE, "api_base": engine.listening_address, "api_key": engine.key}


@pytest.fixture
def client():
    with any_llm.Client(max_retries=0) as client:
        yield client


def test_text_and_stream_are_the_same(client, server):
    whole = client.messages("default", TURN, 5, **SAME, **server)
    judge_message(whole)
    stream = client.messages("default", TURN, 5, stream=True, **SAME, **server)
    events = list(stream)
    judge_stream(events, stream.snapshot)
    assert stream.snapshot.text == whole.text
    assert whole.stop_reason == stream.snapshot.stop_reason == "max_tokens"
    assert whole.usage.output_tokens == stream.snapshot.usage.output_tokens == 5


def test_the_base_url_may_end_in_v1(client, server):
    place = {**server, "api_base": server["api_base"] + "/v1"}
    assert client.messages("default", TURN, 2, **place).stop_reason == "max_tokens"


def test_a_stop_sequence_is_named(client, server):
    whole = client.messages("default", TURN, 12, **SAME, **server)
    word = whole.text.split()[1]
    answer = client.messages("default", TURN, 12, stop_sequences=[word], **SAME, **server)
    assert (answer.stop_reason, answer.stop_sequence) == ("end_turn", word)
    assert word not in answer.text


def test_tokens_are_counted(client, server):
    count = client.count_tokens("default", TURN, **server).input_tokens
    more = [*TURN, {"role": "assistant", "content": "One."}, *TURN]
    longer = client.count_tokens("default", more, **server)
    answer = client.messages("default", TURN, 2, **server)
    assert 0 < count < longer.input_tokens
    assert count == answer.usage.input_tokens + answer.usage.cache_read_input_tokens


def test_models_are_listed(client, server):
    place = {name: value for name, value in server.items() if name != "provider"}
    assert client.models.list(server["provider"], **place)


def test_a_wrong_key_is_an_authentication_error(client, server):
    with pytest.raises(any_llm.AuthenticationError) as caught:
        client.messages("default", TURN, 4, **{**server, "api_key": "wrong"})
    assert (caught.value.status, caught.value.type) == (401, "authentication_error")


def test_what_the_server_refuses_is_a_typed_error(client, server):
    turn = {"role": "user", "content": [{"type": "image", "source": PNG}]}
    with pytest.raises(any_llm.APIStatusError, match="image input is not supported") as caught:
        client.messages("default", [turn], 4, **server)
    assert caught.value.body["error"]["type"] == "server_error"


def test_a_schema_that_the_server_would_not_read_is_refused(client, server):
    with pytest.raises(any_llm.UnsupportedFeature, match="output_config"):
        client.messages("default", TURN, 4, output_format=bool, **server)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_in_an_event_loop(server, backend):
    async def main():
        async with any_llm.AsyncClient(max_retries=0) as client:
            whole = await client.messages("default", TURN, 6, **SAME, **server)
            async with client.stream("default", TURN, 6, **SAME, **server) as stream:
                streamed = await stream.get_final_message()
            assert whole.content == streamed.content
            assert (await client.count_tokens("default", TURN, **server)).input_tokens

    anyio.run(main, backend=backend)
