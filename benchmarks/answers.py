"""The wires: Chat Completions, Responses, Messages, Gemini, Ollama."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.wires import Wire, compact, padding, pieces, sse, word


class Chat(Wire):
    """OpenAI's Chat Completions."""

    name = "chat"

    def _chunk(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse(
            {
                "id": "chatcmpl-BxY4kT7m1cLq0vWz2nRfJd8sPaGhE",
                "object": "chat.completion.chunk",
                "created": 1764000000,
                "model": "gpt-5.1-2025-11-13",
                "service_tier": "default",
                "system_fingerprint": "fp_44709d6fcb",
                "choices": [choice],
                "usage": None,
                "obfuscation": "k3Jx9",
                **more,
            }
        )

    def stream(self, kind: str, deltas: int, size: int = 0) -> Iterator[bytes]:
        """Yield chunks, the usage, and the end."""
        yield self._chunk({"role": "assistant", "content": "", "refusal": None})
        if kind == "text":
            for at in range(deltas):
                yield self._chunk({"content": word(at, size)}, obfuscation=padding(at))
        else:
            function = {"name": "write", "arguments": ""}
            call = {"index": 0, "id": "call_9", "type": "function", "function": function}
            yield self._chunk({"tool_calls": [call]})
            for at, piece in enumerate(pieces(deltas)):
                more = {"index": 0, "function": {"arguments": piece}}
                yield self._chunk({"tool_calls": [more]}, obfuscation=padding(at))
        yield self._chunk({}, "stop" if kind == "text" else "tool_calls")
        yield self._chunk({}, choices=[], usage=_chat_usage(deltas))
        yield b"data: [DONE]\n\n"

    def whole(self) -> Any:
        """Return a completion."""
        message = {"role": "assistant", "content": "Hello there.", "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            "id": "chatcmpl-BxY4kT7m1cLq0vWz2nRfJd8sPaGhE",
            "object": "chat.completion",
            "created": 1764000000,
            "model": "gpt-5.1-2025-11-13",
            "choices": [choice],
            "usage": _chat_usage(3),
            "service_tier": "default",
            "system_fingerprint": "fp_44709d6fcb",
        }

    def payload(self, event: bytes) -> bytes:
        """Return the JSON of a chunk."""
        return b"" if event == b"data: [DONE]" else event[6:]


def _chat_usage(out: int) -> dict[str, int]:
    return {"prompt_tokens": 12, "completion_tokens": out, "total_tokens": 12 + out}


class Responses(Wire):
    """OpenAI's Responses."""

    name = "responses"

    def _response(self, status: str, output: list[Any], out: int) -> dict[str, Any]:
        usage = {
            "input_tokens": 12,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": out,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 12 + out,
        }
        return {
            "id": "resp_68d5effadd9c8195bcb7b4316872d56801146559af20c520",
            "object": "response",
            "created_at": 1764000000,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "model": "gpt-5.1-2025-11-13",
            "output": output,
            "parallel_tool_calls": True,
            "service_tier": "default",
            "store": False,
            "usage": usage if status == "completed" else None,
        }

    def _item(self, kind: str, said: str, *, done: bool = True) -> dict[str, Any]:
        status = "completed" if done else "in_progress"
        if kind == "tools":
            call = {"call_id": "call_9", "name": "write", "arguments": said}
            return {"id": "fc_1", "type": "function_call", "status": status, **call}
        part = {"type": "output_text", "annotations": [], "logprobs": [], "text": said}
        content = [part] if done else []
        role = {"content": content, "role": "assistant"}
        return {"id": "msg_1", "type": "message", "status": status, **role}

    def stream(self, kind: str, deltas: int, size: int = 0) -> Iterator[bytes]:
        """Yield the events of one item, with their sequence numbers."""
        for number, said in enumerate(self._said(kind, deltas, size)):
            type_ = said.pop("type")
            yield sse({"type": type_, "sequence_number": number, **said}, type_)

    def _said(self, kind: str, deltas: int, size: int) -> Iterator[dict[str, Any]]:
        yield {"type": "response.created", "response": self._response("in_progress", [], 0)}
        yield {"type": "response.in_progress", "response": self._response("in_progress", [], 0)}
        item = self._item(kind, "", done=False)
        yield {"type": "response.output_item.added", "output_index": 0, "item": item}
        at = {"item_id": item["id"], "output_index": 0}
        if kind == "text":
            said = [word(at, size) for at in range(deltas)]
            at["content_index"] = 0
            part = {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
            yield {"type": "response.content_part.added", **at, "part": part}
            for number, delta in enumerate(said):
                more = {"delta": delta, "logprobs": [], "obfuscation": padding(number)}
                yield {"type": "response.output_text.delta", **at, **more}
            text = "".join(said)
            yield {"type": "response.output_text.done", **at, "text": text, "logprobs": []}
            yield {"type": "response.content_part.done", **at, "part": {**part, "text": text}}
        else:
            said = pieces(deltas)
            for number, delta in enumerate(said):
                more = {"delta": delta, "obfuscation": padding(number)}
                yield {"type": "response.function_call_arguments.delta", **at, **more}
            done = {"arguments": "".join(said)}
            yield {"type": "response.function_call_arguments.done", **at, **done}
        item = self._item(kind, "".join(said))
        yield {"type": "response.output_item.done", "output_index": 0, "item": item}
        whole = self._response("completed", [item], deltas)
        yield {"type": "response.completed", "response": whole}

    def whole(self) -> Any:
        """Return a response."""
        return self._response("completed", [self._item("text", "Hello there.")], 3)


class Messages(Wire):
    """Anthropic's Messages."""

    name = "messages"

    def stream(self, kind: str, deltas: int, size: int = 0) -> Iterator[bytes]:
        """Yield the events of a message with one block."""
        for said in self._said(kind, deltas, size):
            yield sse(said, said["type"])

    def _said(self, kind: str, deltas: int, size: int) -> Iterator[dict[str, Any]]:
        message = {**self.whole(), "content": [], "stop_reason": None}
        yield {"type": "message_start", "message": message}
        block: dict[str, Any] = {"type": "text", "text": ""}
        said = [{"type": "text_delta", "text": word(at, size)} for at in range(deltas)]
        if kind == "tools":
            block = {"type": "tool_use", "id": "toolu_01", "name": "write", "input": {}}
            said = [{"type": "input_json_delta", "partial_json": p} for p in pieces(deltas)]
        yield {"type": "content_block_start", "index": 0, "content_block": block}
        yield {"type": "ping"}
        for delta in said:
            yield {"type": "content_block_delta", "index": 0, "delta": delta}
        yield {"type": "content_block_stop", "index": 0}
        stop = {"stop_reason": "tool_use" if kind == "tools" else "end_turn"}
        usage = {"output_tokens": deltas}
        yield {"type": "message_delta", "delta": {**stop, "stop_sequence": None}, "usage": usage}
        yield {"type": "message_stop"}

    def whole(self) -> Any:
        """Return a message."""
        return {
            "id": "msg_01THqbAF5YoP1bY6ouEd34J9",
            "type": "message",
            "role": "assistant",
            "model": "claude-sonnet-4-5-20250929",
            "content": [{"type": "text", "text": "Hello there."}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 12, "output_tokens": 3, "service_tier": "standard"},
        }


class Gemini(Wire):
    """Gemini's streamGenerateContent. It gives calls whole, so each delta of `tools` is a call."""

    name = "gemini"

    def _chunk(self, parts: list[Any], finish: str | None = None, out: int = 3) -> dict[str, Any]:
        candidate = {"content": {"parts": parts, "role": "model"}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        counts = {"promptTokenCount": 12, "candidatesTokenCount": out, "totalTokenCount": 12 + out}
        details = {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": 12}]}
        return {
            "candidates": [candidate],
            "usageMetadata": {**counts, **details},
            "modelVersion": "gemini-3-flash",
            "responseId": "suiDaNu5F4HQ1MkPmr7a2AE",
        }

    def stream(self, kind: str, deltas: int, size: int = 0) -> Iterator[bytes]:
        """Yield chunks; the last has the reason."""
        for at in range(deltas):
            if kind == "text":
                yield sse(self._chunk([{"text": word(at, size)}], out=at + 1))
            else:
                call = {"id": f"call{at}", "name": "write", "args": {"word": f"w{at}"}}
                yield sse(self._chunk([{"functionCall": call}], out=at + 1))
        yield sse(self._chunk([{"text": ""}], "STOP", deltas))

    def whole(self) -> Any:
        """Return an answer."""
        return self._chunk([{"text": "Hello there."}], "STOP")


class Ollama(Wire):
    """Ollama's /api/chat. It gives calls whole, so each delta of `tools` is a call."""

    name = "ollama"
    content_type = "application/x-ndjson"
    separator = b"\n"

    def _line(self, *, done: bool = False, at: int = 0, **said: Any) -> dict[str, Any]:
        created = f"2025-08-14T18:22:52.{504563041 + at * 1_379:09}Z"
        line: dict[str, Any] = {"model": "qwen3:8b", "created_at": created}
        line |= {"message": {"role": "assistant", "content": "", **said}, "done": done}
        if done:
            line |= {"done_reason": "stop", "total_duration": 23932798333, "load_duration": 2179051}
            line |= {"prompt_eval_count": 12, "prompt_eval_duration": 70754097, "eval_count": 3}
        return line

    def stream(self, kind: str, deltas: int, size: int = 0) -> Iterator[bytes]:
        """Yield lines."""
        for at in range(deltas):
            said: dict[str, Any] = {"content": word(at, size)}
            if kind == "tools":
                function = {"name": "write", "arguments": {"word": f"w{at}"}}
                said = {"tool_calls": [{"function": function}]}
            yield f"{compact(self._line(at=at, **said))}\n".encode()
        yield f"{compact(self._line(done=True))}\n".encode()

    def whole(self) -> Any:
        """Return an answer."""
        return self._line(done=True, content="Hello there.")

    def payload(self, event: bytes) -> bytes:
        """Return a line: it is JSON."""
        return event


WIRES: dict[str, Wire] = {
    wire.name: wire for wire in (Chat(), Responses(), Messages(), Gemini(), Ollama())
}
