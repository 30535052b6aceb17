"""The types, blocks and answers that the tests of structured output share."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import uuid
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, NotRequired, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType, TypedDict

from any_llm.errors import StructuredOutputError
from any_llm.losses import Loss
from any_llm.structured import OutputFormat
from any_llm.types import MessageResponse

T = TypeVar("T")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class City(BaseModel):
    """A place."""

    name: str
    people: int = Field(default=0, ge=0)


class Node(BaseModel):
    label: str
    children: list[Node] = []


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    a: int


class Shut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    a: int


class Empty(BaseModel):
    pass


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    good: bool


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class Home(BaseModel):
    pet: Pet
    rooms: dict[str, int]
    city: City | None = None
    born: dt.date
    key: uuid.UUID


class Stay(BaseModel):
    sent: str = Field(alias="sentAs")


class Boxed(BaseModel, Generic[T]):
    item: T


@dataclasses.dataclass
class Point:
    x: int
    y: int = 7
    tags: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Pair(Generic[T]):
    left: T
    right: T


class Row(TypedDict):
    a: int
    b: NotRequired[str]


class Triple(NamedTuple):
    a: int
    b: str


Tree = TypeAliasType("Tree", "dict[str, Tree] | int")
UserId = NewType("UserId", int)


def message(*texts: str, stop_reason: str | None = "end_turn", **fields: Any) -> MessageResponse:
    blocks = [{"type": "text", "text": text} for text in texts]
    return with_blocks(*blocks, stop_reason=stop_reason, **fields)


def with_blocks(*blocks: dict[str, Any], **fields: Any) -> MessageResponse:
    answer = MessageResponse.model_validate(
        {
            "id": "msg_1",
            "model": "m",
            "content": list(blocks),
            "usage": {"input_tokens": 3, "output_tokens": 5},
            **fields,
        }
    )
    answer._losses = (Loss("top_k", "not carried"),)
    answer._request_id = "req_1"
    return answer


CALL = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
THOUGHT = {"type": "thinking", "thinking": '{"name": "wrong"}', "signature": "s"}
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
OSLO = '{"name": "Oslo", "people": 700000}'


def objects(schema: Any) -> list[dict[str, Any]]:
    """Every object schema with properties, found by brute force."""
    found = []
    if isinstance(schema, dict):
        found = [schema] if schema.get("type") == "object" and "properties" in schema else []
        schema = list(schema.values())
    if isinstance(schema, list):
        found += [each for part in schema for each in objects(part)]
    return found


def fails(answer: MessageResponse, tp: Any = City, provider: str = "") -> StructuredOutputError:
    with pytest.raises(StructuredOutputError) as caught:
        OutputFormat.of(tp).parse(answer, provider=provider)
    error = caught.value
    assert error.response is answer
    assert error.request_id == "req_1"
    assert error.response.losses == (Loss("top_k", "not carried"),)
    assert getattr(tp, "__name__", "") in str(error)
    assert ".response" in str(error)
    return error
