"""A whole answer, read by the same machine as a streamed one."""

from __future__ import annotations

from any_llm.plugin import CallContext, Folder, MessageResponse, WireReply

from .answer import Answer
from .errors import bad_reply, error_inside
from .fault import holds_error


def decode(reply: WireReply, ctx: CallContext) -> MessageResponse:
    """Return the message of a 2xx answer; raise the error it holds, or BadReply for nonsense.

    A list is what streamGenerateContent answers without `alt=sse`: the chunks of one answer.
    """
    body = reply.json
    if holds_error(body):
        raise error_inside(body, ctx, reply.headers)
    chunks = body if isinstance(body, list) else [body]
    emit = Folder()
    answer = Answer(ctx, emit)
    for chunk in chunks:
        if not isinstance(chunk, dict):
            raise bad_reply(ctx, f"an object was expected, not {reply.content!r:.200}")
        answer.take(chunk)
    if not answer.begun:
        raise bad_reply(ctx, f"no candidates in {reply.content!r:.200}")
    answer.finish(whole=True)
    return emit.message(
        lambda index: ctx.report(f"content[{index}].input", "broken JSON, kept as it came")
    )
