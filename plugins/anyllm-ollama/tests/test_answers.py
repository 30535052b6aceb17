"""Answers: text, thinking, stops, usage, what stands beside; whole as well as streamed."""

from __future__ import annotations

import pytest

from any_llm.plugin import BadReply, StreamTruncated
from anyllm_ollama.signature import OWN
from tests.support.ollama_replies import (
    CREATED,
    END,
    call,
    context,
    end,
    line,
    ndjson,
    read,
    read_bytes,
    read_whole,
)


def events(got):
    return [event.type for event in got.events]


def test_text_arrives_piece_by_piece():
    got = read(line("Hel"), line("lo"), end())
    assert got.blocks == [("text", "Hello")]
    assert got.message.stop_reason == "end_turn"
    assert got.message.model == "m-1"
    assert got.message.id.startswith("msg_seed")
    assert (got.message.usage.input_tokens, got.message.usage.output_tokens) == (9, 4)
    deltas = [e.delta.text for e in got.events if e.type == "content_block_delta"]
    assert deltas == ["Hel", "lo"]
    assert got.losses == []


def test_thinking_comes_first_and_is_marked_as_ours():
    got = read(line("", thinking="a"), line("", thinking="b"), line("c"), end())
    assert got.blocks == [("thinking", "ab"), ("text", "c")]
    assert got.message.content[0].signature == OWN


def test_thinking_and_text_may_alternate():
    got = read(line("a"), line("", thinking="t"), line("b"), line("c", thinking="u"), end())
    kinds = ["text", "thinking", "text", "thinking", "text"]
    assert [kind for kind, _ in got.blocks] == kinds
    assert [text for _, text in got.blocks] == ["a", "t", "b", "u", "c"]


def test_thinking_alone_is_an_answer():
    got = read(line("", thinking="t"), end())
    assert got.blocks == [("thinking", "t")]
    assert got.message.stop_reason == "end_turn"


def test_think_tags_in_the_text_are_text():
    got = read(line("<think>a</think>b"), end())
    assert got.blocks == [("text", "<think>a</think>b")]


def test_an_empty_answer_has_no_block():
    got = read(end())
    assert got.blocks == []
    assert events(got) == ["message_start", "message_delta", "message_stop"]
    assert read_whole(end()).message == got.message


@pytest.mark.parametrize(
    ("reason", "calls", "stop"),
    [
        ("stop", False, "end_turn"),
        ("stop", True, "tool_use"),
        ("length", False, "max_tokens"),
        ("length", True, "max_tokens"),
        ("", False, "end_turn"),
        (None, False, "end_turn"),
        (None, True, "tool_use"),
        ("tool_calls", True, "tool_use"),
    ],
)
def test_why_it_stopped(reason, calls, stop):
    said = {"tool_calls": [call()]} if calls else {}
    got = read(line("x", **said), end(done_reason=reason))
    assert got.message.stop_reason == stop
    assert got.losses == []


def test_an_unknown_reason_passes_through_with_a_word():
    got = read(line("x"), end(done_reason="safety"), judged=False)  # the SDK's words are closed
    assert got.message.stop_reason == "safety"
    assert got.told == [("stop_reason", "lossy")]
    promised = read(end(done_reason="tool_calls"), judged=False)
    assert promised.message.stop_reason == "tool_calls"


@pytest.mark.parametrize("reason", ["load", "unload"])
def test_a_model_that_was_only_loaded_is_no_answer(reason):
    assert isinstance(read(end(done_reason=reason)).error, BadReply)


def test_usage_counts_what_the_server_counts():
    absent = {name: v for name, v in end().items() if name != "prompt_eval_count"}
    got = read(line("x"), absent)
    assert (got.message.usage.input_tokens, got.message.usage.output_tokens) == (0, 4)
    none = {name: value for name, value in absent.items() if name != "eval_count"}
    silent = read(line("x"), none)
    assert silent.message.usage.input_tokens == 0
    assert silent.told == [("usage", "hint")]
    start = next(event for event in got.events if event.type == "message_start")
    assert start.message.usage.input_tokens == 0


def test_a_count_of_an_earlier_line_stands_where_the_last_has_none():
    absent = {name: v for name, v in end().items() if name != "prompt_eval_count"}
    got = read({**line("x"), "prompt_eval_count": 7}, absent)
    assert (got.message.usage.input_tokens, got.message.usage.output_tokens) == (7, 4)


def test_what_is_beyond_messages_is_kept_in_both_modes():
    probs = [[{"token": "a", "logprob": -1}], [{"token": "b", "logprob": -2}]]
    got = read(
        {**line("a"), "logprobs": probs[0]},
        {**line("b"), "logprobs": probs[1]},
        end(remote_model="gpt-oss:120b", created_at="later", brand_new=1, _debug_info=None),
    )
    extras = got.message.provider_extras
    assert extras["logprobs"] == [*probs[0], *probs[1]]
    assert extras["created_at"] == "later"
    assert (extras["remote_model"], extras["brand_new"]) == ("gpt-oss:120b", 1)
    durations = {name: value for name, value in END.items() if name.endswith("_duration")}
    assert durations.items() <= extras.items()
    assert "_debug_info" not in extras
    whole = {**line("ab"), **end(remote_model="gpt-oss:120b", created_at="later", brand_new=1)}
    whole["message"] = line("ab")["message"]
    assert read_whole({**whole, "logprobs": [*probs[0], *probs[1]]}).message == got.message


def test_keys_of_a_message_that_nobody_knows_grow_as_text_does():
    got = read(
        line("a", reasoning_content="x", images=["A"]), line("b", reasoning_content="y"), end()
    )
    assert got.message.provider_extras["reasoning_content"] == "xy"
    assert got.message.provider_extras["images"] == ["A"]
    assert got.blocks == [("text", "ab")]
    assert got.told == [("images", "lossy")]
    both = read({**line("a", total_duration="?"), "total_duration": 1}, end())
    assert both.message.provider_extras["message.total_duration"] == "?"
    assert both.message.provider_extras["total_duration"] == 900


# --- the end -----------------------------------------------------------------------------------


def test_a_stream_without_its_end_is_truncated():
    for lines in ([], [line("x")], [line("x", tool_calls=[call()])], [line("", thinking="t")]):
        assert isinstance(read(*lines).error, StreamTruncated)


def test_a_whole_answer_that_is_not_done_is_truncated():
    """The server gives up on 30 equal tokens and sends what it has, with done: false."""
    assert isinstance(read_whole(line("x")).error, StreamTruncated)
    no_done = {name: value for name, value in line("x").items() if name != "done"}
    assert isinstance(read_whole(no_done).error, StreamTruncated)


def test_nothing_is_read_behind_the_end():
    got = read(line("a"), end(), line("b"), "not json", {"error": "late"})
    assert got.blocks == [("text", "a")]


def test_a_last_line_without_its_newline_counts():
    assert read_bytes([ndjson(line("a"), end()).rstrip()]).blocks == [("text", "a")]


def test_sloppy_servers_are_understood():
    """No created_at, role, model, done_reason or counts; nulls; blank lines and \\r\\n."""
    got = read(
        {"message": {"content": "a", "thinking": None, "tool_calls": None}, "done": False},
        "",
        {"message": None, "done": None, "model": None} | {"message": {"content": None}},
        '{"message": {"content": "b"}}\r',
        {"done": True},
    )
    assert got.blocks == [("text", "ab")]
    assert got.message.model == "asked-model"


def test_a_server_that_streams_though_it_was_not_asked_to_is_read():
    body = ndjson(line("a"), line("b"), end())
    assert read_whole(body).message == read(line("a"), line("b"), end()).message
    assert isinstance(read_whole(ndjson(line("a"), line("b"))).error, StreamTruncated)


def test_whole_answers_may_be_spread_over_lines():
    body = b'{\n "message": {"content": "a"},\n "done": true\n}\n'
    assert read_whole(body).blocks == [("text", "a")]


@pytest.mark.parametrize(
    "broken",
    [
        "null",
        "[]",
        "3",
        "{}",
        '{"choices": []}',
        "<html>",
        '{"message": "x", "done": false}',
        '{"message": {"content": ["x"]}, "done": false}',
        '{"message": {"content": 3}, "done": false}',
        '{"message": {"thinking": {}}, "done": false}',
        '{"message": {"content": "x"}, "done": "yes"}',
        '{"message": {"content": "x"}, "done": []}',
        '{"message": {"tool_calls": 3}, "done": false}',
        '{"message": {"tool_calls": [3]}, "done": false}',
        '{"message": {"tool_calls": [{}]}, "done": false}',
        '{"message": {"tool_calls": [{"function": {"name": ""}}]}, "done": false}',
        '{"message": {}, "done": true, "done_reason": 3}',
        '{"message": {}, "done": true, "model": 3}',
    ],
)
def test_what_the_format_does_not_allow_is_a_bad_reply(broken):
    assert isinstance(read(broken, end()).error, BadReply)
    assert isinstance(read_whole(broken.encode()).error, BadReply)


# --- held to a form ------------------------------------------------------------------------------


def forced():
    return context(state={"forced_tool": "weather"})


def test_a_forced_tool_is_drawn_from_the_answer():
    lines = [line("", thinking="hm"), line('{"city":'), line(' "Köln"}'), end()]
    got = read(*lines, ctx=forced())
    assert got.blocks == [("thinking", "hm"), ("tool_use", "weather", {"city": "Köln"})]
    assert got.message.stop_reason == "tool_use"
    assert got.message.content[1].id.startswith("toolu_oll_")
    whole = read_whole(
        {**end(), "message": {"thinking": "hm", "content": '{"city": "Köln"}'}}, forced()
    )
    assert whole.message.content == got.message.content


def test_a_forced_tool_that_was_cut_is_kept_as_it_came():
    for got in (
        read(line('{"city": "Kö'), end(done_reason="length"), ctx=forced()),
        read_whole({**line('{"city": "Kö', done=True), "done_reason": "length"}, forced()),
    ):
        assert got.blocks == [("tool_use", "weather", {"INVALID_JSON": '{"city": "Kö'})]
        assert got.message.stop_reason == "max_tokens"
        assert got.told == [("content[0].input", "lossy")]


def test_a_forced_tool_that_never_came_is_told():
    got = read(end(), ctx=forced())
    assert got.message.stop_reason == "end_turn"
    assert got.told == [("tool_choice", "lossy")]


def test_a_real_call_beside_a_forced_one_is_a_call():
    got = read(line('{"city": "a"}', tool_calls=[call("g", {"x": 1})]), end(), ctx=forced())
    assert got.blocks == [("tool_use", "weather", {"city": "a"}), ("tool_use", "g", {"x": 1})]


def test_an_answer_that_is_no_json_is_told_where_json_was_asked_for():
    asked = {"json_schema": True}
    assert read(line('{"a": 1}'), end(), ctx=context(state=asked)).losses == []
    got = read(line("Sure: {"), end(), ctx=context(state=asked))
    assert got.told == [("output_config.format", "lossy")]
    cut = read(line('{"a'), end(done_reason="length"), ctx=context(state=asked))
    assert cut.losses == []
    whole = read_whole(line("Sure: {", done=True), context(state=asked))
    assert whole.told == got.told


def test_nothing_else_stands_in_the_extras():
    said = line("a", thinking="t", tool_calls=[call()])
    got = read(said, end(created_at=CREATED))
    durations = {name: value for name, value in END.items() if name.endswith("_duration")}
    assert got.message.provider_extras == {"created_at": CREATED, **durations}
    assert list(got.message.provider_extras) == sorted(got.message.provider_extras)
    bare = read({"message": {"content": "a"}}, {"done": True})
    assert bare.message.model_extra in (None, {})
