"""Objects instead of dicts: our own answers and the official SDK's, given back in a request."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from any_llm import (
    MessageResponse,
    TextBlock,
    ToolUseBlock,
    UnknownBlock,
)
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import asked, client, options, run
from tests.support.wire import QUESTION, message

CONTENT: list[dict[str, Any]] = [
    {"type": "thinking", "thinking": "hm", "signature": "sig"},
    {"type": "redacted_thinking", "data": "opaque"},
    {
        "type": "text",
        "text": "It is",
        "citations": [
            {
                "type": "char_location",
                "cited_text": "it",
                "document_index": 0,
                "document_title": None,
                "start_char_index": 0,
                "end_char_index": 2,
            }
        ],
    },
    {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": None, "b": [1, {"c": None}]}},
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "q"}},
    {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [
            {
                "type": "web_search_result",
                "url": "https://x.example",
                "title": "X",
                "encrypted_content": "e",
                "page_age": None,
            }
        ],
    },
]
BRAND_NEW = {"type": "brand_new", "nested": {"deep": [None, 1]}, "text": 5}
ANSWER = message(content=[*CONTENT, BRAND_NEW], stop_reason="tool_use", brand_field={"x": None})


def sdk() -> Any:
    return pytest.importorskip("anthropic").types


def posted(turns: Any, **fields: Any) -> dict[str, Any]:
    """The body that a server gets for these turns."""
    with ReplayServer(Answer.of(message())) as server:
        [got] = run("sync", options(server), {"messages": turns, **fields})
        assert got.error is None, got.error
        body: dict[str, Any] = server.requests[0].json
        return body


def without_nulls(value: Any) -> Any:
    """The value without the fields that are null."""
    if isinstance(value, dict):
        return {name: without_nulls(part) for name, part in value.items() if part is not None}
    return [without_nulls(part) for part in value] if isinstance(value, list) else value


def answer() -> MessageResponse:
    return MessageResponse.model_validate(ANSWER)


# --- our own ---------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [False, True], ids=["its content", "the whole message"])
def test_an_answer_of_ours_is_the_next_requests_turn(whole: bool) -> None:
    found = answer()
    before = copy.deepcopy(found)
    turn: Any = found if whole else {"role": "assistant", "content": found.content}
    turns = [*QUESTION, turn]
    body = posted(turns)
    assert found == before
    assert turns[1] is turn
    said = body["messages"][1]
    assert set(said) == {"role", "content"}
    assert said["role"] == "assistant"
    tool = next(block for block in said["content"] if block["type"] == "tool_use")
    assert tool["input"] == {"a": None, "b": [1, {"c": None}]}  # these nulls are the caller's
    assert [block["type"] for block in said["content"]] == [
        *(block["type"] for block in CONTENT),
        "brand_new",
    ]
    assert said["content"][-1] == BRAND_NEW
    for block, source in zip(said["content"][:2], CONTENT[:2], strict=True):
        assert block == source
    assert "page_age" not in said["content"][5]["content"][0]


def test_the_idiom_of_the_api_works_over_two_calls() -> None:
    turns: list[Any] = [*QUESTION]
    with ReplayServer(Answer.of(ANSWER)) as server, client(options(server)) as asks:
        for _ in range(2):
            found = asks.messages(**asked({"messages": turns}))
            turns.append({"role": "assistant", "content": found.content})
            result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok"}
            turns.append({"role": "user", "content": [result]})
        assert [len(request.json["messages"]) for request in server.requests] == [1, 3]
        assert server.requests[1].json["messages"][2]["content"] == [result]


def test_blocks_of_ours_anywhere_a_block_may_stand() -> None:
    text = TextBlock(text="hi")
    body = posted(
        [
            {"role": "user", "content": (text, {"type": "document", "source": doc(text)})},
            {"role": "user", "content": [{**RESULT, "content": [text]}, found(text)]},
        ],
        system=[text],
    )
    plain = {"type": "text", "text": "hi"}
    first, second = (turn["content"] for turn in body["messages"])
    assert first == [plain, {"type": "document", "source": doc(plain)}]
    assert second == [{**RESULT, "content": [plain]}, found(plain)]
    assert body["system"] == [plain]


RESULT = {"type": "tool_result", "tool_use_id": "t1"}


def doc(block: Any) -> dict[str, Any]:
    return {"type": "content", "content": [block]}


def found(block: Any) -> dict[str, Any]:
    return {"type": "search_result", "source": "s", "title": "t", "content": [block]}


def test_a_block_that_was_made_by_hand_and_is_wrong() -> None:
    broken = ToolUseBlock.model_construct(id="t", name="", input={})
    turns = [{"role": "assistant", "content": [broken]}]
    [got] = run("sync", options("http://127.0.0.1:9"), {"messages": turns})
    assert str(got.error) == "request: messages[0].content[0].name: must not be empty, not ''"


# --- the official SDK's ----------------------------------------------------------------------


def test_the_sdk_accepts_our_answers_and_we_accept_its_messages() -> None:
    theirs = sdk().Message.model_validate(message(content=CONTENT))
    before = theirs.model_copy(deep=True)
    whole = posted([*QUESTION, theirs])["messages"][1]
    parts = posted([*QUESTION, {"role": "assistant", "content": theirs.content}])["messages"][1]
    assert theirs == before
    assert whole == parts
    ours = MessageResponse.model_validate(message(content=CONTENT))
    mine = posted([*QUESTION, {"role": "assistant", "content": ours.content}])["messages"][1]
    # Theirs lose the null of a citation's title, ours keep what the provider said.
    assert parts["content"][3]["input"] == mine["content"][3]["input"] == CONTENT[3]["input"]
    assert without_nulls(parts) == without_nulls(mine)
    again = sdk().Message.model_validate(json.loads(ours.model_dump_json()))
    assert without_nulls(again.to_dict()) == without_nulls(theirs.to_dict())


def test_an_unknown_block_that_went_through_the_sdk() -> None:
    theirs = sdk().Message.construct(**message(content=[BRAND_NEW]))
    body = posted([*QUESTION, {"role": "assistant", "content": theirs.content}])
    assert body["messages"][1]["content"][0]["type"] == "brand_new"
    assert body["messages"][1]["content"][0]["text"] == 5


def test_a_parsed_answer_of_the_sdk_keeps_its_object_to_itself() -> None:
    types = sdk()
    block = types.parsed_message.ParsedTextBlock[dict[str, int]](
        type="text", text='{"a": 1}', parsed_output={"a": 1}
    )
    parsed = types.parsed_message.ParsedMessage[dict[str, int]].model_validate(
        {**message(), "content": [block.model_dump()]}
    )
    parsed.content[0].parsed_output = {"a": 1}
    for turn in (parsed, {"role": "assistant", "content": parsed.content}):
        said = posted([*QUESTION, turn])["messages"][1]
        assert said == {"role": "assistant", "content": [{"type": "text", "text": '{"a": 1}'}]}


def test_params_of_the_sdk_are_dicts_and_work() -> None:
    types = sdk()
    text = types.TextBlockParam(type="text", text="hi")
    turn: types.MessageParam = {"role": "user", "content": [text]}
    tool = types.ToolParam(name="f", input_schema={"type": "object"})
    body = posted([turn], tools=[tool])
    assert body["messages"] == [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]
    assert body["tools"] == [{"name": "f", "input_schema": {"type": "object"}}]


def test_unknown_blocks_keep_every_null() -> None:
    block = UnknownBlock.model_validate({"type": "odd", "a": None, "b": {"c": None}})
    body = posted([{"role": "assistant", "content": [block]}])
    assert body["messages"][0]["content"] == [{"type": "odd", "a": None, "b": {"c": None}}]
