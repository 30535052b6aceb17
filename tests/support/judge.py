"""The official anthropic SDK as a judge: its types read answers, its accumulator streams."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import pytest

from any_llm import MessageResponse, MessageStreamEvent

HAS_SDK = find_spec("anthropic") is not None

_REASONS = {
    *("end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal"),
    "model_context_window_exceeded",
}
_BLOCKS = {
    *("text", "thinking", "redacted_thinking", "tool_use", "server_tool_use"),
    *("web_search_tool_result", "code_execution_tool_result"),
}


def known(message: MessageResponse) -> bool:
    """Whether the message holds nothing that the SDK's types cannot know."""
    kinds = {block.type for block in message.content}
    return message.stop_reason in _REASONS and kinds <= _BLOCKS


def judge_message(message: MessageResponse) -> None:
    """Assert that the SDK's `Message` reads the answer and says the same."""
    sdk = pytest.importorskip("anthropic.types")
    theirs = sdk.Message.model_validate(message.model_dump(mode="json", exclude_none=True))
    assert _said(theirs) == _said(message)


def judge_stream(
    events: Sequence[MessageStreamEvent], final: MessageResponse, *, typed: bool = True
) -> None:
    """Assert that the SDK accumulates the events without complaint, into our final message.

    With `typed` its types read each event first. What its message_delta has no field for
    (`provider_extras`, a late `service_tier`) it cannot know.
    """
    streaming = pytest.importorskip("anthropic.lib.streaming._messages")
    reader = _event_reader()
    snapshot: Any = None
    buffers: Any = {}
    for event in events:
        raw: Any = event.model_dump(mode="json")
        if typed:
            raw = reader.validate_python(raw)
        snapshot = streaming.accumulate_event(
            event=raw, current_snapshot=snapshot, json_bufs=buffers
        )
    assert snapshot is not None
    ours, theirs = _said(final), _said(snapshot)
    for said in (ours, theirs):
        said.pop("provider_extras", None)
    if "service_tier" not in theirs["usage"]:
        ours["usage"].pop("service_tier", None)
    assert theirs == ours


@cache
def _event_reader() -> Any:
    """The SDK's union of events; to build its validator takes longer than to use it."""
    types = pytest.importorskip("anthropic.types")
    return pytest.importorskip("pydantic").TypeAdapter(types.RawMessageStreamEvent)


def _said(message: Any) -> dict[str, Any]:
    dumped: dict[str, Any] = message.model_dump(mode="json", exclude_none=True, warnings=False)
    return dumped
