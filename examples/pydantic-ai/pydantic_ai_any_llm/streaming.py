"""Stream events -> pydantic-ai's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic_ai.messages import ModelResponseStreamEvent
from pydantic_ai.models import StreamedResponse

import any_llm

from .answer import REDACTED, details_of, part_of, reason_of, usage_of
from .faults import translated

_GROWING = any_llm.TextBlock | any_llm.ThinkingBlock | any_llm.ToolUseBlock


@dataclass
class AnyLLMStreamedResponse(StreamedResponse):
    """The answer while it comes."""

    stream: any_llm.AsyncMessageStream[any_llm.MessageResponse]
    model: str
    system: str
    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    _calls: set[int] = field(default_factory=set)

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        with translated(self.model, in_stream=True):
            async for event in self.stream:
                for part in self._parts(event):
                    yield part

    def _parts(self, event: any_llm.MessageStreamEvent) -> Iterator[ModelResponseStreamEvent]:
        match event:
            case any_llm.RawMessageStartEvent(message=message):
                self.provider_response_id = message.id
                self.model = message.model
            case any_llm.RawContentBlockStartEvent(index=index, content_block=block):
                yield from self._begun(index, block)
            case any_llm.RawContentBlockDeltaEvent(index=index, delta=delta):
                yield from self._grown(index, delta)
            case any_llm.RawContentBlockStopEvent(index=index):
                block = self.stream.snapshot.content[index]
                if not isinstance(block, _GROWING | any_llm.RedactedThinkingBlock):
                    whole = part_of(block, self.system)
                    yield self._parts_manager.handle_part(vendor_part_id=index, part=whole)
            case any_llm.RawMessageDeltaEvent():
                message = self.stream.snapshot
                self._usage = usage_of(message.usage)
                self.finish_reason = reason_of(message.stop_reason)
                self.provider_details = details_of(message, self.stream.losses)
                if message.stop_reason == "pause_turn":
                    self.state = "suspended"

    def _begun(self, index: int, block: any_llm.ContentBlock) -> Iterator[ModelResponseStreamEvent]:
        parts = self._parts_manager
        if isinstance(block, any_llm.ToolUseBlock):
            self._calls.add(index)
            yield from parts.handle_tool_call_delta_events(
                vendor_part_id=index, tool_name=block.name, tool_call_id=block.id
            )
        elif isinstance(block, any_llm.RedactedThinkingBlock):
            yield from parts.handle_thinking_delta(
                vendor_part_id=index,
                content="",
                id=REDACTED,
                signature=block.data,
                provider_name=self.system,
            )

    def _grown(
        self, index: int, delta: any_llm.ContentBlockDelta
    ) -> Iterator[ModelResponseStreamEvent]:
        parts = self._parts_manager
        match delta:
            case any_llm.TextDelta(text=text):
                yield from parts.handle_text_delta(vendor_part_id=index, content=text)
            case any_llm.ThinkingDelta(thinking=text):
                yield from parts.handle_thinking_delta(
                    vendor_part_id=index, content=text, provider_name=self.system
                )
            case any_llm.SignatureDelta(signature=signature):
                yield from parts.handle_thinking_delta(
                    vendor_part_id=index, signature=signature, provider_name=self.system
                )
            case any_llm.InputJSONDelta(partial_json=piece):
                if index in self._calls:  # else it is the provider's own call
                    yield from parts.handle_tool_call_delta_events(vendor_part_id=index, args=piece)

    async def close_stream(self) -> None:
        """Close the connection."""
        await self.stream.close()

    @property
    def model_name(self) -> str:
        """The model that answers."""
        return self.model

    @property
    def provider_name(self) -> str:
        """The provider's id."""
        return self.system

    @property
    def provider_url(self) -> None:
        """The address is the provider row's affair."""

    @property
    def timestamp(self) -> datetime:
        """When the stream was opened."""
        return self.begun
