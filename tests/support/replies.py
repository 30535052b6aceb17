"""Answers of any wire, read by its dialect as the core would read them.

Every stream that we make goes through the grammar, every message through the official SDK's own
types and accumulator where that SDK is installed: a test that reads an answer asserts all of that
too. What a wire brings is a `Reader`; its own module beside this one makes its chunks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from any_llm._pipeline import NONSENSE, Pipeline, why
from any_llm.errors import AnyLLMError, BadReply
from any_llm.framing import SSE
from any_llm.grammar import Grammar
from any_llm.plugin import (
    INVALID_JSON,
    Accumulator,
    CallContext,
    Framer,
    Loss,
    MessageResponse,
    MessageStreamEvent,
    StreamDecoder,
    WireReply,
)

from .judge import HAS_SDK, judge_message, judge_stream, known

Json = dict[str, Any]


@dataclass
class Read:
    """What came of an answer: a message or an error, the losses, the events."""

    result: MessageResponse | AnyLLMError
    losses: list[Loss] = field(default_factory=list)
    events: list[MessageStreamEvent] = field(default_factory=list)

    @property
    def message(self) -> MessageResponse:
        """The message; a failure is raised here."""
        if isinstance(self.result, AnyLLMError):
            raise self.result
        return self.result

    @property
    def error(self) -> AnyLLMError:
        """The error; a message is a failed test."""
        assert isinstance(self.result, AnyLLMError), self.result
        return self.result

    @property
    def blocks(self) -> list[tuple[Any, ...]]:
        """The content in short: (type, text) or ("tool_use", name, input)."""
        return [_short(block) for block in self.message.content]

    @property
    def content(self) -> list[Json]:
        """The blocks as plain data."""
        return [block.model_dump(mode="json", exclude_none=True) for block in self.message.content]

    @property
    def extras(self) -> Json:
        """What the answer said beyond Messages."""
        found: Json = getattr(self.message, "provider_extras", None) or {}
        return found

    @property
    def told(self) -> list[tuple[str, str]]:
        """The losses as (path, severity)."""
        return [(loss.path, loss.severity) for loss in self.losses]


def _short(block: Any) -> tuple[Any, ...]:
    if block.type == "tool_use":
        return "tool_use", block.name, block.input
    field_of = {"text": "text", "thinking": "thinking", "redacted_thinking": "data"}
    return block.type, getattr(block, field_of.get(block.type, "type"))


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The pieces of a wire. `native` streams are passed on as they are, not made by us."""

    decode: Callable[[WireReply, CallContext], MessageResponse]
    decoder: type[StreamDecoder]
    context: Callable[[], CallContext]
    framer: type[Framer] = SSE
    native: bool = False

    def stream(
        self, parts: Sequence[bytes], ctx: CallContext | None = None, *, judged: bool = True
    ) -> Read:
        """Read a stream that arrives in these parts and then ends; `judged` asks the SDK too."""
        ctx = ctx or self.context()
        broken: list[int] = []

        def tell(at: int) -> None:
            broken.append(at)
            ctx.report(f"content[{at}].input", "broken JSON, kept as it came")

        pipeline = Pipeline(self.framer(), self.decoder(ctx), Accumulator(tell))
        events: list[MessageStreamEvent] = []
        for part in parts:
            if not (pipeline.error or pipeline.done):
                events += pipeline.feed(part)
        if not (pipeline.error or pipeline.done):
            events += pipeline.finish()
        if not self.native:
            _follow_the_grammar(events, ended=pipeline.error is None)
        result = pipeline.error or pipeline.snapshot()
        if isinstance(result, MessageResponse):
            assert broken == _broken(result)
            if judged:
                self._judge(result, events)
        return Read(result, ctx.losses, events)

    def whole(
        self, body: Any, ctx: CallContext | None = None, *, status: int = 200, judged: bool = True
    ) -> Read:
        """Read a whole answer: bytes, or what JSON makes bytes of."""
        ctx = ctx or self.context()
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        result: MessageResponse | AnyLLMError
        try:
            result = self.decode(WireReply(status=status, headers={}, content=content), ctx)
        except AnyLLMError as error:
            result = error
        except NONSENSE as error:
            result = BadReply(why(error))
        if judged and isinstance(result, MessageResponse):
            self._judge(result)
        return Read(result, ctx.losses)

    def _judge(
        self, message: MessageResponse, events: Sequence[MessageStreamEvent] | None = None
    ) -> None:
        """Ask the SDK, which takes broken JSON leniently and does not know native extensions."""
        if not HAS_SDK or self.native:
            return
        typed = known(message)
        if typed:
            judge_message(message)
        if events is not None and not _broken(message):
            judge_stream(events, message, typed=typed)


def _follow_the_grammar(events: Sequence[MessageStreamEvent], *, ended: bool) -> None:
    grammar = Grammar()
    for event in events:
        grammar.check(event)
    assert grammar.done == ended


def _broken(message: MessageResponse) -> list[int]:
    """Where the JSON of a call is broken."""
    blocks = enumerate(message.content)
    return [at for at, block in blocks if INVALID_JSON in (getattr(block, "input", None) or ())]
