"""The input of a recorded Responses request as `system` and `messages` of Messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .chat_history import input_of
from .chat_parts import pdf_of, said_of, source_of
from .unsayable import Unsayable

Json = dict[str, Any]

# seal(payload) -> the signature that the dialect under test would have given to a reasoning item.
Seal = Callable[[Json], str]


class History:
    """Collects the turns. `system` and `messages` hold the result."""

    def __init__(self, *, seal: Seal) -> None:
        self.system: list[Json] = []
        self.messages: list[Json] = []
        self._seal = seal
        self._calls: list[str] = []
        self._waiting: list[str] = []

    def read(self, said: Any) -> None:
        """Read the whole input in order (Unsayable where Messages cannot hold an item)."""
        items = [{"role": "user", "content": said}] if isinstance(said, str) else said
        for item in items:
            self._read(item)
        self._answered()
        if not self.messages:
            raise Unsayable("a system prompt and nothing else")

    def _read(self, item: Json) -> None:
        kind = item.get("type") or "message"
        if kind == "function_call_output":
            self._result(item)
            return
        role = item.get("role") if kind == "message" else "assistant"
        if role != "assistant":
            self._answered()
        match kind, role:
            case "message", "system" | "developer":
                self._system(item)
            case "message", "user":
                self._add("user", _blocks(item["content"]))
            case "message", "assistant":
                self._add("assistant", _output_texts(item["content"]))
            case "function_call", _:
                self._call(item)
            case "reasoning", _:
                self._reasoning(item)
            case "web_search_call", _:
                self._add("assistant", _search(item))
            case _:
                raise Unsayable(f"item {kind}" if kind != "message" else f"role {role}")

    def _system(self, item: Json) -> None:
        blocks = _blocks(item["content"])
        if self.messages:
            self.messages.append({"role": "system", "content": blocks})
        else:
            self.system += blocks

    def _call(self, item: Json) -> None:
        if item.get("namespace"):
            raise Unsayable("a namespace of tools")
        if item["call_id"] in self._calls:
            raise Unsayable("two calls with one id")
        call = {"type": "tool_use", "id": item["call_id"], "name": item["name"]}
        self._add("assistant", [{**call, "input": input_of(item["arguments"])}])
        self._calls.append(item["call_id"])
        self._waiting.append(item["call_id"])

    def _result(self, item: Json) -> None:
        identity = item["call_id"]
        if identity not in self._waiting:
            raise Unsayable("tool result without its call")
        self._waiting.remove(identity)
        said = item["output"]
        content = said if isinstance(said, str) else _blocks(said)
        block = {"type": "tool_result", "tool_use_id": identity, "content": content}
        self._add("user", [block])

    def _reasoning(self, item: Json) -> None:
        if not item.get("encrypted_content") and not item.get("content"):
            raise Unsayable("reasoning that only its server can look up")
        payload = {
            name: item[name] for name in ("id", "encrypted_content", "content") if item.get(name)
        }
        parts = item.get("summary") or []
        if len(parts) > 1 or (parts and "content" in payload):
            payload["summary"] = parts
        text = "\n\n".join(part["text"] for part in parts or item.get("content") or [])
        sealed = self._seal(payload)
        block = {"type": "thinking", "thinking": text, "signature": sealed}
        self._add("assistant", [block if text else {"type": "redacted_thinking", "data": sealed}])

    def _add(self, role: str, blocks: list[Json]) -> None:
        """Add blocks to the turn of this role that is open, or begin one.

        A result answers the turn before it: a call behind results is another turn.
        """
        if self.messages and self.messages[-1]["role"] == role:
            self.messages[-1]["content"] += blocks
            return
        if role == "assistant":
            self._answered()
        self.messages.append({"role": role, "content": list(blocks)})

    def _answered(self) -> None:
        if self._waiting:
            raise Unsayable("tool call without its result")


def _blocks(content: Any) -> list[Json]:
    if isinstance(content, str):
        return [{"type": "text", "text": said_of(content)}]
    return [_block(part) for part in content]


def _block(part: Json) -> Json:
    block = _marked(part)
    match part.get("type"):
        case "input_text":
            return {**block, "type": "text", "text": said_of(part["text"])}
        case "input_image":
            return {**block, "type": "image", "source": _image(part)}
        case "input_file":
            return {**block, **_document(part)}
        case other:
            raise Unsayable(f"{other or 'untyped'} part")


def _marked(part: Json) -> Json:
    mark = part.get("prompt_cache_breakpoint")
    if not mark:
        return {}
    if mark != {"mode": "explicit"}:
        raise Unsayable("prompt_cache_breakpoint with a ttl of its own")
    return {"cache_control": {"type": "ephemeral"}}


def _image(part: Json) -> Json:
    if part.get("detail") not in (None, "auto"):
        raise Unsayable("image detail other than auto")
    if part.get("file_id"):
        return {"type": "file", "file_id": part["file_id"]}
    return source_of(part["image_url"])


def _document(part: Json) -> Json:
    if part.get("file_id"):
        return {"type": "document", "source": {"type": "file", "file_id": part["file_id"]}}
    if part.get("file_url"):
        return {"type": "document", "source": {"type": "url", "url": part["file_url"]}}
    source = pdf_of(part["file_data"])
    return {"type": "document", "source": source, "title": part["filename"]}


def _output_texts(content: Any) -> list[Json]:
    parts = [{"type": "output_text", "text": content}] if isinstance(content, str) else content
    for part in parts:
        if part.get("type") != "output_text":
            raise Unsayable(f"{part.get('type')} part in an assistant message")
    return [{"type": "text", "text": part["text"]} for part in parts if part["text"]]


def _search(item: Json) -> list[Json]:
    """Return the blocks that an answer with this search has."""
    action = {n: v for n, v in item["action"].items() if n != "sources" and v is not None}
    found = [
        {"type": "web_search_result", "url": source["url"], "title": ""}
        for source in item["action"].get("sources") or []
    ]
    return [
        {"type": "server_tool_use", "id": item["id"], "name": "web_search", "input": action},
        {"type": "web_search_tool_result", "tool_use_id": item["id"], "content": found},
    ]
