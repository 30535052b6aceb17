"""Schemas on which other adapters failed, each test named for its case.

Two promises hold for all of them: a schema goes out as the caller wrote it, whatever is in it, so
that no keyword makes a request fail or changes what a tool takes; and `strict` is promised only
where strict mode means the same.
"""

from __future__ import annotations

import copy

import pytest

from any_llm.plugin import UnsupportedFeature
from anyllm_openai.rows import ROWS


def sent(encode, schema, provider="openai-compatible", **more):
    """The function that goes out for a tool of this schema."""
    tool = {"name": "t", "description": "d", "input_schema": copy.deepcopy(schema), **more}
    got = encode(provider, tools=[tool])
    assert [path for path, _ in got.losses] == []
    (said,) = got.body["tools"]
    assert said["type"] == "function"
    return said["function"]


def goes_as_it_is(encode, schema):
    for row in ROWS:
        if row.spec.options.get("tools", True):
            assert sent(encode, schema, row.spec.id)["parameters"] == schema


def is_not_strict(encode, schema, why):
    with pytest.raises(UnsupportedFeature, match=why) as caught:
        sent(encode, schema, "openai", strict=True)
    assert caught.value.path == "tools[0].strict"


def test_gemini_unsupported_keywords(encode):
    # Decided: carried; whether a keyword is understood is the server's affair.
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "n": {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 2},
            "m": {
                "type": "object",
                "propertyNames": {"type": "string"},
                "additionalProperties": {"type": "string"},
            },
            "k": {"const": "insert_text"},
        },
        "required": ["n"],
    }
    goes_as_it_is(encode, schema)
    is_not_strict(encode, {**schema, "required": ["n", "m", "k"]}, "m has free keys")


def test_schema_strict_allowlist_regression(encode):
    schema = {
        "$schema": "x",
        "type": "object",
        "properties": {"prompt": {"type": "string"}},
        "required": ["prompt"],
        "additionalProperties": False,
    }
    goes_as_it_is(encode, schema)
    assert sent(encode, schema, "openai", strict=True) == {
        "name": "t",
        "description": "d",
        "parameters": schema,
        "strict": True,
    }


def test_schema_required_ghost(encode):
    items = {"type": "object", "required": ["id"]}
    schema = {"type": "object", "properties": {"xs": {"type": "array", "items": items}}}
    goes_as_it_is(encode, schema)
    is_not_strict(encode, {**schema, "required": ["xs"]}, r"xs\[\] is an object without properties")
    ghost = {**items, "properties": {"a": {"type": "string"}}}
    schema = {"type": "object", "properties": {"x": ghost}, "required": ["x"]}
    is_not_strict(encode, schema, "x requires 'id', which is no property")


def test_schema_nested_empty_object(encode):
    schema = {
        "type": "object",
        "properties": {"launchOptions": {"type": "object"}, "xs": {"type": "array", "items": {}}},
        "required": ["launchOptions", "xs"],
    }
    goes_as_it_is(encode, schema)
    is_not_strict(encode, schema, "launchOptions is an object without properties")
    del schema["properties"]["launchOptions"]
    is_not_strict(encode, {**schema, "required": ["xs"]}, r"xs\[\] allows anything")


def test_schema_enum_types(encode):
    schema = {
        "type": "object",
        "properties": {
            "e": {"enum": ["a", "b"]},
            "n": {"type": "integer", "enum": [1, 2]},
            "o": {"enum": ["x", None]},
        },
    }
    goes_as_it_is(encode, schema)
    strict = sent(encode, {**schema, "required": ["e", "n"]}, "openai", strict=True)
    assert strict["parameters"] == {
        "type": "object",
        "properties": {
            "e": {"type": "string", "enum": ["a", "b"]},
            "n": {"type": "integer", "enum": [1, 2]},
            "o": {"type": ["string", "null"], "enum": ["x", None]},
        },
        "required": ["e", "n", "o"],
        "additionalProperties": False,
    }


def test_responses_tools_nested_shape(encode):
    """This wire's form is the nested one; the flat one belongs to Responses."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    function = {"name": "t", "description": "d", "parameters": schema}
    got = encode("openai", model="gpt-4o", tools=[{**FLAT, "input_schema": schema}])
    assert got.body["tools"] == [{"type": "function", "function": function}]


FLAT = {"name": "t", "description": "d"}
