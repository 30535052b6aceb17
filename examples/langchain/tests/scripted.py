"""A server on the loopback that speaks Messages and answers like a model without a mind.

It calls a tool that it must call, or that the question asks for; it makes an object of the schema
it is given; else it says a sentence. It refuses what the Messages API refuses in a history, so that
a wrong conversion shows.
"""

from __future__ import annotations

import json
import re
from typing import Any

import any_llm
from any_llm import MessageResponse, MessageStream, to_sse
from any_llm.plugin import ApiKey, ProviderSpec, hookimpl
from any_llm.testing import Answer, Received, ReplayServer

Json = dict[str, Any]
QUOTED = re.compile(r"'([^']+)'")


def answer(request: Received) -> Answer:
    """Answer one request, whole or streamed, as it asks."""
    body = request.json
    if request.path.endswith("/count_tokens"):
        return Answer.of({"input_tokens": len(str(body["messages"]))})
    if fault := fault_of(body):
        error = {"type": "invalid_request_error", "message": fault}
        return Answer.of({"type": "error", "error": error}, status=400)
    content = said(body)
    stop = "tool_use" if content[-1]["type"] == "tool_use" else "end_turn"
    usage = {"input_tokens": 7, "output_tokens": 5, "cache_read_input_tokens": 3}
    facts = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"]}
    message = facts | {"content": content, "stop_reason": stop, "usage": usage}
    if not body.get("stream"):
        return Answer.of(message)
    events = MessageStream.of(MessageResponse.model_validate(message))
    return Answer.sse(b"".join(map(to_sse, events)), pieces=[7])


def fault_of(body: Json) -> str | None:
    """What the Messages API would refuse: calls without results, results without calls."""
    waiting: set[str] = set()
    for turn in body["messages"]:
        if not turn["content"]:
            return "content must not be empty"
        results = {b["tool_use_id"] for b in blocks(turn) if b["type"] == "tool_result"}
        if results != waiting:
            return f"results {results} where {waiting} were called"
        waiting = {b["id"] for b in blocks(turn) if b["type"] == "tool_use"}
    return f"calls without results: {waiting}" if waiting else None


def blocks(turn: Json) -> list[Json]:
    content = turn["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def said(body: Json) -> list[Json]:
    """The content of the answer."""
    schema = body.get("output_config", {}).get("format", {}).get("schema")
    if schema:
        return [{"type": "text", "text": json.dumps(made(schema, "joke"), ensure_ascii=False)}]
    tool = called(body)
    last = blocks(body["messages"][-1])
    text = " ".join(block["text"] for block in last if block["type"] == "text")
    if tool:
        value = next(iter(QUOTED.findall(text)), "pirate")
        made_input = made(tool["input_schema"], value)
        call = {"type": "tool_use", "id": "toolu_1", "name": tool["name"], "input": made_input}
        return [{"type": "text", "text": "Let me see."}, call]
    return [{"type": "text", "text": "Hello, Ä 你好!"}]


def called(body: Json) -> Json | None:
    """The tool to call: the one that is demanded, any, or with a free choice the first, once."""
    tools, choice = body.get("tools", []), body.get("tool_choice", {"type": "auto"})
    if choice["type"] == "tool":
        return next(tool for tool in tools if tool["name"] == choice["name"])
    done = any(block["type"] == "tool_result" for block in blocks(body["messages"][-1]))
    return tools[0] if tools and (choice["type"] == "any" or not done) else None


def made(schema: Json, text: str) -> Any:
    """The least value of a schema: 3 for every number, `text` for every string."""
    if "anyOf" in schema:
        return made(schema["anyOf"][0], text)
    if schema.get("type") == "object" or "properties" in schema:
        return {name: made(inner, text) for name, inner in schema.get("properties", {}).items()}
    return {"integer": 3, "number": 3, "boolean": True, "array": []}.get(schema.get("type"), text)


SERVER = ReplayServer(answer=answer)


class Vendor:
    """A plugin, registered by hand: the server as a vendor that speaks Messages."""

    @staticmethod
    @hookimpl
    def anyllm_providers():
        key = ApiKey(header="x-api-key", prefix="")
        return [ProviderSpec(id="scripted", dialect="messages", base_url=SERVER.url, auth=key)]


PLUGINS = any_llm.PluginManager(autoload=False)
PLUGINS.register(Vendor)
PARAMS = {
    "provider": "scripted",
    "model": "small-1",
    "client": any_llm.Client(plugins=PLUGINS, keys={"scripted": "key"}),
    "async_client": any_llm.AsyncClient(plugins=PLUGINS, keys={"scripted": "key"}),
}
