"""Five wires as their servers: what each answers, and how its requests are read back.

The bytes are made by hand, after recordings of each wire (ids and shapes as recorded). A step's
answer thinks, says something and makes two calls at once. `turns` reads a request of the wire
without any of our code, as a list of what it says; `judge` asks the vendor's own types.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from any_llm.testing import Answer
from tests.support import anthropic_judge, openai_judge
from tests.support.gemini_requests import judge as judge_gemini

try:
    from ollama import ChatRequest
except ImportError:
    ChatRequest = None

Json = dict[str, Any]
Said = tuple[Any, ...]

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Erk"
    "Jggg=="
)


def calls_of(step: int) -> list[tuple[str, Json]]:
    """The two calls of a step."""
    return [("weather", {"city": f"city {step}"}), ("clock", {"zone": f"zone {step}"})]


def words_of(step: int) -> str:
    """What a step says."""
    return f"Step {step}."


class Vendor(ABC):
    """One wire."""

    id: str
    model: str
    wire_api = ""
    """OpenAI's choice between two."""
    reasons = True
    """Whether answers hold reasoning that stands in the history."""

    def answer(self, step: int) -> Answer:
        """The answer to the request of this step."""
        return Answer.of(self.body(step))

    @abstractmethod
    def body(self, step: int) -> Json:
        """The JSON of that answer."""

    @abstractmethod
    def turns(self, body: Json) -> Iterator[Said]:
        """What a request says: (who, what, ...)."""

    @abstractmethod
    def state(self, step: int) -> Said | None:
        """What a request says of the reasoning of that step, if the wire takes it back."""

    @abstractmethod
    def judge(self, body: Json) -> None:
        """Ask the vendor's own types about a request."""


class Anthropic(Vendor):
    """The Messages API."""

    id, model = "anthropic", "claude-opus-4-8"

    def body(self, step):
        calls = [
            {"type": "tool_use", "id": f"toolu_01{step}{at}", "name": name, "input": given}
            for at, (name, given) in enumerate(calls_of(step))
        ]
        thought = {"type": "thinking", "thinking": f"t{step}", "signature": f"ErUB{step}=="}
        return {
            "id": f"msg_01{step}",
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [thought, {"type": "text", "text": words_of(step)}, *calls],
            "stop_reason": "tool_use",
            "stop_sequence": None,
            "usage": {"input_tokens": 5, "output_tokens": 7},
        }

    def turns(self, body):
        named = {}
        for turn in body["messages"]:
            content = turn["content"]
            for block in (
                [{"type": "text", "text": content}] if isinstance(content, str) else content
            ):
                kind = block["type"]
                if kind == "text":
                    yield turn["role"], block["text"]
                elif kind == "image":
                    yield "image", block["source"]["data"]
                elif kind == "thinking":
                    yield "reasoning", block["thinking"], block["signature"]
                elif kind == "tool_use":
                    named[block["id"]] = block["name"]
                    yield "call", block["name"], block["input"]
                else:
                    text = block["content"]
                    text = text if isinstance(text, str) else text[0]["text"]
                    name = named[block["tool_use_id"]]
                    yield "result", name, text, bool(block.get("is_error"))

    def state(self, step):
        return "reasoning", f"t{step}", f"ErUB{step}=="

    def judge(self, body):
        anthropic_judge.judge(body, closed=True)


class Gemini(Vendor):
    """generateContent."""

    id, model = "gemini", "gemini-3-flash-preview"

    def body(self, step):
        calls = [
            {"functionCall": {"id": f"g{step}{at}", "name": name, "args": given}}
            for at, (name, given) in enumerate(calls_of(step))
        ]
        calls[0]["thoughtSignature"] = f"U0lH{step}AAA"
        parts = [{"text": f"t{step}", "thought": True}, {"text": words_of(step)}, *calls]
        content = {"role": "model", "parts": parts}
        return {
            "candidates": [{"content": content, "finishReason": "STOP", "index": 0}],
            "responseId": f"r{step}",
            "modelVersion": self.model,
            "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 7},
        }

    def turns(self, body):
        for content in body["contents"]:
            who = {"model": "assistant"}.get(content["role"], "user")
            for part in content["parts"]:
                sign = part.get("thoughtSignature")
                if sign is not None and sign.startswith("U0lH"):
                    yield "reasoning", sign
                if "functionCall" in part:
                    yield "call", part["functionCall"]["name"], part["functionCall"]["args"]
                elif "functionResponse" in part:
                    response = part["functionResponse"]["response"]
                    wrong = "error" in response
                    text = response["error" if wrong else next(iter(response))]
                    yield "result", part["functionResponse"]["name"], text, wrong
                elif "inlineData" in part:
                    yield "image", part["inlineData"]["data"]
                elif not part.get("thought"):
                    yield who, part["text"]

    def state(self, step):
        return "reasoning", f"U0lH{step}AAA"

    def judge(self, body):
        judge_gemini(body)


class Ollama(Vendor):
    """/api/chat."""

    id, model = "ollama", "qwen3:8b"

    def body(self, step):
        calls = [
            {"function": {"index": at, "name": name, "arguments": given}}
            for at, (name, given) in enumerate(calls_of(step))
        ]
        said = {"role": "assistant", "content": words_of(step), "thinking": f"t{step}"}
        return {
            "model": self.model,
            "created_at": "2026-11-01T00:00:00Z",
            "message": {**said, "tool_calls": calls},
            "done": True,
            "done_reason": "stop",
            "prompt_eval_count": 5,
            "eval_count": 7,
        }

    def turns(self, body):
        for turn in body["messages"]:
            if turn["role"] == "tool":
                text = turn["content"]
                wrong = text.startswith("Error: ")
                yield "result", turn["tool_name"], text.removeprefix("Error: "), wrong
                continue
            if turn.get("thinking"):
                yield "reasoning", turn["thinking"]
            for image in turn.get("images") or ():
                yield "image", image
            if turn["content"]:
                yield turn["role"], turn["content"]
            for call in turn.get("tool_calls") or ():
                yield "call", call["function"]["name"], call["function"]["arguments"]

    def state(self, step):
        return "reasoning", f"t{step}"

    def judge(self, body):
        if ChatRequest is not None:
            read = ChatRequest.model_validate(body)
            assert [dict(each) for each in read.messages or ()] == body["messages"]


class Chat(Vendor):
    """Chat Completions, where OpenAI's models show no reasoning."""

    id, model = "openai", "gpt-5-mini"
    wire_api = "chat"
    reasons = False

    def body(self, step):
        calls = [
            {
                "id": f"call_{step}{at}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(given)},
            }
            for at, (name, given) in enumerate(calls_of(step))
        ]
        said = {"role": "assistant", "content": words_of(step), "tool_calls": calls}
        return {
            "id": f"chatcmpl-{step}",
            "object": "chat.completion",
            "created": 1,
            "model": self.model,
            "choices": [{"index": 0, "message": said, "finish_reason": "tool_calls"}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12},
        }

    def turns(self, body):
        named = {}
        for turn in body["messages"]:
            content = turn["content"]
            if turn["role"] == "tool":
                text = content if isinstance(content, str) else content[0]["text"]
                wrong = text.startswith("Error: ")
                yield "result", named[turn["tool_call_id"]], text.removeprefix("Error: "), wrong
                continue
            for part in (
                [{"type": "text", "text": content}] if isinstance(content, str) else content
            ):
                if part["type"] == "text":
                    yield turn["role"], part["text"]
                else:
                    yield "image", part["image_url"]["url"].partition("base64,")[2]
            for call in turn.get("tool_calls") or ():
                named[call["id"]] = call["function"]["name"]
                yield "call", call["function"]["name"], json.loads(call["function"]["arguments"])

    def state(self, step):
        return None

    def judge(self, body):
        openai_judge.judge(body, closed=True)


class Responses(Chat):
    """Responses, with encrypted reasoning."""

    wire_api = "responses"
    reasons = True

    def body(self, step):
        calls = [
            {
                "type": "function_call",
                "id": f"fc_{step}{at}",
                "call_id": f"call_{step}{at}",
                "name": name,
                "arguments": json.dumps(given),
                "status": "completed",
            }
            for at, (name, given) in enumerate(calls_of(step))
        ]
        thought = {
            "type": "reasoning",
            "id": f"rs_{step}",
            "summary": [{"type": "summary_text", "text": f"t{step}"}],
            "encrypted_content": f"gAAAA{step}",
        }
        text = {"type": "output_text", "text": words_of(step), "annotations": []}
        said = {
            "type": "message",
            "id": f"msg_{step}",
            "role": "assistant",
            "status": "completed",
            "content": [text],
        }
        return {
            "id": f"resp_{step}",
            "object": "response",
            "created_at": 1,
            "model": self.model,
            "status": "completed",
            "error": None,
            "output": [thought, said, *calls],
            "usage": {
                "input_tokens": 5,
                "output_tokens": 7,
                "total_tokens": 12,
                "output_tokens_details": {"reasoning_tokens": 2},
            },
        }

    def turns(self, body):
        named = {}
        for item in body["input"]:
            kind = item.get("type", "message")
            if kind == "reasoning":
                [summary] = item["summary"]
                yield "reasoning", summary["text"], item["encrypted_content"]
            elif kind == "function_call":
                named[item["call_id"]] = item["name"]
                yield "call", item["name"], json.loads(item["arguments"])
            elif kind == "function_call_output":
                output = item["output"]
                text = output if isinstance(output, str) else output[0]["text"]
                wrong = text.startswith("Error: ")
                yield "result", named[item["call_id"]], text.removeprefix("Error: "), wrong
            else:
                content = item["content"]
                for part in [{"text": content}] if isinstance(content, str) else content:
                    if "text" in part:
                        yield item["role"], part["text"]
                    else:
                        yield "image", part["image_url"].partition("base64,")[2]

    def state(self, step):
        return "reasoning", f"t{step}", f"gAAAA{step}"

    def judge(self, body):
        openai_judge.judge_responses(body, closed=True)
