"""A long conversation: 200 turns, 50 tools and 2 MB of images, in the format of Messages."""

from __future__ import annotations

import base64
import random
from functools import cache
from typing import Any

from benchmarks.place import Place

TURNS, TOOLS, IMAGES, IMAGE = 200, 50, 4, 375_000  # bytes an image; base64 makes a third more


@cache
def request() -> dict[str, Any]:
    """Return the fields `messages`, `tools` and `system`."""
    chance = random.Random(4)  # noqa: S311  # the same conversation each time
    picture = base64.b64encode(chance.randbytes(IMAGE)).decode()
    turns: list[dict[str, Any]] = []
    for at in range(0, TURNS, 4):
        ask: list[dict[str, Any]] = [{"type": "text", "text": f"Question {at}. " * 20}]
        if at < 4 * IMAGES:
            source = {"type": "base64", "media_type": "image/png", "data": picture}
            ask.append({"type": "image", "source": source})
        call: dict[str, Any] = {"type": "tool_use", "id": f"toolu_{at}", "name": "tool_1"}
        call["input"] = {"path": f"/src/file_{at}.py", "lines": [at, at + 40], "all": True}
        result: dict[str, Any] = {"type": "tool_result", "tool_use_id": f"toolu_{at}"}
        result["content"] = [{"type": "text", "text": f"def f{at}():\n    return {at}\n" * 20}]
        turns += [
            {"role": "user", "content": ask},
            {"role": "assistant", "content": [{"type": "text", "text": "I look."}, call]},
            {"role": "user", "content": [result]},
            {"role": "assistant", "content": f"Answer {at}: \N{EURO SIGN} and so on. " * 20},
        ]
    turns.append({"role": "user", "content": "Go on."})
    return {"messages": turns, "tools": [_tool(at) for at in range(TOOLS)], "system": "Help. " * 40}


def _tool(at: int) -> dict[str, Any]:
    properties = {
        f"argument_{name}": {"type": "string", "description": f"What {name} means. " * 4}
        for name in range(6)
    }
    schema = {"type": "object", "properties": properties, "required": ["argument_0"]}
    return {"name": f"tool_{at}", "description": f"Tool {at}. " * 20, "input_schema": schema}


def body(driver: Any, place: Place) -> dict[str, Any]:
    """Return the fields for any_llm; for a raw client the body that any_llm makes of them."""
    if not type(driver).__name__.endswith("Raw"):
        return request()
    from benchmarks.encode import wire_body

    return wire_body(place)
