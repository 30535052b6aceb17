"""Environments that hold wheels only, as those have who install what we publish."""

from __future__ import annotations

import sys
from pathlib import Path

from environment import CONSTRAINTS, ROOT, uv


def wheel(project: Path, into: Path) -> None:
    """Builds the wheel of the project in a folder."""
    words = ("--quiet", "--wheel", "--out-dir", into, "--python", sys.executable)
    uv("build", *words, "--build-constraints", CONSTRAINTS, project)


def ours(into: Path, *names: str) -> list[Path]:
    """Builds wheels of the workspace's distributions of these names, and gives them."""
    for name in names:
        wheel(ROOT / "core" if name == "anyllm-core" else ROOT / "plugins" / name, into)
    return sorted(into.glob("*.whl"))


def make(directory: Path, *wanted: str | Path) -> Path:
    """Makes an environment with pip and what is wanted, and gives the folder of its programs."""
    uv("venv", "--quiet", "--seed", "--python", sys.executable, directory)
    words = ("--quiet", "--python", directory / "bin" / "python", "--constraints", CONSTRAINTS)
    uv("pip", "install", *words, *wanted)
    return directory / "bin"
