"""A whole answer as the events of its one decoder, folded into the message."""

from __future__ import annotations

from any_llm.plugin import Accumulator, CallContext, Emitter, MessageResponse, loads


def fold(emit: Emitter, ctx: CallContext) -> MessageResponse:
    """Return the message that was said on `emit`; report broken JSON in it."""
    sums = Accumulator(
        lambda index: ctx.report(f"content[{index}].input", "broken JSON, kept as it came"),
        owns=True,
    )
    sums.add(emit.take())
    message = sums.snapshot()
    if ctx.state.get("json_schema") and message.stop_reason == "end_turn":
        _check_json(message.text, ctx)
    return message


def _check_json(text: str, ctx: CallContext) -> None:
    """Servers take a schema and may ignore it; that the text is no JSON at all is worth a word."""
    try:
        loads(text)
    except ValueError:
        ctx.report("output_config.format", "the answer is no JSON: the server did not keep to it")
