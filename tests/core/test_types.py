"""The public types as values: equality, dumps, repr, copies, pickles, adapters."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import any_llm
from any_llm import (
    Event,
    MessageResponse,
    MessageStreamEvent,
    ParsedMessage,
    TextBlock,
    parse_block,
    parse_delta,
    parse_event,
)
from any_llm.plugin import Accumulator
from any_llm.structured import OutputFormat
from tests.support.wire import events, message

STREAM = [
    *events("Hé", "llo"),
    {"type": "ping"},
    {"type": "brand_new", "self": 1, "cls": None, "nested": {"type": "x"}},
    {
        "type": "content_block_start",
        "index": 1,
        "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}},
    },
    {
        "type": "content_block_delta",
        "index": 1,
        "delta": {"type": "brand_new_delta", "self": [None]},
        "beside": True,
    },
    {
        "type": "content_block_delta",
        "index": 1,
        "delta": {"type": "citations_delta", "citation": {"type": "x", "cited_text": "y"}},
    },
]
PARSED = OutputFormat.of(dict[str, int]).parse(MessageResponse.model_validate(message('{"a": 1}')))
VALUES: list[Any] = [
    *(parse_event(event) for event in STREAM),
    MessageResponse.model_validate(message(brand={"new": None})),
    parse_block({"type": "tool_use", "id": "t", "name": "f", "input": {"a": None}}),
    parse_block({"type": "brand_new", "x": [1]}),
    parse_block({"type": "web_search_tool_result", "tool_use_id": "t", "content": []}),
    any_llm.Usage(input_tokens=1, output_tokens=2),
    any_llm.Loss("a.b", "what"),
    any_llm.Timeout(read=1),
    any_llm.Retry(max_retries=5),
    PARSED,
]
each_value = pytest.mark.parametrize("value", VALUES, ids=lambda v: f"{v!r:.70}")


@each_value
@pytest.mark.parametrize(
    "again",
    [
        lambda value: pickle.loads(pickle.dumps(value)),  # noqa: S301  # our own
        copy.copy,
        copy.deepcopy,
    ],
    ids=["pickle", "copy", "deepcopy"],
)
def test_copies_are_equal(value: Any, again: Any) -> None:
    made = again(value)
    assert type(made) is type(value)
    assert made == value
    assert repr(made) == repr(value)


@each_value
def test_equality_is_by_value_and_kind(value: Any) -> None:
    assert value == value  # noqa: PLR0124  # what is tested
    assert value != object()
    assert value != repr(value)
    others = [other for other in VALUES if other is not value]
    assert all(other != value for other in others)


def test_messages_keep_their_losses_in_copies_but_not_in_dumps() -> None:
    found = MessageResponse.model_validate(message())
    found._losses, found._request_id = (any_llm.Loss("a", "b"),), "req_1"
    for again in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):  # noqa: S301
        assert again.losses == found.losses
        assert again.request_id == "req_1"
    assert found == MessageResponse.model_validate(message())
    assert not {"losses", "request_id", "_losses"} & found.model_dump().keys()
    assert pickle.loads(pickle.dumps(PARSED)).parsed_output == {"a": 1}  # noqa: S301
    assert isinstance(PARSED, ParsedMessage)
    assert "parsed_output" not in PARSED.model_dump()


@pytest.mark.parametrize("event", STREAM, ids=lambda event: event["type"] + str(len(str(event))))
def test_a_dumped_event_is_the_wires_event(event: dict[str, Any]) -> None:
    made = parse_event(event)
    dumped = made.model_dump(mode="json")
    assert parse_event(dumped) == made
    assert json.loads(made.model_dump_json()) == dumped
    assert _covers(dumped, event)
    assert list(dumped)[0] == "type"  # noqa: RUF015  # the order is what is tested
    assert made.model_copy() == made
    assert type(made).__name__ in repr(made)


def _covers(dumped: Any, said: Any) -> bool:
    """Whether all that was said stands in the dump."""
    if isinstance(said, dict):
        return all(name in dumped and _covers(dumped[name], part) for name, part in said.items())
    return bool(dumped == said)


def test_events_may_be_changed_in_copies_only() -> None:
    start = parse_event(STREAM[0])
    other = start.model_copy(update={"message": 5})
    assert start != other
    assert isinstance(start, any_llm.RawMessageStartEvent)
    assert start.message.id == "msg_1"
    with pytest.raises(TypeError, match="unhashable"):
        hash(start)


def test_an_adapter_takes_every_event_and_gives_its_class() -> None:
    adapter: TypeAdapter[MessageStreamEvent] = TypeAdapter(MessageStreamEvent)
    for said in STREAM:
        made = parse_event(said)
        for found in (adapter.validate_python(said), adapter.validate_json(json.dumps(said))):
            assert type(found) is type(made)
            assert found == made
        assert adapter.validate_python(made) == made
        assert adapter.dump_python(made, mode="json") == made.model_dump(mode="json")
        assert json.loads(adapter.dump_json(made)) == made.model_dump(mode="json")
    for nonsense in ({}, {"type": 5}, [], "x", None):
        with pytest.raises(ValidationError):
            adapter.validate_python(nonsense)


def test_events_stand_in_the_callers_own_models() -> None:
    class Log(BaseModel):
        events: list[MessageStreamEvent]
        answer: MessageResponse

    log = Log(events=[parse_event(said) for said in STREAM], answer=VALUES[len(STREAM)])
    again = Log.model_validate_json(log.model_dump_json())
    assert again.events == log.events
    assert again.answer == log.answer


@pytest.mark.parametrize(
    "nonsense",
    [None, 5, [], "text", {}, {"type": None}, {"type": ["text"]}],
    ids=repr,
)
def test_what_is_no_object_of_ours(nonsense: Any) -> None:
    for parse in (parse_block, parse_delta, parse_event):
        with pytest.raises(ValueError, match="type"):
            parse(nonsense)
    for cls in (TextBlock, MessageResponse):
        with pytest.raises(ValueError, match=cls.__name__):
            cls.model_validate(nonsense)


def test_every_error_survives_a_pickle() -> None:
    response = MessageResponse.model_validate(message())
    errors: list[Exception] = [
        any_llm.RequestValidationError(["a: is missing", "b: is missing"]),
        any_llm.UnsupportedFeature("x: y", path="a.b", provider="x"),
        any_llm.UnknownProvider("x"),
        any_llm.AmbiguousProvider("x"),
        any_llm.PluginError("x"),
        any_llm.MissingCredentials("x"),
        any_llm.ConfigurationError("x"),
        any_llm.APIConnectionError("x: y", provider="x", request_id="r"),
        any_llm.APITimeoutError("x: y", provider="x"),
        any_llm.StreamTruncated("x: y", provider="x"),
        any_llm.BadReply("x: y", provider="x", request_id="r"),
        any_llm.FrameTooLong("x: y"),
        any_llm.RateLimitError("x: y", status=429, retry_after=5.0, body={"a": 1}, code="c"),
        any_llm.OverloadedError("x: y", status=529, should_retry=False),
        any_llm.StructuredOutputError("x: y", response=response, reason="empty", provider="x"),
    ]
    named = {type(error) for error in errors}
    public = {
        value
        for name in any_llm.__all__
        if isinstance(value := getattr(any_llm, name), type) and issubclass(value, Exception)
    }
    untried = {
        cls for cls in public - named if not issubclass(cls, (any_llm.APIStatusError, Warning))
    }
    assert untried == {any_llm.AnyLLMError, any_llm.APIError}
    for error in errors:
        for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301
            assert type(again) is type(error)
            assert str(again) == str(error)
            assert vars(again) == vars(error)


def test_the_errors_of_a_status_have_its_type() -> None:
    for name in any_llm.__all__:
        cls = getattr(any_llm, name)
        if isinstance(cls, type) and issubclass(cls, any_llm.APIStatusError):
            error = cls("x: y", status=cls.status_of_type)
            assert error.status_code == error.status
            assert error.type == cls.type_of_class


def test_a_field_with_the_name_of_a_method_cannot_hide_it() -> None:
    for said in (
        {"type": "brand_new", "model_dump": 1},
        {"type": "ping", "model_copy": 1},
        {"type": "message_stop", "model_dump_json": 1},
    ):
        with pytest.raises(ValueError, match="model_"):
            parse_event(said)
    assert isinstance(parse_event({"type": "brand_new", "x": 1}), Event)


def test_what_a_delta_adds_keeps_its_order() -> None:
    names = [f"new_{at}" for at in range(20)]
    sums = Accumulator()
    *begin, last, _ = map(parse_event, events("Hé"))
    sums.add(begin)
    usage = {**last.model_dump()["usage"], **dict.fromkeys(names, 1)}
    sums.add([parse_event({**last.model_dump(), "usage": usage})])
    found = sums.snapshot().usage
    assert [name for name in found.model_dump() if name in names] == names
