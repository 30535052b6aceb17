"""A whole answer, read by the same machine as a streamed one."""

from __future__ import annotations

from any_llm.plugin import Accumulator, CallContext, Emitter, MessageResponse, WireReply, loads

from ..common.errors import bad_reply, not_an_object
from .answer import Answer
from .mend import mended, needs_mending


def decode(reply: WireReply, ctx: CallContext) -> MessageResponse:
    """Return the message of a 2xx answer; raise the error it holds, or BadReply for nonsense."""
    body = reply.json
    if not isinstance(body, dict):
        raise not_an_object(body, ctx, reply.headers)
    if needs_mending(reply.content):
        body = mended(body)
    emit = Emitter()
    answer = Answer(ctx, emit, whole=True)
    answer.take(body)
    if not emit.started:
        raise bad_reply(ctx, f"no choices in {reply.content!r:.200}")
    answer.finish()
    sums = Accumulator(
        lambda index: ctx.report(f"content[{index}].input", "broken JSON, kept as it came")
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
