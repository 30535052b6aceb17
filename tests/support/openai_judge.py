"""The official openai SDK as a judge of the bodies that we send: its request types read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

try:  # the environment without it still runs the tests of exact bodies
    from openai.types.chat.completion_create_params import (
        CompletionCreateParamsNonStreaming,
        CompletionCreateParamsStreaming,
    )
    from openai.types.responses.input_token_count_params import InputTokenCountParams
    from openai.types.responses.response_create_params import (
        ResponseCreateParamsNonStreaming,
        ResponseCreateParamsStreaming,
    )
except ImportError:
    _CHAT = _RESPONSES = _COUNT = {}
else:
    _CHAT = {
        False: TypeAdapter(CompletionCreateParamsNonStreaming),
        True: TypeAdapter(CompletionCreateParamsStreaming),
    }
    _RESPONSES = {
        False: TypeAdapter(ResponseCreateParamsNonStreaming),
        True: TypeAdapter(ResponseCreateParamsStreaming),
    }
    _COUNT = {False: TypeAdapter(InputTokenCountParams)}


def judge(body: Mapping[str, Any], *, closed: bool) -> None:
    """Ask the types of Chat Completions; `closed` refuses fields that OpenAI does not know."""
    _judge(_CHAT, body, closed=closed)


def judge_responses(body: Mapping[str, Any], *, closed: bool, counts: bool = False) -> None:
    """Ask the types of Responses, or of `/responses/input_tokens`.

    The types demand of earlier items what the API gave them: an id, a status, annotations. The API
    does without (recorded, 200), and an id of what was not stored is an error; so they are put in
    for the judge only.
    """
    said = {**body, "input": [_given(item) for item in body["input"]]}
    _judge(_COUNT if counts else _RESPONSES, said, closed=closed)


def _given(item: Mapping[str, Any]) -> dict[str, Any]:
    if item["type"] == "reasoning":
        return {"id": "rs_1", **item}
    if item["type"] == "message" and item["role"] == "assistant":
        content = [{"annotations": [], **part} for part in item["content"]]
        return {"id": "msg_1", "status": "completed", **item, "content": content}
    return dict(item)


def _judge(judges: Mapping[bool, Any], body: Mapping[str, Any], *, closed: bool) -> None:
    if judges:
        adapter = judges[bool(body.get("stream"))]
        _walk(adapter.validate_python(body, extra="forbid" if closed else "ignore"))


def _walk(value: Any) -> None:
    """Iterables are validated while they are read: read them all."""
    if isinstance(value, Mapping):
        for inner in value.values():
            _walk(inner)
    elif isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        for inner in value:
            _walk(inner)
