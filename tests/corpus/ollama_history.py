"""The messages of a recorded /api/chat request as `system` and `messages` of Messages."""

from __future__ import annotations

from typing import Any

from .unsayable import Unsayable

Json = dict[str, Any]


class History:
    """Collects the turns. `system` and `messages` hold the result."""

    def __init__(self) -> None:
        self.system: list[Json] = []
        self.messages: list[Json] = []
        self._made = 0
        self._waiting: list[str] = []

    def read(self, messages: list[Json]) -> None:
        """Read all messages in order (Unsayable where Messages cannot hold one)."""
        for message in messages:
            match message["role"]:
                case "system" if not self.messages:
                    self.system.append({"type": "text", "text": message["content"]})
                case "system":
                    self._turn("system", [{"type": "text", "text": message["content"]}])
                case "user":
                    self._turn("user", _said(message))
                case "assistant":
                    self._turn(
                        "assistant", [*_thought(message), *_said(message), *self._calls(message)]
                    )
                case "tool":
                    self._turn("user", [self._result(message)])
                case other:
                    raise Unsayable(f"role {other}")
        if self._waiting:
            raise Unsayable("a call without a result")

    def _turn(self, role: str, blocks: list[Json]) -> None:
        if not blocks:
            raise Unsayable(f"an empty turn of the {role}: its calls were lost before it was sent")
        self.messages.append({"role": role, "content": blocks})

    def _calls(self, message: Json) -> list[Json]:
        """Return the calls; one without an id gets one, for its result to name."""
        blocks = []
        for call in message.get("tool_calls") or []:
            self._made += 1
            identity = call.get("id") or f"call_{self._made}"
            self._waiting.append(identity)
            function = call["function"]
            blocks.append(
                {
                    "type": "tool_use",
                    "id": identity,
                    "name": function["name"],
                    "input": function["arguments"],
                }
            )
        return blocks

    def _result(self, message: Json) -> Json:
        """Return a result; without an id it is that of the next call, in order."""
        identity = message.get("tool_call_id") or next(iter(self._waiting), None)
        if identity not in self._waiting:
            raise Unsayable("a result without a call")
        self._waiting.remove(identity)
        return {"type": "tool_result", "tool_use_id": identity, "content": message["content"]}


def _thought(message: Json) -> list[Json]:
    thinking = message.get("thinking")
    return [{"type": "thinking", "thinking": thinking, "signature": ""}] if thinking else []


def _said(message: Json) -> list[Json]:
    """Return pictures and text; the server knows a picture's kind by its bytes."""
    blocks: list[Json] = [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
        for data in message.get("images") or []
        if data is not None
    ]
    if message.get("content"):
        blocks.append({"type": "text", "text": message["content"]})
    return blocks
