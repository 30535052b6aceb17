"""An answer comes back as an object of its type; the message stays what it was."""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import json
import pickle
import uuid
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, RootModel, TypeAdapter

from any_llm.losses import Loss
from any_llm.structured import OutputFormat
from any_llm.types import MessageResponse, ParsedMessage, validate_request
from tests.core.structured_types import (
    CALL,
    OSLO,
    SEARCH,
    THOUGHT,
    Boxed,
    Cat,
    City,
    Colour,
    Dog,
    Home,
    Node,
    Pair,
    Pet,
    Point,
    Row,
    Tree,
    Triple,
    UserId,
    message,
    objects,
    with_blocks,
)

MANY: list[tuple[str, Any, Any, Any]] = [
    ("model", City, {"name": "Oslo"}, City(name="Oslo")),
    ("recursive", Node, {"label": "a", "children": [{"label": "b"}]},
     Node(label="a", children=[Node(label="b")])),
    ("generic-model", Boxed[list[City]], {"item": [{"name": "Oslo"}]},
     Boxed[list[City]](item=[City(name="Oslo")])),
    ("root-object", RootModel[City], {"name": "Oslo"}, RootModel[City](City(name="Oslo"))),
    ("root-chain", RootModel[RootModel[City]], {"name": "Oslo"},
     RootModel[RootModel[City]](RootModel[City](City(name="Oslo")))),
    ("root-list", RootModel[list[int]], {"value": [1]}, RootModel[list[int]]([1])),
    ("dataclass", Point, {"x": 1}, Point(1, 7, [])),
    ("generic-dataclass", Pair[int], {"left": 1, "right": 2}, Pair(1, 2)),
    ("typed-dict", Row, {"a": 1}, {"a": 1}),
    ("typed-dict-whole", Row, {"a": 1, "b": "x"}, {"a": 1, "b": "x"}),
    ("map", dict[str, int], {"a": 1, "value": 2}, {"a": 1, "value": 2}),
    ("list", list[int], {"value": [1, 2]}, [1, 2]),
    ("list-of-models", list[City], {"value": [{"name": "Oslo"}]}, [City(name="Oslo")]),
    ("named-tuple", Triple, {"value": [1, "x"]}, Triple(1, "x")),
    ("tuple", tuple[int, str], {"value": [1, "x"]}, (1, "x")),
    ("set", set[int], {"value": [1, 1, 2]}, {1, 2}),
    ("int", int, {"value": 3}, 3),
    ("bool", bool, {"value": False}, False),
    ("float", float, {"value": 1}, 1.0),
    ("str", str, {"value": "tromsø 🌌 \u2028"}, "tromsø 🌌 \u2028"),
    ("big-int", int, {"value": 10**40}, 10**40),
    ("decimal", decimal.Decimal, {"value": "1.10"}, decimal.Decimal("1.10")),
    ("date", dt.date, {"value": "2026-11-22"}, dt.date(2026, 11, 22)),
    ("enum", Colour, {"value": "blue"}, Colour.BLUE),
    ("literal", Literal["a", 1], {"value": 1}, 1),
    ("optional", City | None, {"value": None}, None),
    ("union", int | City, {"value": {"name": "Oslo"}}, City(name="Oslo")),
    ("discriminated", Pet, {"value": {"kind": "dog", "good": True}}, Dog(kind="dog", good=True)),
    ("annotated", Annotated[int, Field(gt=2)], {"value": 3}, 3),
    ("unhashable", Annotated[int, Field(json_schema_extra={"x": 1})], {"value": 3}, 3),
    ("new-type", UserId, {"value": 3}, 3),
    ("alias", Tree, {"value": {"a": {"b": 1}}}, {"a": {"b": 1}}),
    ("any", Any, {"value": [None]}, [None]),
    ("nested", Home,
     {"pet": {"kind": "cat", "lives": 9}, "rooms": {"hall": 1}, "born": "2020-02-29",
      "key": "12345678-1234-5678-1234-567812345678"},
     Home(pet=Cat(kind="cat", lives=9), rooms={"hall": 1}, born=dt.date(2020, 2, 29),
          key=uuid.UUID("12345678-1234-5678-1234-567812345678"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tp", "said", "meant"), [case[1:] for case in MANY], ids=[case[0] for case in MANY]
)
def test_there_and_back(tp, said, meant):
    output_format = OutputFormat.of(tp)
    schema = output_format.schema()
    assert schema["type"] == "object"  # what OpenAI demands of every root
    assert json.loads(json.dumps(schema, allow_nan=False)) == schema
    answer = output_format.parse(message(json.dumps(said)))
    assert answer.parsed_output == meant
    assert type(answer.parsed_output) is type(meant)


@pytest.mark.parametrize("tp", [case[1] for case in MANY], ids=[case[0] for case in MANY])
def test_every_object_of_every_type_is_closed_or_a_map(tp):
    for found in objects(OutputFormat(tp).schema()):
        assert found["additionalProperties"] is False


@given(st.recursive(st.integers() | st.text(), lambda kids: st.dictionaries(st.text(), kids)))
def test_what_the_type_writes_it_reads(value):
    class Holder(BaseModel):
        held: Any

    held = OutputFormat(Holder).parse(message(Holder(held=value).model_dump_json()))
    assert held.parsed_output == Holder(held=value)
    text = TypeAdapter(Any).dump_json({"value": value}).decode()
    assert OutputFormat.of(Any).parse(message(text)).parsed_output == value


@pytest.mark.parametrize(
    "blocks",
    [
        [OSLO],
        ["\n " + OSLO + "\r\n\t"],
        ["", OSLO],
        [OSLO[:9], OSLO[9:]],
        list(OSLO),
        [THOUGHT, OSLO],
        [OSLO[:9], THOUGHT, OSLO[9:]],
        [OSLO, '{"name": "Bergen"}'],
        [OSLO, "\n\nHope this helps."],
        ["I will look it up. ", SEARCH, OSLO[:12], OSLO[12:]],
        ["42", SEARCH, OSLO],
        ["Let me see.", SEARCH, OSLO, {"type": "brand_new", "x": 1}],
    ],
    ids=[
        "one-block", "white-space", "empty-first", "two-pieces", "one-character-each", "thinking",
        "thinking-between", "two-objects", "prose-after", "preamble",
        "number-before", "block-after",
    ],
)  # fmt: skip
def test_the_object_is_found(blocks):
    parts = [{"type": "text", "text": b} if isinstance(b, str) else b for b in blocks]
    answer = OutputFormat(City).parse(with_blocks(*parts, stop_reason="end_turn"))
    assert answer.parsed_output == City(name="Oslo", people=700000)
    assert answer.losses == (Loss("top_k", "not carried"),)


def test_a_piece_that_is_an_object_by_itself_is_not_the_answer():
    pieces = message('{"label": "a", "children": [', '{"label": "b"}', "]}")
    assert OutputFormat(Node).parse(pieces).parsed_output.label == "a"


@pytest.mark.parametrize(
    "text", ["```json\n%s\n```", "```\n%s\n```", "```JSON\r\n%s\r\n```", "\n```json \n%s```\n"]
)
def test_a_fence_is_taken_off_and_noted(text):
    answer = OutputFormat(City).parse(message(text % OSLO))
    assert answer.parsed_output.name == "Oslo"
    assert [loss.path for loss in answer.losses] == ["top_k", "output_config.format"]
    assert "fence" in answer.losses[-1].what
    assert answer.text == text % OSLO


def test_a_fence_inside_the_object_is_text():
    answer = OutputFormat(City).parse(message(json.dumps({"name": "```json\n{}\n```"})))
    assert answer.parsed_output.name == "```json\n{}\n```"
    assert len(answer.losses) == 1


@pytest.mark.parametrize("stop_reason", ["end_turn", "stop_sequence", "brand_new", None])
def test_any_stop_with_an_object_is_fine(stop_reason):
    answer = OutputFormat(City).parse(message(OSLO, stop_reason=stop_reason))
    assert answer.parsed_output.name == "Oslo"


@pytest.mark.parametrize("stop_reason", ["max_tokens", "model_context_window_exceeded"])
def test_an_answer_cut_off_after_its_object_has_it(stop_reason):
    answer = OutputFormat(City).parse(message(OSLO + " \n" * 50, stop_reason=stop_reason))
    assert answer.parsed_output.name == "Oslo"
    assert answer.stop_reason == stop_reason


@pytest.mark.parametrize("stop_reason", ["tool_use", "pause_turn", "compaction"])
@pytest.mark.parametrize("text", ["Let me look.", '{"name": ', '{"people": 1}', ""])
def test_a_turn_that_goes_on_has_no_object_yet(stop_reason, text):
    parts = [{"type": "text", "text": text}] if text else []
    answer = OutputFormat(City).parse(with_blocks(*parts, CALL, stop_reason=stop_reason))
    assert answer.parsed_output is None
    assert answer.content[-1].id == "toolu_1"
    assert answer.losses == (Loss("top_k", "not carried"),)


def test_a_turn_that_goes_on_may_hold_the_object():
    parts = ({"type": "text", "text": OSLO}, CALL)
    answer = OutputFormat(City).parse(with_blocks(*parts, stop_reason="tool_use"))
    assert answer.parsed_output.name == "Oslo"


def parsed() -> tuple[MessageResponse, ParsedMessage[City]]:
    said = {"type": "text", "text": OSLO, "new_field": 1}
    answer = with_blocks(THOUGHT, said, stop_reason="end_turn", vendor={"x": 1})
    return answer, OutputFormat.of(City).parse(answer)


def test_a_parsed_message_is_the_message():
    answer, typed = parsed()
    assert isinstance(typed, ParsedMessage)
    assert typed == answer
    assert typed.model_dump() == answer.model_dump()
    assert typed.model_dump_json() == answer.model_dump_json()
    assert typed.model_dump(exclude_unset=True) == answer.model_dump(exclude_unset=True)
    assert "parsed" not in typed.model_dump_json()
    assert typed.losses == answer.losses
    assert typed.request_id == "req_1"
    assert typed.vendor == {"x": 1}
    assert typed.text == OSLO


def test_the_parsed_message_is_its_own():
    answer, typed = parsed()
    typed.stop_reason = "changed"
    typed.vendor = None
    assert (answer.stop_reason, answer.vendor) == ("end_turn", {"x": 1})
    assert not isinstance(answer, ParsedMessage)


def pickled(said: Any) -> Any:
    return pickle.loads(pickle.dumps(said))  # noqa: S301  # our own bytes


@pytest.mark.parametrize("made", [copy.copy, copy.deepcopy, MessageResponse.model_copy, pickled])
def test_copies_keep_the_object(made):
    _, typed = parsed()
    again = made(typed)
    assert again == typed
    assert again.parsed_output == City(name="Oslo", people=700000)
    assert again.request_id == "req_1"


def test_a_parsed_message_goes_back_into_messages():
    answer, typed = parsed()

    def turns(said: Any) -> Any:
        asked = {"role": "user", "content": "Where?"}
        request = validate_request(
            {"model": "m", "max_tokens": 9, "messages": [asked, said, asked]}
        )
        return request.messages

    by_content = turns({"role": "assistant", "content": typed.content})
    assert by_content == turns(typed) == turns(answer)
    assert by_content[1]["content"][1]["text"] == OSLO


def test_no_class_is_made_of_a_parsed_message():
    _, typed = parsed()
    assert type(typed) is ParsedMessage
