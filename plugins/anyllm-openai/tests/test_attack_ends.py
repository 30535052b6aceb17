"""Ends, choices and errors inside a 200 that servers write in ways of their own."""

from __future__ import annotations

import pytest

from any_llm.errors import APIStatusError, StreamTruncated
from tests.support.chat_replies import DONE, call, chunk, completion, read, read_whole

HI = {"content": "hi"}


def choices(*each):
    return {"id": "i", "model": "m", "choices": list(each)}


@pytest.mark.parametrize("word", ["null", "None"])
def test_the_word_null_is_no_reason(word):
    assert isinstance(read(chunk(HI, word)).error, StreamTruncated)
    got = read(chunk(HI, word), chunk({}, "stop"), DONE)
    assert got.message.stop_reason == "end_turn"
    assert read_whole(completion(HI, word)).error


@pytest.mark.parametrize(
    ("first", "later", "reason"),
    [
        ("stop", "length", "max_tokens"),
        ("stop", "content_filter", "refusal"),
        ("length", "stop", "max_tokens"),
        ("length", "content_filter", "max_tokens"),
        ("stop", "eos", "end_turn"),
    ],
)
def test_a_later_cut_beats_a_plain_stop(first, later, reason):
    assert read(chunk(HI, first), chunk({}, later), DONE).message.stop_reason == reason


def test_a_later_failure_is_a_failure():
    error = read(chunk(HI, "stop"), chunk({}, "error"), DONE).error
    assert isinstance(error, APIStatusError)
    assert error.type == "api_error"


@pytest.mark.parametrize("index", [None, 0, "0"], ids=["none", "number", "text"])
def test_an_answer_split_into_two_choices(index):
    calls = call(id="c", name="f", arguments="{}")
    numbers = {} if index is None else {"index": index}
    two = [{**numbers, "message": HI, "finish_reason": "tool_calls"}]
    two.append({**numbers, "message": calls, "finish_reason": "tool_calls"})
    got = read_whole(choices(*two))
    assert got.blocks == [("text", "hi"), ("tool_use", "f", {})]
    assert all(loss.severity == "hint" for loss in got.losses)


def test_a_second_answer_is_left_out_aloud():
    first = {"index": 0, "message": HI, "finish_reason": "stop"}
    got = read_whole(choices(first, first))
    assert got.blocks == [("text", "hi")]
    assert "choices" in [loss.path for loss in got.losses]


def test_a_message_at_the_end_repeats_what_the_deltas_said():
    last = choices({"index": 0, "message": HI, "finish_reason": "stop"})
    assert read(chunk(HI), last).blocks == [("text", "hi")]
    assert read(last, DONE).blocks == [("text", "hi")]


BARE = [
    ({"base_resp": {"status_code": 1004, "status_msg": "login"}}, "authentication_error"),
    ({"base_resp": {"status_code": 2049, "status_msg": "key"}}, "authentication_error"),
    ({"base_resp": {"status_code": 1002, "status_msg": "rate"}}, "rate_limit_error"),
    ({"base_resp": {"status_code": 1039, "status_msg": "tpm"}}, "rate_limit_error"),
    ({"base_resp": {"status_code": 1008, "status_msg": "balance"}}, "billing_error"),
    ({"base_resp": {"status_code": 1013, "status_msg": "inner"}}, "api_error"),
    ({"base_resp": {"status_code": 2013, "status_msg": "bad"}}, "invalid_request_error"),
    ({**completion(HI), "base_resp": {"status_code": 1027, "status_msg": "no"}}, "api_error"),
    ({"code": 500, "msg": "m", "success": False}, "api_error"),
    ({"code": 429, "msg": "m"}, "rate_limit_error"),
    ({"success": False, "errors": [{"code": 10000, "message": "m"}]}, "api_error"),
    ({"detail": "Invalid token"}, "api_error"),
    ({"statusCode": 429, "message": "m"}, "rate_limit_error"),
    ({"error_code": 336003, "error_msg": "m"}, "api_error"),
    ({"status": "error", "message": "m"}, "api_error"),
    ({"message": "m", "type": "invalid_request_error"}, "invalid_request_error"),
    ({**completion(HI), "x_groq": {"error": "over capacity"}}, "api_error"),
]


@pytest.mark.parametrize(("body", "kind"), BARE)
def test_an_error_without_the_key(body, kind):
    for error in (read_whole(body).error, read(body, DONE).error, read(chunk(HI), body).error):
        assert isinstance(error, APIStatusError)
        assert (error.type, error.body is not None) == (kind, True)


def test_a_chunk_that_says_all_is_well_is_no_error():
    well = [{"base_resp": {"status_code": 0}}, {"code": 200, "message": "ok"}]
    assert read(chunk(HI), *well, chunk({}, "stop"), DONE).blocks == [("text", "hi")]
