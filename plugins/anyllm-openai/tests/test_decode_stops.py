"""Mapping 5.2: why an answer stopped, whole and streamed."""

from __future__ import annotations

import pytest

from any_llm.errors import GatewayTimeoutError, InternalServerError, OverloadedError
from any_llm.plugin import BadReply, StreamTruncated
from tests.support.chat_replies import DONE, call, chunk, completion, context, read, read_whole

TEXT = {"content": "Hi"}
CALL = call(id="c1", name="f", arguments="{}")

REASONS = [
    ("stop", TEXT, "end_turn"),
    ("eos", TEXT, "end_turn"),
    ("eos_token", TEXT, "end_turn"),
    ("end_turn", TEXT, "end_turn"),
    ("stop_sequence", TEXT, "end_turn"),
    ("STOP", TEXT, "end_turn"),
    ("length", TEXT, "max_tokens"),
    ("model_length", TEXT, "max_tokens"),
    ("max_tokens", TEXT, "max_tokens"),
    ("content_filter", TEXT, "refusal"),
    ("sensitive", TEXT, "refusal"),
    ("model_context_window_exceeded", TEXT, "model_context_window_exceeded"),
    ("tool_calls", CALL, "tool_use"),
    ("tool_call", CALL, "tool_use"),
    ("function_call", CALL, "tool_use"),
    ("stop", CALL, "tool_use"),
    ("eos", CALL, "tool_use"),
    ("length", CALL, "max_tokens"),
    ("content_filter", CALL, "refusal"),
    ("model_context_window_exceeded", CALL, "model_context_window_exceeded"),
]


@pytest.mark.parametrize(("finish", "said", "reason"), REASONS)
def test_reasons(finish, said, reason):
    whole = read_whole(completion(said, finish))
    assert whole.message.stop_reason == reason
    assert read(chunk(said), chunk({}, finish), DONE).message == whole.message
    assert [loss for loss in whole.losses if loss.path == "stop_reason"] == []


def test_an_unknown_reason_passes_through_and_is_reported():
    whole = read_whole(completion(TEXT, "bored"))
    streamed = read(chunk(TEXT, "bored"))
    for got in (whole, streamed):
        assert got.message.stop_reason == "bored"
        assert [loss.path for loss in got.losses if loss.severity == "lossy"] == ["stop_reason"]


def test_an_empty_finish_reason_is_a_stop_once_the_answer_is_over():
    assert read_whole(completion(TEXT, "")).message.stop_reason == "end_turn"
    assert read_whole(completion(CALL, "")).message.stop_reason == "tool_use"
    assert read(chunk(TEXT, ""), chunk({}, ""), DONE).message.stop_reason == "end_turn"
    assert read(chunk(TEXT, ""), chunk({}, "length")).message.stop_reason == "max_tokens"
    assert isinstance(read(chunk(TEXT, "")).error, StreamTruncated)


def test_finish_details_of_early_vision_models():
    body = completion(TEXT)
    del body["choices"][0]["finish_reason"]
    body["choices"][0]["finish_details"] = {"type": "max_tokens"}
    assert read_whole(body).message.stop_reason == "max_tokens"


def test_a_call_cut_by_the_limit_says_so_through_the_native_reason():
    body = completion(call(id="c", name="f", arguments='{"a": "b'), "tool_calls")
    body["choices"][0]["native_finish_reason"] = "MAX_TOKENS"
    got = read_whole(body)
    assert got.message.stop_reason == "max_tokens"
    assert got.blocks == [("tool_use", "f", {"INVALID_JSON": '{"a": "b'})]


STOPPED = [
    ("stop_reason", "END", ("END",), "stop_sequence", "END"),
    ("matched_stop", "END", ("X", "END"), "stop_sequence", "END"),
    ("stop_reason", "OTHER", ("END",), "end_turn", None),
    ("stop_reason", 128001, ("END",), "end_turn", None),
    ("matched_stop", None, ("END",), "end_turn", None),
    ("stop_reason", "END", (), "end_turn", None),
    ("made_up_field", "END", ("END",), "end_turn", None),
]


@pytest.mark.parametrize(("field", "value", "asked", "reason", "sequence"), STOPPED)
def test_the_stop_sequence_where_a_server_names_one_of_ours(field, value, asked, reason, sequence):
    body = completion(TEXT)
    body["choices"][0][field] = value
    whole = read_whole(body, context(state={"stop_sequences": asked})).message
    assert (whole.stop_reason, whole.stop_sequence) == (reason, sequence)
    last = chunk({}, "stop")
    last["choices"][0][field] = value
    streamed = read(chunk(TEXT), last, ctx=context(state={"stop_sequences": asked})).message
    assert streamed == whole


@pytest.mark.parametrize(("finish", "said"), [("length", TEXT), ("stop", CALL), ("eos", TEXT)])
def test_only_a_plain_stop_becomes_a_stop_sequence(finish, said):
    body = completion(said, finish)
    body["choices"][0]["stop_reason"] = "END"
    got = read_whole(body, context(state={"stop_sequences": ("END",)})).message
    assert got.stop_reason != "stop_sequence"
    assert got.stop_sequence is None


def test_a_row_may_name_other_fields():
    body = completion(TEXT)
    body["choices"][0]["made_up_field"] = "END"
    ctx = context(state={"stop_sequences": ("END",)}, stop_sequence_fields=("made_up_field",))
    assert read_whole(body, ctx).message.stop_sequence == "END"


def test_refusals():
    filtered = read_whole(completion(TEXT, "content_filter")).message
    assert filtered.stop_details is not None
    assert filtered.stop_details.model_dump() == {
        "type": "refusal",
        "category": None,
        "explanation": None,
    }
    refused = read_whole(completion({"refusal": "I can't"})).message
    assert refused.stop_reason == "refusal"
    assert refused.stop_details is not None
    assert refused.stop_details.explanation == "I can't"
    pieces = read(chunk({"refusal": "I "}), chunk({"refusal": "can't"}), chunk({}, "stop"))
    assert pieces.message == refused


def test_calls_win_over_a_refusal_in_words():
    got = read_whole(completion({"refusal": "hm", **CALL}, "tool_calls")).message
    assert got.stop_reason == "tool_use"
    assert got.stop_details is None


FAILED = [
    ("error", InternalServerError, "api_error"),
    ("network_error", InternalServerError, "api_error"),
    ("abort", InternalServerError, "api_error"),
    ("server_error", InternalServerError, "api_error"),
    ("generation failed", InternalServerError, "api_error"),
    ("Cancelled", InternalServerError, "api_error"),
    ("timeout", GatewayTimeoutError, "timeout_error"),
    ("overloaded", OverloadedError, "overloaded_error"),
    ("insufficient_system_resource", OverloadedError, "overloaded_error"),
]


@pytest.mark.parametrize(("finish", "cls", "kind"), FAILED)
def test_reasons_that_mean_failure_are_raised(finish, cls, kind):
    for got in (read_whole(completion(TEXT, finish)), read(chunk(TEXT), chunk({}, finish), DONE)):
        assert type(got.error) is cls
        assert got.error.type == kind
        assert got.error.code == finish


def test_announced_calls_that_never_came_are_a_bad_reply():
    assert isinstance(read_whole(completion(TEXT, "tool_calls")).error, BadReply)
    assert isinstance(read(chunk(TEXT, "tool_calls"), DONE).error, BadReply)


def test_without_a_reason_an_answer_is_not_whole():
    assert isinstance(read_whole(completion(TEXT, None)).error, BadReply)
    assert read_whole(completion(CALL, None)).message.stop_reason == "tool_use"
    broken = call(id="c", name="f", arguments='{"a":')
    assert isinstance(read_whole(completion(broken, None)).error, BadReply)


def test_a_demanded_call_that_did_not_come_is_reported():
    def lost(got):
        return [loss.path for loss in got.losses if loss.path == "tool_choice"]

    asked = {"forced_tool": True}
    assert lost(read_whole(completion(TEXT), context(state=dict(asked)))) == ["tool_choice"]
    assert lost(read(chunk(TEXT, "stop"), ctx=context(state=dict(asked)))) == ["tool_choice"]
    assert lost(read_whole(completion(CALL), context(state=dict(asked)))) == []
    assert lost(read_whole(completion(TEXT, "length"), context(state=dict(asked)))) == []
