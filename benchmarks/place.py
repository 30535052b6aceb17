"""Where a piece of work goes, and the request that it sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Write a long answer about anything."}]
MODELS = {
    "chat": "gpt-5.1",
    "responses": "gpt-5.1",
    "messages": "claude-sonnet-4-5",
    "gemini": "gemini-3-flash",
    "ollama": "qwen3:8b",
}
TOOL = {
    "name": "write",
    "description": "Write words.",
    "input_schema": {"type": "object", "properties": {"word": {"type": "string"}}},
}


@dataclass(frozen=True, slots=True)
class Place:
    """A server, a wire, and the scene that it is to play."""

    origin: str
    wire: str
    scene: str

    @property
    def base(self) -> str:
        """The address that clients put their paths behind."""
        return f"{self.origin}/{self.scene}"

    @property
    def model(self) -> str:
        """A model of the wire's vendor."""
        return MODELS[self.wire]

    @property
    def deltas(self) -> int:
        """How many deltas the stream has."""
        return int(self.scene.split("-")[2])

    def url(self, *, stream: bool) -> str:
        """The whole address of a call."""
        paths = {
            "chat": "/chat/completions",
            "responses": "/responses",
            "messages": "/v1/messages",
            "ollama": "/api/chat",
            "gemini": f"/v1beta/models/{self.model}:"
            + ("streamGenerateContent?alt=sse" if stream else "generateContent"),
        }
        return self.base + paths[self.wire]

    def body(self, *, stream: bool) -> dict[str, Any]:
        """What a short call says in the wire's own words."""
        text = HELLO[0]["content"]
        if self.wire == "gemini":
            contents = [{"role": "user", "parts": [{"text": text}]}]
            return {"contents": contents, "generationConfig": {"maxOutputTokens": 4096}}
        turns: dict[str, Any] = {"model": self.model}
        turns["input" if self.wire == "responses" else "messages"] = HELLO
        return {**turns, "max_tokens": 4096, "stream": stream}
