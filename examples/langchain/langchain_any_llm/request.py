"""LangChain messages -> a Messages conversation.

Content comes in OpenAI's vocabulary, in LangChain's own, or as Messages blocks; all become Messages
blocks. What Messages has no block for raises; what goes on without a detail is a loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

import any_llm
from any_llm.plugin import INVALID_JSON

from .media import document, picture

Block = dict[str, Any]

# What merging a stream's chunks, and LangChain's own ids, leave in a block.
_TRACES = frozenset({"index", "partial_json"})


class Conversation:
    """The `system` and the `turns` of a request, and the `losses` on the way to them."""

    def __init__(self, messages: Sequence[BaseMessage]) -> None:
        self.system: list[Block] = []
        self.turns: list[Block] = []
        self.losses: list[any_llm.Loss] = []
        for index, message in enumerate(messages):
            self._add(f"messages[{index}]", message)

    def _add(self, path: str, message: BaseMessage) -> None:
        if isinstance(message, ToolMessage):
            self._add_result(path, message)
            return
        if message.name:
            self._lose(f"{path}.name", "Messages has no place for it")
        content = list(self._parts(path, message.content))
        if isinstance(message, AIMessage):
            content = _with_calls(content, message)
        role = _role(message)
        if role == "system" and not self.turns:
            self.system += content
        else:
            self.turns.append({"role": role, "content": content})

    def _add_result(self, path: str, message: ToolMessage) -> None:
        """Add a tool's result; those of one turn's calls belong into one turn."""
        content = message.content
        result: Block = {"type": "tool_result", "tool_use_id": message.tool_call_id}
        result["content"] = (
            content if isinstance(content, str) else list(self._parts(path, content))
        )
        if message.status == "error":
            result["is_error"] = True
        last = self.turns[-1]["content"] if self.turns else []
        if last and all(block["type"] == "tool_result" for block in last):
            last.append(result)
        else:
            self.turns.append({"role": "user", "content": [result]})

    def _lose(self, path: str, what: str) -> None:
        self.losses.append(any_llm.Loss(path, f"not carried: {what}"))

    def _parts(self, path: str, content: str | Sequence[str | Block]) -> Iterator[Block]:
        for index, part in enumerate([content] if isinstance(content, str) else content):
            if isinstance(part, dict):
                yield self._block(f"{path}.content[{index}]", part)
            elif part:  # Messages refuses an empty text block
                yield {"type": "text", "text": part}

    def _block(self, path: str, part: Block) -> Block:
        """Return the Messages block for one part of a message's content."""
        match part.get("type"):
            case "text":
                return self._text(path, part)
            case "image" | "image_url" if "source" not in part:
                return picture(part)
            case "file" | "text-plain":
                return document(part)
            case "audio" | "video" | "input_audio" as kind:
                raise any_llm.UnsupportedFeature(
                    f"ChatAnyLLM: {path}: the Messages API carries no {kind}; send its transcript",
                    path=path,
                )
        return _plain(part)

    def _text(self, path: str, part: Block) -> Block:
        if part.get("annotations"):
            self._lose(f"{path}.annotations", "citations go back in the form of Messages only")
        said = {**part.get("extras", {}), **part}
        kept = {name: said[name] for name in ("citations", "cache_control") if said.get(name)}
        return {"type": "text", "text": part["text"], **kept}


def _plain(part: Block) -> Block:
    """Return a block of LangChain's own vocabulary, or one that is a Messages block already."""
    match part.get("type"):
        case "reasoning":
            signature = part.get("extras", {}).get("signature", "")
            text = part.get("reasoning", "")
            return {"type": "thinking", "thinking": text, "signature": signature}
        case "tool_call":
            return _call(part["id"], part["name"], part["args"])
        case "non_standard":
            return dict(part["value"])
    return {name: value for name, value in part.items() if name not in _TRACES}


def _role(message: BaseMessage) -> str:
    match message:
        case HumanMessage():
            return "user"
        case AIMessage():
            return "assistant"
        case SystemMessage():
            return "system"
        case ChatMessage():
            return message.role
    raise TypeError(f"ChatAnyLLM: {type(message).__name__} is no turn of a conversation")


def _with_calls(content: list[Block], message: AIMessage) -> list[Block]:
    """Return the content with each call once: where it stands in it, else at the end."""
    said = [(call["id"], call["name"], call["args"]) for call in message.tool_calls]
    broken = [(c["id"], c["name"], {INVALID_JSON: c["args"]}) for c in message.invalid_tool_calls]
    calls = {id_: _call(id_, name, args) for id_, name, args in (*said, *broken)}
    placed = [
        calls.pop(block["id"], block) if block["type"] == "tool_use" else block for block in content
    ]
    return [*placed, *calls.values()]


def _call(id: str | None, name: str | None, args: Any) -> Block:
    return {"type": "tool_use", "id": id, "name": name, "input": args}
