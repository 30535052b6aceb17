"""Strict mode: the same meaning or none."""

from __future__ import annotations

import copy

import pytest

from anyllm_openai.schema import NotStrict, strict_schema

STR = {"type": "string"}
NULLABLE = {"type": ["string", "null"]}


def obj(properties, required=None, **more):
    required = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": required, **more}


def closed(properties, **more):
    return obj(properties, additionalProperties=False, **more)


SAME = [
    ("closed-already", closed({"a": STR}), closed({"a": STR})),
    ("closes", obj({"a": STR}), closed({"a": STR})),
    ("no-properties", obj({}), closed({})),
    ("nested", obj({"a": obj({"b": STR})}), closed({"a": closed({"b": STR})})),
    (
        "in-arrays",
        obj({"a": {"type": "array", "items": obj({"b": STR})}}),
        closed({"a": {"type": "array", "items": closed({"b": STR})}}),
    ),
    ("nullable-optional", obj({"a": STR, "b": NULLABLE}, ["a"]), closed({"a": STR, "b": NULLABLE})),
    (
        "nullable-by-anyOf",
        obj({"b": {"anyOf": [STR, {"type": "null"}], "default": None}}, []),
        closed({"b": {"anyOf": [STR, {"type": "null"}], "default": None}}),
    ),
    (
        "nullable-enum",
        obj({"b": {"enum": ["x", None]}}, []),
        closed({"b": {"type": ["string", "null"], "enum": ["x", None]}}),
    ),
    (
        "annotations-that-are-taken",
        obj({"a": {**STR, "title": "A", "default": "x"}}, title="T", **{"$schema": "s"}),
        closed({"a": {**STR, "title": "A", "default": "x"}}, title="T", **{"$schema": "s"}),
    ),
    (
        "annotations-that-are-not",
        obj({"a": {**STR, "examples": ["x"], "deprecated": True}}, **{"$id": "i", "$comment": "c"}),
        closed({"a": STR}),
    ),
    (
        "required-in-any-order",
        obj({"a": STR, "b": STR, "c": NULLABLE}, ["b", "a"]),
        {**closed({"a": STR, "b": STR, "c": NULLABLE}), "required": ["b", "a", "c"]},
    ),
    (
        "descriptions-stay",
        obj({"a": {**STR, "description": "d"}}, description="D"),
        closed({"a": {**STR, "description": "d"}}, description="D"),
    ),
    ("const", obj({"a": {"const": 1}}), closed({"a": {"type": "integer", "const": 1}})),
    (
        "enum-types",
        obj({"a": {"enum": [True, 1, 1.5]}}),
        closed({"a": {"type": ["boolean", "integer", "number"], "enum": [True, 1, 1.5]}}),
    ),
    (
        "numbers",
        obj({"a": {"type": "integer", "minimum": 1, "multipleOf": 2}}),
        closed({"a": {"type": "integer", "minimum": 1, "multipleOf": 2}}),
    ),
    (
        "known-format",
        obj({"a": {**STR, "format": "date"}}),
        closed({"a": {**STR, "format": "date"}}),
    ),
    (
        "pattern",
        obj({"a": {**STR, "pattern": "^a\\(?=b$"}}),
        closed({"a": {**STR, "pattern": "^a\\(?=b$"}}),
    ),
    (
        "allOf-of-one",
        obj({"a": {"allOf": [STR], "description": "d"}}),
        closed({"a": {**STR, "description": "d"}}),
    ),
    (
        "discriminated",
        obj({"a": {"oneOf": [obj({"k": {"const": "x"}})], "discriminator": {"propertyName": "k"}}}),
        closed({"a": {"anyOf": [closed({"k": {"type": "string", "const": "x"}})]}}),
    ),
    ("unevaluated", obj({"a": STR}, unevaluatedProperties=False), closed({"a": STR})),
    (
        "refs",
        obj(
            {"a": {"$ref": "#/$defs/N"}, "b": {"$ref": "#/$defs/N", "description": "d"}},
            **{"$defs": {"N": obj({"c": STR}), "unused": {}}},
        ),
        closed(
            {
                "a": {"$ref": "#/$defs/N"},
                "b": {"anyOf": [{"$ref": "#/$defs/N"}], "description": "d"},
            },
            **{"$defs": {"N": closed({"c": STR})}},
        ),
    ),
    (
        "definitions",
        obj({"a": {"$ref": "#/definitions/N"}}, definitions={"N": STR}),
        closed({"a": {"$ref": "#/$defs/N"}}, **{"$defs": {"N": STR}}),
    ),
    (
        "recursive",
        {
            "$ref": "#/$defs/N",
            "$defs": {"N": obj({"next": {"anyOf": [{"$ref": "#/$defs/N"}, {"type": "null"}]}})},
        },
        closed(
            {"next": {"anyOf": [{"$ref": "#/$defs/N"}, {"type": "null"}]}},
            **{
                "$defs": {
                    "N": closed({"next": {"anyOf": [{"$ref": "#/$defs/N"}, {"type": "null"}]}})
                }
            },
        ),
    ),
    (
        "recursive-root",
        obj({"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}),
        closed({"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}),
    ),
    (
        "nullable-ref",
        obj({"a": {"$ref": "#/$defs/N"}}, [], **{"$defs": {"N": NULLABLE}}),
        closed({"a": {"$ref": "#/$defs/N"}}, **{"$defs": {"N": NULLABLE}}),
    ),
]


@pytest.mark.parametrize(
    ("given", "fitted"), [pytest.param(*case[1:], id=case[0]) for case in SAME]
)
def test_the_same_meaning(given, fitted):
    before = copy.deepcopy(given)
    got = strict_schema(given)
    assert got.schema == fitted
    assert got.notes == ()
    assert given == before


TOLD = [
    ("length", {**STR, "minLength": 2}, {**STR, "description": "(minLength: 2)"}, "a: minLength"),
    (
        "beside-text",
        {**STR, "maxLength": 2, "description": "d"},
        {**STR, "description": "d (maxLength: 2)"},
        "a: maxLength",
    ),
    (
        "format",
        {**STR, "format": "color"},
        {**STR, "description": '(format: "color")'},
        "a: format",
    ),
    (
        "look-around",
        {**STR, "pattern": "(?=x)"},
        {**STR, "description": '(pattern: "(?=x)")'},
        "a: pattern",
    ),
    (
        "unique",
        {"type": "array", "items": STR, "uniqueItems": True},
        {"type": "array", "items": STR, "description": "(uniqueItems: true)"},
        "a: uniqueItems",
    ),
    ("unknown", {**STR, "x-order": 1}, {**STR, "description": "(x-order: 1)"}, "a: x-order"),
    (
        "oneOf",
        {"oneOf": [STR, {"type": "null"}]},
        {"anyOf": [STR, {"type": "null"}]},
        "a: oneOf (as anyOf)",
    ),
]


@pytest.mark.parametrize(
    ("given", "fitted", "note"), [pytest.param(*case[1:], id=case[0]) for case in TOLD]
)
def test_told_instead_of_enforced(given, fitted, note):
    got = strict_schema(obj({"a": given}))
    assert got.schema == closed({"a": fitted})
    assert got.notes == (note,)


IMPOSSIBLE = [
    ("optional", obj({"a": STR}, []), "a is optional"),
    ("map", obj({"a": {"type": "object", "additionalProperties": STR}}), "a has free keys"),
    ("open", obj({"a": STR}, additionalProperties=True), "the root has free keys"),
    ("bare-object", obj({"a": {"type": "object"}}), "a is an object without properties"),
    ("bare-root", {"type": "object"}, "the root is an object without properties"),
    ("anything", obj({"a": {}}), "a allows anything"),
    ("true", obj({"a": True}), "a allows anything"),
    ("no-type", obj({"a": {"description": "d"}}), "a has no type"),
    ("untyped-items", obj({"a": {"type": "array"}}), r"a\[\] allows anything"),
    (
        "tuple",
        obj({"a": {"type": "array", "items": STR, "prefixItems": [STR]}}),
        "a has prefixItems",
    ),
    ("allOf", obj({"a": {"allOf": [STR, {"minLength": 1}]}}), "a has allOf"),
    (
        "allOf-clash",
        obj({"a": {"type": "string", "allOf": [{"type": "integer"}]}}),
        "allOf with another type",
    ),
    ("not", obj({"a": {"type": "string", "not": {"const": "x"}}}), "a has not"),
    (
        "patternProperties",
        obj({"a": STR}, patternProperties={"^x": STR}),
        "the root has patternProperties",
    ),
    ("ghost", obj({"a": STR}, ["a", "b"]), "requires 'b'"),
    ("root-array", {"type": "array", "items": STR}, "root must be an object"),
    ("root-anyOf", {"anyOf": [obj({"a": STR})]}, "root must be an object"),
    ("remote-ref", obj({"a": {"$ref": "https://x"}}), "is not to"),
    ("pointer", obj({"a": STR, "b": {"$ref": "#/properties/a"}}), "is not to"),
    ("root-loop", {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}, "refers to itself"),
    (
        "object-and-anyOf",
        obj({"a": {**obj({"b": STR}), "anyOf": [obj({"b": STR})]}}),
        "alternatives and more",
    ),
    (
        "in-definition",
        obj({"a": {"$ref": "#/$defs/N"}}, **{"$defs": {"N": obj({"b": STR}, [])}}),
        "N.b is optional",
    ),
]


@pytest.mark.parametrize(
    ("given", "why"), [pytest.param(*case[1:], id=case[0]) for case in IMPOSSIBLE]
)
def test_no_equal_in_strict_mode(given, why):
    before = copy.deepcopy(given)
    with pytest.raises(NotStrict, match=why):
        strict_schema(given)
    assert given == before
