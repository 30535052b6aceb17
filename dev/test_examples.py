"""Checks the types of the projects under examples/ and runs their tests.

    python3 dev/test_examples.py                # all of them
    python3 dev/test_examples.py langchain -x   # one; words after its name go to pytest

They share an environment of their own, under .cache: the frameworks bring what no other test needs.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from environment import CACHE, examples, make


def check(folder: Path, python: Path, words: list[str]) -> bool:
    """Runs mypy and pytest as the project in `folder` configures them; whether both are content."""
    print(f"\n--- {folder.name}", flush=True)
    tools = ("mypy",), ("pytest", "-q", *words)
    done = [subprocess.run([python, "-m", *tool], cwd=folder, check=False) for tool in tools]
    return not any(one.returncode for one in done)


def main(words: list[str]) -> int:
    """Gives 1 if anything failed."""
    found = {folder.name: folder for folder in examples()}
    chosen = [found[words.pop(0)]] if words and words[0] in found else [*found.values()]
    groups = ["smollm2", *(f"{folder / 'pyproject.toml'}:test" for folder in found.values())]
    version = ".".join(map(str, sys.version_info[:2]))
    python = make(CACHE / f"examples-{version}", groups, beside=[*found.values()])
    results = [check(folder, python, words) for folder in chosen]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
