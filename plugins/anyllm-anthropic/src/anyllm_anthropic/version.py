"""Which version of the API a request is written for.

2026-10-21 is the newest. It refuses sampling values, documents directly in a turn of the
assistant, and citations on text of the user; 2023-06-01 takes them. Answers are the same in both.
Source: platform.claude.com/docs, versioning, 2026-10; official Python SDK 2.12 (sends 2026-10-21).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from any_llm.plugin import CallContext

AUTO, NEWEST, BEFORE = "auto", "2026-10-21", "2023-06-01"
SAMPLING = ("temperature", "top_p", "top_k")
CALL_OPTIONS: Mapping[str, Any] = {"api_version": str}


def asked_version(ctx: CallContext) -> str:
    """Return the version that the call or the profile names; `auto` when it may be chosen."""
    return str(ctx.options.get("api_version") or ctx.profile.api_version)


def api_version(body: Mapping[str, Any], ctx: CallContext) -> str:
    """Return the version for this body: the newest one that takes all of it."""
    asked = asked_version(ctx)
    if asked != AUTO:
        return asked
    return NEWEST if next(refused(body), None) is None else BEFORE


def check(body: Mapping[str, Any], ctx: CallContext) -> None:
    """Refuse what the version that was asked for is known to refuse."""
    if asked_version(ctx) == NEWEST and (found := next(refused(body), None)) is not None:
        ctx.refuse(found, f"version {NEWEST} does not take it", "leave api_version out")


def refused(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the paths of what 2026-10-21 refuses and 2023-06-01 takes."""
    yield from (name for name in SAMPLING if name in body)
    for at, turn in enumerate(body.get("messages", ())):
        content = turn["content"]
        for index, block in enumerate(content if isinstance(content, list) else ()):
            path = f"messages[{at}].content[{index}]"
            if turn["role"] == "assistant" and block["type"] == "document":
                yield path
            if turn["role"] == "user" and block["type"] == "text" and block.get("citations"):
                yield f"{path}.citations"
