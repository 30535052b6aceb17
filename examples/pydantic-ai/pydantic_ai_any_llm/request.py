"""pydantic-ai's messages -> a Messages conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic_ai.exceptions import UserError
from pydantic_ai.messages import (
    ERROR_OUTCOMES,
    CachePoint,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    NativeToolCallPart,
    NativeToolReturnPart,
    RetryPromptPart,
    StructuredContent,
    SystemPromptPart,
    TextContent,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserContent,
    UserPromptPart,
)

from any_llm.plugin import parse_input

from .answer import REDACTED
from .media import file_block

Block = dict[str, Any]


def conversation(messages: Sequence[ModelMessage]) -> tuple[list[Block], list[Block]]:
    """Return the standing system prompt and the turns."""
    system: list[Block] = []
    turns: list[Block] = []
    for message in messages:
        if isinstance(message, ModelResponse):
            blocks = [_said(part) for part in message.parts if not _is_empty(part)]
            turns.append({"role": "assistant", "content": blocks})
            continue
        content: list[Block] = []
        for part in message.parts:
            if not isinstance(part, SystemPromptPart):
                content += _asked(part)
            elif turns or content:  # only where a model's profile takes such turns
                turns.append({"role": "user", "content": content})
                turns.append({"role": "system", "content": [_text(part.content)]})
                content = []
            else:
                system.append(_text(part.content))
        turns.append({"role": "user", "content": _results_first(content)})
    return system, [turn for turn in turns if turn["content"]]


def instructions(messages: Sequence[ModelMessage], parts: Sequence[Any] | None) -> list[Block]:
    """Return the instructions of this request: those given, else those of its last message."""
    if parts is not None:
        return [_text(part.content) for part in parts]
    requests = [message for message in messages if isinstance(message, ModelRequest)]
    said = next((r.instructions for r in reversed(requests) if r.instructions), None)
    return [_text(said)] if said else []


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _results_first(content: list[Block]) -> list[Block]:
    # The Messages API wants the results of calls before anything else in their turn.
    return sorted(content, key=lambda block: block["type"] != "tool_result")


def _is_empty(part: Any) -> bool:
    return isinstance(part, TextPart) and not part.content


def _said(part: Any) -> Block:
    """Return the block of one part of an answer."""
    match part:
        case TextPart():
            return _text(part.content)
        case ThinkingPart(id=id_) if id_ == REDACTED:
            return {"type": "redacted_thinking", "data": part.signature or ""}
        case ThinkingPart():
            signature = part.signature or ""
            return {"type": "thinking", "thinking": part.content, "signature": signature}
        case ToolCallPart():
            input_ = parse_input(part.args) if isinstance(part.args, str) else part.args or {}
            return {
                "type": "tool_use",
                "id": part.tool_call_id,
                "name": part.tool_name,
                "input": input_,
            }
        case NativeToolCallPart(provider_details={"block": block}):
            return dict(block)
        case NativeToolReturnPart(provider_details={"block": block}):
            return dict(block)
    raise UserError(f"AnyLLMModel: {part.part_kind}: the Messages API has no block for it")


def _asked(part: Any) -> Iterator[Block]:
    """Yield the blocks of one part of a request."""
    match part:
        case UserPromptPart():
            content = part.content
            yield from _blocks([content] if isinstance(content, str) else content)
        case ToolReturnPart():
            blocks = list(_blocks(part.content_items(mode="str", wrap_if_error=False)))
            yield _result(part.tool_call_id, blocks, failed=part.outcome in ERROR_OUTCOMES)
        case RetryPromptPart() if part.tool_name is not None:
            yield _result(part.tool_call_id, [_text(part.model_response())], failed=True)
        case RetryPromptPart():
            yield _text(part.model_response())
        case _:
            raise UserError(f"AnyLLMModel: {part.part_kind}: the Messages API has no place for it")


def _result(id: str, content: list[Block], *, failed: bool) -> Block:
    block = {"type": "tool_result", "tool_use_id": id, "content": content}
    return block | ({"is_error": True} if failed else {})


def _blocks(content: Iterable[UserContent]) -> Iterator[Block]:
    last: Block | None = None
    for item in content:
        if isinstance(item, CachePoint):
            if last is None:
                raise UserError("AnyLLMModel: a CachePoint needs content before it")
            last["cache_control"] = {"type": "ephemeral", "ttl": item.ttl}
        elif block := _block(item):
            if last is not None:
                yield last
            last = block
    if last is not None:
        yield last


def _block(item: Any) -> Block | None:
    match item:
        case str():
            return _text(item) if item else None
        case StructuredContent():
            return _text(item.render())
        case TextContent():
            return _text(item.content)
    return file_block(item)
