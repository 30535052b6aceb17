"""The contents of a recorded Gemini request as `system` and `messages` of Messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .gemini_keys import DUMMY
from .unsayable import Unsayable

Json = dict[str, Any]

# seal(payload) -> the signature, or the data of a redacted block, that the dialect under test would
# have given to this state: own, next, prev (a thought signature), chars, part.
Seal = Callable[[Json], str]

MADE = "toolu_gem_"
"""How the dialect begins ids for calls that had none."""
_OPAQUE = ("executableCode", "codeExecutionResult", "toolCall", "toolResponse")


class History:
    """Collects the turns; `messages` holds the result."""

    def __init__(self, seal: Seal) -> None:
        self.messages: list[Json] = []
        self._seal = seal
        self._waiting: list[tuple[str, str]] = []  # name and id of each call without a result
        self._made = 0

    def read(self, contents: list[Json]) -> None:
        """Read all contents in order (Unsayable where Messages cannot hold one)."""
        for content in contents:
            parts = content.get("parts") or []
            if content.get("role") != "model":
                self._user(parts)
                continue
            if self.messages and self.messages[-1]["role"] == "user":
                self._close()
            self._model(parts)
        self._close()

    def _user(self, parts: list[Json]) -> None:
        blocks = [self._user_block(part) for part in parts]
        self.messages.append({"role": "user", "content": [b for b in blocks if b]})

    def _user_block(self, part: Json) -> Json | None:
        if "functionResponse" in part:
            return self._result(part["functionResponse"])
        if part.get("videoMetadata"):
            raise Unsayable("how a video is to be read")
        return {"type": "text", "text": part["text"]} if "text" in part else media(part)

    def _result(self, said: Json) -> Json:
        if said.get("id"):
            found = [at for at, (_, known) in enumerate(self._waiting) if known == said["id"]]
        else:
            found = []
        found = found or [at for at, (name, _) in enumerate(self._waiting) if name == said["name"]]
        if not found:
            raise Unsayable("a result without its call")
        _, identity = self._waiting.pop(found[0])
        key, text = response_text(said.get("response") or {})
        content: list[Json] = [{"type": "text", "text": text}] if text else []
        content += [media(part) for part in said.get("parts") or []]
        block: Json = {"type": "tool_result", "tool_use_id": identity, "content": content}
        return {**block, "is_error": True} if key == "error" else block

    def _model(self, parts: list[Json]) -> None:
        blocks: list[Json] = []
        for part in parts:
            signature = part.get("thoughtSignature")
            signature = None if signature == DUMMY else signature
            if "functionCall" in part:
                if signature:
                    blocks.append(self._redacted({"next": signature}))
                blocks.append(self._call(part["functionCall"]))
            elif any(name in part for name in _OPAQUE):
                blocks.append(self._redacted({"part": part}))
            elif "text" in part:
                blocks += self._prose(part, signature)
            elif set(part) <= {"thought", "thoughtSignature"}:
                raise Unsayable("a signature alone")
            else:
                raise Unsayable("media of the model")
        self.messages.append({"role": "assistant", "content": blocks})

    def _prose(self, part: Json, signature: str | None) -> list[Json]:
        text, state = part["text"], {"chars": len(part["text"])}
        if part.get("thought"):
            payload = {"own": signature, **state} if signature else {}
            return [{"type": "thinking", "thinking": text, "signature": self._seal(payload)}]
        said = [{"type": "text", "text": text}] if text else []
        return [*said, self._redacted({"prev": signature, **state})] if signature else said

    def _redacted(self, payload: Json) -> Json:
        return {"type": "redacted_thinking", "data": self._seal(payload)}

    def _call(self, call: Json) -> Json:
        self._made += 1
        identity = call.get("id") or f"{MADE}{self._made}"
        self._waiting.append((call["name"], identity))
        arguments = call.get("args") or {}
        return {"type": "tool_use", "id": identity, "name": call["name"], "input": arguments}

    def _close(self) -> None:
        if self._waiting:
            raise Unsayable("a call without its result")


def media(part: Json) -> Json:
    """Return the block of a picture or a PDF (Unsayable for other media)."""
    said = part.get("inlineData") or part.get("fileData")
    if said is None:
        raise Unsayable(f"a part of the user: {', '.join(sorted(part))}")
    media_type = said.get("mimeType") or ""
    kind = "image" if media_type.startswith("image/") else "document"
    if kind == "document" and media_type != "application/pdf":
        raise Unsayable(f"media of the user: {media_type.partition('/')[0] or 'untold'}")
    if "inlineData" in part:
        source = {"type": "base64", "media_type": media_type, "data": said["data"]}
    else:
        source = {"type": "url", "url": said["fileUri"]}
    return {"type": kind, "source": source}


def response_text(response: Json) -> tuple[str, str]:
    """Return the key and the text of a function's response; other objects are their own JSON."""
    for key in ("output", "error"):
        if list(response) == [key] and isinstance(response[key], str):
            return key, response[key]
    return "output", json.dumps(response, sort_keys=True) if response else ""
