"""Servers that fail on purpose, and what came of asking them: right, or a typed error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from environment import CACHE
from peer import Report, free_port, from_npm, running

from any_llm import AnyLLMError, Client, MessageResponse, PluginManager

AIMOCK = "@copilotkit/aimock@1.43.0"
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
CHAOS: Mapping[str, set[str]] = {
    "drop": {"InternalServerError"},
    "malformed": {"BadReply", "StreamTruncated"},
    "disconnect": {"APIConnectionError"},
    "ratelimit": {"RateLimitError"},
}


class Asker:
    """Asks a server through one plugin and no other; `env` says where the server is."""

    def __init__(self, plugin: ModuleType, model: str, env: Mapping[str, str]) -> None:
        manager = PluginManager(autoload=False)
        manager.register(plugin)
        self.client = Client(plugins=manager, env=env, max_retries=0, on_loss="ignore", timeout=5)
        self._model = model

    def both(self, words: str) -> tuple[str, str]:
        """Return what came, whole and streamed: the message in short, or the error's name."""
        return self.whole(words), self.streamed(words)

    def whole(self, words: str) -> str:
        """Return what a whole answer came to."""
        try:
            return short(self.client.messages(**self._asked(words)))
        except AnyLLMError as error:
            return type(error).__name__

    def streamed(self, words: str) -> str:
        """Return what a stream came to."""
        try:
            with self.client.stream(**self._asked(words)) as events:
                return short(events.get_final_message())
        except AnyLLMError as error:
            return type(error).__name__

    def _asked(self, words: str) -> dict[str, Any]:
        said = [{"role": "user", "content": words}]
        return {"model": self._model, "messages": said, "max_tokens": 9, "tools": TOOLS}


def short(message: MessageResponse) -> str:
    """Return a message in short: its text and its calls."""
    calls = [block for block in message.content if block.type == "tool_use"]
    said = [f"{getattr(each, 'name', '')}({getattr(each, 'input', '')})" for each in calls]
    return ", ".join([*([message.text] if message.text else []), *said])


def judged(report: Report, what: str, came: Sequence[str], wanted: set[str]) -> None:
    """Print what came, and note whether it may."""

    def work() -> str:
        said = ", ".join(f"{each!r:.70}" for each in came)
        assert set(came) <= wanted, f"{said}, wanted {' or '.join(sorted(wanted))}"
        return said

    report.check(what, work)


@contextmanager
def aimock(*arguments: str) -> Iterator[str]:
    """Run aimock with FIXTURES; yield its address, host and port."""
    port = free_port()
    program = from_npm(AIMOCK) / "llmock"
    fixtures = CACHE / "aimock" / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES), encoding="utf-8")
    command = [
        program,
        "--port",
        str(port),
        "--fixtures",
        fixtures,
        "--strict",
        "--chunk-size",
        "5",
    ]
    with running([*command, *arguments], f"http://127.0.0.1:{port}/api/tags"):
        yield f"127.0.0.1:{port}"


def against_aimock(
    report: Report, plugin: ModuleType, model: str, variable: str, scheme: str = ""
) -> None:
    """Ask aimock everything, healthy and with each of its faults; `variable` takes its address."""
    print(f"peer: {AIMOCK}")
    for fault in ("none", *CHAOS):
        arguments = () if fault == "none" else (f"--chaos-{fault}", "1")
        with aimock(*arguments) as address:
            env = {variable: f"{scheme}{address}", "GEMINI_API_KEY": "sk-of-the-peer"}
            asker = Asker(plugin, model, env)
            with asker.client:
                for words, right in WELL.items():
                    wanted = {right} if fault == "none" else CHAOS[fault]
                    judged(report, f"fault {fault}, {words!r}", asker.both(words), wanted)
