"""The boundary: what a request may hold, what is wrong with one, and that nothing is changed.

Blocks and fields: Messages API reference and the official Python SDK 2.12 (2026-11-20).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from any_llm import RequestValidationError
from any_llm.testing import Answer, ReplayServer
from any_llm.types import MESSAGES_FIELDS, validate_request
from tests.support.colours import options, run
from tests.support.wire import message

PNG = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
PDF = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}
TEXT = {"type": "text", "text": "hi"}
CACHE = {"type": "ephemeral", "ttl": "1h"}

USER_BLOCKS: list[dict[str, Any]] = [
    TEXT,
    {**TEXT, "cache_control": CACHE},
    {**TEXT, "cache_control": None},
    {"type": "image", "source": PNG},
    {"type": "image", "source": PNG, "transformations": {"oversized_image": "downsize"}},
    {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}},
    {"type": "image", "source": {"type": "file", "file_id": "file_1"}},
    {"type": "image", "source": {"type": "hologram", "cube": 4}},
    {"type": "document", "source": PDF, "title": "T", "context": "C"},
    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}},
    {"type": "document", "source": {"type": "content", "content": "words"}},
    {"type": "document", "source": {"type": "content", "content": [TEXT]}},
    {"type": "document", "source": PDF, "citations": {"enabled": True}},
    {"type": "search_result", "source": "mine", "title": "T", "content": [TEXT]},
    {"type": "container_upload", "file_id": "file_1"},
    {"type": "tool_result", "tool_use_id": "t1"},
    {"type": "tool_result", "tool_use_id": "t1", "content": "ok", "is_error": True},
    {"type": "tool_result", "tool_use_id": "t1", "content": None},
    {
        "type": "tool_result",
        "tool_use_id": "t1",
        "content": [TEXT, {"type": "image", "source": PNG}],
    },
    {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "tool_reference", "x": 1}]},
    {"type": "tool_result", "tool_use_id": "t1", "toolset_name": "computer"},
]
ASSISTANT_BLOCKS: list[dict[str, Any]] = [
    {**TEXT, "citations": [{"type": "char_location", "cited_text": "h", "document_index": 0}]},
    {"type": "thinking", "thinking": "hm", "signature": "sig"},
    {"type": "thinking", "thinking": "", "signature": "sig"},
    {"type": "redacted_thinking", "data": "opaque"},
    {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": [1, None, {"b": "c"}]}},
    {"type": "tool_use", "id": "t1", "name": "f", "input": {}, "caller": {"type": "direct"}},
    {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}},
    {"type": "web_search_tool_result", "tool_use_id": "s1", "content": []},
    {"type": "code_execution_tool_result", "tool_use_id": "s1", "content": {"x": None}},
    {"type": "mcp_tool_use", "id": "m1", "name": "f", "server_name": "s", "input": {}},
    {"type": "brand_new", "text": 5, "nested": {"deep": [None]}},
]
TOOLS: list[dict[str, Any]] = [
    {"name": "f", "input_schema": {"type": "object", "properties": {}}},
    {"type": "custom", "name": "f", "input_schema": {"type": "object"}, "strict": True},
    {"type": None, "name": "f", "input_schema": {}, "description": "d", "defer_loading": True},
    {"type": "web_search_20260318", "name": "web_search", "max_uses": 3},
    {"type": "computer_toolset_20260801", "configs": {}},
]
OTHERS: list[dict[str, Any]] = [
    {"system": "be brief"},
    {"system": [TEXT, {**TEXT, "cache_control": CACHE}]},
    {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
    {"tool_choice": {"type": "tool", "name": "f"}},
    {"tool_choice": {"type": "whatever", "x": 1}},
    {"thinking": {"type": "enabled", "budget_tokens": 2048, "display": "omitted"}},
    {"thinking": {"type": "adaptive"}},
    {"thinking": {"type": "between_tools", "x": 1}},
    {"output_config": {"effort": "max", "format": {"type": "json_schema", "schema": {}}}},
    {"output_config": {"format": {"type": "grammar", "lark": "x"}, "task_budget": 5}},
    {"metadata": {"user_id": "u", "x": 1}},
    {"cache_control": CACHE},
    {"temperature": 1, "top_p": 0.5, "top_k": 5},
    {"max_tokens": 0},
    {"stop_sequences": ["END"]},
    {"service_tier": "auto", "speed": "fast", "inference_geo": "eu"},
    {"container": {"id": "c", "skills": [{"type": "custom", "skill_id": "s"}]}},
    {"mcp_servers": [{"type": "url", "url": "https://x.example"}], "fallbacks": "default"},
    {"diagnostics": {"previous_message_id": None}, "context_management": {"edits": []}},
]


def sent(**fields: Any) -> dict[str, Any]:
    """The body that arrives at a Messages server for a call with these fields."""
    with ReplayServer(Answer.of(message())) as server:
        [got] = run("sync", options(server), fields)
        assert got.error is None, got.error
        [request] = server.requests
        body: dict[str, Any] = request.json
        return body


def test_every_known_block_and_field_goes_out_as_it_came() -> None:
    turns = [
        {"role": "user", "content": [*USER_BLOCKS, {**TEXT, "brand": {"new": None}}]},
        {"role": "assistant", "content": ASSISTANT_BLOCKS, "beta": 1},
        {"role": "system", "content": "now be terse", "clear_at": "never"},
    ]
    before = copy.deepcopy(turns)
    body = sent(messages=turns, tools=TOOLS)
    assert body["messages"] == before
    assert body["tools"] == TOOLS
    assert turns == before


@pytest.mark.parametrize("fields", OTHERS, ids=repr)
def test_every_other_field_goes_out_as_it_came(fields: dict[str, Any]) -> None:
    before = copy.deepcopy(fields)
    body = sent(**fields)
    assert {name: body[name] for name in fields} == before
    assert fields == before


def test_the_fields_of_the_api_are_known_by_name() -> None:
    said = {name for fields in OTHERS for name in fields}
    assert said <= MESSAGES_FIELDS
    assert {"model", "messages", "max_tokens", "stream", "tools"} <= MESSAGES_FIELDS


def test_fields_that_travel_as_headers() -> None:
    with ReplayServer(Answer.of(message())) as server:
        call = {"user_profile_id": "u1", "workspace_id": "w1", "betas": ["a-1", "b-2"]}
        run("sync", options(server), call)
        [request] = server.requests
    assert request.headers["anthropic-user-profile-id"] == "u1"
    assert request.headers["anthropic-workspace-id"] == "w1"
    assert request.headers["anthropic-beta"] == "a-1,b-2"
    assert not {"user_profile_id", "workspace_id", "betas"} & request.json.keys()


def test_what_is_not_said_is_not_sent() -> None:
    body = sent(system=None, temperature=None, tools=None, num_ctx=None, output_config=None)
    assert list(body) == ["model", "messages", "max_tokens"]


# --- kinds of containers ---------------------------------------------------------------------


def test_tuples_generators_and_mappings_are_lists_and_objects() -> None:
    expected = sent(
        messages=[{"role": "user", "content": [TEXT]}],
        tools=[TOOLS[0]],
        stop_sequences=["A"],
        system=[TEXT],
    )
    for listed in (tuple, iter, lambda items: (item for item in items)):
        frozen: Mapping[str, Any] = MappingProxyType({"role": "user", "content": listed([TEXT])})
        body = sent(
            messages=listed([frozen]),
            tools=listed([MappingProxyType(TOOLS[0])]),
            stop_sequences=listed(["A"]),
            system=listed([MappingProxyType(TEXT)]),
        )
        assert body == expected


# --- faults ----------------------------------------------------------------------------------


def faults(**fields: Any) -> tuple[str, ...]:
    """The lines about a request that is wrong, all of them."""
    base = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 1}
    given = copy.deepcopy(fields)
    with pytest.raises(RequestValidationError) as caught:
        validate_request({**base, **fields})
    assert fields == given
    return caught.value.errors


def block(block: Any, role: str = "user") -> tuple[str, ...]:
    return faults(messages=[{"role": role, "content": [block]}])


AT = "messages[0].content[0]"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("hi", f"{AT}: an object with a type is needed; known types: text, image, document"),
        ({}, f"{AT}: an object with a type is needed; known types: text, image, document"),
        ({"type": 5}, f"{AT}: an object with a type is needed; known types: text, image, doc"),
        ({"type": "text"}, f"{AT}.text: is missing"),
        ({"type": "text", "text": 5}, f"{AT}.text: must be text, not 5"),
        ({"type": "text", "text": b"x"}, f"{AT}.text: must be text, not a bytes"),
        ({"type": "image"}, f"{AT}.source: is missing"),
        ({"type": "image", "source": "x.png"}, f"{AT}.source: an object with a type is needed;"),
        ({"type": "image", "source": {**PNG, "media_type": "png"}}, f"{AT}.source.media_type: mu"),
        ({"type": "image", "source": {**PNG, "data": b"x"}}, f"{AT}.source.data: must be text,"),
        ({"type": "image", "source": {"type": "url"}}, f"{AT}.source.url: is missing"),
        ({"type": "image", "source": {"type": "url", "url": ""}}, f"{AT}.source.url: must not be"),
        ({"type": "document", "source": {"type": "file"}}, f"{AT}.source.file_id: is missing"),
        (
            {"type": "document", "source": {"type": "content", "content": [{"type": "text"}]}},
            f"{AT}.source.content[0].text: is missing",
        ),
        ({"type": "search_result", "source": "s", "content": []}, f"{AT}.title: is missing"),
        ({"type": "thinking"}, f"{AT}.thinking: is missing"),
        ({"type": "redacted_thinking"}, f"{AT}.data: is missing"),
        ({"type": "tool_use", "id": "t", "name": "f"}, f"{AT}.input: is missing"),
        ({"type": "tool_use", "id": "t", "name": "f", "input": "{}"}, f"{AT}.input: must be an ob"),
        ({"type": "tool_use", "id": "", "name": "f", "input": {}}, f"{AT}.id: must not be empty"),
        ({"type": "tool_result"}, f"{AT}.tool_use_id: is missing"),
        ({"type": "tool_result", "tool_use_id": "t", "content": 5}, f"{AT}.content: "),
        (
            {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text"}]},
            f"{AT}.content[0].text: is missing",
        ),
        ({**TEXT, "cache_control": {"ttl": "1h"}}, f"{AT}.cache_control.type: is missing"),
    ],
)
def test_a_block_that_is_wrong(given: Any, line: str) -> None:
    [said] = block(given)
    assert said.startswith(line)
    assert len(said) < 250


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"model": ""}, "model: must not be empty"),
        ({"messages": [5]}, "messages[0]: must be an object, not 5"),
        ({"messages": [{"content": "x"}]}, "messages[0].role: is missing"),
        (
            {"messages": [{"role": "bot", "content": "x"}]},
            "messages[0].role: must be 'user', 'assistant' or 'system', not 'bot'",
        ),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content: text or a list of"),
        ({"system": 5}, "system: text or a list of text blocks is needed, not 5"),
        ({"system": [{"type": "text"}]}, "system[0].text: is missing"),
        ({"tools": [{"name": "f"}]}, "tools[0].input_schema: is missing"),
        ({"tools": [{"input_schema": {}}]}, "tools[0].name: is missing"),
        ({"tools": [len]}, "tools[0]: an object with a type is needed"),
        ({"tools": {"name": "f"}}, "tools: must be a list, not a dict"),
        ({"tool_choice": "auto"}, "tool_choice: an object with a type is needed"),
        ({"tool_choice": {"type": "tool"}}, "tool_choice.name: is missing"),
        ({"thinking": {"type": "enabled"}}, "thinking.budget_tokens: is missing"),
        ({"thinking": True}, "thinking: an object with a type is needed"),
        ({"output_config": {"format": {"type": "json_schema"}}}, "output_config.format.schema: is"),
        ({"output_config": {"format": {}}}, "output_config.format: needed: {"),
        ({"output_config": "x"}, "output_config: must be an object, not 'x'"),
        ({"metadata": "x"}, "metadata: must be an object, not 'x'"),
        ({"stop_sequences": [5]}, "stop_sequences[0]: must be text, not 5"),
        ({"max_tokens": True}, "max_tokens: must be a whole number, not True"),
        ({"temperature": True}, "temperature: must be a number, not True"),
        ({"top_k": 1.0}, "top_k: must be a whole number, not 1.0"),
        ({"service_tier": 5}, "service_tier: must be text, not 5"),
    ],
)
def test_a_field_that_is_wrong(fields: dict[str, Any], line: str) -> None:
    [said] = faults(**fields)
    assert said.startswith(line), said


def test_all_faults_come_at_once() -> None:
    said = faults(
        max_tokens="many",
        temperature="hot",
        tools=[{"name": "f"}],
        messages=[
            {"role": "user", "content": [{"type": "text"}, {"type": "image", "source": PNG}]},
            {"role": "bot", "content": "x"},
        ],
    )
    assert [line.partition(":")[0] for line in sorted(said)] == [
        "max_tokens",
        "messages[0].content[0].text",
        "messages[1].role",
        "temperature",
        "tools[0].input_schema",
    ]


def test_a_megabyte_is_not_printed() -> None:
    [said] = block({"type": "text", "text": ["x" * 1_000_000]})
    assert said == f"{AT}.text: must be text, not a list"
    [said] = faults(max_tokens="9" * 1_000_000)
    assert len(said) < 120


def test_one_fault_is_one_line_and_several_are_a_list() -> None:
    one = RequestValidationError(["a: is missing"])
    assert str(one) == "request: a: is missing"
    two = RequestValidationError(["a: is missing", "b: is missing"])
    assert str(two) == "request: 2 faults\n  a: is missing\n  b: is missing"
