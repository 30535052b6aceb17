"""A whole answer, read by the same machine as a streamed one."""

from __future__ import annotations

from any_llm.plugin import CallContext, Folder, MessageResponse, WireReply

from ..common.bare import holds_error
from ..common.errors import bad_reply, error_inside, not_an_object
from ..common.fold import fold
from ..common.mend import needs_mending
from .answer import Answer
from .mend import mended


def decode(reply: WireReply, ctx: CallContext) -> MessageResponse:
    """Return the message of a 2xx answer; raise the error it holds, or BadReply for nonsense."""
    body = reply.json
    if not isinstance(body, dict):
        raise not_an_object(body, ctx, reply.headers)
    if needs_mending(reply.content):
        body = mended(body)
    if not body.get("status") and (body.get("error") or _fails(body)):
        raise error_inside(body, ctx, reply.headers)
    if body.get("object") not in ("response", None) or not ("output" in body or "status" in body):
        raise bad_reply(ctx, f"no response in {reply.content!r:.200}")
    if body.get("status") is None and not body.get("output"):
        raise bad_reply(ctx, "it has neither a status nor any output: nothing says how it ended")
    emit = Folder()
    Answer(ctx, emit).whole(body)
    return fold(emit, ctx)


def _fails(body: dict[str, object]) -> bool:
    return "output" not in body and holds_error(body)
