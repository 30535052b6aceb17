"""Replay a recorded answer in memory, and say where the result differs from what the wire said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from any_llm.plugin import CallContext, MessageResponse
from anyllm_ollama.errors import error_of_reply
from anyllm_ollama.signature import OWN
from tests.support.ollama_replies import READER, context
from tests.support.replies import Read

from .expected import Answer, Block, Call, Expected, Failure
from .records import Record, body_of
from .replaying import Replayer, Shown, compared, content, same_call

Json = dict[str, Any]

# What Messages has a field for; everything else must stand in provider_extras.
CARRIED = {"model", "message", "done", "done_reason", "prompt_eval_count", "eval_count"}


def context_of(record: Record) -> CallContext:
    """Return the context that the recorded request would have had."""
    return context(model=record["model"] or "unnamed")


def lines_of(record: Record) -> list[Json]:
    """Return the objects of a recorded answer."""
    return [json.loads(each) for each in body_of(record).split(b"\n") if each.strip()]


REPLAYER = Replayer(reader=READER, error=error_of_reply, context_of=context_of)
replay = REPLAYER.replay


def differences(expected: Expected, got: Read, record: Record) -> list[str]:
    """Return every difference between the result and the judge's word, in words."""
    found = compared(
        expected,
        got,
        lambda wanted, message: (
            *content([(b.type, b) for b in message.content], wanted.blocks, _same),
            *_end(wanted, message),
            *_kept(record, message),
            *(f"a loss: {loss}" for loss in got.losses if loss.severity != "hint"),
        ),
    )
    if isinstance(expected, Failure) and expected.kind == "status":
        said = lines_of(record)[-1]["error"].strip()
        if said not in str(got.result):
            found.append(f"{got.result!r} does not say {said!r}")
    return found


def _same(ours: Shown, theirs: Block) -> bool:
    kind, said = theirs
    block = ours[1]
    if block.type != kind:
        return False
    if isinstance(said, Call):
        return same_call(block, said, made="toolu_oll_")
    signed = kind == "text" or block.signature == OWN
    return signed and getattr(block, kind) == said


def _end(expected: Answer, message: MessageResponse) -> Iterator[str]:
    if (message.stop_reason, message.stop_sequence) != (expected.stop_reason, None):
        yield f"stopped by {message.stop_reason!r}, not {expected.stop_reason!r}"
    wanted = expected.usage
    counts = (wanted.input_tokens, wanted.output_tokens) if wanted else (0, 0)
    if (message.usage.input_tokens, message.usage.output_tokens) != counts:
        yield f"usage {message.usage!r}, not {counts}"


def _kept(record: Record, message: MessageResponse) -> Iterator[str]:
    """What an answer says beyond Messages is there: the last word, and lists as they add up."""
    said = lines_of(record)
    extras = getattr(message, "provider_extras", None) or {}
    for name in {key for each in said for key in each} - CARRIED:
        values = [each[name] for each in said if each.get(name) is not None]
        listed = values and isinstance(values[0], list)
        wanted = [one for each in values for one in each] if listed else values[-1]
        if extras.get(name) != wanted:
            yield f"{name} is not as it came"
    if message.model != said[0]["model"]:
        yield f"model {message.model!r}, not {said[0]['model']!r}"
