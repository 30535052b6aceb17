"""The judge of the Messages wire: the official SDK's own types, accumulator and error classes.

It reads the recorded bytes by a splitter of its own and knows nothing of any_llm. What the SDK's
accumulator leaves aside (fields of message_delta that it has no name for) is put over its result
by the same rule: what was said last and is not null holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .records import Record

Json = dict[str, Any]


def body_of(record: Record) -> bytes:
    """Return the recorded body as bytes."""
    text = record["response_text"]
    return (json.dumps(record["response_json"]) if text is None else text).encode()


def is_stream(record: Record) -> bool:
    """Whether the recording is a stream of events."""
    return record["response_text"] is not None and record["status"] < 400


def events_of(record: Record) -> Iterator[Json]:
    """Yield the events of a recorded stream, up to the end of the first message."""
    for block in record["response_text"].replace("\r\n", "\n").split("\n\n"):
        lines = [line[5:].strip() for line in block.split("\n") if line.startswith("data:")]
        if not lines or lines == ["[DONE]"]:
            continue
        event = json.loads("\n".join(lines))
        yield event
        if event["type"] == "message_stop":
            return


def whole(body: Json) -> Json:
    """Return what the SDK's `BetaMessage` makes of a whole answer, unknown fields included."""
    types = pytest.importorskip("anthropic.types.beta")
    construct = pytest.importorskip("anthropic._models").construct_type  # as it reads a reply
    return construct(type_=types.BetaMessage, value=body).to_dict(mode="json")


def folded(events: list[Json]) -> Json:
    """Return what the SDK's accumulator makes of a stream, and what it leaves aside."""
    streaming = pytest.importorskip("anthropic.lib.streaming._beta_messages")
    snapshot, buffers = None, {}
    for event in events:
        snapshot = streaming.accumulate_event(
            event=event, current_snapshot=snapshot, json_bufs=buffers, request_headers=None
        )
    assert snapshot is not None
    message = snapshot.to_dict(mode="json")
    for event in events:
        if event["type"] == "message_delta":
            _put(message, event["delta"])
            _put(message["usage"], event["usage"])
            _put(message, {n: v for n, v in event.items() if n not in _PLACED})
    return message


_PLACED = ("type", "delta", "usage")


def _put(into: Json, said: Json) -> None:
    for name, value in said.items():
        if value is not None:
            into[name] = value


def error(record: Record) -> Any:
    """Return the error that the SDK raises for a recorded refusal."""
    sdk = pytest.importorskip("anthropic")
    http = pytest.importorskip("httpx2")
    body = record["response_json"]
    response = http.Response(
        record["status"], json=body, request=http.Request("POST", "https://host.test")
    )
    client = sdk.Anthropic(api_key="none")
    return client._make_status_error_from_response(response)


def said(value: Any) -> Any:
    """Return a message without what is null, for comparing: a null says nothing there."""
    if isinstance(value, dict):
        return {name: said(item) for name, item in value.items() if item is not None}
    return [said(item) for item in value] if isinstance(value, list) else value
