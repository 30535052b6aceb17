"""The official anthropic SDK as a judge: its types read answers, its accumulator streams."""

from collections.abc import Iterable, Sequence

import pytest

from any_llm import MessageResponse, MessageStreamEvent


def judge_message(message: MessageResponse) -> None:
    """Assert that the SDK's `Message` reads the answer and says the same."""
    sdk = pytest.importorskip("anthropic.types")
    theirs = sdk.Message.model_validate(message.model_dump(mode="json", exclude_none=True))
    ours = message.model_dump(mode="json", exclude_none=True)
    assert theirs.model_dump(mode="json", exclude_none=True) == ours


def judge_stream(events: Sequence[MessageStreamEvent], final: MessageResponse) -> None:
    """Assert that the SDK accumulates the events without complaint, into our final message."""
    streaming = pytest.importorskip("anthropic.lib.streaming._messages")
    types = pytest.importorskip("anthropic.types")
    reader = pytest.importorskip("pydantic").TypeAdapter(types.RawMessageStreamEvent)
    snapshot, buffers = None, {}
    for event in events:
        raw = reader.validate_python(event.model_dump(mode="json"))
        snapshot = streaming.accumulate_event(
            event=raw, current_snapshot=snapshot, json_bufs=buffers
        )
    assert snapshot is not None
    assert _said(snapshot.model_dump(mode="json")) == _said(final.model_dump(mode="json"))


def _said(dump: dict[str, object]) -> dict[str, object]:
    """What both models know: content, stop and usage, without what is None."""
    names = ("id", "model", "role", "content", "stop_reason", "stop_sequence", "usage")
    return {name: _full(dump[name]) for name in names}


def _full(value: object) -> object:
    if isinstance(value, dict):
        return {name: _full(item) for name, item in value.items() if item is not None}
    return (
        [_full(item) for item in value]
        if isinstance(value, Iterable) and not isinstance(value, str)
        else value
    )
