"""Makes a virtual environment that holds the workspace, editable, and some dependency groups.

    python3 dev/environment.py .venv dev

The environment gets the Python that runs this script. It needs no more than that Python's pip:
pip brings uv, uv brings the rest, both at the versions of dev/constraints.txt. The package index
is the one that pip and uv are configured for.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
CONSTRAINTS = ROOT / "dev" / "constraints.txt"


def uv(*arguments: str | Path) -> None:
    """Runs uv in the workspace, after fetching it where that has not happened yet."""
    home = CACHE / "uv"
    program = home / "bin" / "uv"
    if not program.exists():
        venv.create(home, with_pip=True, clear=True)
        pip = (home / "bin" / "python", "-m", "pip", "install", "--quiet", "-c", CONSTRAINTS)
        subprocess.run([*pip, "uv"], check=True)
    subprocess.run([program, *arguments], check=True, cwd=ROOT)


def distributions() -> list[Path]:
    """The folders of the workspace's distributions: core first, then every plugin."""
    return [ROOT / "core", *sorted(p.parent for p in ROOT.glob("plugins/*/pyproject.toml"))]


def examples() -> list[Path]:
    """The folders of the example projects, which are no members of the workspace."""
    return sorted(p.parent for p in ROOT.glob("examples/*/pyproject.toml"))


def make(
    directory: Path, groups: list[str], *, oldest: bool = False, beside: Sequence[Path] = ()
) -> Path:
    """Makes or updates the environment, and gives its Python.

    A group is the workspace's, or `path/to/pyproject.toml:group`. The projects in the folders
    `beside` come too, editable. With `oldest`, what the distributions depend on comes at the oldest
    version they allow.
    """
    python = directory / "bin" / "python"
    if not python.exists():
        uv("venv", "--quiet", "--python", sys.executable, directory)
    install = ("pip", "install", "--quiet", "--python", python, "--build-constraints", CONSTRAINTS)
    workspace = [f"--editable={folder}" for folder in (*distributions(), *beside)]
    wanted = [f"--group={group}" for group in groups]
    if oldest:
        uv(*install, "--resolution", "lowest-direct", *workspace)
        uv(*install, "--constraints", CONSTRAINTS, *wanted)
    else:
        uv(*install, "--constraints", CONSTRAINTS, *workspace, *wanted)
    return python


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    make(Path(sys.argv[1]).absolute(), sys.argv[2:])
