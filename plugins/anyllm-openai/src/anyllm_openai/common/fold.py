"""The message of a whole answer that the one decoder has read."""

from __future__ import annotations

from any_llm.plugin import CallContext, Folder, MessageResponse, loads


def fold(emit: Folder, ctx: CallContext) -> MessageResponse:
    """Return the message that was said on `emit`; report broken JSON in it."""
    message = emit.message(
        lambda index: ctx.report(f"content[{index}].input", "broken JSON, kept as it came")
    )
    if ctx.state.get("json_schema") and message.stop_reason == "end_turn":
        _check_json(message.text, ctx)
    return message


def _check_json(text: str, ctx: CallContext) -> None:
    """Servers take a schema and may ignore it; that the text is no JSON at all is worth a word."""
    try:
        loads(text)
    except ValueError:
        ctx.report("output_config.format", "the answer is no JSON: the server did not keep to it")
