"""Programs of others that our plugins are checked against: installing, starting, waiting.

Each lives in an environment of its own below .cache and is asked on 127.0.0.1 only.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from environment import CACHE, uv

from any_llm import AnyLLMError
from anyllm_local import EngineSettings, engine


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

    def end(self) -> int:
        """Print the sum; return the exit status."""
        print(f"{len(self.failed)} checks failed")
        return 1 if self.failed else 0


def from_pypi(requirement: str) -> Path:
    """Make the environment of a Python package where it is missing; return its programs."""
    home = CACHE / requirement.partition("==")[0].partition("[")[0]
    python = home / "bin" / "python"
    if not python.exists():
        uv("venv", "--quiet", "--python", sys.executable, home)
    uv("pip", "install", "--quiet", "--python", python, requirement)
    return home / "bin"


def from_npm(requirement: str) -> Path:
    """Install a package of node 20; return its programs."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(f"{requirement}: needs npm")
    home = CACHE / requirement.rpartition("@")[0].rpartition("/")[2]
    home.mkdir(parents=True, exist_ok=True)
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home)]
    subprocess.run([*install, requirement], check=True)
    return home / "node_modules" / ".bin"


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[object], url: str, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a server until the block ends; it is up when `url` answers anything at all."""
    env = {"PATH": os.environ["PATH"], "HOME": str(CACHE), **(environment or {})}
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": CACHE}
    with subprocess.Popen(list(map(str, command)), env=env, **quiet) as process:
        try:
            _wait(url, process)
            yield
        finally:
            process.terminate()


def _wait(url: str, process: subprocess.Popen[Any]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url).close()  # noqa: S310  # our own loopback address
        except urllib.error.HTTPError:  # what it says may be a fault
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    sys.exit(f"{process.args!r}: the server did not start")


@contextmanager
def small_model(n_ctx: int = 2048) -> Iterator[tuple[str, str]]:
    """Load the model of anyllm-local; yield the base URL and key of llama.cpp's own server."""
    local = engine("default", EngineSettings(n_ctx=n_ctx))
    try:
        print(f"model: {local.model.name}, llama.cpp in this process")
        yield f"{local.listening_address}/v1", local.key
    finally:
        local.close()
