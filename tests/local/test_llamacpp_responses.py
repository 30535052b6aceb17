"""The Responses dialect against llama.cpp's own `/v1/responses`.

It sends no indexes and no model before the end, names items loosely, and says `completed` of an
answer that the limit cut: `end_turn`, since the wire does not tell, and a line in `losses`.
"""

import pytest

import any_llm
from tests.support.judge import judge_message, judge_stream

pytestmark = pytest.mark.slow
TURN = [{"role": "user", "content": "Count from one to one hundred, in words."}]
TOOL = {
    "name": "get_weather",
    "description": "The weather of a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
SAME = {"temperature": 0.0, "seed": 7, "ignore_eos": True}


@pytest.fixture(scope="module")
def server():
    local = pytest.importorskip("anyllm_local")
    engine = local.engine("default")
    base = {"api_base": f"{engine.listening_address}/v1", "api_key": engine.key}
    return {**base, "wire_api": "responses"}


@pytest.fixture
def client():
    with any_llm.Client(max_retries=0, on_loss="ignore") as client:
        yield client


def test_text_and_stream_are_the_same(client, server):
    whole = client.messages("default", TURN, 16, **SAME, **server)
    judge_message(whole)
    stream = client.messages("default", TURN, 16, stream=True, **SAME, **server)
    events = list(stream)
    judge_stream(events, stream.snapshot)
    assert whole.text
    assert stream.snapshot.text == whole.text
    assert whole.stop_reason == stream.snapshot.stop_reason == "end_turn"
    assert whole.usage.output_tokens == stream.snapshot.usage.output_tokens == 16
    for losses in (whole.losses, stream.losses):
        assert "max_tokens" in [loss.path for loss in losses]
    pieces = [event for event in events if event.type == "content_block_delta"]
    assert len(pieces) > 5, "the text comes as it is made"


def test_it_says_the_same_over_both_wires(client, server):
    responses = client.messages("default", TURN, 16, **SAME, **server)
    chat = client.messages("default", TURN, 16, **SAME, **{**server, "wire_api": "chat"})
    assert responses.text == chat.text
    assert responses.usage.input_tokens == chat.usage.input_tokens


def test_a_conversation_with_a_system_prompt(client, server):
    turns = [
        *[{"role": "user", "content": "Say one"}, {"role": "assistant", "content": "one"}],
        {"role": "user", "content": "Say two"},
    ]
    answer = client.messages("default", turns, 16, system="Be brief.", **SAME, **server)
    judge_message(answer)
    assert answer.text


def test_a_stream_that_is_cut_at_a_stop_sequence(client, server):
    whole = client.messages("default", TURN, 40, **SAME, **server)
    sequence = whole.text[10:14]
    asked = {"stop_sequences": [sequence], "cut_stop_sequences": True, **SAME, **server}
    cut = client.messages("default", TURN, 4000, stream=True, **asked).get_final_message()
    assert (cut.stop_reason, cut.stop_sequence) == ("stop_sequence", sequence)
    assert cut.text == whole.text[: whole.text.index(sequence)]
    # The engine works on one request at a time: the next answer proves that the first ended.
    assert client.messages("default", TURN, 16, timeout=20, **SAME, **server).text


def test_a_tool_call_or_text_comes_with_tools(client, server):
    asked = {"tools": [TOOL], "tool_choice": {"type": "any"}, "temperature": 0.0, "seed": 7}
    for answer in (
        client.messages("default", TURN, 60, **asked, **server),
        client.messages("default", TURN, 60, stream=True, **asked, **server).get_final_message(),
    ):
        judge_message(answer)
        calls = [block for block in answer.content if block.type == "tool_use"]
        assert (answer.stop_reason == "tool_use") == bool(calls)


def test_errors_are_typed(client, server):
    with pytest.raises(any_llm.AuthenticationError):
        client.messages("default", TURN, 16, **{**server, "api_key": "wrong"})
    image = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    seen = [{"role": "user", "content": [{"type": "image", "source": image}]}]
    with pytest.raises(any_llm.APIStatusError):
        client.messages("default", seen, 16, **server)
