"""One small engine for all tests: it loads in half a second and says tens of tokens a second."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from anyllm_local import Engine, EngineSettings, engine

CHAT = "/v1/chat/completions"
SETTINGS = EngineSettings(n_ctx=2048, threads=1, seed=7)


@pytest.fixture(scope="session")
def local() -> Iterator[Engine]:
    found = engine("default", SETTINGS)
    yield found
    found.close()


@pytest.fixture(scope="session")
def ask() -> Callable[..., bytes]:
    """Build the body of a chat request."""

    def build(text: str = "Tell me a story.", /, **fields: Any) -> bytes:
        turn = {"role": "user", "content": text}
        return json.dumps({"messages": [turn], "max_tokens": 8, **fields}).encode()

    return build


@pytest.fixture
def tokens_held(local: Engine) -> Callable[[], int]:
    """Wait until nothing is computed; return how many tokens, prompt included, were."""

    def wait() -> int:
        # A stream's end is noticed at its next token. For other requests llama.cpp looks after each
        # second without a result of any request, and this question is a request.
        for pause in (0.05, *[1.2] * 20):
            time.sleep(pause)
            slot = json.loads(local.send("/slots", b"", method="GET").read())[0]
            if not slot["is_processing"]:
                return int(slot["n_prompt_tokens"])
        return pytest.fail("the engine went on")

    return wait


@pytest.fixture(scope="session")
def run() -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run a program in a process of its own, where `engine`, `chat` and `CHAT` are defined."""

    def start(program: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # a program of these tests
            [sys.executable, "-W", "error::ResourceWarning", "-c", PRELUDE + program],
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )

    return start


PRELUDE = """
import json, os, signal, sys, threading
from anyllm_local import EngineSettings, engine
local = engine("default", EngineSettings(n_ctx=2048, threads=1))
CHAT = "/v1/chat/completions"
def chat(n, text="Tell me a story.", **fields):
    turn = {"role": "user", "content": text}
    return json.dumps({"messages": [turn], "max_tokens": n, "ignore_eos": True, **fields}).encode()
def busy():
    slots = json.loads(local.send("/slots", b"", method="GET").read())
    return any(slot["is_processing"] for slot in slots)
"""
