"""One turn of the model, given back as the parts it came in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import Block, CallContext, Placed, no_caller, no_server_block

from .blocks import Part, no_mark, text_of
from .ids import wire_id
from .media import KINDS
from .names import wire_name
from .profile import GeminiProfile
from .signature import DUMMY, unseal
from .sources import media_part


def model_parts(placed: list[Placed], ctx: CallContext) -> list[Part]:
    """Return the parts of an assistant turn; none when nothing of it is left to say."""
    turn = _Turn(ctx)
    for path, block in placed:
        turn.add(block, path)
    turn.settle()
    return turn.parts


class _Turn:
    """The parts so far, and the signature that waits for the next of them."""

    def __init__(self, ctx: CallContext) -> None:
        self._ctx = ctx
        self._next: tuple[str, str] | None = None  # signature, path of the block that held it
        self.parts: list[Part] = []

    def add(self, block: Block, path: str) -> None:
        """Add what a block gives back."""
        kind = block["type"]
        if kind in {"thinking", "redacted_thinking"}:
            self._reasoning(block, path)
        elif kind == "text":
            if text := text_of(block, path, self._ctx):
                self._drop_next()
                self.parts.append({"text": text})
        elif kind == "tool_use":
            self.parts.append(self._signed(_call(block, path, self._ctx)))
        elif kind in KINDS or kind == "document":
            self._ctx.leftover(path, block, "type", "source", "cache_control")
            no_mark(block, path, self._ctx)
            part = media_part(block["source"], "image/jpeg", f"{path}.source", self._ctx)
            self.parts.append(self._signed(part))
        else:
            # What Google's own tools said is in the parts beside them, if it must come back.
            no_server_block(block, path, self._ctx)

    def settle(self) -> None:
        """The turn is over: the model's first call must be signed."""
        self._drop_next()
        profile: GeminiProfile = self._ctx.profile
        first = next((part for part in self.parts if "functionCall" in part), None)
        if profile.signatures and first is not None and "thoughtSignature" not in first:
            first["thoughtSignature"] = DUMMY
            what = "a call without a thought signature of this host: a stand-in goes in its place"
            self._ctx.report("messages", what, "hint")

    # --- reasoning ---------------------------------------------------------------------------

    def _reasoning(self, block: Block, path: str) -> None:
        redacted = block["type"] == "redacted_thinking"
        known = ("data",) if redacted else ("thinking", "signature")
        self._ctx.leftover(path, block, "type", *known)
        payload = unseal(block["data"] if redacted else block.get("signature"), self._ctx)
        if payload is None:
            self._ctx.report(path, "reasoning of another provider is dropped", "hint")
            return
        self._drop_next()
        if isinstance(payload.get("part"), Mapping):
            self.parts.append(dict(payload["part"]))
        if not redacted:
            self._thoughts(block["thinking"], payload, path)
        elif "prev" in payload:
            self._sign_text(payload, path)
        if isinstance(payload.get("next"), str):
            self._next = payload["next"], path

    def _thoughts(self, text: str, payload: Mapping[str, Any], path: str) -> None:
        own = self._once(payload.get("own"), path)
        before, signed = _split(text, payload) if own else (text, "")
        if before:
            self.parts.append({"text": before, "thought": True})
        if own:
            self.parts.append({"text": signed, "thought": True, "thoughtSignature": own})

    def _sign_text(self, payload: Mapping[str, Any], path: str) -> None:
        """Sign the end of the text before, which is a part of its own if it was one."""
        last = self.parts[-1] if self.parts else {}
        plain = set(last) == {"text"}
        if not plain and payload.get("chars"):
            self._ctx.report(path, "the text that it signs is gone: dropped", "hint")
            return
        if (signature := self._once(payload["prev"], path)) is None:
            return
        before, signed = _split(last["text"], payload) if plain else ("", "")
        if plain:
            self.parts.pop()
        if before:
            self.parts.append({"text": before})
        self.parts.append({"text": signed, "thoughtSignature": signature})

    # --- signatures --------------------------------------------------------------------------

    def _signed(self, part: Part) -> Part:
        if self._next is None:
            return part
        signature = self._once(*self._next)
        self._next = None
        return part if signature is None else {**part, "thoughtSignature": signature}

    def _drop_next(self) -> None:
        """Something else follows than what the signature is for."""
        if self._next is not None:
            self._ctx.report(self._next[1], "the call that it signs is gone: dropped", "hint")
            self._next = None

    def _once(self, signature: Any, path: str) -> str | None:
        """Return the signature unless it was given already: each is billed as what it stands for.

        litellm 1.106 vertex_ai/gemini/transformation.py, 2026-11.
        """
        given: set[str] = self._ctx.state.setdefault("signatures", set())
        if not isinstance(signature, str):
            return None
        if signature in given:
            self._ctx.report(path, "the same thought signature again: dropped", "hint")
            return None
        given.add(signature)
        return signature


def _split(text: str, payload: Mapping[str, Any]) -> tuple[str, str]:
    """Return the unsigned beginning of a text, and the end that the signed part held."""
    chars = payload.get("chars")
    signed = chars if isinstance(chars, int) and 0 <= chars <= len(text) else len(text)
    return text[: len(text) - signed], text[len(text) - signed :]


def _call(block: Block, path: str, ctx: CallContext) -> Part:
    if len(block) > 4:  # more than its type, id, name and input
        ctx.leftover(path, block, "type", "id", "name", "input", "caller", "cache_control")
        no_mark(block, path, ctx)
        no_caller(block, path, ctx)
    call = {"name": wire_name(block["name"], ctx), "args": block["input"]}
    return {"functionCall": {**wire_id(block["id"], ctx), **call}}
