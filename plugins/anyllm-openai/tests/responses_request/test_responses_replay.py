"""What the model thought and looked up earlier: back as the items they were, or nowhere."""

from __future__ import annotations

import pytest

from any_llm.plugin import Envelope
from anyllm_openai.chat.signature import seal as seal_of_chat

from .kit import (
    OUTPUT_OF_SEARCH,
    WEB,
    asked,
    call,
    model,
    output,
    reasoning,
    redacted,
    result,
    said,
    searched,
    text,
    thinking,
    use,
    user,
)

MODEL = "gpt-5"
SEALED = {"id": "rs_1", "encrypted_content": "gAAA"}
PARTS = [{"type": "summary_text", "text": "one"}, {"type": "summary_text", "text": "two"}]
RAW = [{"type": "reasoning_text", "text": "raw"}]


def turn(encode, *blocks, **more):
    """The items of a turn of the model, and the losses."""
    more = {"model": MODEL, **more}
    got = encode(messages=[user("q"), model(*blocks), user("next")], **more)
    assert (got.body["input"][0], got.body["input"][-1]) == (asked("q"), asked("next"))
    return got.body["input"][1:-1], got.losses


OURS = {
    "without a summary": (redacted(SEALED), reasoning()),
    "with a summary": (thinking("why", SEALED), reasoning(summary=["why"])),
    "with several parts": (
        thinking("one\n\ntwo", {**SEALED, "summary": PARTS}),
        reasoning(summary=["one", "two"]),
    ),
    "with raw content": (
        thinking("raw", {**SEALED, "content": RAW}),
        reasoning(content=RAW),
    ),
    "without an id": (redacted({"encrypted_content": "gAAA"}), reasoning()),
    "with a field of the server's own": (
        redacted({**SEALED, "more": {"x": 1}}),
        {**reasoning(), "x": 1},
    ),
}


@pytest.mark.parametrize("what", OURS)
def test_own_reasoning_goes_back_as_it_came(encode, what):
    block, item = OURS[what]
    items, losses = turn(encode, block, text("a"), judged="x" not in item)
    assert items == [item, said("a")]
    assert losses == []


def test_reasoning_keeps_its_place_among_calls(encode):
    first, second = redacted(SEALED), redacted({"id": "rs_2", "encrypted_content": "gBBB"})
    got = encode(
        model=MODEL,
        messages=[
            user("q"),
            model(first, text("look"), use("a"), second, use("b")),
            user(result("a"), result("b")),
        ],
    )
    assert got.body["input"] == [
        asked("q"),
        reasoning(),
        said("look"),
        call("a"),
        reasoning("gBBB"),
        call("b"),
        output(id="a"),
        output(id="b"),
    ]


FOUNDRY = "https://r.services.ai.azure.com/api/projects/p/openai/v1"


def test_ids_go_where_they_are_demanded(encode):
    item = {"id": "rs_1", **reasoning()}
    block = redacted(SEALED, "azure")
    for said_, base_url, sent in (
        ({}, "https://r.openai.azure.com/openai/v1", reasoning()),
        ({}, FOUNDRY, item),
        ({"send_item_ids": True}, "https://r.openai.azure.com/openai/v1", item),
        ({"send_item_ids": False}, FOUNDRY, reasoning()),
    ):
        got = encode(
            "azure",
            model=MODEL,
            base_url=base_url,
            quirks=said_,
            messages=[user("q"), model(block, text("a")), user("b")],
        )
        assert got.body["input"][1] == sent


ANOTHER = Envelope("gemini", {"parts": []}).seal()
FOREIGN = {
    "of Anthropic": {"type": "thinking", "thinking": "t", "signature": "EqQBCg"},
    "of Anthropic, redacted": {"type": "redacted_thinking", "data": "EqQBCg"},
    "without a signature": {"type": "thinking", "thinking": "t", "signature": ""},
    "of another dialect": {"type": "thinking", "thinking": "t", "signature": ANOTHER},
    "of another server": thinking("t", SEALED, "azure"),
    "of the other wire": {
        "type": "thinking",
        "thinking": "t",
        "signature": "",  # set below: it needs a context
    },
    "not decryptable": thinking("t", {"id": "rs_1"}),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_foreign_reasoning_is_dropped_and_said(encode, what):
    block = FOREIGN[what]
    if what == "of the other wire":
        signature = seal_of_chat(encode().ctx, field="reasoning_content")
        block = {**block, "signature": signature}
    items, losses = turn(encode, block, text("a"))
    assert items == [said("a")]
    assert losses == [("messages[1].content[0]", "hint")]


def test_a_model_that_does_not_think_gets_no_reasoning(encode):
    items, losses = turn(encode, redacted(SEALED), text("a"), model="gpt-4o")
    assert items == [said("a")]
    assert losses == [("messages[1].content[0]", "hint")]


def test_a_turn_of_foreign_reasoning_alone_leaves_nothing(encode):
    got = encode(model=MODEL, messages=[user("q"), model(FOREIGN["of Anthropic"]), user("next")])
    assert got.body["input"] == [asked("q"), asked("next")]


def test_plain_reasoning_goes_back_to_servers_that_read_it(encode):
    """DeepSeek and llama.cpp give reasoning as text and want it back so (recorded, 200)."""
    block = thinking("raw", {"id": "rs_1", "content": RAW}, "deepseek")
    got = encode(
        "deepseek",
        judged=False,
        model="deepseek-v4-flash",
        messages=[user("q"), model(block, text("a")), user("b")],
    )
    assert got.body["input"][1] == {"type": "reasoning", "summary": [], "content": RAW}


# --- web searches ----------------------------------------------------------------------------


def test_a_search_goes_back_as_the_item_it_was(encode):
    call_, found = searched()
    items, losses = turn(encode, call_, found, text("a"), tools=[WEB])
    assert items == [OUTPUT_OF_SEARCH, said("a")]
    assert losses == []


def test_other_actions_and_ends_of_a_search(encode):
    page = {"type": "open_page", "url": "https://x.example"}
    call_, found = searched(action=page, content=[])
    items, _ = turn(encode, call_, found, text("a"))
    assert items[0] == {**OUTPUT_OF_SEARCH, "action": page}
    failed = {"type": "web_search_tool_result_error", "error_code": "unavailable"}
    call_, found = searched(content=failed)
    items, _ = turn(encode, call_, found, text("a"))
    query = {"type": "search", "query": "ruby"}
    assert items[0] == {**OUTPUT_OF_SEARCH, "action": query, "status": "failed"}
    items, _ = turn(encode, call_, text("a"))
    assert items[0]["status"] == "incomplete"


def test_a_search_of_anthropics_is_not_repeated(encode):
    call_ = {
        "type": "server_tool_use",
        "id": "srvtoolu_1",
        "name": "web_search",
        "input": {"query": "ruby"},
    }
    found = {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [{"type": "web_search_result", "url": "u", "title": "t"}],
    }
    items, losses = turn(encode, call_, found, text("a"))
    assert items == [said("a")]
    assert losses == [("messages[1].content[0]", "hint"), ("messages[1].content[1]", "hint")]


def test_citations_of_earlier_text_are_not_repeated(encode):
    citation = {"type": "web_search_result_location", "url": "u", "title": "t", "cited_text": ""}
    items, losses = turn(encode, text("a", citations=[citation]))
    assert items == [said("a")]
    assert losses == [("messages[1].content[0].citations", "hint")]
