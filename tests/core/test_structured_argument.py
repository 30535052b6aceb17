"""What may be given as `output_format`, and how it joins `output_config`."""

from __future__ import annotations

import functools
from types import MappingProxyType
from typing import Annotated, Any, ForwardRef

import pytest
from pydantic import BaseModel, Field, WithJsonSchema

from any_llm.errors import RequestValidationError
from any_llm.losses import Loss
from any_llm.structured import OutputFormat
from any_llm.types import validate_request
from tests.core.structured_types import City, Colour, Node, Open, Point


@pytest.mark.parametrize(
    "given_",
    [{"type": "object"}, City.model_json_schema(), {"type": "json_schema", "schema": {}}, {}],
)
def test_a_schema_is_no_type(given_):
    with pytest.raises(TypeError, match=r"output_format: .* pass output_config=\{'format': "):
        OutputFormat.of(given_)


@pytest.mark.parametrize(
    "given_",
    [
        City(name="Oslo"),
        Point(1),
        len,
        lambda a: a,
        City.model_dump,
        functools.partial(int),
        "City",
        b"{}",
    ],
    ids=["model", "dataclass", "builtin", "lambda", "method", "partial", "name", "bytes"],
)
def test_a_value_is_no_type(given_):
    with pytest.raises(TypeError, match="output_format: a type is needed, not a value; this is a"):
        OutputFormat.of(given_)


@pytest.mark.parametrize(
    "given_",
    [
        5,
        [1],
        {1},
        object(),
        Colour.RED,
        ...,
        list[ForwardRef("Nowhere")],
        type(len),
        Annotated[str, Field(pattern="(")],
        Annotated[Any, WithJsonSchema({"$ref": "#/$defs/Nowhere"})],
    ],
    ids=["int", "list", "set", "object", "member", "dots", "undefined", "class", "regex", "ref"],
)
def test_what_pydantic_knows_no_schema_of(given_):
    with pytest.raises(
        TypeError, match="output_format: pydantic makes no JSON schema of"
    ) as caught:
        OutputFormat.of(given_)
    assert caught.value.__cause__ is not None
    assert "\n" not in str(caught.value)


def test_a_schema_that_json_cannot_say():
    class Model(BaseModel):
        a: float = float("nan")

    with pytest.raises(TypeError, match="the schema of Model holds what JSON cannot say"):
        OutputFormat.of(Model)


@pytest.mark.parametrize(
    ("given_", "others"),
    [
        ({"effort": "low", "later": 1}, {"effort": "low", "later": 1}),
        (Open.model_validate({"a": 1, "effort": "low"}), {"a": 1, "effort": "low"}),
        (MappingProxyType({"effort": "low"}), {"effort": "low"}),
        (None, {}),
        ({"format": None}, {}),
        ({}, {}),
    ],
    ids=["dict", "object", "mapping", "none", "no-format", "empty"],
)
def test_the_format_joins_what_output_config_says(given_, others):
    losses: list[Loss] = []
    before = repr(given_)
    merged = OutputFormat(City).merge(given_, losses)
    assert merged.pop("format") == {"type": "json_schema", "schema": OutputFormat(City).schema()}
    assert merged == others
    assert repr(given_) == before
    assert losses == []


def test_output_format_wins_over_another_format_and_says_so():
    given_ = {"effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}}}
    losses: list[Loss] = []
    merged = OutputFormat(City).merge(given_, losses)
    assert merged["effort"] == "low"
    assert merged["format"]["schema"] == OutputFormat(City).schema()
    assert [(loss.path, loss.severity) for loss in losses] == [("output_config.format", "lossy")]
    assert "City" in losses[0].what
    assert given_["format"]["schema"] == {"type": "object"}


def test_the_same_format_twice_is_no_conflict():
    losses: list[Loss] = []
    merged = OutputFormat(City).merge(None, losses)
    assert OutputFormat(City).merge(merged, losses) == merged
    assert losses == []


@pytest.mark.parametrize("given_", [5, "low", [("effort", "low")]], ids=str)
def test_output_config_that_is_no_object(given_):
    with pytest.raises(RequestValidationError, match="output_config: must be an object, not a"):
        OutputFormat(City).merge(given_, [])


def test_a_merged_request_is_valid():
    request = validate_request(
        {
            "model": "m",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": "Where?"}],
            "output_config": OutputFormat(list[Node]).merge({"effort": "high"}, []),
        }
    )
    assert request.output_config["format"]["schema"] == OutputFormat(list[Node]).schema()
