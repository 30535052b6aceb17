"""Earlier reasoning: back to the server that gave it, in the field it came in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import Block, CallContext, Placed

from ..common.parts import Part, text_part
from ..common.profile import ChatProfile
from .signature import unseal

# The least that DeepSeek's API takes where it insists on reasoning and the history has none
# (litellm llms/deepseek/chat/transformation.py, read 2026-11).
_FILLER = " "
_TEXT_FIELDS = frozenset(
    {"reasoning_content", "reasoning", "reasoning_text", "thinking", "content", "tags"}
)
_WITH_DETAILS = frozenset({"auto", "reasoning_details", "content"})


class Replay:
    """What an assistant turn gives back: text by field, opaque objects, signatures of calls."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.details: list[Any] = []
        self.calls: dict[str, str] = {}
        self.inside: list[Part] = []  # the thinking parts of the content

    def fields(self) -> dict[str, Any]:
        """Return the fields of the message beside its content."""
        said: dict[str, Any] = {
            name: text for name, text in self.texts.items() if name not in {"content", "tags"}
        }
        if self.details and "content" not in self.texts:
            said["reasoning_details"] = self.details
        return said

    def content(self, text: str | None) -> str | list[Part] | None:
        """Return the content with the reasoning that goes inside it."""
        if not self.texts:
            return text
        if thought := self.texts.get("tags"):
            return f"<think>{thought}</think>{text or ''}"
        if "content" in self.texts:
            return [*(self.details or self.inside), *([text_part(text)] if text else [])]
        return text


def replay(placed: list[Placed], ctx: CallContext, *, calls: bool, thinks: bool) -> Replay:
    """Return what the thinking blocks of one turn give back; what is dropped is reported.

    `calls` says whether the turn calls tools, `thinks` whether the model will think now.
    """
    profile: ChatProfile = ctx.profile
    required = thinks and (
        profile.reasoning_required == "always"
        or (profile.reasoning_required == "tool_calls" and calls)
    )
    if not placed and not required:
        return _NOTHING
    said = Replay()
    for path, block in placed:
        _add(said, block, path, ctx, required=required)
    if required and not said.texts and not said.details:
        said.texts[_required_field(profile)] = _FILLER
    return said


_NOTHING = Replay()  # which nobody adds to


def _add(said: Replay, block: Block, path: str, ctx: CallContext, *, required: bool) -> None:
    profile: ChatProfile = ctx.profile
    redacted = block["type"] == "redacted_thinking"
    ctx.leftover(path, block, "type", *(("data",) if redacted else ("thinking", "signature")))
    text = "" if redacted else block["thinking"]
    sealed = block["data"] if redacted else block.get("signature") or ""
    payload = unseal(sealed, ctx)
    if profile.reasoning_out == "none":
        ctx.report(path, "this provider takes no reasoning back", "hint")
    elif payload is not None:
        if not _own(said, payload, text, profile):
            ctx.report(path, "this provider takes such reasoning no longer", "hint")
    elif text and required:
        ctx.report(path, "foreign reasoning goes as text: this provider insists on some", "hint")
        _grow(said, _required_field(profile), text)
    elif text and not sealed and profile.reasoning_out in _TEXT_FIELDS:
        _grow(said, profile.reasoning_out, text)
    else:
        ctx.report(path, "reasoning of another provider is dropped", "hint")


def _own(said: Replay, payload: Mapping[str, Any], text: str, profile: ChatProfile) -> bool:
    """Take over what this server sealed; False when none of it can go back."""
    where = profile.reasoning_out if profile.reasoning_out != "auto" else payload.get("field")
    details, calls = payload.get("details"), payload.get("calls")
    used = isinstance(calls, Mapping)
    if isinstance(calls, Mapping):
        said.calls.update(calls)
    if isinstance(details, list) and profile.reasoning_out in _WITH_DETAILS:
        said.details.extend(details)
        used = True
    if text and where == "reasoning_details" and not details:
        where = "reasoning"
    signature = payload.get("signature") if where == "content" else None
    if (text or signature) and isinstance(where, str) and where in _TEXT_FIELDS:
        _grow(said, where, text, signature)
        used = True
    return used


def _grow(said: Replay, where: str, text: str, signature: object = None) -> None:
    # One answer's reasoning is one string on this wire, however many blocks it became; only a
    # signed part of the content stays a part of its own.
    last = said.inside[-1] if said.inside else None
    if where != "content":
        pass
    elif signature:
        part = {"type": "thinking", "thinking": [text_part(text)], "signature": signature}
        said.inside.append(part)
    elif last is not None and "signature" not in last:
        last["thinking"] = [text_part(said.texts[where] + text)]
    else:
        said.inside.append({"type": "thinking", "thinking": [text_part(text)]})
    said.texts[where] = said.texts.get(where, "") + text


def _required_field(profile: ChatProfile) -> str:
    fixed = profile.reasoning_out
    if fixed == "reasoning_details":
        return "reasoning"
    return fixed if fixed in _TEXT_FIELDS else "reasoning_content"
