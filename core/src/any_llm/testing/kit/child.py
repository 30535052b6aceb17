"""A suite's requests, made once more in processes of their own: each has another hash seed.

What is ordered by a hash (a set of strings) differs from process to process, and a provider's cache
of prompts never hits. Run as a program, this reads what a suite is from its input and prints a
digest for each recording.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import subprocess
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from ..case import Case
from .checks import trials
from .stage import Stage

SEEDS = ("1", "2")


def requests_elsewhere(suite: Any) -> list[list[str]]:
    """Return for each of `SEEDS` a digest of the request of each recording.

    AssertionError when such a process fails, with what it said.
    """
    plugin = suite.plugin
    said = {
        "provider": suite.provider,
        "settings": dict(suite.settings),
        "options": dict(suite.options),
        "api_key": suite.api_key,
        "plugin": plugin.__name__ if isinstance(plugin, ModuleType) else None,
        "cases": [case.as_json() for case in suite.cases],
    }
    running = [_start(seed) for seed in SEEDS]
    given = json.dumps(said)
    answers = [process.communicate(given) for process in running]
    for process, (_, error) in zip(running, answers, strict=True):
        if process.returncode:
            raise AssertionError(f"its requests cannot be made in a process: {error[-800:]}")
    return [json.loads(answer) for answer, _ in answers]


def _start(seed: str) -> subprocess.Popen[str]:
    paths = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(  # noqa: S603  # this Python, this file
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed},
    )


def digests(stage: Stage) -> list[str]:
    """Return a digest of what is sent for each recording."""
    wires = (stage.play(trial).wire for trial in trials(stage.suite.cases, "trial"))
    return [hashlib.sha256(repr(wire).encode()).hexdigest() for wire in wires]


def main() -> None:
    """Print the digests of the suite that stands in the input."""
    said = json.load(sys.stdin)
    if said["plugin"] is not None:
        said["plugin"] = importlib.import_module(said["plugin"])
    suite = SimpleNamespace(**{**said, "cases": [Case.of(case) for case in said["cases"]]})
    with Stage(suite) as stage:
        print(json.dumps(digests(stage)))  # noqa: T201  # the answer of this program


if __name__ == "__main__":
    main()
