"""Replay recorded answers in memory, and compare them with what a judge says: alike for all wires.

A wire's own module says what is its own: the context of a recorded call, and what its answers hold
beyond text, calls and usage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from any_llm.errors import AnyLLMError, APIStatusError, StreamTruncated
from any_llm.plugin import INVALID_JSON, BadReply, CallContext, MessageResponse, WireReply
from tests.support.replies import Read, Reader

from .expected import Call, Failure, Outside, Usage
from .records import Record, body_of

Counts = tuple[int | None, ...]

NOTHING: Counts = (0, 0, None, None, None)
"""Usage where a wire says none: input, output, cache read, cache creation, thinking."""


@dataclass(frozen=True, kw_only=True)
class Replayer:
    """What it takes to replay the recordings of a wire."""

    reader: Reader
    error: Callable[[WireReply, CallContext], APIStatusError]
    context_of: Callable[[Record], CallContext]

    def replay(self, record: Record, *, judged: bool = True) -> Read:
        """Return what the dialect makes of a recording; `judged` asks the official SDK too."""
        ctx, body = self.context_of(record), body_of(record)
        if record["status"] >= 400:
            reply = WireReply(status=record["status"], headers={}, content=body)
            return Read(self.error(reply, ctx), ctx.losses)
        if record["response_text"] is not None:
            return self.reader.stream([body], ctx, judged=judged)
        return self.reader.whole(body, ctx, judged=judged)


def compared(
    expected: Any,
    got: Read,
    compare: Callable[[Any, MessageResponse], Iterable[str]],
    *,
    incomplete: tuple[type[AnyLLMError], ...] = (StreamTruncated, BadReply),
) -> list[str]:
    """Return every difference in words; `compare` takes an answer that had to be one.

    `incomplete` is what an answer without its terminal signal may raise on this wire.
    """
    if isinstance(expected, Failure):
        return list(_failure(expected, got.result, incomplete))
    if isinstance(expected, Outside):
        return []
    if isinstance(got.result, AnyLLMError):
        return [f"an answer was expected, not {got.result!r}"]
    return list(compare(expected, got.result))


def _failure(
    expected: Failure, result: Any, incomplete: tuple[type[AnyLLMError], ...]
) -> Iterator[str]:
    if expected.kind == "status":
        found = (result.status, result.type) if isinstance(result, APIStatusError) else result
        if found != (expected.status, expected.type):
            yield f"error {expected.status} {expected.type} was expected, not {found!r}"
        return
    wanted = incomplete if expected.kind == "incomplete" else BadReply
    if not isinstance(result, wanted):
        yield f"an {expected.kind} answer was expected, not {result!r}"


Shown = tuple[str, Any]
"""A block: its kind, and its text or itself."""


def content(
    found: Sequence[Shown], wanted: Sequence[Any], same: Callable[[Shown, Any], bool]
) -> Iterator[str]:
    """Yield where the blocks differ."""
    if (ours := [kind for kind, _ in found]) != (theirs := [kind for kind, _ in wanted]):
        yield f"blocks {ours}, not {theirs}"
    for one, other in zip(found, wanted, strict=False):
        if not same(one, other):
            yield f"block {one!r:.300}, not {other!r:.300}"


def joined(blocks: Iterable[Any]) -> Iterator[Shown]:
    """Yield the blocks as a judge counts them, neighbours of text or of thinking joined."""
    run: list[str] = []
    kind = ""
    for block in blocks:
        if run and block.type != kind:
            yield kind, "".join(run)
            run = []
        kind = block.type
        if kind in ("text", "thinking"):
            run.append(getattr(block, kind))
        else:
            yield kind, block
    if run:
        yield kind, "".join(run)


def same_call(block: Any, call: Call, *, made: str = "") -> bool:
    """Whether a block is this call; an id that had to be made begins with `made`."""
    broken = isinstance(call.arguments, str)
    wanted = {INVALID_JSON: call.arguments} if broken else call.arguments
    unsaid = bool(block.id) and block.id.startswith(made)
    known = unsaid if call.id is None else block.id == call.id
    return bool(known and block.name == call.name and block.input == wanted)


def usage(message: MessageResponse, wanted: Usage | None, nothing: Counts = NOTHING) -> list[str]:
    """Return where the counts differ."""
    said, details = message.usage, message.usage.output_tokens_details
    names = (
        *("input_tokens", "output_tokens"),
        *("cache_read_input_tokens", "cache_creation_input_tokens"),
    )
    found = (*(getattr(said, n) for n in names), details.thinking_tokens if details else None)
    counts = nothing
    if wanted is not None:
        counts = (*(getattr(wanted, n) for n in names), wanted.thinking_tokens)
    return [] if found == counts else [f"usage {found}, not {counts}"]


def broken_told(got: Read, message: MessageResponse) -> Iterator[str]:
    """Yield each block of broken JSON that is not in the losses."""
    told = {loss.path for loss in got.losses}
    for at, block in enumerate(message.content):
        if INVALID_JSON in (getattr(block, "input", None) or ()) and (
            f"content[{at}].input" not in told
        ):
            yield f"broken JSON in block {at} is not in the losses"


def cited(message: MessageResponse) -> list[str]:
    """Return the URLs of all citations, in their order."""
    return [c.url for b in message.content for c in getattr(b, "citations", None) or ()]
