"""Messages answers -> pydantic-ai's parts, usage and reasons."""

from __future__ import annotations

from typing import Any

from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import (
    FinishReason,
    ModelResponsePart,
    NativeToolCallPart,
    NativeToolReturnPart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
)
from pydantic_ai.usage import RequestUsage

import any_llm
from any_llm.plugin import input_json

REDACTED = "redacted_thinking"
NATIVE = "block"  # where a part keeps the block that it was, to go back as that
_REASONS: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_call",
    "refusal": "content_filter",
}


def part_of(block: any_llm.ContentBlock, provider: str) -> ModelResponsePart:
    """Return the part that a whole block is. UnexpectedModelBehavior where there is none."""
    match block:
        case any_llm.TextBlock():
            return TextPart(block.text)
        case any_llm.ThinkingBlock():
            signature = block.signature or None
            return ThinkingPart(block.thinking, signature=signature, provider_name=provider)
        case any_llm.RedactedThinkingBlock():
            return ThinkingPart("", id=REDACTED, signature=block.data, provider_name=provider)
        case any_llm.ToolUseBlock():
            # As text, so that broken JSON is shown to the model as what it wrote.
            return ToolCallPart(block.name, input_json(block.input), block.id)
        case any_llm.ServerToolUseBlock():
            details = {NATIVE: block.model_dump(exclude_none=True)}
            return NativeToolCallPart(
                block.name,
                block.input,
                block.id,
                provider_name=provider,
                provider_details=details,
            )
        case any_llm.WebSearchToolResultBlock() | any_llm.ServerToolResultBlock():
            said = block.model_dump(exclude_none=True)
            return NativeToolReturnPart(
                block.type.removesuffix("_tool_result"),
                said["content"],
                block.tool_use_id,
                provider_name=provider,
                provider_details={NATIVE: said},
            )
    raise UnexpectedModelBehavior(f"AnyLLMModel: no part can hold a block of type {block.type!r}")


def usage_of(usage: any_llm.Usage | any_llm.MessageDeltaUsage) -> RequestUsage:
    """Return the counts. pydantic-ai's input_tokens include the cache's; Messages' do not."""
    read = usage.cache_read_input_tokens or 0
    written = usage.cache_creation_input_tokens or 0
    details = usage.output_tokens_details
    hour = getattr(usage, "cache_creation", None)
    return RequestUsage(
        input_tokens=(usage.input_tokens or 0) + read + written,
        cache_read_tokens=read,
        cache_write_tokens=written,
        cache_write_1h_tokens=hour.ephemeral_1h_input_tokens if hour else 0,
        output_tokens=usage.output_tokens,
        output_reasoning_tokens=(details.thinking_tokens or 0) if details else 0,
    )


def reason_of(stop_reason: str | None) -> FinishReason | None:
    """Return pydantic-ai's word for it; the provider's own is in `provider_details`."""
    return _REASONS.get(stop_reason or "")


def details_of(
    message: any_llm.MessageResponse, losses: tuple[any_llm.Loss, ...]
) -> dict[str, Any]:
    """Return what stands beside the parts: the stop reason as it came, losses as lines."""
    found: dict[str, Any] = {"finish_reason": message.stop_reason}
    if message.stop_sequence is not None:
        found["stop_sequence"] = message.stop_sequence
    if losses:
        found["losses"] = [str(loss) for loss in losses]
    return found
