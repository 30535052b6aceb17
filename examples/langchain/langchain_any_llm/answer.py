"""Messages answers -> LangChain's, whole and in chunks.

Content stays in the format of the Messages API, which LangChain knows as Anthropic's: its own
translator makes standard `content_blocks` of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata
from langchain_core.messages.block_translators import anthropic, register_translator
from langchain_core.messages.tool import invalid_tool_call, tool_call, tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk

import any_llm
from any_llm.plugin import INVALID_JSON

NAME = "any_llm"
register_translator(NAME, anthropic.translate_content, anthropic.translate_content_chunk)


def message_of(message: any_llm.MessageResponse, losses: Iterable[any_llm.Loss]) -> AIMessage:
    """Return a whole answer."""
    content: list[str | dict[Any, Any]] = [b.model_dump(exclude_none=True) for b in message.content]
    plain = all(block.type == "text" and not block.citations for block in message.content)
    found = AIMessage(
        content=message.text if plain else content,
        id=message.id,
        response_metadata=metadata_of(message, losses),
        usage_metadata=usage_of(message.usage),
    )
    for block in message.content:
        if not isinstance(block, any_llm.ToolUseBlock):
            continue
        raw = block.input.get(INVALID_JSON)
        if isinstance(raw, str):
            broken = invalid_tool_call(name=block.name, args=raw, id=block.id, error="no JSON")
            found.invalid_tool_calls.append(broken)
        else:
            found.tool_calls.append(tool_call(name=block.name, args=block.input, id=block.id))
    return found


def metadata_of(message: any_llm.MessageResponse, losses: Iterable[any_llm.Loss]) -> dict[str, Any]:
    """Return what LangChain keeps beside the content; `losses` as lines, where there are any."""
    found: dict[str, Any] = {"model_name": message.model, "model_provider": NAME}
    said = {"stop_reason": message.stop_reason, "stop_sequence": message.stop_sequence}
    found |= {name: value for name, value in said.items() if value is not None}
    if message.stop_details is not None:
        found["stop_details"] = message.stop_details.model_dump(exclude_none=True)
    lines = [str(loss) for loss in losses]
    return found | ({"losses": lines} if lines else {})


def usage_of(usage: any_llm.Usage) -> UsageMetadata:
    """Return the counts. LangChain's input_tokens include the cache's; Messages' do not."""
    read = usage.cache_read_input_tokens or 0
    written = usage.cache_creation_input_tokens or 0
    total = usage.input_tokens + read + written
    found = UsageMetadata(
        input_tokens=total,
        output_tokens=usage.output_tokens,
        total_tokens=total + usage.output_tokens,
        input_token_details=InputTokenDetails(cache_read=read, cache_creation=written),
    )
    details = usage.output_tokens_details
    if details is not None and details.thinking_tokens is not None:
        found["output_token_details"] = OutputTokenDetails(reasoning=details.thinking_tokens)
    return found


class Chunks:
    """Turns the events of one stream into chunks."""

    def __init__(self) -> None:
        self._calls: set[int] = set()  # the blocks whose JSON is for the caller's tools

    def of(self, event: any_llm.MessageStreamEvent) -> ChatGenerationChunk | None:
        """Return what an event adds to the answer; None where it adds nothing."""
        match event:
            case any_llm.RawContentBlockStartEvent(index=index, content_block=block):
                said = block.model_dump(exclude_none=True) | {"index": index}
                if not isinstance(block, any_llm.ToolUseBlock):
                    return _chunk(said)
                self._calls.add(index)
                return _chunk(
                    said, tool_call_chunk(name=block.name, args="", id=block.id, index=index)
                )
            case any_llm.RawContentBlockDeltaEvent(index=index, delta=delta):
                return self._delta(index, delta)
        return None

    def _delta(self, index: int, delta: any_llm.ContentBlockDelta) -> ChatGenerationChunk:
        said = delta.model_dump(exclude_none=True) | {"index": index}
        match delta:
            case any_llm.InputJSONDelta(partial_json=piece) if index in self._calls:
                return _chunk(said, tool_call_chunk(name=None, args=piece, id=None, index=index))
            case any_llm.TextDelta():
                said["type"] = "text"
            case any_llm.ThinkingDelta() | any_llm.SignatureDelta():
                said["type"] = "thinking"
            case any_llm.CitationsDelta():
                citation = said.pop("citation")
                said |= {"type": "text", "text": "", "citations": [citation]}
        return _chunk(said)


def last_chunk(
    message: any_llm.MessageResponse, losses: Iterable[any_llm.Loss]
) -> ChatGenerationChunk:
    """Return the end of a stream: usage, once, and why it stopped."""
    return ChatGenerationChunk(
        message=AIMessageChunk(
            content=[],
            id=message.id,
            usage_metadata=usage_of(message.usage),
            response_metadata=metadata_of(message, losses),
            chunk_position="last",
        )
    )


def _chunk(content: dict[Any, Any], call: Any = None) -> ChatGenerationChunk:
    # Each chunk names its maker, as each is translated by itself.
    message = AIMessageChunk(
        content=[content],
        tool_call_chunks=[call] if call else [],
        response_metadata={"model_provider": NAME},
    )
    return ChatGenerationChunk(message=message, text=message.text)
