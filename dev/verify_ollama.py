"""Check anyllm-ollama against a real server of Ollama's API, and print a report.

    .venv/bin/python dev/verify_ollama.py

Ollama itself is in no package index, so the peer is ollama-proxy-plus (from the index, in an
environment of its own), in front of llama.cpp with the small model of anyllm-local in this
process. It runs anyllm-core, anyllm-ollama and anyllm-local as they are installed here. The exit
status is 1 when a check fails.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from environment import CACHE, uv

import anyllm_ollama
from any_llm import AnyLLMError, AsyncClient, Client, PluginManager
from anyllm_local import EngineSettings, engine

PEER = "ollama-proxy-plus==0.1.0"
HOME = CACHE / "ollama-proxy-plus"
MODEL = "smollm/smollm2"
ASK: dict[str, Any] = {
    "model": f"ollama:{MODEL}",
    "messages": [{"role": "user", "content": "Say hello in one short sentence."}],
    "max_tokens": 40,
    "temperature": 0,
    "on_loss": "ignore",
}


@dataclass
class Report:
    """What was checked, and how it went."""

    failed: list[str] = field(default_factory=list)

    def check(self, what: str, work: Callable[[], str]) -> None:
        """Run one check; it says what it saw, or raises."""
        try:
            seen = work()
        except (AnyLLMError, AssertionError) as error:
            self.failed.append(what)
            seen = f"FAILED: {type(error).__name__}: {error}"
        print(f"- {what}: {seen}")


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def install() -> str:
    """Make the peer's environment where it is missing; return its program."""
    python = HOME / "bin" / "python"
    if not python.exists():
        uv("venv", "--quiet", "--python", sys.executable, HOME)
    uv("pip", "install", "--quiet", "--python", python, PEER)
    return str(HOME / "bin" / "ollama-proxy")


@contextmanager
def peer(base_url: str, key: str) -> Iterator[str]:
    """Run the peer in front of an OpenAI-compatible server; yield its address."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PROVIDERS_SMOLLM_BASE_URL": base_url,
        "PROVIDERS_SMOLLM_API_KEY": key,
        "EXTRA_MODELS": MODEL,
    }
    command = [install(), "serve", "--host", "127.0.0.1", "--port", str(port)]
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **quiet) as running:
        try:
            wait(f"http://127.0.0.1:{port}/api/version", running)
            yield f"127.0.0.1:{port}"
        finally:
            running.terminate()


def wait(url: str, running: subprocess.Popen[Any]) -> None:
    """Wait until the peer answers."""
    for _ in range(300):
        if running.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url) as answer:  # noqa: S310  # our own loopback address
                print(f"peer: {PEER}, which says it is Ollama {json.load(answer)['version']}")
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit("verify_ollama: the peer did not start")


def plugins() -> PluginManager:
    """Know the plugin under test and no other."""
    manager = PluginManager(autoload=False)
    manager.register(anyllm_ollama)
    return manager


# --- checks ----------------------------------------------------------------------------------


def whole(client: Client) -> str:
    """A whole answer."""
    message = client.messages(**ASK)
    assert message.text.strip(), "no text"
    assert message.usage.output_tokens > 0, "no count"
    return f"{message.stop_reason}, {message.usage.output_tokens} tokens: {message.text!r:.60}"


def streamed(client: Client) -> str:
    """The same answer as a stream."""
    kinds = []
    with client.stream(**ASK) as stream:
        kinds += [event.type for event in stream]
        message = stream.get_final_message()
    assert kinds[0] == "message_start", kinds
    assert kinds[-1] == "message_stop", kinds
    pieces = kinds.count("content_block_delta")
    assert pieces > 1, f"{pieces} pieces"
    assert message.text == client.messages(**ASK).text, "another text than the whole answer"
    return f"{pieces} pieces, the text of the whole answer"


def asynchronous(address: str) -> str:
    """A stream in an event loop."""

    async def run() -> int:
        async with AsyncClient(plugins=plugins(), env={"OLLAMA_HOST": address}) as client:
            stream: Any = await client.messages(**ASK, stream=True)
            async with stream:
                return len([event async for event in stream])

    return f"{asyncio.run(run())} events"


def several_turns(client: Client) -> str:
    """System, history, stop sequences and options."""
    asked = {
        **ASK,
        "system": "You are brief.",
        "messages": [
            *ASK["messages"],
            {"role": "assistant", "content": "Hello there!"},
            {"role": "user", "content": "Count from one to five."},
        ],
        "stop_sequences": ["five"],
        "num_ctx": 1024,
        "seed": 7,
    }
    message = client.messages(**asked)
    assert "five" not in message.text, message.text
    return f"{message.stop_reason}: {message.text!r:.60}"


def models(client: Client) -> str:
    """The list, with capabilities from /api/show."""
    found = {model.id: model for model in client.models.list("ollama")}
    assert MODEL in found, sorted(found)
    known = found[MODEL].capabilities
    assert known is not None, "no capabilities"
    return f"{len(found)} models; {MODEL} can {', '.join(known['ollama'])}"


def fails(client: Client, **asked: Any) -> str:
    """An error, typed."""
    try:
        client.messages(**{**ASK, **asked})
    except AnyLLMError as error:
        return f"{type(error).__name__}: {str(error)!r:.120}"
    raise AssertionError("no error")


def fails_streamed(client: Client, **asked: Any) -> str:
    """An error of a stream, typed."""
    try:
        with client.stream(**{**ASK, **asked}) as stream:
            for _ in stream:
                pass
    except AnyLLMError as error:
        return f"{type(error).__name__}: {str(error)!r:.120}"
    raise AssertionError("no error")


def main() -> int:
    """Run from the command line."""
    local = engine("default", EngineSettings(n_ctx=2048))
    report = Report()
    print(f"model: {local.model.name}, llama.cpp in this process")
    with peer(f"{local.listening_address}/v1", local.key) as address:
        client = Client(plugins=plugins(), env={"OLLAMA_HOST": address}, max_retries=0)
        with client:
            report.check("whole answer", partial(whole, client))
            report.check("streamed answer", partial(streamed, client))
            report.check("streamed, async", partial(asynchronous, address))
            report.check("turns, system, stop, options", partial(several_turns, client))
            report.check("models", partial(models, client))
            unknown = {"model": "ollama:nobody/m"}
            report.check("unknown model", partial(fails, client, **unknown))
            report.check("unknown model, streamed", partial(fails_streamed, client, **unknown))
            too_long = {"messages": [{"role": "user", "content": "word " * 4000}]}
            report.check("prompt too long", partial(fails, client, **too_long))
            report.check("prompt too long, streamed", partial(fails_streamed, client, **too_long))
    local.close()
    print(f"{len(report.failed)} checks failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
