"""What a judge says about a recording: an answer, a failure, or that it is outside Messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Call:
    """A tool call. `id` is None when the wire gave none, so that the adapter must make one.

    `arguments` is the parsed object, or the raw string where it is no JSON object: the answer
    must then hold `{"INVALID_JSON": raw}`.
    """

    id: str | None
    name: str
    arguments: dict[str, Any] | str


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens as Messages counts them; None where the wire did not say."""

    input_tokens: int
    output_tokens: int
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    thinking_tokens: int | None = None


Block = tuple[Literal["thinking", "text"], str] | tuple[Literal["tool_use"], Call]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A complete answer.

    `blocks` stand in the order of the wire, neighbours of one kind joined: join adjacent text and
    adjacent thinking blocks of the answer before comparing. `ids` are the ids the wire gave the
    message (empty: one must be made), `vendor_state` says that the wire held opaque reasoning or
    signatures that must survive, `citations` the URLs of its annotations.
    """

    blocks: tuple[Block, ...]
    stop_reason: str
    stop_sequence: str | None = None
    usage: Usage | None = None
    ids: frozenset[str] = frozenset()
    vendor_state: bool = False
    citations: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All text, in order."""
        return "".join(block[1] for block in self.blocks if block[0] == "text")

    @property
    def thinking(self) -> str:
        """All reasoning, in order."""
        return "".join(block[1] for block in self.blocks if block[0] == "thinking")

    @property
    def calls(self) -> tuple[Call, ...]:
        """The tool calls, in order."""
        return tuple(block[1] for block in self.blocks if block[0] == "tool_use")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An error that must be raised.

    `kind` is "status" (an error the provider reports: APIStatusError with this `status` and
    Messages error `type`), "incomplete" (the answer ended without its terminal signal:
    StreamTruncated or BadReply) or "unreadable" (not what the format allows: BadReply).
    `after_output` says that a stream had handed out content before.
    """

    kind: Literal["status", "incomplete", "unreadable"]
    status: int | None = None
    type: str | None = None
    after_output: bool = False


@dataclass(frozen=True, kw_only=True)
class Outside:
    """The recording holds what Messages cannot; it is left out, and `reason` says why."""

    reason: str


Expected = Answer | Failure | Outside
