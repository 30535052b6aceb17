"""The command in a process of its own, beside a stranger's provider on a real server."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from any_llm.testing import Answer

KEY = "sk-not-to-be-shown"


class Message:
    """The bytes of a Messages stream."""

    def __init__(
        self,
        *texts: str,
        thinking: str = "",
        stop_reason: str = "end_turn",
        opening: str = "",
        ping: bool = False,
    ) -> None:
        self.events: list[dict[str, Any]] = []
        usage = {"input_tokens": 7, "output_tokens": 1}
        head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "acme-1"}
        head |= {"content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
        self._add("message_start", message=head)
        if thinking:
            self._block(0, "thinking", [thinking], signature="")
        self._block(bool(thinking), "text", texts, text=opening)
        if ping:
            self._add("ping")
        delta = {"stop_reason": stop_reason, "stop_sequence": None}
        self._add("message_delta", delta=delta, usage={"output_tokens": 5})
        self._add("message_stop")

    def _add(self, kind: str, **fields: Any) -> None:
        self.events.append({"type": kind, **fields})

    def _block(self, index: int, kind: str, pieces: Any, **more: str) -> None:
        block = {"type": kind, kind: "", **more}
        self._add("content_block_start", index=int(index), content_block=block)
        for piece in pieces:
            delta = {"type": f"{kind}_delta", kind: piece}
            self._add("content_block_delta", index=int(index), delta=delta)
        self._add("content_block_stop", index=int(index))

    def frames(self) -> list[bytes]:
        """One server-sent event each."""
        return [
            f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            for event in self.events
        ]

    def answer(self, **more: Any) -> Answer:
        """The whole stream."""
        return Answer.sse(b"".join(self.frames()), **more)

    def slow(self, frames: int) -> Answer:
        """The first `frames` events, and then silence."""
        sizes = [len(frame) for frame in self.frames()]
        return self.answer(pieces=sizes, end="hang", after=sum(sizes[:frames]))


@dataclass
class Command:
    """Runs `any-llm` with nothing installed but this environment's packages and `site`."""

    site: Path
    home: Path
    message: type[Message] = Message

    def environment(self, **more: str) -> dict[str, str]:
        """The whole environment of a run."""
        inherited = os.environ.get("PYTHONPATH", "")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(self.site), inherited])),
            "PYTHONUTF8": "1",
            "ACME_API_KEY": KEY,
            **more,
        }

    def line(self, *args: str) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "anyllm_cli", *args]

    def run(
        self, *args: str, stdin: str | bytes = "", **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(  # noqa: S603  # it is what is tested
            self.line(*args),
            input=given,
            capture_output=True,
            env=self.environment(**env),
            check=False,
            timeout=50,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert KEY not in out + err
        assert "Traceback" not in err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def start(self, *args: str, **env: str) -> subprocess.Popen[bytes]:
        """Start with pipes for the two outputs."""
        return subprocess.Popen(  # noqa: S603  # it is what is tested
            self.line(*args),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(**env),
        )

    def configure(self, text: str) -> Path:
        """Write the settings."""
        path = self.home / "config" / "any_llm" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def install(self, name: str, source: str | Path, **providers: str) -> None:
        """Install a distribution of one module that offers `providers` (id=module)."""
        module = name.replace("-", "_")
        if isinstance(source, Path):
            shutil.copy(source, self.site / f"{module}.py")
        else:
            (self.site / f"{module}.py").write_text(source, encoding="utf-8")
        info = self.site / f"{module}-2.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.5\n")
        points = "\n".join(f"{key} = {value}" for key, value in providers.items())
        (info / "entry_points.txt").write_text(f"[any_llm.providers]\n{points}\n")


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """The command, and the provider `acme` beside it."""
    site, home = tmp_path / "site", tmp_path / "home"
    site.mkdir()
    home.mkdir()
    found = Command(site, home)
    found.install("acme", Path(__file__).parent / "acme_plugin.py", acme="acme")
    return found


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Children get SIGINT's own action, also where these tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
