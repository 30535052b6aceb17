"""A whole answer, read by the same machine as a streamed one."""

from __future__ import annotations

from any_llm.plugin import CallContext, Folder, MessageResponse, WireReply

from ..common.errors import bad_reply, not_an_object
from ..common.fold import fold
from ..common.mend import mended, needs_mending
from .answer import Answer


def decode(reply: WireReply, ctx: CallContext) -> MessageResponse:
    """Return the message of a 2xx answer; raise the error it holds, or BadReply for nonsense."""
    body = reply.json
    if not isinstance(body, dict):
        raise not_an_object(body, ctx, reply.headers)
    if needs_mending(reply.content):
        body = mended(body)
    emit = Folder()
    answer = Answer(ctx, emit, whole=True)
    answer.take(body)
    if not emit.started:
        raise bad_reply(ctx, f"no choices in {reply.content!r:.200}")
    answer.finish()
    return fold(emit, ctx)
