"""An answer goes back into the history, and the next request says it as the server said it."""

from __future__ import annotations

import pytest

from any_llm.types import validate_request
from anyllm_openai.chat.dialect import ChatCompletions
from tests.support.chat_replies import call, chunk, completion, context, read, read_whole


def sent_back(message, **quirks):
    """The assistant message of the next request, with the answer in its history."""
    ctx = context(**quirks)
    calls = [block for block in message.content if block.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": one.id, "content": "ok"} for one in calls]
    request = validate_request(
        {
            "model": "m",
            "max_tokens": 9,
            "messages": [
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": message.content},
                {"role": "user", "content": results or "And?"},
            ],
            "tools": [{"name": name, "input_schema": {"type": "object"}} for name in ("f", "g")],
        }
    )
    body = ChatCompletions().encode(request, ctx).json
    return next(said for said in body["messages"] if said["role"] == "assistant")


def asked(**fields):
    return {"id": "c", "type": "function", "function": {"name": "f", **fields}}


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_goes_back_in_its_field(field):
    answer = read_whole(completion({field: "hm", "content": "Hello"})).message
    assert sent_back(answer) == {"role": "assistant", "content": "Hello", field: "hm"}


def test_reasoning_details_go_back_word_for_word():
    text = {"type": "reasoning.text", "text": "h", "format": "f", "index": 0}
    secret = {"type": "reasoning.encrypted", "data": "AAAA", "id": "rs", "index": 1}
    answer = read(
        chunk({"reasoning": "h", "reasoning_details": [text]}),
        chunk({"reasoning": "m", "reasoning_details": [{**text, "text": "m"}]}),
        chunk({"reasoning_details": [secret]}),
        chunk(call(id="c", name="f", arguments='{"a": 1}')),
        chunk({}, "tool_calls"),
    ).message
    back = sent_back(answer)
    assert back["reasoning_details"] == [{**text, "text": "hm"}, secret]
    assert [one["id"] for one in back["tool_calls"]] == ["c"]


def test_reasoning_in_parts_goes_back_in_parts():
    part = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    said = {"content": [part, {"type": "text", "text": "Hello"}]}
    assert sent_back(read_whole(completion(said)).message)["content"] == said["content"]


def test_reasoning_in_tags_goes_back_in_tags():
    said = {"content": "<think>hm</think>Hello"}
    answer = read_whole(completion(said), context(think_tags=True)).message
    assert sent_back(answer, think_tags=True)["content"] == said["content"]


@pytest.mark.parametrize("arguments", ['{"a":1}', "{}", '{"a": "b', "[1]", "nonsense"])
def test_calls_go_back_with_id_and_arguments(arguments):
    answer = read_whole(completion({"tool_calls": [asked(arguments=arguments)]}, "stop")).message
    assert sent_back(answer)["tool_calls"] == [asked(arguments=arguments)]


def test_thought_signatures_go_back_on_their_calls():
    signed = {"extra_content": {"google": {"thought_signature": "sig"}}}
    said = {"tool_calls": [{**asked(arguments="{}"), **signed}]}
    answer = read_whole(completion(said, "stop")).message
    assert sent_back(answer, thought_signatures=True)["tool_calls"] == said["tool_calls"]


def test_another_server_gets_none_of_it():
    answer = read_whole(
        completion({"reasoning": "hm", "content": "Hello"}), context(provider="other")
    ).message
    assert sent_back(answer) == {"role": "assistant", "content": "Hello"}
