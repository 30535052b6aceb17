"""Writes dev/constraints.txt anew: the newest version of all that the workspace needs.

    python3 dev/pin.py

The pins hold for every Python that the distributions allow, and name no package index.
"""

from __future__ import annotations

from environment import CONSTRAINTS, distributions, examples, uv


def main() -> None:
    """Resolves the workspace from scratch and replaces the pins."""
    core, *plugins = distributions()
    ours = [f"--no-emit-package={name}" for name in ("anyllm-core", *(p.name for p in plugins))]
    files = [folder / "pyproject.toml" for folder in (core, *plugins, *examples())]
    groups = ["dev", *(f"{folder / 'pyproject.toml'}:test" for folder in examples())]
    compiling = ("pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version=3.11")
    words = ("--no-annotate", "--custom-compile-command=python3 dev/pin.py")
    wanted = [f"--group={group}" for group in groups]
    uv(*compiling, *words, *wanted, *ours, "--output-file", CONSTRAINTS, *files)


if __name__ == "__main__":
    main()
