"""What a type checker sees of structured output. Read by mypy and pyright, never run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, assert_type

from pydantic import BaseModel
from typing_extensions import TypedDict

from any_llm.structured import OutputFormat
from any_llm.types import MessageResponse, ParsedMessage


class City(BaseModel):
    name: str


@dataclass
class Point:
    x: int


class Row(TypedDict):
    a: int


class Colour(Enum):
    RED = "red"


def known_types(message: MessageResponse) -> None:
    assert_type(OutputFormat.of(City), OutputFormat[City])
    assert_type(OutputFormat(City), OutputFormat[City])
    assert_type(OutputFormat.of(City).parse(message), ParsedMessage[City])
    assert_type(OutputFormat.of(City).parse(message).parsed_output, City | None)
    assert_type(OutputFormat.of(Point).parse(message).parsed_output, Point | None)
    assert_type(OutputFormat.of(Row).parse(message).parsed_output, Row | None)
    assert_type(OutputFormat.of(Colour).parse(message).parsed_output, Colour | None)
    assert_type(OutputFormat.of(int).parse(message).parsed_output, int | None)
    assert_type(OutputFormat.of(list[int]).parse(message).parsed_output, list[int] | None)
    assert_type(
        OutputFormat.of(dict[str, City]).parse(message).parsed_output, dict[str, City] | None
    )


def special_forms(message: MessageResponse) -> None:
    """A checker has no name for the type of these expressions; the object is Any."""
    assert_type(OutputFormat.of(Literal["a", "b"]), OutputFormat[Any])
    assert_type(OutputFormat.of(int | str).parse(message).parsed_output, Any | None)
