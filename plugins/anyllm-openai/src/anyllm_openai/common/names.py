"""Names of tools and ids of calls, where this wire is narrower than Messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from any_llm.plugin import CallContext

from .profile import ChatProfile

# openai 3.54, types/shared_params/function_definition.py: a-z, A-Z, 0-9, _ and -, at most 64.
_NAME_MAX = 64
_ID_MAX = 64
_ODD = re.compile(r"[^A-Za-z0-9_-]")
_NONE: Mapping[str, str] = {}


def wire_name(name: str, ctx: CallContext) -> str:
    """Return a tool's name as the wire takes it: the same on every turn, mapped back in answers.

    `ctx.state["tool_names"]` holds the original of every name that had to change.
    """
    if ctx.state.get("tool_names_sent", _NONE).get(name) == name:
        return name  # it is sent as it is, as it was before
    if len(name) <= _NAME_MAX and not _ODD.search(name):
        return _one(name, name, "tool_names_sent", "tools", ctx)
    short = f"{_ODD.sub('_', name)[:55]}_{_digest(name)[:8]}"
    ctx.state.setdefault("tool_names", {})[short] = name
    return _one(short, name, "tool_names_sent", "tools", ctx)


def wire_id(call: str, ctx: CallContext) -> str:
    """Return the id of a call as the server takes it: its own ids unchanged, odd ones hashed."""
    profile: ChatProfile = ctx.profile
    fits = profile.tool_id_max is None or len(call) <= profile.tool_id_max
    pattern = profile.tool_id_pattern
    if fits and (pattern is None or re.fullmatch(pattern, call)):
        return _one(call, call, "call_ids_sent", "messages", ctx)
    made = _digest(call) if pattern else f"call_{_digest(call)}"
    return _one(made[: profile.tool_id_max or _ID_MAX], call, "call_ids_sent", "messages", ctx)


def _one(sent: str, said: str, table: str, path: str, ctx: CallContext) -> str:
    """Return `sent`; refuse what would make two of the caller's names or ids one on the wire."""
    known = ctx.state.setdefault(table, {})
    if known.get(sent) == said:
        return sent
    if sent in known:
        what = f"{said!r} and {known[sent]!r} would both be sent as {sent!r}"
        ctx.refuse(path, what, "use shorter and plainer ones")
    if sent != said:
        ctx.report(path, f"{said!r} is sent as {sent!r}", "hint")
    known[sent] = said
    return sent


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
