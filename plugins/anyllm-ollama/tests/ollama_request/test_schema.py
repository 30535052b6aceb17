"""Tool schemas: what the server's structs cannot hold is rewritten, and what is lost is told."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_llm.plugin import UnsupportedFeature
from anyllm_ollama.schema import flat_schema
from tests.support.examples import examples

from .kit import encode, encode_once

CITY = {"type": "string", "description": "a city"}


def schema(**properties):
    return {"type": "object", "properties": properties}


REWRITTEN = {
    "reference": (
        {**schema(c={"$ref": "#/$defs/C"}), "$defs": {"C": CITY}},
        schema(c=CITY),
    ),
    "reference-of-old-drafts": (
        {**schema(c={"$ref": "#/definitions/C"}), "definitions": {"C": CITY}},
        schema(c=CITY),
    ),
    "reference-with-more-beside-it": (
        {**schema(c={"$ref": "#/$defs/C", "description": "home"}), "$defs": {"C": CITY}},
        schema(c={**CITY, "description": "home"}),
    ),
    "reference-to-a-property": (
        schema(a=CITY, b={"$ref": "#/properties/a"}),
        schema(a=CITY, b=CITY),
    ),
    "escaped-reference": (
        {**schema(c={"$ref": "#/$defs/a~1b~0"}), "$defs": {"a/b~": CITY}},
        schema(c=CITY),
    ),
    "percent-encoded-reference": (
        {**schema(c={"$ref": "#/$defs/List%5BCity%5D"}), "$defs": {"List[City]": CITY}},
        schema(c=CITY),
    ),
    "reference-through-references": (
        {
            **schema(c={"$ref": "#/$defs/A"}),
            "$defs": {"A": {"$ref": "#/$defs/B"}, "B": CITY},
        },
        schema(c=CITY),
    ),
    "reference-in-items": (
        {**schema(l={"type": "array", "items": {"$ref": "#/$defs/C"}}), "$defs": {"C": CITY}},
        schema(l={"type": "array", "items": CITY}),
    ),
    "root-reference": (
        {"$ref": "#/$defs/R", "$defs": {"R": schema(c=CITY)}},
        schema(c=CITY),
    ),
    "oneOf": (
        schema(c={"oneOf": [CITY, {"type": "null"}]}),
        schema(c={"anyOf": [CITY, {"type": "null"}]}),
    ),
    "const": (schema(c={"const": "x"}), schema(c={"enum": ["x"]})),
    "allOf-of-one": (
        {
            **schema(c={"allOf": [{"$ref": "#/$defs/C"}], "description": "home"}),
            "$defs": {"C": CITY},
        },
        schema(c={"description": "home", "type": "string"}),
    ),
    "allOf-of-objects": (
        schema(
            c={
                "allOf": [
                    {**schema(a=CITY), "required": ["a"]},
                    {**schema(b=CITY), "required": ["b", "a"]},
                ]
            }
        ),
        schema(c={**schema(a=CITY, b=CITY), "required": ["a", "b"]}),
    ),
    "no-properties": ({"type": "object"}, schema()),
    "no-type": ({"properties": {"a": CITY}}, schema(a=CITY)),
    "boolean-property": (schema(a=True), schema(a={})),
    "items-stay-whole": (
        schema(l={"type": "array", "items": {"oneOf": [CITY], "minimum": 1, "const": 2}}),
        schema(l={"type": "array", "items": {"oneOf": [CITY], "minimum": 1, "const": 2}}),
    ),
}


@pytest.mark.parametrize("what", REWRITTEN)
def test_what_has_a_twin_is_rewritten_and_nothing_is_lost(what):
    asked, wanted = REWRITTEN[what]
    before = copy.deepcopy(asked)
    got = encode(tools=[{"name": "f", "input_schema": asked}])
    assert got.body["tools"][0]["function"]["parameters"] == wanted
    assert got.losses == []
    assert asked == before


LOST = {
    "minimum (a)": schema(a={"type": "integer", "minimum": 1}),
    "pattern (a.b)": schema(a=schema(b={"type": "string", "pattern": "x"})),
    "format (a)": schema(a={"anyOf": [{"type": "string", "format": "date"}]}),
    "additionalProperties (a)": schema(a={"type": "object", "additionalProperties": CITY}),
    "allOf (a)": schema(a={"allOf": [{"type": "string"}, {"type": "integer"}]}),
    "oneOf (a)": schema(a={"anyOf": [CITY], "oneOf": [CITY, {"type": "null"}]}),
    "anyOf (the root)": {**schema(a=CITY), "anyOf": [{"required": ["a"]}]},
    "type (the root: object, null)": {"type": ["object", "null"], "properties": {}},
    "false (a)": schema(a=False),
    "$ref (a)": schema(a={"$ref": "https://x.example/schema"}),
    "$ref (b)": schema(b={"$ref": "#place"}),
}
HINTS = {
    "title (a)": schema(a={"type": "string", "title": "A"}),
    "default (a)": schema(a={"type": "string", "default": "x"}),
    "additionalProperties (the root)": {**schema(a=CITY), "additionalProperties": False},
    "description (the root)": {**schema(a=CITY), "description": "d"},
}


@pytest.mark.parametrize("what", LOST)
def test_what_the_server_forgets_is_reported(what):
    got = encode(tools=[{"name": "f", "input_schema": LOST[what]}])
    assert got.losses == [("tools[0].input_schema", "lossy")]
    assert f"the server does not read {what}" in got.says


@pytest.mark.parametrize("what", HINTS)
def test_what_binds_no_value_is_a_hint(what):
    got = encode(tools=[{"name": "f", "input_schema": HINTS[what]}])
    assert got.losses == [("tools[0].input_schema", "hint")]
    assert f"the server does not read {what}" in got.says


def test_a_forgotten_keyword_stays_on_the_wire():
    asked = schema(a={"type": "integer", "minimum": 1, "title": "A"})
    body = encode(tools=[{"name": "f", "input_schema": asked}]).body
    assert body["tools"][0]["function"]["parameters"] == asked


NODE = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}


def test_a_recursion_is_unfolded_once_and_reported():
    asked = {**schema(n={"$ref": "#/$defs/Node"}), "$defs": {"Node": NODE}}
    got = encode(tools=[{"name": "f", "input_schema": asked}])
    sent = got.body["tools"][0]["function"]["parameters"]
    assert sent["properties"]["n"]["properties"]["next"] == {"$ref": "#/$defs/Node"}
    assert sent["$defs"] == {"Node": NODE}
    assert got.losses == [("tools[0].input_schema", "lossy")]
    assert "$ref (n.next)" in got.says


def test_a_recursion_inside_items_is_read_by_the_server_and_not_lost():
    tree = {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#"}}}}
    got = encode(tools=[{"name": "f", "input_schema": tree}])
    kids = got.body["tools"][0]["function"]["parameters"]["properties"]["kids"]
    assert kids["items"]["properties"]["kids"]["items"] == {"$ref": "#"}
    assert got.losses == []


def test_recursion_through_all_of_ends():
    node = schema(next={"allOf": [{"$ref": "#/$defs/Node"}]})
    asked = {**schema(n={"$ref": "#/$defs/Node"}), "$defs": {"Node": node}}
    got = encode(tools=[{"name": "f", "input_schema": asked}])
    assert got.losses == [("tools[0].input_schema", "lossy")]


def doubling(levels):
    """Definitions that each name the next one twice: 2^levels places, unfolded."""
    defs = {
        f"D{at}": schema(a={"$ref": f"#/$defs/D{at + 1}"}, b={"$ref": f"#/$defs/D{at + 1}"})
        for at in range(levels)
    }
    return {**schema(x={"$ref": "#/$defs/D0"}), "$defs": {**defs, f"D{levels}": CITY}}


def deep(levels):
    inner = CITY
    for _ in range(levels):
        inner = schema(a=inner)
    return inner


@pytest.mark.parametrize("asked", [doubling(30), deep(80), schema(a=3)])
def test_a_schema_beyond_measure_is_refused(asked):
    with pytest.raises(UnsupportedFeature) as refused:
        encode_once({"tools": [{"name": "f", "input_schema": asked}]})
    assert refused.value.path == "tools[0].input_schema"


def test_measures_leave_room():
    assert encode(tools=[{"name": "f", "input_schema": doubling(8)}]).losses == []
    assert encode(tools=[{"name": "f", "input_schema": deep(50)}]).losses == []


words = st.sampled_from(["type", "properties", "items", "anyOf", "oneOf", "allOf", "$ref", "const"])
refs = st.sampled_from(["#", "#/$defs/A", "#/$defs/B", "#/properties/a", "#/x/0", "http://x", ""])
leaves = st.none() | st.booleans() | st.integers(0, 3) | refs | st.just("object")
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(words | st.sampled_from(["a", "b", "$defs", "A", "B"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(words | st.just("$defs"), trees, max_size=4))
@examples(100)
def test_any_schema_gives_json_or_a_refusal(asked):
    before = json.dumps(asked)
    try:
        flat = flat_schema(asked)
    except ValueError:
        pass
    else:
        assert json.loads(json.dumps(flat.schema)).keys() >= {"type", "properties"}
    assert json.dumps(asked) == before
