"""Runs the tests, in an environment that it makes for them under .cache.

    python3 dev/test.py                      # everything
    python3 dev/test.py tests/core/test_framing.py   # pytest gets all other arguments
    python3 dev/test.py --httpx              # httpx alone, not httpx2
    python3 dev/test.py --oldest             # the same, all dependencies at their oldest

The Python that runs this script is the one that is tested. Where httpx is alone the official SDK
is absent too, since it needs httpx2; the tests that want either are skipped and say so.
"""

from __future__ import annotations

import subprocess
import sys

from environment import CACHE, ROOT, make

KINDS = {"test": ["test", "sdk", "aiohttp"], "httpx": ["test"], "oldest": ["test"]}


def main(arguments: list[str]) -> int:
    """Makes the environment and hands over to pytest; gives pytest's exit code."""
    asked = [kind for kind in KINDS if f"--{kind}" in arguments]
    kind = asked[-1] if asked else "test"
    version = ".".join(map(str, sys.version_info[:2]))
    python = make(CACHE / f"{kind}-{version}", KINDS[kind], oldest=kind == "oldest")
    words = [word for word in arguments if word.removeprefix("--") not in asked]
    return subprocess.run([python, "-m", "pytest", *words], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
