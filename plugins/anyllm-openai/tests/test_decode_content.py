"""Mapping 5.1: what an answer says becomes blocks; the same whole and streamed."""

from __future__ import annotations

import pytest

from any_llm.plugin import BadReply
from tests.support.chat_replies import chunk, completion, context, read, read_whole

CASES = {
    "text": ({"content": "Hi"}, [("text", "Hi")]),
    "nothing": ({"role": "assistant", "content": None}, []),
    "empty text": ({"content": ""}, []),
    "null everywhere": (
        {"content": None, "refusal": None, "tool_calls": None, "function_call": None},
        [],
    ),
    "list of parts": (
        {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        [("text", "ab")],
    ),
    "list of strings": ({"content": ["a", "b"]}, [("text", "ab")]),
    "thinking parts (Mistral)": (
        {
            "content": [
                {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}], "closed": True},
                {"type": "text", "text": "b"},
            ]
        },
        [("thinking", "hm"), ("text", "b")],
    ),
    "thinking part as text": (
        {"content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "b"}]},
        [("thinking", "hm"), ("text", "b")],
    ),
    "refusal part": ({"content": [{"type": "refusal", "refusal": "no"}]}, [("text", "no")]),
    "object (Cloudflare)": ({"content": {"a": [1]}}, [("text", '{"a":[1]}')]),
    "reasoning_content": (
        {"reasoning_content": "hm", "content": "b"},
        [("thinking", "hm"), ("text", "b")],
    ),
    "reasoning": ({"reasoning": "hm", "content": "b"}, [("thinking", "hm"), ("text", "b")]),
    "both fields: one counts": (
        {"reasoning": "hm", "reasoning_content": "hm", "content": "b"},
        [("thinking", "hm"), ("text", "b")],
    ),
    "reasoning alone": ({"reasoning": "hm", "content": ""}, [("thinking", "hm")]),
    "empty reasoning": ({"reasoning_content": "", "content": "b"}, [("text", "b")]),
    "think tags stay text": ({"content": "<think>x</think>y"}, [("text", "<think>x</think>y")]),
    "refusal": ({"content": None, "refusal": "I can't"}, [("text", "I can't")]),
    "refusal that is no text": ({"content": "b", "refusal": {"why": 1}}, [("text", "b")]),
}


@pytest.mark.parametrize("name", CASES)
def test_content_becomes_blocks(name):
    said, blocks = CASES[name]
    whole = read_whole(completion(said))
    streamed = read(chunk(said, "stop"), "[DONE]")
    assert whole.blocks == blocks
    assert streamed.message == whole.message


def test_ids_and_model_are_the_servers():
    message = read_whole(completion({"content": "Hi"})).message
    assert (message.id, message.model, message.role) == ("chatcmpl-1", "m-1", "assistant")


@pytest.mark.parametrize("head", [{"id": "", "model": ""}, {"id": None, "model": None}])
def test_a_missing_id_is_made_and_a_missing_model_is_the_asked_one(head):
    whole = read_whole(completion({"content": "Hi"}, **head)).message
    streamed = read(chunk({"content": "Hi"}, "stop", **head)).message
    assert whole.id == "msg_seed01"
    assert whole.model == "asked-model"
    assert streamed == whole


def test_a_part_nobody_knows_survives():
    part = {"type": "reference", "reference_ids": [3]}
    said = {"content": [{"type": "text", "text": "a"}, part, {"type": "text", "text": "b"}]}
    whole = read_whole(completion(said)).message
    assert [block.type for block in whole.content] == ["text", "reference", "text"]
    assert whole.content[1].model_dump() == part
    assert read(chunk(said, "stop")).message == whole


def test_only_the_first_choice_counts_and_the_others_are_reported():
    body = completion({"content": "one"})
    body["choices"].append({"index": 1, "finish_reason": "length", "message": {"content": "two"}})
    got = read_whole(body)
    assert got.blocks == [("text", "one")]
    assert got.message.stop_reason == "end_turn"
    assert [loss.path for loss in got.losses if loss.severity == "lossy"] == ["choices"]


def test_the_place_of_the_first_choice_does_not_matter():
    body = completion({"content": "one"})
    body["choices"].insert(0, {"index": 1, "finish_reason": "stop", "message": {"content": "two"}})
    assert read_whole(body).blocks == [("text", "one")]


def test_perplexity_repeats_the_message_beside_the_delta():
    cumulative = {"message": {"content": "ab"}}
    first, second = chunk({"content": "a"}), chunk({"content": "b"}, "stop")
    first["choices"][0] |= {"message": {"content": "a"}}
    second["choices"][0] |= cumulative
    assert read(first, second).blocks == [("text", "ab")]
    whole = completion({"content": "ab"})
    whole["choices"][0]["delta"] = {"content": ""}
    assert read_whole(whole).blocks == [("text", "ab")]


def test_a_whole_answer_to_a_request_for_a_stream_is_read():
    body = completion({"content": "Hi"}, object="chat.completion")
    assert read(body).message == read_whole(body).message


def test_the_form_of_the_old_completions_is_read_where_nothing_else_is():
    body = {"choices": [{"index": 0, "text": "Hi", "finish_reason": "stop"}]}
    assert read_whole(body).blocks == [("text", "Hi")]
    beside = chunk({"content": "Hi"}, "stop")
    beside["choices"][0]["text"] = "Hi"  # Together says it twice
    assert read(beside).blocks == [("text", "Hi")]


def test_a_schema_that_the_server_ignored_is_reported():
    plain = read_whole(completion({"content": "sure"}), context(state={"json_schema": True}))
    assert "output_config.format" in [loss.path for loss in plain.losses]
    good = read_whole(completion({"content": '{"a":1}'}), context(state={"json_schema": True}))
    cut = read_whole(completion({"content": '{"a'}, "length"), context(state={"json_schema": True}))
    for got in (good, cut):
        assert "output_config.format" not in [loss.path for loss in got.losses]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"choices": []}',
        b'{"choices": null}',
        b'{"choices": [null]}',
        b'{"choices": "abc"}',
        b'{"choices": [{"index": 0, "message": "text", "finish_reason": "stop"}]}',
        b'{"choices": [{"index": 0, "message": {"content": 5.5e400}, "finish_reason": 7}]}',
        b'{"choices": [{"message": {"content": [7]}, "finish_reason": "stop"}]}',
        b'{"choices": [{"message": {"content": [{"type": "text"}]}, "finish_reason": "stop"}]}',
        b'{"choices": [{"message": {"tool_calls": [null]}, "finish_reason": "stop"}]}',
        b'{"choices": [{"message": {"tool_calls": "ab"}, "finish_reason": "stop"}]}',
        b'{"choices": [{"message": {"annotations": [1]}, "finish_reason": "stop"}]}',
        b'{"choices": [{"message": {"reasoning_details": {"a": 1}}, "finish_reason": "stop"}]}',
        b'{"choices": [{"index": 3, "message": {"content": "x"}, "finish_reason": "stop"}]}',
        b"[" * 100_000,
    ],
    ids=lambda body: body[:70].decode(),
)
def test_nonsense_is_a_bad_reply(body):
    error = read_whole(body).error
    assert isinstance(error, BadReply)


def test_reasoning_in_a_form_nobody_knows_is_kept():
    got = read_whole(completion({"reasoning": {"steps": 3}, "content": "b"}))
    assert got.blocks == [("text", "b")]
    assert got.message.provider_extras == {"reasoning": {"steps": 3}}


def test_a_profile_says_where_reasoning_is_looked_for():
    said = {"reasoning_content": "no", "reasoning": "yes", "content": "b"}
    got = read_whole(completion(said), context(reasoning_in=("reasoning",)))
    assert got.blocks == [("thinking", "yes"), ("text", "b")]
    assert got.message.provider_extras == {"reasoning_content": "no"}
