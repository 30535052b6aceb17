"""What the first streamed call of a process imports: its own wire and direction, and no more.

Every module costs its reader a fraction of a millisecond before the first word, and as much again
when the process ends. What stands here has crept in before, or would be easily.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from any_llm.testing import Answer, ReplayServer
from benchmarks.answers import WIRES
from tests.support.colours import library

# wire -> (keywords of the call, the package that speaks it, modules of it that it can do without)
CALLS: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "chat": (
        {"provider": "openai", "wire_api": "chat"},
        "anyllm_openai",
        {"chat.decode", "common.listing", "responses.encode", "responses.answer"},
    ),
    "responses": (
        {"provider": "openai", "wire_api": "responses"},
        "anyllm_openai",
        {"responses.decode", "responses.count", "common.listing", "chat.encode", "chat.answer"},
    ),
    "messages": ({"provider": "anthropic"}, "anyllm_anthropic", set()),
    "gemini": ({"provider": "gemini"}, "anyllm_gemini", set()),
    "ollama": ({"provider": "ollama"}, "anyllm_ollama", set()),
}
NEEDLESS = {
    "any_llm._capabilities",
    "any_llm._composed",
    "any_llm._features",
    "any_llm.plugins._unknown",  # and with it the table of well-known providers, and difflib
    "any_llm.sse",
    "any_llm.structured",
    "any_llm.testing",
    "any_llm.transport._aiohttp_client",
    "html.entities",
}
PROGRAM = """
import json, sys, any_llm
hello = [{"role": "user", "content": "Hi."}]
said = {"api_base": sys.argv[1], "api_key": "k", **json.loads(sys.argv[2])}
with any_llm.messages("m", hello, 100, stream=True, on_loss="ignore", **said) as stream:
    assert any(event.type == "content_block_delta" for event in stream)
print(json.dumps(list(sys.modules)))
"""
HTTP = f"import json, sys, {library().__name__}; print(json.dumps(list(sys.modules)))"


@cache
def of_http() -> set[str]:
    """The modules that the HTTP library brings: httpx with its command line, a colourer of HTML."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", HTTP], capture_output=True, check=True
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("wire", CALLS)
def test_the_first_streamed_call_imports_what_it_speaks(wire: str) -> None:
    said, package, others = CALLS[wire]
    spoken = WIRES[wire]
    body = b"".join(spoken.stream("text", 3))
    kind = "application/x-ndjson" if wire == "ollama" else "text/event-stream"
    with ReplayServer(Answer(body=body, headers={"content-type": kind})) as server:
        done = subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-c", PROGRAM, server.url, json.dumps(said)],
            capture_output=True,
            text=True,
            check=True,
        )
    found = set(json.loads(done.stdout))
    assert package in found
    assert not found & {f"{package}.{name}" for name in others}
    assert not found & NEEDLESS - of_http()
    plugins = {name.partition(".")[0] for name in found if name.startswith("anyllm_")}
    assert plugins <= {package, "anyllm_otel"}  # an observer has to be there before the call
