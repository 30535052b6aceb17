"""Odd bodies from outside and odd words of endpoints: carried, or a typed error."""

from __future__ import annotations

import json

import pytest

from any_llm import Client
from any_llm.errors import BadReply, OverloadedError
from any_llm.testing import Answer, ReplayServer

QUESTION = {"role": "user", "content": "x"}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude",
    "content": [{"type": "text", "text": "hi"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
START = {"type": "message_start", "message": {**MESSAGE, "content": [], "stop_reason": None}}
OVERLOADED = {"type": "overloaded_error", "message": "Overloaded"}


def client(server, **more):
    return Client(
        env={}, keys={"anthropic": "k"}, api_base={"anthropic": server.url}, max_retries=0, **more
    )


def ask(server, block):
    body = {
        "model": "claude-sonnet-4-5",
        "max_tokens": 10,
        "messages": [QUESTION, {"role": "assistant", "content": [block]}, QUESTION],
    }
    with client(server, on_loss="ignore") as asking:
        return asking.raw(body, provider="anthropic")


@pytest.mark.parametrize(
    "block",
    [
        {"type": "brand_new", "content": ["words", 5, None]},
        {"type": "brand_new_tool_result", "tool_use_id": {"a": 1}, "content": ["words"]},
        {"type": "mcp_tool_result", "tool_use_id": "a", "content": ["words"]},
    ],
    ids=repr,
)
def test_blocks_nobody_knows_may_hold_anything(block):
    with ReplayServer(Answer.of(MESSAGE)) as server:
        ask(server, block)
        assert server.requests[0].json["messages"][1]["content"] == [block]


def read(*frames):
    body = b"".join(
        (f"event: {name}\n" if name else "").encode()
        + b"data: "
        + json.dumps(said).encode()
        + b"\n\n"
        for name, said in frames
    )
    with (
        ReplayServer(Answer.sse(body)) as server,
        client(server) as asking,
        asking.stream("anthropic:claude-sonnet-4-5", [QUESTION], 10) as stream,
    ):
        return stream.get_final_message()


@pytest.mark.parametrize("before", [[], [("message_start", START)]], ids=["first", "later"])
@pytest.mark.parametrize(
    "frame",
    [("error", {"error": OVERLOADED}), ("", {"error": OVERLOADED}), ("error", OVERLOADED)],
    ids=repr,
)
def test_an_error_without_a_type_of_its_own_is_the_error_it_holds(before, frame):
    with pytest.raises(OverloadedError, match="Overloaded"):
        read(*before, frame)


def test_a_bare_error_in_a_200_is_the_error_it_holds():
    with (
        ReplayServer(Answer.of({"error": OVERLOADED})) as server,
        client(server) as asking,
        pytest.raises(OverloadedError, match="Overloaded"),
    ):
        asking.messages("anthropic:claude-sonnet-4-5", [QUESTION], 10)


def test_a_message_without_content_is_no_empty_answer():
    body = {name: value for name, value in MESSAGE.items() if name != "content"}
    with (
        ReplayServer(Answer.of(body)) as server,
        client(server) as asking,
        pytest.raises(BadReply, match="content"),
    ):
        asking.messages("anthropic:claude-sonnet-4-5", [QUESTION], 10)


@pytest.mark.parametrize("pieces", [[""], ["", ""], [" "], []], ids=repr)
def test_arguments_that_came_with_the_start_of_a_call_stay(pieces):
    # So the official SDK reads it (2.12, lib/streaming/_messages.py): no letters, no new input.
    call = {"type": "tool_use", "id": "toolu_1", "name": "rm", "input": {"path": "a.txt"}}
    deltas = [
        {"type": "content_block_delta", "index": 0}
        | {"delta": {"type": "input_json_delta", "partial_json": piece}}
        for piece in pieces
    ]
    events = [
        START,
        {"type": "content_block_start", "index": 0, "content_block": call},
        *deltas,
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use", "stop_sequence": None},
            "usage": {"output_tokens": 1},
        },
        {"type": "message_stop"},
    ]
    message = read(*((event["type"], event) for event in events))
    assert message.content[0].input == {"path": "a.txt"}


@pytest.mark.parametrize("said", [{"error": OVERLOADED}, {"type": "error", "error": OVERLOADED}])
@pytest.mark.parametrize(
    "ask_for",
    [
        lambda asking: asking.count_tokens("anthropic:claude-sonnet-4-5", [QUESTION]),
        lambda asking: asking.models.list(provider="anthropic"),
        lambda asking: asking.models.retrieve("claude-sonnet-4-5", provider="anthropic"),
    ],
    ids=["count_tokens", "list", "retrieve"],
)
def test_an_error_in_a_200_is_one_to_every_operation(said, ask_for):
    with (
        ReplayServer(Answer.of(said)) as server,
        client(server) as asking,
        pytest.raises(OverloadedError, match="Overloaded"),
    ):
        ask_for(asking)


def page(*names, more, last):
    return Answer.of({"data": [{"id": name} for name in names], "has_more": more, "last_id": last})


@pytest.mark.parametrize(
    "pages",
    [
        [page("a", more=True, last=None)],
        [page("a", more=True, last="a"), page("a", more=True, last="a")],
        [page("a", more=True, last="a"), page("b", more=True, last="b"), page(more=True, last="a")],
    ],
    ids=["no way on", "the same again", "in a circle"],
)
def test_a_list_of_models_that_cannot_be_read_to_its_end_is_no_list(pages):
    with (
        ReplayServer(*pages) as server,
        client(server) as asking,
        pytest.raises(BadReply, match="models"),
    ):
        asking.models.list(provider="anthropic")
    assert len(server.requests) == len(pages)
