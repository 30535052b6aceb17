"""The judge of recorded Responses answers, judged: hand-made bodies with one meaning each."""

from __future__ import annotations

import json

import pytest

from tests.corpus.expected import Call, Failure, Outside, Usage
from tests.corpus.responses_oracle import Answer, judge, judge_stream, judge_whole
from tests.support.responses_replies import (
    call,
    completed,
    created,
    event,
    message,
    reasoning,
    refusal,
    response,
    text,
)


def stream(*events):
    return judge_stream("".join(f"data: {json.dumps(each)}\n\n" for each in events))


def added(item, index=0):
    return event("output_item.added", item={**item, "content": []}, output_index=index)


def done(item, index=0):
    return event("output_item.done", item=item, output_index=index)


def say(piece, id="msg_1", part=0):
    return event("output_text.delta", item_id=id, output_index=0, content_index=part, delta=piece)


def test_items_are_blocks_in_their_order():
    search = {"type": "web_search_call", "id": "ws_1", "action": {"type": "search", "query": "q"}}
    got = judge_whole(
        response(reasoning("A", "B"), message("One", "Two"), search, call("f", '{"a": 1}'))
    )
    assert got.blocks == (
        ("thinking", "A\n\nB"),
        ("text", "One"),
        ("text", "Two"),
        ("server_tool_use", ("ws_1", {"type": "search", "query": "q"})),
        ("web_search_tool_result", ("ws_1", [])),
        ("tool_use", Call(id="call_1", name="f", arguments={"a": 1})),
    )
    assert got.stop_reason == "tool_use"


def test_reasoning():
    got = judge_whole(response(reasoning(encrypted_content="gA"), reasoning(), reasoning("Hm")))
    assert got.blocks == (("redacted_thinking", "gA"), ("thinking", "Hm"))
    assert got.sealed == (("rs_1", "gA"), ("rs_1", None))
    assert judge_whole(response(reasoning(content=("Deep",)))).blocks == (("thinking", "Deep"),)


def test_other_items_are_kept():
    other = {"type": "mcp_call", "id": "m"}
    got = judge_whole(response(other, message("Hi", phase="final_answer")))
    assert (got.kept, got.phases) == ((other,), ("final_answer",))


def test_citations():
    note = {"type": "url_citation", "url": "https://a.test"}
    got = judge_whole(response(message(text("Hi", note, {"type": "file_citation"}))))
    assert got.citations == ("https://a.test",)


@pytest.mark.parametrize(
    ("item", "more", "reason"),
    [
        (message("Hi"), {}, "end_turn"),
        (message(refusal("No")), {}, "refusal"),
        (message("Hi"), {"reason": "max_output_tokens"}, "max_tokens"),
        (call(), {"reason": "content_filter"}, "refusal"),
    ],
    ids=["text", "refusal", "limit", "filter"],
)
def test_stop_reasons(item, more, reason):
    status = {"status": "incomplete", "incomplete_details": more} if more else {}
    assert judge_whole(response(item, **status)).stop_reason == reason


def test_usage_is_disjoint():
    said = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 1},
        "output_tokens": 3,
        "output_tokens_details": {"reasoning_tokens": 2},
    }
    assert judge_whole(response(usage=said)).usage == Usage(
        input_tokens=5,
        output_tokens=3,
        cache_read_input_tokens=4,
        cache_creation_input_tokens=1,
        thinking_tokens=2,
    )


def test_what_was_shown_stands():
    one = message("Bye")
    got = stream(created(), added(one), say("Hello"), done(one), completed(one))
    assert got.blocks == (("text", "Hello"),)
    one = message("Hello there")
    got = stream(created(), added(one), say("Hello"), done(one), completed(one))
    assert got.blocks == (("text", "Hello there"),)


def test_items_stand_in_the_order_in_which_they_began():
    one, two = message("One"), message("Two", id="msg_2")
    got = stream(added(one), added(two, 1), done(two, 1), done(one), completed())
    assert got.blocks == (("text", "One"), ("text", "Two"))


def test_an_answer_that_only_its_end_says():
    assert stream(created(), completed(message("Hi"))).blocks == (("text", "Hi"),)


def test_failures():
    error = {"code": "rate_limit_exceeded", "message": "m"}
    limited = Failure(kind="status", status=429, type="rate_limit_error")
    assert stream(created(), event("error", error=error)) == limited
    failed = event("failed", response=response(status="failed", error=error))
    assert stream(created(), failed) == limited
    assert judge_whole(response(status="queued")).type == "api_error"
    assert stream(created(), say("Hi")) == Failure(kind="incomplete")
    one = call("f", '{"a": 2}')
    told = event("function_call_arguments.delta", item_id="fc_1", delta='{"a": 1}')
    assert stream(added(one), told, done(one), completed(one)).kind == "unreadable"


def test_records():
    record = {"status": 200, "response_text": None, "response_json": response(message("Hi"))}
    assert isinstance(judge(record), Answer)
    body = {"object": "response.compaction", "output": []}
    assert isinstance(judge({**record, "response_json": body}), Outside)
    error = {"error": {"message": "m", "type": "invalid_request_error"}}
    refused = {"status": 400, "response_text": None, "response_json": error}
    assert judge(refused).type == "invalid_request_error"
