"""What a recording of the Messages wire says, read without anything of any_llm."""

from __future__ import annotations

import json
from typing import Any

from any_llm.testing import Expect, ExpectedError, ToolCall
from tests.corpus.records import Record

# The errors page of the Messages API, and the classes of the official SDK.
_ERRORS = {
    "invalid_request_error": "BadRequestError",
    "authentication_error": "AuthenticationError",
    "permission_error": "PermissionDeniedError",
    "not_found_error": "NotFoundError",
    "rate_limit_error": "RateLimitError",
    "overloaded_error": "OverloadedError",
}


def judge(record: Record) -> Expect:
    """Return what must come of a recording."""
    if record["status"] >= 400:
        kind = record["response_json"]["error"]["type"]
        error = ExpectedError(kind=_ERRORS[kind], type=kind, status=record["status"])
        return Expect(error=error)
    text = record["response_text"]
    return _expect(record["response_json"] if text is None else _folded(text))


def _folded(text: str) -> Any:
    """Put a stream together: blocks by their index, each growing by its deltas."""
    message: dict[str, Any] = {}
    partial: dict[int, str] = {}
    for line in text.splitlines():
        if not line.startswith("data:"):
            continue
        event = json.loads(line[5:])
        match event["type"]:
            case "message_start":
                message = event["message"]
            case "content_block_start":
                message["content"].append(event["content_block"])
            case "content_block_delta":
                block, delta = message["content"][event["index"]], event["delta"]
                for name in ("text", "thinking"):
                    block[name] = block.get(name, "") + delta.get(name, "")
                partial[event["index"]] = partial.get(event["index"], "") + delta.get(
                    "partial_json", ""
                )
            case "message_delta":
                message.update(event["delta"])
                message["usage"].update(event["usage"])
    for index, said in partial.items():
        if said:
            message["content"][index]["input"] = json.loads(said)
    return message


def _expect(message: Any) -> Expect:
    content = message["content"]
    counts = ("input_tokens", "output_tokens", "cache_read_input_tokens")
    return Expect(
        text="".join(block["text"] for block in content if block["type"] == "text"),
        thinking="".join(block["thinking"] for block in content if block["type"] == "thinking"),
        tools=tuple(
            ToolCall(name=block["name"], input=block["input"])
            for block in content
            if block["type"] == "tool_use"
        ),
        stop_reason=message["stop_reason"],
        stop_sequence=message["stop_sequence"],
        usage={n: message["usage"][n] for n in counts if message["usage"].get(n) is not None},
        blocks=tuple(block["type"] for block in content),
    )
