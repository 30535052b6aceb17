"""The environments that are measured: ours from this tree, each peer from the package index."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".cache" / "benchmarks"
PEERS = {
    "openai_sdk": ("openai==3.54.0",),
    "mozilla": ("any-llm-sdk[openai]==1.40.2",),
    "litellm_": ("litellm==1.106.2",),
}
"""A peer's driver, and what it needs. Each has an environment of its own: Mozilla's package has
the same import name as ours, and the others pin one another's dependencies."""


def _dev() -> None:
    folder = str(ROOT / "dev")
    if folder not in sys.path:
        sys.path.insert(0, folder)


@cache
def ours() -> Path:
    """Make the environment of this tree, and return its Python."""
    _dev()
    import environment

    return environment.make(HOME / "ours", ["bench"])


@cache
def peer(name: str) -> Path:
    """Make the environment of a peer, and return its Python."""
    _dev()
    import environment

    python = HOME / name / "bin" / "python"
    if not python.exists():
        environment.uv("venv", "--quiet", "--python", sys.executable, HOME / name)
    environment.uv("pip", "install", "--quiet", "--python", python, *PEERS[name])
    return python


def of(driver: str) -> Path:
    """Return the Python that runs a driver."""
    module = driver.partition(":")[0]
    return peer(module) if module in PEERS else ours()


def versions(python: Path, *packages: str) -> list[str]:
    """Return `name version` of those packages that are installed."""
    program = (
        "import importlib.metadata as m, sys\n"
        "for name in sys.argv[1:]:\n"
        "    try: print(name, m.version(name))\n"
        "    except m.PackageNotFoundError: pass"
    )
    done = subprocess.run(
        [python, "-c", program, *packages], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()
