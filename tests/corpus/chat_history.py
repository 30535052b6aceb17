"""The messages of a recorded Chat Completions request as `system` and `messages` of Messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .chat_parts import content_blocks, text_blocks
from .unsayable import Unsayable

Json = dict[str, Any]

# seal(field, text, details) -> the signature that the dialect under test would have given to
# reasoning that came in `field`; details are OpenRouter's reasoning_details or None.
Seal = Callable[[str, str, list[Json] | None], str]

_SYSTEM = ("system", "developer")


class History:
    """Collects the turns. `system` and `messages` hold the result."""

    def __init__(self, *, seal: Seal | None, caching: bool) -> None:
        self.system: list[Json] = []
        self.messages: list[Json] = []
        self._seal = seal
        self._caching = caching
        self._waiting: list[str] = []
        self._results: list[Json] = []

    def read(self, messages: list[Json]) -> None:
        """Read all messages in order (Unsayable where Messages cannot hold one)."""
        for message in messages:
            self._refuse_oddities(message)
            role = message.get("role")
            if role != "tool":
                self._close_results(into_user=role == "user")
            match role:
                case "system" | "developer":
                    self._read_system(message)
                case "user":
                    self._read_user(message)
                case "assistant":
                    self._read_assistant(message)
                case "tool":
                    self._read_result(message)
                case other:
                    raise Unsayable(f"role {other}")
        self._close_results(into_user=False)
        if not self.messages:
            raise Unsayable("a system prompt and nothing else")

    def _read_system(self, message: Json) -> None:
        blocks = content_blocks(message["content"], caching=self._caching)
        if self.messages:
            self.messages.append({"role": "system", "content": blocks})
        elif isinstance(blocks, str):
            self.system.append({"type": "text", "text": blocks})
        else:
            self.system += blocks

    def _read_user(self, message: Json) -> None:
        content = content_blocks(message["content"], caching=self._caching)
        if self._results:
            said = [{"type": "text", "text": content}] if isinstance(content, str) else content
            content, self._results = [*self._results, *said], []
        self.messages.append({"role": "user", "content": content})

    def _read_assistant(self, message: Json) -> None:
        content = message.get("content")
        blocks = self._thinking(message)
        if isinstance(content, list):
            inner = [part for part in content if part.get("type") == "thinking"]
            content = [part for part in content if part.get("type") != "thinking"]
            for part in inner:
                text = "".join(each["text"] for each in part["thinking"])
                blocks.append(self._sealed("content.thinking", text, None))
        blocks += text_blocks(content, "an assistant message")
        calls = [_call(call) for call in message.get("tool_calls") or []]
        if not blocks and not calls:
            raise Unsayable("assistant message without content")
        self._waiting = [call["id"] for call in calls]
        if len(set(self._waiting)) != len(calls):
            raise Unsayable("two calls with one id")
        self.messages.append({"role": "assistant", "content": [*blocks, *calls]})

    def _thinking(self, message: Json) -> list[Json]:
        details = message.get("reasoning_details")
        for field in ("reasoning_content", "reasoning"):
            if message.get(field):
                return [self._sealed(field, message[field], details)]
        if details:
            text = "".join(each.get("text") or each.get("summary") or "" for each in details)
            return [self._sealed("reasoning_details", text, details)]
        return []

    def _sealed(self, field: str, text: str, details: list[Json] | None) -> Json:
        if self._seal is None:
            raise Unsayable("reasoning in the history, and no seal was given")
        return {"type": "thinking", "thinking": text, "signature": self._seal(field, text, details)}

    def _read_result(self, message: Json) -> None:
        identity = message.get("tool_call_id")
        if identity not in self._waiting:
            raise Unsayable("tool result without its call")
        self._waiting.remove(identity)
        content = message.get("content")
        said = content if isinstance(content, str) else content_blocks(content or [], caching=False)
        self._results.append({"type": "tool_result", "tool_use_id": identity, "content": said})

    def _close_results(self, *, into_user: bool) -> None:
        if self._waiting:
            raise Unsayable("tool call without its result")
        if self._results and not into_user:
            self.messages.append({"role": "user", "content": self._results})
            self._results = []

    def _refuse_oddities(self, message: Json) -> None:
        role = message.get("role")
        if message.get("name") and role != "tool":
            raise Unsayable("name of a speaker")
        for key in ("prefix", "cache_control", "refusal", "audio", "function_call"):
            if message.get(key):
                raise Unsayable(f"{key} on a message")


def _call(call: Json) -> Json:
    if not call.get("id"):
        raise Unsayable("tool call without an id")
    if call.get("cache_control"):
        raise Unsayable("cache_control on a call")
    function = call["function"]
    raw = function.get("arguments")
    return {"type": "tool_use", "id": call["id"], "name": function["name"], "input": input_of(raw)}


def input_of(raw: Any) -> Json:
    """Return the input of a call from the text of its arguments."""
    if isinstance(raw, dict):
        return raw
    if raw in (None, "", "null"):
        return {}
    try:
        parsed = json.loads(raw)
    except ValueError:
        return {"INVALID_JSON": raw}
    return parsed if isinstance(parsed, dict) else {"INVALID_JSON": raw}
