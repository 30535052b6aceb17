"""Mapping 1.5: schemas for gateways that know OpenAPI's form only."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature
from tests.support.gemini_requests import encode

QUIRKS = {"tool_schema": "openapi"}


def parameters(properties, **more):
    schema = {"type": "object", "properties": properties, **more}
    got = encode(tools=[{"name": "t", "input_schema": schema}], quirks=QUIRKS)
    return got.body["tools"][0]["functionDeclarations"][0]["parameters"], got.losses


def one(schema, **more):
    found, losses = parameters({"p": schema}, **more)
    return found["properties"]["p"], losses


NOTED = ("tools[0].input_schema", "emulated")
CASES = [
    ({"type": ["string", "null"]}, {"nullable": True, "type": "string"}),
    ({"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string", "nullable": True}),
    ({"oneOf": [{"type": "string"}, {"type": "integer"}]},
     {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    ({"const": "a"}, {"enum": ["a"], "type": "string"}),
    ({"enum": ["a", "b"]}, {"enum": ["a", "b"], "type": "string"}),
    ({"enum": ["x", None]}, {"enum": ["x"], "type": "string", "nullable": True}),
    ({"type": "array", "items": {}}, {"type": "array", "items": {}}),
    ({"type": "object"}, {"type": "object"}),
    ({"type": "object", "required": ["ghost"]}, {"type": "object"}),
    ({"type": "array", "items": {"type": "object", "required": ["id"]}},
     {"type": "array", "items": {"type": "object"}}),
    ({"type": "object", "$id": "x", "examples": [{}], "$comment": "c"}, {"type": "object"}),
    (True, {}),
    ({"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
                {"properties": {"b": {"type": "string"}}}]},
     {"type": "object", "required": ["a"],
      "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "wanted"), CASES)
def test_forms(schema, wanted):
    assert one(schema) == (wanted, [])


def test_what_the_form_has_no_word_for_is_told_in_the_description():
    found, losses = one({"type": "integer", "exclusiveMinimum": 0, "description": "d"})
    assert found == {"type": "integer", "description": 'd {"exclusiveMinimum":0}'}
    assert losses == [NOTED]


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "integer", "enum": [1, 2]}, "One of: 1, 2"),
        ({"type": "integer", "enum": [1, 2], "description": "d"}, "d One of: 1, 2"),
        (
            {"type": "object", "additionalProperties": {"type": "string"}},
            '{"additionalProperties":{"type":"string"}}',
        ),
    ],
)
def test_what_is_only_told_is_reported(schema, told):
    assert one(schema) == ({"type": schema["type"], "description": told}, [NOTED])


@pytest.mark.parametrize("open", [True, False, {}])
def test_whether_other_properties_may_come_is_left_out(open):
    found, losses = one({"type": "object", "additionalProperties": open})
    assert found == {"type": "object"}
    assert losses == [("tools[0].input_schema", "hint")]


def test_references_are_put_in_place():
    point = {"type": "object", "properties": {"x": {"$ref": "#/$defs/N"}}}
    defs = {"$defs": {"P": point, "N": {"type": "number"}}}
    found, losses = one({"$ref": "#/$defs/P", "description": "d"}, **defs)
    assert found == {
        "type": "object",
        "properties": {"x": {"type": "number"}},
        "description": "d",
    }
    assert losses == []


def test_a_reference_is_read_as_the_uri_that_it_is():
    found, _ = one({"$ref": "#/$defs/List%5BX%5D"}, **{"$defs": {"List[X]": {"type": "string"}}})
    assert found == {"type": "string"}


@pytest.mark.parametrize(
    "odd",
    [
        5,
        {"properties": 5},
        {"required": 5},
        {"enum": "x"},
        {"anyOf": 5},
        {"allOf": {}},
        {"allOf": [{"properties": 5}]},
        {"$ref": 5},
        {"type": "array", "items": [{"type": "string"}]},
    ],
)
def test_what_is_no_schema_is_refused(odd):
    with pytest.raises(UnsupportedFeature, match=r"^gemini: tools\[0\]\.input_schema: "):
        one(odd)


def test_a_tuple_is_a_list():
    found, losses = one({"type": "object", "properties": {"a": {}}, "required": ("a",)})
    assert (found["required"], losses) == (["a"], [])


def test_references_that_double_again_and_again_are_refused():
    twice = {f"D{i}": {"anyOf": [{"$ref": f"#/$defs/D{i + 1}"}] * 2} for i in range(40)}
    with pytest.raises(UnsupportedFeature, match="over 10000 schemas"):
        one({"$ref": "#/$defs/D0"}, **{"$defs": {**twice, "D40": {"type": "string"}}})


def test_what_cannot_be_said_is_refused():
    defs = {"$defs": {"T": {"type": "object", "properties": {"next": {"$ref": "#/$defs/T"}}}}}
    for schema, why in (
        ({"$ref": "#/$defs/T"}, "refers to itself"),
        ({"$ref": "#/$defs/Gone"}, "names no schema"),
        ({"$ref": "https://elsewhere.test/s"}, "names no schema"),
        (False, "allows nothing"),
    ):
        with pytest.raises(UnsupportedFeature, match=why):
            parameters({"p": schema}, **defs)


def test_the_answers_schema_takes_the_same_form():
    schema = {"type": "object", "properties": {"a": {"type": ["integer", "null"]}}}
    form = {"format": {"type": "json_schema", "schema": schema}}
    assert encode(output_config=form, quirks=QUIRKS).config == {
        "responseMimeType": "application/json",
        "responseSchema": {
            "type": "object",
            "properties": {"a": {"nullable": True, "type": "integer"}},
        },
    }
