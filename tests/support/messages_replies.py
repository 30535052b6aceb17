"""Answers of Messages endpoints, read by the dialect as the core would read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from any_llm._pipeline import NONSENSE, Pipeline, why
from any_llm.errors import AnyLLMError, BadReply
from any_llm.framing import SSE
from any_llm.plugin import (
    INVALID_JSON,
    Accumulator,
    CallContext,
    Loss,
    MessageResponse,
    MessagesDecoder,
    MessageStreamEvent,
    WireReply,
)
from anyllm_anthropic.dialect import Anthropic
from anyllm_anthropic.profile import AnthropicProfile

Json = dict[str, Any]
DIALECT = Anthropic()


def context(*, provider: str = "anthropic", model: str = "claude-x", **quirks: Any) -> CallContext:
    """Return the context of a call."""
    return CallContext(
        provider=provider,
        model=model,
        base_url="https://host.test",
        profile=AnthropicProfile(**quirks),
        seed="seed",
    )


@dataclass
class Read:
    """What an answer was read as: the message or the error, the losses, the events."""

    result: MessageResponse | AnyLLMError
    losses: list[Loss] = field(default_factory=list)
    events: list[MessageStreamEvent] = field(default_factory=list)

    @property
    def message(self) -> MessageResponse:
        """The message of an answer that must be one."""
        assert isinstance(self.result, MessageResponse), self.result
        return self.result

    @property
    def error(self) -> AnyLLMError:
        """The error of an answer that must be one."""
        assert isinstance(self.result, AnyLLMError), self.result
        return self.result


def sse(*events: Json) -> bytes:
    """Return events as the API sends them."""
    return b"".join(
        b"event: %s\ndata: %s\n\n" % (str(one["type"]).encode(), json.dumps(one).encode())
        for one in events
    )


def read_bytes(parts: Sequence[bytes], ctx: CallContext | None = None) -> Read:
    """Read a stream that arrives in these parts."""
    ctx = ctx or context()
    broken: list[int] = []
    pipeline = Pipeline(SSE(), MessagesDecoder(ctx), Accumulator(broken.append))
    events: list[MessageStreamEvent] = []
    for part in parts:
        events += pipeline.feed(part)
        if pipeline.error is not None or pipeline.done:
            break
    if pipeline.error is None and not pipeline.done:
        events += pipeline.finish()
    if pipeline.error is not None:
        return Read(pipeline.error, ctx.losses, events)
    message = pipeline.snapshot()
    assert len(broken) == sum(
        INVALID_JSON in getattr(block, "input", ()) for block in message.content
    )
    return Read(message, ctx.losses, events)


def read_whole(body: bytes, ctx: CallContext | None = None) -> Read:
    """Read a whole answer."""
    ctx = ctx or context()
    try:
        reply = WireReply(status=200, headers={}, content=body)
        return Read(DIALECT.decode(reply, ctx), ctx.losses)
    except AnyLLMError as error:
        return Read(error, ctx.losses)
    except NONSENSE as error:
        return Read(BadReply(why(error)), ctx.losses)
