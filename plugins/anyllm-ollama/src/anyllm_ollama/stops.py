"""Why an answer ended."""

from __future__ import annotations

from any_llm.plugin import CallContext

from .errors import bad_reply

# ollama/ollama @fb30760 (2026-08-21): llm/server.go DoneReason says stop, length or nothing, after
# calls too; server/routes.go says load and unload where a request had no messages. "tool_calls"
# and "tool_use" are the words of imitators.
_ENDED = frozenset({"", "stop"})
_CALLED = frozenset({"tool_calls", "tool_use"})
_NOTHING_SAID = frozenset({"load", "unload"})


def stop_of(reason: str, ctx: CallContext, *, calls: bool) -> str:
    """Return the stop_reason. Calls beat a plain stop; an answer that was cut stays cut.

    A reason nobody knows passes through, reported; a model that was only loaded is BadReply.
    """
    if reason in _NOTHING_SAID:
        raise bad_reply(ctx, f"done_reason is {reason!r}: the server took this for no question")
    if calls and (reason in _ENDED or reason in _CALLED):
        return "tool_use"
    if reason in _ENDED:
        return "end_turn"
    if reason == "length":
        return "max_tokens"
    ctx.report("stop_reason", f"{reason!r} is unknown to the Messages API; passed on")
    return reason
