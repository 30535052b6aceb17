"""What counts as JSON (RFC 8259), plain or not, large or small."""

from __future__ import annotations

import base64
import random
from collections import OrderedDict
from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel

from any_llm._json import dumps
from any_llm.errors import RequestValidationError
from any_llm.types._is_json import is_json, not_json


class Colour(StrEnum):
    RED = "red"


class Point(BaseModel):
    x: float


def nested(levels: int) -> Any:
    value: Any = 1
    for at in range(levels):
        value = {"in": value} if at % 2 else [value]
    return value


SAID = [
    *("", "a", "\N{EURO SIGN}", 0, -3, 1.5, True, None, [], {}, {"": []}),
    [{"a": [1, {"b": "\N{EURO SIGN}"}]}, "c", None],
    nested(200),
]
NOT_PLAIN = [("a", 1), OrderedDict(a=1), Colour.RED, {Colour.RED: 1}, [Point(x=1)], {"a": (1, [])}]
UNSAID = [
    *(float("nan"), float("-inf"), b"a", {1, 2}, object(), "half \ud83d"),
    *({1: 2}, {None: 2}, {"half \ud83d": 1}, {b"a": 1}, {("a",): 1}),
    nested(201),
]


def numbered(values: Any) -> list[Any]:
    return [pytest.param(value, id=f"{at}") for at, value in enumerate(values)]


@pytest.mark.parametrize("value", numbered([*SAID, *NOT_PLAIN]))
def test_what_json_can_say(value: Any) -> None:
    around = [value, [[value], "x"], {"a": 1, "b": value}]
    for each in around[:1] if value is SAID[-1] else around:  # that is as deep as it may be
        assert is_json(each)
        assert not list(not_json(each, "it"))


@pytest.mark.parametrize("value", numbered(UNSAID))
@pytest.mark.parametrize("beside", numbered([*SAID[:4], *NOT_PLAIN]))
def test_what_json_cannot_say(value: Any, beside: Any) -> None:
    assert not is_json(value)
    assert not is_json([beside, {"a": value}])
    assert list(not_json([beside, {"a": value}], "it"))


def test_circles() -> None:
    one: list[Any] = ["x"]
    one.append(one)
    many: dict[str, Any] = {"x": 1}
    many |= {str(at): many for at in range(20)}
    assert not is_json(one)
    assert not is_json(many)
    assert not is_json([many, one])


def test_more_than_is_looked_at_together() -> None:
    rows: list[Any] = [[at] * 700 for at in range(1_500)]
    assert is_json(rows)
    rows[-1] = [{1}]
    assert not is_json(rows)


# --- large bodies ----------------------------------------------------------------------------

CHANCE = random.Random(4)  # the same picture each time
PICTURE = base64.b64encode(CHANCE.randbytes(30_000)).decode() + "NaN+Infinity"


def test_a_picture_may_hold_the_letters_of_no_number() -> None:
    assert f'"{PICTURE}"'.encode() in dumps({"data": PICTURE, "at": [1.5, {"x": -0.5}]})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("beside", numbered(["", PICTURE]))
def test_no_number_of_json_is_sent(value: float, beside: str) -> None:
    for where in (value, [1.5, value], (1, value), [{"x": value}], OrderedDict(x=value)):
        with pytest.raises(RequestValidationError, match="the request is not JSON"):
            dumps({"beside": beside, "at": where})


def test_what_is_not_plain_is_sent_all_the_same() -> None:
    assert dumps({"data": PICTURE, "at": (1, Colour.RED)}).endswith(b'"at":[1,"red"]}')
