"""A type and its JSON schema: objects at the root, closed, otherwise as pydantic says it."""

from __future__ import annotations

import copy
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel, WithJsonSchema

from any_llm.structured import OutputFormat
from tests.core.structured_types import (
    Boxed,
    City,
    Empty,
    Home,
    Node,
    Open,
    Pet,
    Point,
    Row,
    Shut,
    Stay,
    Tree,
    message,
    objects,
)


def test_a_model_is_its_own_schema_closed():
    assert OutputFormat(City).schema() == {
        **City.model_json_schema(),
        "additionalProperties": False,
    }
    people = OutputFormat(City).schema()["properties"]["people"]
    assert people["minimum"] == 0  # constraints stay: what can't carry them says so


def test_a_root_that_is_no_object_is_wrapped():
    assert OutputFormat(list[int]).schema() == {
        "type": "object",
        "properties": {"value": {"type": "array", "items": {"type": "integer"}}},
        "required": ["value"],
        "additionalProperties": False,
    }


def test_definitions_of_a_wrapped_type_stay_at_the_root():
    schema = OutputFormat(list[Node]).schema()
    assert schema["properties"] == {"value": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}
    assert schema["$defs"]["Node"]["properties"]["children"]["items"] == {"$ref": "#/$defs/Node"}
    assert schema["$defs"]["Node"]["additionalProperties"] is False


def test_a_recursive_model_has_an_object_at_its_root():
    schema = OutputFormat(Node).schema()
    assert schema["type"] == "object"
    assert "$ref" not in schema
    assert schema["properties"]["children"]["items"] == {"$ref": "#/$defs/Node"}
    assert schema["properties"] == schema["$defs"]["Node"]["properties"]


def test_a_root_reference_that_nothing_else_uses_leaves_no_definition():
    schema = OutputFormat(RootModel[City]).schema()
    assert "$defs" not in schema
    assert schema["title"] == "RootModel[City]"
    assert schema["properties"] == City.model_json_schema()["properties"]


def test_a_recursive_alias_is_wrapped():
    schema = OutputFormat(Tree).schema()
    assert schema["properties"] == {"value": {"$ref": "#/$defs/Tree"}}
    assert "anyOf" in schema["$defs"]["Tree"]


def test_maps_stay_maps():
    schema = OutputFormat(dict[str, int]).schema()
    assert schema == {"type": "object", "additionalProperties": {"type": "integer"}}
    rooms = OutputFormat(Home).schema()["properties"]["rooms"]
    assert rooms["additionalProperties"] == {"type": "integer"}


def test_what_an_object_says_about_other_properties_stays():
    assert OutputFormat(Open).schema()["additionalProperties"] is True
    assert OutputFormat(Shut).schema()["additionalProperties"] is False
    assert OutputFormat(Empty).schema()["additionalProperties"] is False


def test_every_object_with_properties_is_closed_wherever_it_stands():
    class Deep(BaseModel):
        by_name: dict[str, City]
        either: City | Point | None
        rows: list[Row]
        both: tuple[City, Point]
        pet: Pet
        properties: Row  # a property may bear any name
        default: Row

    found = objects(OutputFormat(Deep).schema())
    assert len(found) == 6  # Deep, City, Point, Row, Cat, Dog
    assert all(each["additionalProperties"] is False for each in found)


def test_data_in_a_schema_is_not_taken_for_a_schema():
    like_a_schema = {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}}

    class Model(BaseModel):
        a: dict[str, Any] = Field(default=like_a_schema, examples=[like_a_schema])
        b: Annotated[Any, WithJsonSchema({"const": like_a_schema})]

    schema = OutputFormat(Model).schema()
    assert schema["properties"]["a"]["default"] == like_a_schema
    assert schema["properties"]["a"]["examples"] == [like_a_schema]
    assert schema["properties"]["b"]["const"] == like_a_schema


@pytest.mark.parametrize(
    "made",
    [
        {"allOf": [{"type": "object", "properties": {"a": {}}}, {"properties": {"b": {}}}]},
        {"type": "object", "properties": {"a": {}}, "oneOf": [{"properties": {"b": {}}}]},
        {"type": "object", "properties": {"a": {}}, "if": {}, "then": {"properties": {"b": {}}}},
        {"type": "object", "properties": {"a": {}}, "unevaluatedProperties": False},
        {"type": "object"},
        {"type": "array", "items": True},
    ],
    ids=["all-of", "one-of-beside", "if", "unevaluated", "free-map", "boolean-schema"],
)
def test_a_hand_made_schema_keeps_its_meaning(made):
    # Closing one part of a composition would shut out what the other part lists.
    class Model(BaseModel):
        part: Annotated[Any, WithJsonSchema(copy.deepcopy(made))]

    part = OutputFormat(Model).schema()["properties"]["part"]
    assert {key: value for key, value in part.items() if key != "title"} == made


def test_a_root_that_points_and_adds_is_not_taken_apart():
    class More(RootModel[Node]):
        model_config = ConfigDict(json_schema_extra={"properties": {"more": {}}})

    schema = OutputFormat(More).schema()
    assert schema["required"] == ["value"]
    assert schema["properties"]["value"].keys() >= {"$ref", "properties"}
    assert "additionalProperties" not in schema["$defs"]["Node"]


@pytest.mark.parametrize(
    "hold",
    [
        lambda part: {"allOf": [part]},
        lambda part: {"anyOf": [part, True]},
        lambda part: {"oneOf": [part]},
        lambda part: {"prefixItems": [part]},
        lambda part: {"items": part},
        lambda part: {"contains": part},
        lambda part: {"properties": {"a": part}, "additionalProperties": True},
        lambda part: {"patternProperties": {"^a": part}},
        lambda part: {"additionalProperties": part},
    ],
    ids=[
        "allOf", "anyOf", "oneOf", "prefixItems", "items", "contains", "properties",
        "patternProperties", "additionalProperties",
    ],
)  # fmt: skip
def test_objects_inside_any_keyword_are_closed(hold):
    part = {"type": "object", "properties": {"a": {}}}

    class Model(BaseModel):
        part: Annotated[Any, WithJsonSchema(hold(part))]

    made = OutputFormat(Model).schema()["properties"]["part"]
    assert made == {**hold({**part, "additionalProperties": False}), "title": "Part"}


def test_the_types_own_schema_is_not_changed():
    shared = {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}}
    before = copy.deepcopy(shared)

    class Own(BaseModel):
        model_config = ConfigDict(json_schema_extra=shared)

        @classmethod
        def __get_pydantic_json_schema__(cls, _schema: Any, _handler: Any) -> dict[str, Any]:
            return shared

    for tp in (Own, Annotated[Any, WithJsonSchema(shared)]):
        schema = OutputFormat(tp).schema()
        assert schema["additionalProperties"] is False
        assert schema["properties"]["a"]["additionalProperties"] is False
    assert shared == before
    assert "additionalProperties" not in City.model_json_schema()


def test_a_caller_may_change_the_schema_it_got():
    output_format = OutputFormat.of(City)
    output_format.schema()["properties"].clear()
    assert output_format.schema()["properties"].keys() == {"name", "people"}


def test_aliases_are_what_the_model_reads_and_writes():
    assert OutputFormat(Stay).schema()["required"] == ["sentAs"]
    assert OutputFormat(Stay).parse(message('{"sentAs": "x"}')).parsed_output.sent == "x"


def test_a_wrapped_type_whose_definitions_bear_the_wrappers_words():
    class _Wrapped(BaseModel):
        value: list[_Wrapped] = []

    output_format = OutputFormat(list[_Wrapped])
    answer = output_format.parse(message('{"value": [{"value": [{}]}, {}]}'))
    assert answer.parsed_output == [_Wrapped(value=[_Wrapped()]), _Wrapped()]
    assert output_format.schema()["$defs"].keys() == {"_Wrapped"}


@pytest.mark.parametrize("tp", [City, list[int], Pet, int | str, Literal["a", "b"]], ids=str)
def test_a_format_is_made_once(tp):
    assert OutputFormat.of(tp) is OutputFormat.of(tp)


def test_equal_unions_of_another_order_keep_their_own_schema():
    assert (int | str) == (str | int)
    one, other = OutputFormat.of(int | str).schema(), OutputFormat.of(str | int).schema()
    assert one["properties"]["value"]["anyOf"] == other["properties"]["value"]["anyOf"][::-1]


def test_two_classes_of_one_name_are_two_types():
    def make(tp: Any) -> Any:
        class Same(BaseModel):
            a: tp

        return Same

    one, other = OutputFormat.of(make(int)), OutputFormat.of(make(str))
    assert one.name == other.name == "Same"
    assert one.schema() != other.schema()


@pytest.mark.parametrize(
    ("tp", "name"),
    [
        (City, "City"),
        (Boxed[int], "Boxed[int]"),
        (list[int], "list[int]"),
        (Literal["a"], "Literal['a']"),
    ],
    ids=str,
)
def test_names(tp, name):
    assert OutputFormat.of(tp).name == name
    assert repr(OutputFormat.of(tp)) == f"OutputFormat({name})"
