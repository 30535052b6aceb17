"""Prints an interpreter for each Python version we support, or '-' where none runs here.

A name on the path proves nothing (version managers put shims there that fail), so each candidate
is run. Looks at the Python that runs this script, along the path, and into pyenv where it exists.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SUPPORTED = ("3.11", "3.12", "3.13")


def candidates(version: str) -> Iterator[Path]:
    """Where an interpreter of this version may be, best first."""
    yield Path(sys.executable)
    for folder in os.get_exec_path():
        yield Path(folder) / f"python{version}"
    if pyenv := shutil.which("pyenv"):
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=True)
        versions = Path(root.stdout.strip()) / "versions"
        yield from sorted(versions.glob(f"{version}.*/bin/python{version}"))


def runs(python: Path, version: str) -> bool:
    """Whether this is a working interpreter of that version, by running it."""
    if not python.is_file():
        return False
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == version


def main() -> None:
    """Prints `version path` a line."""
    for version in SUPPORTED:
        found = next((python for python in candidates(version) if runs(python, version)), "-")
        print(version, found)


if __name__ == "__main__":
    main()
