"""Check anyllm-ollama against a server that fails on purpose, and print a report.

    .venv/bin/python dev/verify_ollama_faults.py

The server is aimock (from npm, needs node 20), whose Ollama API drops, garbles, disconnects and
limits requests when it is told to. Every answer must be right or a typed error. The exit status
is 1 when a check fails.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from environment import CACHE
from verify_ollama import free_port, plugins

from any_llm import AnyLLMError, Client, MessageResponse

PEER = "@copilotkit/aimock@1.43.0"
HOME = CACHE / "aimock"
TEXT = "Hello there, in several pieces \u0085 \u2028 and to the end."
FIXTURES = {
    "fixtures": [
        {
            "match": {"userMessage": "call both"},
            "response": {
                "content": "text first",
                "toolCalls": [
                    {"name": "f", "arguments": {"a": "x"}},
                    {"name": "g", "arguments": "{}"},
                ],
            },
        },
        {
            "match": {"userMessage": "be slow"},
            "response": {"error": {"message": "slow", "type": "rate_limit_error"}, "status": 429},
        },
        {"match": {"userMessage": "hello"}, "response": {"content": TEXT}},
    ]
}
TOOLS = [{"name": name, "input_schema": {"type": "object"}} for name in ("f", "g")]
WELL = {"hello": TEXT, "call both": "text first, f({'a': 'x'}), g({})", "be slow": "RateLimitError"}
CHAOS = {
    "drop": {"InternalServerError"},
    "malformed": {"BadReply", "StreamTruncated"},
    "disconnect": {"APIConnectionError"},
    "ratelimit": {"RateLimitError"},
}


@contextmanager
def aimock(*arguments: str) -> Iterator[str]:
    """Run the server; yield its address."""
    port = free_port()
    program = HOME / "node_modules" / ".bin" / "llmock"
    fixtures = HOME / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES), encoding="utf-8")
    command = [str(program), "--port", str(port), "--fixtures", str(fixtures), "--strict"]
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*command, "--chunk-size", "5", *arguments], **quiet) as running:
        try:
            wait(f"http://127.0.0.1:{port}/api/tags", running)
            yield f"127.0.0.1:{port}"
        finally:
            running.terminate()


def wait(url: str, running: subprocess.Popen[Any]) -> None:
    """Wait until the server answers anything at all: what it says may be a fault."""
    for _ in range(200):
        if running.poll() is not None:
            break
        try:
            urllib.request.urlopen(url).close()  # noqa: S310  # our own loopback address
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    sys.exit("verify_ollama_faults: the server did not start")


def answer(client: Client, words: str, *, stream: bool) -> str:
    """Return what came: the message in short, or the name of the error."""
    asked: dict[str, Any] = {
        "model": "ollama:m",
        "messages": [{"role": "user", "content": words}],
        "max_tokens": 9,
        "tools": TOOLS,
    }
    try:
        if not stream:
            return short(client.messages(**asked))
        with client.stream(**asked) as events:
            return short(events.get_final_message())
    except AnyLLMError as error:
        return type(error).__name__


def short(message: MessageResponse) -> str:
    """Return a message in short."""
    calls = [block for block in message.content if block.type == "tool_use"]
    said = [f"{getattr(each, 'name', '')}({getattr(each, 'input', '')})" for each in calls]
    return ", ".join([message.text, *said])


def main() -> int:
    """Run from the command line."""
    npm = shutil.which("npm")
    if npm is None:
        print("verify_ollama_faults: needs npm", file=sys.stderr)
        return 2
    HOME.mkdir(parents=True, exist_ok=True)
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(HOME), PEER]
    subprocess.run(install, check=True)
    print(f"peer: {PEER}")
    failed = 0
    for fault in ("none", *CHAOS):
        arguments = () if fault == "none" else (f"--chaos-{fault}", "1")
        with aimock(*arguments) as address:
            env = {"OLLAMA_HOST": address}
            client = Client(plugins=plugins(), env=env, max_retries=0, on_loss="ignore")
            with client:
                for words, right in WELL.items():
                    wanted = {right} if fault == "none" else CHAOS[fault]
                    came = [answer(client, words, stream=stream) for stream in (False, True)]
                    well = set(came) <= wanted
                    failed += not well
                    said = f"whole {came[0]!r:.70}, streamed {came[1]!r:.70}"
                    print(f"- fault {fault}, {words!r}: {'' if well else 'FAILED: '}{said}")
    print(f"{failed} checks failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
