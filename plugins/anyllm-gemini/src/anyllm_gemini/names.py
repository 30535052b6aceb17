"""Names of functions, where this wire is narrower than Messages."""

from __future__ import annotations

import re
from hashlib import sha256

from any_llm.plugin import CallContext

from .profile import GeminiProfile

# google-genai 3.4, types.FunctionDeclaration.name.
_ODD = re.compile(r"[^A-Za-z0-9_.:-]")
_START = re.compile(r"[A-Za-z_]")
DECLARED = "declared_names"
"""In `ctx.state`: the names of the request's tools, as the request has them."""


def wire_name(name: str, ctx: CallContext) -> str:
    """Return a tool's name as the wire takes it: the same on every turn, mapped back in answers.

    `ctx.state["tool_names"]` holds the original of every name that had to change, and
    `ctx.state[DECLARED]` the names of the request's tools, which no other name turns into.
    """
    profile: GeminiProfile = ctx.profile
    said = name if _START.match(name) else f"_{name}"
    taken = said != name and said in ctx.state.get(DECLARED, ())
    if taken or _ODD.search(said) or len(said) > profile.tool_name_max:
        digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        said = f"{_ODD.sub('_', said)[: profile.tool_name_max - 9]}_{digest}"
    if said != name:
        ctx.state.setdefault("tool_names", {})[said] = name
    return said
