"""A real language model through the front doors: whole, streamed, typed; sync, asyncio, trio."""

from typing import Literal

import anyio
import pytest
from pydantic import BaseModel

import any_llm
from tests.support.judge import judge_message, judge_stream

pytestmark = pytest.mark.slow
TURN = [{"role": "user", "content": "Name a colour."}]
SAME = {"temperature": 0.0, "seed": 7}


class Verdict(BaseModel):
    sentiment: Literal["good", "bad"]
    stars: Literal[1, 2, 3, 4, 5]


def test_whole():
    message = any_llm.messages("local:default", TURN, 16, **SAME)
    judge_message(message)
    assert message.text
    assert message.stop_reason in {"end_turn", "max_tokens"}
    assert message.usage.input_tokens > 0
    assert 0 < message.usage.output_tokens <= 16


def test_streamed_is_the_same_as_whole():
    whole = any_llm.messages("local:default", TURN, 16, **SAME)
    with any_llm.messages("local:default", TURN, 16, stream=True, **SAME) as stream:
        events = list(stream)
        message = stream.get_final_message()
    judge_stream(events, message)
    assert len(events) > 5
    assert message.text == whole.text
    assert message.stop_reason == whole.stop_reason
    assert message.usage.output_tokens == whole.usage.output_tokens


def test_typed():
    review = [{"role": "user", "content": "Judge this review: 'What a lovely day!'"}]
    parsed = any_llm.messages("local:default", review, 60, output_format=Verdict)
    judge_message(parsed)
    assert isinstance(parsed.parsed_output, Verdict)
    with (
        any_llm.Client() as client,
        client.stream("local:default", review, 60, output_format=Verdict) as stream,
    ):
        assert isinstance(stream.get_final_message().parsed_output, Verdict)


def test_a_raw_schema_is_enforced():
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer", "enum": [41, 42]}},
        "required": ["n"],
        "additionalProperties": False,
    }
    config = {"format": {"type": "json_schema", "schema": schema}}
    message = any_llm.messages("local:default", TURN, 30, output_config=config)
    assert message.text.replace(" ", "").replace("\n", "") in {'{"n":41}', '{"n":42}'}


def test_a_cut_object_says_why_there_is_none():
    with pytest.raises(any_llm.StructuredOutputError) as caught:
        any_llm.messages("local:default", TURN, 2, output_format=Verdict)
    assert caught.value.reason == "max_tokens"
    assert caught.value.response.stop_reason == "max_tokens"


def test_a_type_with_a_stream_is_refused_before_sending():
    with pytest.raises(any_llm.RequestValidationError, match="output_format"):
        any_llm.messages("local:default", TURN, 2, output_format=Verdict, stream=True)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_async(backend):
    async def main():
        whole = await any_llm.amessages("local:default", TURN, 8, **SAME)
        judge_message(whole)
        stream = await any_llm.amessages("local:default", TURN, 8, stream=True, **SAME)
        async with stream:
            events = [event async for event in stream]
            message = await stream.get_final_message()
        judge_stream(events, message)
        assert message.text == whole.text
        parsed = await any_llm.amessages("local:default", TURN, 60, output_format=Verdict)
        assert isinstance(parsed.parsed_output, Verdict)

    anyio.run(main, backend=backend)
