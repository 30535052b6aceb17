"""Documented failures of other adapters on this wire: the answer's side, by their case names."""

from __future__ import annotations

import json

from any_llm import errors
from any_llm.plugin import StreamTruncated
from tests.support.chat_replies import DONE, call, chunk, completion, read, read_bytes, read_whole


def kinds(got):
    return [event.type for event in got.events]


def test_empty_toolcalls_list_hides_text():
    got = read(
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "Hel", "tool_calls": []}),
        chunk({"content": "lo", "tool_calls": []}),
        chunk({}, "stop"),
    )
    deltas = [event.delta for event in got.events if event.type == "content_block_delta"]
    assert [(d.type, d.text) for d in deltas] == [("text_delta", "Hel"), ("text_delta", "lo")]
    assert got.message.stop_reason == "end_turn"


def test_content_block_not_found_fallback():
    said = call(id="call_1", type="function", name="Search", arguments='{"pattern":"*"}')
    got = read(chunk({"role": "assistant", "content": None}), chunk(said), chunk({}, "tool_calls"))
    assert [e.index for e in got.events if e.type.startswith("content_block")] == [0, 0, 0]
    assert got.blocks == [("tool_use", "Search", {"pattern": "*"})]


def test_stop_with_tool_calls_loops():
    said = call(id="c1", type="function", name="f", arguments="{}")
    assert read(chunk(said), chunk({}, "stop")).message.stop_reason == "tool_use"
    assert read(chunk(said), chunk({}, ""), DONE).message.stop_reason == "tool_use"
    assert read_whole(completion(said, "stop")).message.stop_reason == "tool_use"
    cut = call(id="c1", type="function", name="f", arguments='{"a')
    assert read(chunk(cut), chunk({}, "length")).message.stop_reason == "max_tokens"


def test_tool_input_left_as_string():
    got = read_whole(completion(call(id="c1", name="f", arguments='{"a": 1}'), "tool_calls"))
    assert got.message.content[0].input == {"a": 1}
    assert (
        read_whole(completion(call(id="c1", name="f"), "tool_calls")).message.content[0].input == {}
    )
    broken = read_whole(completion(call(id="c1", name="f", arguments="{a"), "tool_calls"))
    assert broken.message.content[0].input == {"INVALID_JSON": "{a"}


def test_usage_only_chunk_filtered():
    counted = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    got = read(chunk({"content": "hi"}, "stop"), {"choices": []}, {"choices": [], "usage": counted})
    last = next(event for event in got.events if event.type == "message_delta")
    assert (last.usage.input_tokens, last.usage.output_tokens) == (3, 1)


def test_unknown_finish_reason_validation():
    def ended(finish):
        return read(chunk({"content": "part"}), chunk({}, finish))

    assert ended("model_context_window_exceeded").message.stop_reason == (
        "model_context_window_exceeded"
    )
    assert ended("sensitive").message.stop_reason == "refusal"
    unknown = ended("made_up")
    assert unknown.message.stop_reason == "made_up"
    assert "stop_reason" in [loss.path for loss in unknown.losses]
    assert isinstance(ended("network_error").error, errors.APIStatusError)
    assert ended("sensitive").blocks == [("text", "part")]


def test_metadata_chunks_reordered():
    got = read(
        chunk({"content": "x<th"}),
        chunk(call(id="c", type="function", name="f", arguments="{}")),
        chunk({"content": "an"}),
        chunk({}, "tool_calls"),
    )
    assert got.blocks == [("text", "x<th"), ("tool_use", "f", {}), ("text", "an")]


def test_choices_none_chunk():
    empty = chunk()
    empty["choices"][0]["delta"] = None
    got = read({"id": "x", "choices": None}, empty, chunk({"content": "ok"}), chunk({}, "stop"))
    assert got.blocks == [("text", "ok")]
    assert got.message.stop_reason == "end_turn"


def test_stop_sequence_not_reported():
    from tests.support.chat_replies import context

    def answered(value):
        body = completion({"content": "alpha beta "})
        body["choices"][0]["stop_reason"] = value
        ctx = context(state={"stop_sequences": ("STOPHERE",)})
        return read_whole(body, ctx).message

    assert (answered("STOPHERE").stop_reason, answered("STOPHERE").stop_sequence) == (
        "stop_sequence",
        "STOPHERE",
    )
    assert answered(128009).stop_reason == answered(None).stop_reason == "end_turn"


def test_stream_no_finish_reason_error():
    # Decided: an error; what arrived stays in the snapshot.
    got = read(chunk({"content": "par"}), DONE)
    assert isinstance(got.error, StreamTruncated)
    assert "message_stop" not in kinds(got)


def test_stream_error_fields_lost():
    said = {
        "error": {
            "message": "Context length exceeded",
            "code": "CONTEXT_LENGTH_EXCEEDED",
            "type": "invalid_request_error",
        }
    }
    error = read(chunk({"content": "a"}), said).error
    assert type(error) is errors.BadRequestError
    assert (error.code, error.status, error.body) == ("CONTEXT_LENGTH_EXCEEDED", 400, said)
    assert "prompt is too long" in str(error)


def test_tool_name_after_arguments():
    got = read(
        chunk(call(id="c", type="function", name="", arguments='{"a"')),
        chunk(call(name="get_weather", arguments=":1}")),
        chunk({}, "tool_calls"),
    )
    assert got.blocks == [("tool_use", "get_weather", {"a": 1})]


def test_tool_delta_type_missing():
    said = {"role": "", "content": None, **call(id="c", name="f", arguments="{}")}
    assert read(chunk(said), chunk({}, "tool_calls")).blocks == [("tool_use", "f", {})]


def test_usage_negative():
    usage = {
        "prompt_tokens": 60,
        "completion_tokens": 6000,
        "total_tokens": 6061,
        "prompt_tokens_details": {"cached_tokens": 951},
        "completion_tokens_details": {"reasoning_tokens": 6001},
    }
    said = read_whole(completion({"content": "x"}, usage=usage)).message.usage
    assert (said.input_tokens, said.cache_read_input_tokens, said.output_tokens) == (0, 951, 6000)
    assert said.output_tokens_details.thinking_tokens == 6001


def test_cumulative_argument_snapshots():
    # Decided: fragments are joined; a repeat of the whole is taken once.
    both = {
        "tool_calls": [
            {"index": 0, "id": "a", "function": {"name": "f", "arguments": '{"x":1}'}},
            {"index": 1, "id": "b", "function": {"name": "g", "arguments": '{"y":2}'}},
        ]
    }
    got = read(chunk(both), chunk({}, "tool_calls"))
    assert got.blocks == [("tool_use", "f", {"x": 1}), ("tool_use", "g", {"y": 2})]


def test_input_tokens_not_disjoint():
    usage = {
        "prompt_tokens": 1000,
        "completion_tokens": 4,
        "prompt_tokens_details": {"cached_tokens": 900},
    }
    said = read_whole(completion({"content": "x"}, usage=usage)).message.usage
    assert (said.input_tokens, said.cache_read_input_tokens) == (100, 900)
    assert not said.cache_creation_input_tokens


def test_midstream_error_swallowed():
    said = {"error": {"message": "overloaded", "type": "server_error", "code": 503}}
    got = read(chunk({"content": "a"}), said)
    assert got.error.type == "overloaded_error"
    assert "message_stop" not in kinds(got)


def test_eof_without_terminal_event():
    for finish, reason in (
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("content_filter", "refusal"),
    ):
        got = read(chunk({"content": "abc"}), chunk({}, finish))
        assert kinds(got)[-2:] == ["message_delta", "message_stop"]
        assert got.message.stop_reason == reason


def test_last_frame_without_blank_line():
    first, last = json.dumps(chunk({"content": "a"})), json.dumps(chunk({}, "stop"))
    for data in (f"data: {first}\n\ndata: {last}", f"data:{first}\r\n\r\ndata:{last}"):
        assert read_bytes([data.encode()]).blocks == [("text", "a")]


def test_cross_request_state():
    one = [chunk(call(id="A1", name="f", arguments='{"u":')), chunk(call(arguments='"alice"}'))]
    two = [chunk(call(id="B1", name="f", arguments='{"u":')), chunk(call(arguments='"bob"}'))]
    assert read(one[0]).error
    assert read(*two, chunk({}, "tool_calls")).blocks == [("tool_use", "f", {"u": "bob"})]
    assert read(*one, chunk({}, "tool_calls")).blocks == [("tool_use", "f", {"u": "alice"})]
