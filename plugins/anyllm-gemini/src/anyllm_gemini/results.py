"""Tool results: one functionResponse each, in the order of the calls; other media behind them.

`response` has the key `output`, or `error` for a failed call, with the text as it was given: text
that happens to be JSON would change its meaning as an object (google-genai 3.4
types.FunctionResponse; vercel/ai#13020).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from any_llm.plugin import (
    Block,
    CallContext,
    Placed,
    blocks_of,
)

from .blocks import Part, no_mark
from .content import parts_of, readable
from .ids import wire_id
from .profile import GeminiProfile


def response_parts(
    results: Iterable[Placed], names: Mapping[str, str], ctx: CallContext
) -> tuple[list[Part], list[Part]]:
    """Return the results' parts, and the parts that must follow in a content of their own.

    `names` gives the function of each call's id.
    """
    responses: list[Part] = []
    behind: list[Part] = []
    for path, block in results:
        call = block["tool_use_id"]
        said, more = _response(block, names[call], path, ctx)
        responses.append({"functionResponse": {**wire_id(call, ctx), **said}})
        behind += more
    return responses, behind


def _response(block: Block, name: str, path: str, ctx: CallContext) -> tuple[Part, list[Part]]:
    if len(block) > 3 or "content" not in block:  # more than its type, id and content
        ctx.leftover(path, block, "type", "tool_use_id", "content", "is_error", "cache_control")
        no_mark(block, path, ctx)
    placed = blocks_of(block.get("content"), f"{path}.content")
    parts = parts_of((readable(each, ctx) for each in placed), ctx)
    texts = [part["text"] for part in parts if "text" in part]
    inside, behind = _media(parts, name, ctx)
    if behind:
        ctx.report(path, "media of the result follow in a user turn", "emulated")
        texts = texts or [behind[0]["text"]]
    key = "error" if block.get("is_error") else "output"
    said: Part = {"name": name, "response": {key: "\n\n".join(texts)}}
    return ({**said, "parts": inside} if inside else said), behind


def _media(parts: list[Part], name: str, ctx: CallContext) -> tuple[list[Part], list[Part]]:
    """Split media into those a response holds here, and those behind it with a label each.

    Google drops an address inside a response, so only data stands there (any-llm-sdk 1.40).
    """
    profile: GeminiProfile = ctx.profile
    inside: list[Part] = []
    behind: list[Part] = []
    for part in parts:
        if "text" in part:
            continue
        if part.get("inlineData", {}).get("mimeType") in profile.result_media:
            inside.append(part)
        else:
            behind += [{"text": f"[media from the result of {name}]"}, part]
    return inside, behind
