"""Who a server is, for state that only it may get back."""

from __future__ import annotations

from urllib.parse import urlsplit

from any_llm.plugin import CallContext

GENERIC = "openai-compatible"
"""The row of a server nobody has listed: its host is part of who it is."""


def issued_by(ctx: CallContext) -> str:
    """Return the name under which this server's reasoning is kept."""
    if ctx.provider != GENERIC:
        return ctx.provider
    return f"{GENERIC}:{urlsplit(ctx.base_url).hostname or ''}"
