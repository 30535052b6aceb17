"""The usual request is recognised without a schema, and is then what the schema makes of it."""

from __future__ import annotations

import enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_llm import RequestValidationError
from any_llm.types import MessagesRequest, validate_request
from any_llm.types._usual import usual_fields
from tests.core.test_import import loaded

HELLO = {"role": "user", "content": "Hello"}
BASE: dict[str, Any] = {"model": "m", "messages": [HELLO], "max_tokens": 1}


class Role(enum.StrEnum):
    USER = "user"


USUAL: list[dict[str, Any]] = [
    {},
    {"messages": [HELLO, {"content": "K\u00f6ln \U0001f600", "role": "assistant"}, HELLO]},
    {"messages": [{"role": "system", "content": ""}]},
    {"max_tokens": 0},
    {"max_tokens": 10**30},
    {"system": "Be brief.", "stream": True, "temperature": 0.5, "top_p": 1.0, "top_k": -3},
    {"system": None, "stream": None, "temperature": None, "top_p": None, "top_k": None},
]
OTHERS: list[dict[str, Any]] = [
    {"model": ""},
    {"model": None},
    {"model": Role.USER},
    {"model": "\ud83d"},
    {"messages": []},
    {"messages": None},
    {"messages": (HELLO,)},
    {"messages": [("role", "user")]},
    {"messages": [{"role": "user"}]},
    {"messages": [{**HELLO, "name": "x"}]},
    {"messages": [{"role": "user", "text": "Hello"}]},
    {"messages": [{"role": "tool", "content": "Hello"}]},
    {"messages": [{"role": Role.USER, "content": "Hello"}]},
    {"messages": [{"role": ["user"], "content": "Hello"}]},
    {"messages": [{"role": "user", "content": "half \ud83d"}]},
    {"messages": [{"role": "user", "content": b"Hello"}]},
    {"max_tokens": -1},
    {"max_tokens": None},
    {"max_tokens": True},
    {"max_tokens": "5"},
    {"max_tokens": 5.0},
    {"system": [{"type": "text", "text": "Be brief."}]},
    {"system": "\udc00"},
    {"stream": 1},
    {"temperature": 1},
    {"temperature": float("nan")},
    {"top_p": float("inf")},
    {"top_k": 1.5},
    {"top_k": False},
    {"stop_sequences": ["x"]},
    {"nobody_knows": 1},
]


def same(fields: dict[str, Any]) -> None:
    """What the shortcut takes is what the schema makes of it, in every part."""
    assert usual_fields(fields) is not None
    found, careful = validate_request(fields), MessagesRequest.model_validate(dict(fields))
    assert found == careful
    assert found.__dict__ == careful.__dict__
    assert list(found.__dict__) == list(careful.__dict__)
    assert found.model_fields_set == careful.model_fields_set
    assert found.model_extra == careful.model_extra
    assert found.model_dump_json() == careful.model_dump_json()
    assert [list(turn) for turn in found.messages] == [list(turn) for turn in careful.messages]
    assert found.fields() == careful.fields()


@pytest.mark.parametrize("fields", USUAL, ids=str)
def test_the_usual_request_is_what_the_schema_makes_of_it(fields: dict[str, Any]) -> None:
    same({**BASE, **fields})


@pytest.mark.parametrize("fields", OTHERS, ids=ascii)
def test_anything_else_takes_the_schema(fields: dict[str, Any]) -> None:
    assert usual_fields({**BASE, **fields}) is None


@pytest.mark.parametrize("name", BASE)
def test_what_is_missing_takes_the_schema(name: str) -> None:
    assert usual_fields({key: value for key, value in BASE.items() if key != name}) is None


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.floats(),
    st.text(st.characters(codec=None), max_size=3),
    st.lists(st.text(max_size=2), max_size=2),
)
TURN = st.dictionaries(
    st.sampled_from(["role", "content", "type"]),
    st.one_of(st.sampled_from(["user", "assistant", "system", "message", "Hi"]), ODD),
    max_size=3,
)
REQUEST = st.fixed_dictionaries(
    {
        "model": st.one_of(st.text(max_size=2), ODD),
        "messages": st.one_of(st.lists(TURN, max_size=3), ODD),
        "max_tokens": st.one_of(st.integers(-1, 5), ODD),
    },
    optional=dict.fromkeys(("system", "stream", "temperature", "top_p", "top_k", "tools"), ODD),
)


@given(REQUEST)
def test_nothing_comes_through_that_the_schema_would_not_take(fields: dict[str, Any]) -> None:
    if usual_fields(fields) is not None:
        same(fields)


class Field(enum.StrEnum):
    SYSTEM = "system"


def test_names_of_fields_are_plain_text() -> None:
    request = validate_request({**BASE, Field.SYSTEM: "Be brief."})
    assert [*map(type, request.model_fields_set), *map(type, request.fields())] == [str] * 8


def test_the_turns_are_new_objects() -> None:
    said = {**BASE, "messages": [dict(HELLO)]}
    request = validate_request(said)
    assert request.messages is not said["messages"]
    assert request.messages[0] is not said["messages"][0]


def test_a_wrong_request_is_still_named_by_the_schema() -> None:
    with pytest.raises(RequestValidationError, match="max_tokens: must be a whole number"):
        validate_request({**BASE, "max_tokens": True})


def test_a_chat_builds_no_schema() -> None:
    schema = "pydantic.plugin._loader"  # imported where the first one is built
    blocks = {**BASE, "system": [{"type": "text", "text": "Be brief."}]}
    assert schema not in loaded(f"import any_llm; any_llm.validate_request({BASE!r})")
    assert schema in loaded(f"import any_llm; any_llm.validate_request({blocks!r})")
