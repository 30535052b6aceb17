"""Usual blocks and tools are recognised without a schema, and are what the schema makes of them."""

from __future__ import annotations

import enum
import json
from collections import OrderedDict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_llm.types import MessagesRequest, TextBlock, validate_request
from any_llm.types._is_json import is_json
from any_llm.types._usual import usual_fields

BASE: dict[str, Any] = {"model": "m", "max_tokens": 1}
TEXT = {"type": "text", "text": "K\u00f6ln"}
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"}}
USE = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": [1, 2.5, None, {"b": ""}]}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "EqRk"}
TOOL = {"name": "f", "description": "Does.", "input_schema": {"type": "object", "properties": {}}}


class Kind(enum.StrEnum):
    TEXT = "text"


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"in": value}
    return value


USUAL: list[Any] = [
    [],
    [TEXT, IMAGE, TEXT],
    [{"text": "the other order", "type": "text"}],
    [THOUGHT, TEXT, USE, USE],
    [{"input": {}, "name": "f", "id": "a", "type": "tool_use"}],
    [RESULT, {**RESULT, "content": []}, {**RESULT, "content": [TEXT, IMAGE]}, TEXT],
    [{"content": "", "tool_use_id": "a", "type": "tool_result"}],
    [{**USE, "input": nested(100)}],
]
OTHERS: list[Any] = [
    [{**TEXT, "cache_control": {"type": "ephemeral"}}],
    [{**TEXT, "odd": None}],
    [{"type": "text"}],
    [{**TEXT, "text": None}],
    [{**TEXT, "text": "half \ud83d"}],
    [{**TEXT, "text": Kind.TEXT}],
    [{**TEXT, "type": Kind.TEXT}],
    [{"type": ["text"], "text": ""}],
    [{"type": "video", "url": "u"}],
    [OrderedDict(TEXT)],
    [TextBlock(type="text", text="x")],
    [TEXT, None],
    (TEXT,),
    None,
    5,
    [{**IMAGE, "source": {"type": "url", "url": "https://a/b.png"}}],
    [{**IMAGE, "source": {**IMAGE["source"], "media_type": "png"}}],
    [{**IMAGE, "source": {**IMAGE["source"], "data": b"QUJD"}}],
    [{**IMAGE, "source": {**IMAGE["source"], "odd": 1}}],
    [{**IMAGE, "source": "QUJD"}],
    [{**USE, "id": ""}],
    [{**USE, "name": ""}],
    [{**USE, "input": "{}"}],
    [{**USE, "input": {1: 2}}],
    [{**USE, "input": {Kind.TEXT: 2}}],
    [{**USE, "input": {"a": (1, 2)}}],
    [{**USE, "input": {"a": TextBlock(type="text", text="x")}}],
    [{**USE, "input": {"a": float("nan")}}],
    [{**USE, "input": {"a": {1, 2}}}],
    [{**USE, "input": {"half \udc00": 1}}],
    [{**USE, "input": nested(101)}],
    [{**USE, "caller": {"type": "direct"}}],
    [{**RESULT, "tool_use_id": ""}],
    [{**RESULT, "is_error": True}],
    [{**RESULT, "content": None}],
    [{**RESULT, "content": [USE]}],
    [{"type": "tool_result", "tool_use_id": "a"}],
    [{"type": "thinking", "thinking": "Hm."}],
    [{"type": "redacted_thinking", "data": "x"}],
]
TOOLS: list[Any] = [[], [TOOL, {"input_schema": {}, "name": "g"}], None]
OTHER_TOOLS: list[Any] = [
    (TOOL,),
    [{**TOOL, "type": "custom"}],
    [{**TOOL, "strict": True}],
    [{**TOOL, "name": ""}],
    [{**TOOL, "name": 5}],
    [{**TOOL, "description": None}],
    [{**TOOL, "input_schema": None}],
    [{**TOOL, "input_schema": {Kind.TEXT: {}}}],
    [{**TOOL, "input_schema": {"a": float("inf")}}],
    [{"name": "f"}],
    [OrderedDict(TOOL)],
    {"name": "f"},
]


def said(content: Any, **more: Any) -> dict[str, Any]:
    return {**BASE, "messages": [{"role": "user", "content": content}], **more}


def numbered(values: list[Any]) -> list[Any]:
    return [pytest.param(value, id=f"{at}") for at, value in enumerate(values)]


def written(request: MessagesRequest) -> str:
    return json.dumps(request.fields(), allow_nan=False)  # with the order of the keys


def same(fields: dict[str, Any]) -> None:
    before = repr(fields)
    assert usual_fields(fields) is not None
    found, careful = validate_request(fields), MessagesRequest.model_validate(dict(fields))
    assert found == careful
    assert found.model_fields_set == careful.model_fields_set
    assert written(found) == written(careful)
    assert is_json(found.fields())
    assert repr(fields) == before


@pytest.mark.parametrize("content", numbered(USUAL))
def test_usual_blocks_are_what_the_schema_makes_of_them(content: Any) -> None:
    same(said(content))
    same(said(content, tools=[TOOL], system="Be brief."))


@pytest.mark.parametrize("content", numbered(OTHERS))
def test_any_other_block_takes_the_schema(content: Any) -> None:
    assert usual_fields(said(content)) is None


@pytest.mark.parametrize("tools", numbered(TOOLS))
def test_usual_tools_are_what_the_schema_makes_of_them(tools: Any) -> None:
    same(said("Hello", tools=tools))


@pytest.mark.parametrize("tools", numbered(OTHER_TOOLS))
def test_any_other_tool_takes_the_schema(tools: Any) -> None:
    assert usual_fields(said("Hello", tools=tools)) is None


def test_blocks_and_tools_are_new_objects() -> None:
    fields = said([TEXT, IMAGE, USE, RESULT], tools=[TOOL])
    request = validate_request(fields)
    for mine, theirs in zip(
        request.messages[0]["content"], [TEXT, IMAGE, USE, RESULT], strict=True
    ):
        assert mine is not theirs
    assert request.messages[0]["content"][2]["input"] is not USE["input"]
    assert request.tools is not None
    assert request.tools[0] is not TOOL
    assert request.tools[0]["input_schema"] is not TOOL["input_schema"]


# --- whatever comes --------------------------------------------------------------------------

ODD = st.one_of(
    st.none(),
    st.integers(-1, 1),
    st.floats(),
    st.text(st.characters(codec=None), max_size=3),
    st.lists(st.text(max_size=2), max_size=2),
    st.dictionaries(st.one_of(st.text(max_size=2), st.integers()), st.floats(), max_size=2),
)
KEYS = ("type", "text", "id", "name", "input", "tool_use_id", "content", "source", "data", "odd")


@st.composite
def changed(draw: st.DrawFn, whole: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """A usual object, or one of which a key is missing, or has another value, or is more."""
    found = dict(draw(whole))
    if draw(st.booleans()):
        key = draw(st.sampled_from([*found, *KEYS]))
        if draw(st.booleans()):
            found.pop(key, None)
        else:
            found[key] = draw(ODD)
    return found


INSIDE = changed(st.sampled_from([TEXT, IMAGE, USE]))
BLOCK = changed(
    st.one_of(
        st.sampled_from([TEXT, IMAGE, USE, RESULT, THOUGHT]),
        st.fixed_dictionaries({**{k: st.just(v) for k, v in RESULT.items()},
                               "content": st.lists(INSIDE, max_size=2)}),
        st.fixed_dictionaries({"type": st.just("image"),
                               "source": changed(st.just(IMAGE["source"]))}),
    )
)  # fmt: skip


@given(st.lists(BLOCK, max_size=3), st.lists(changed(st.just(TOOL)), max_size=2))
def test_nothing_comes_through_that_the_schema_would_not_take(
    content: list[Any], tools: list[Any]
) -> None:
    fields = said(content, tools=tools)
    if usual_fields(fields) is not None:
        same(fields)
