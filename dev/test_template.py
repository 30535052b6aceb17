"""Renders both kinds of template/ and tests the packages that come of it.

    python3 dev/test_template.py

Each is rendered by copier, checked by the linter, the formatter and the type checker that it is
configured for, built as a wheel, and put beside our own built wheels into a new environment, where
its tests run.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import CACHE, ROOT
from fresh import make, ours, wheel

KINDS = {"rows": ("anyllm-core", "anyllm-openai"), "own": ("anyllm-core",)}
ANSWERS = {
    "rows": {"vendor": "Acme Cloud", "licence": "MIT", "author": "The Acme authors"},
    "own": {"vendor": "Acme", "licence": "Apache-2.0", "base_url": "https://acme.example"},
}

REFUSED = (
    'vendor=The "Acme"',
    "vendor=Acme\\Labs",
    'author=The "authors"',
    "id=acme-",
    "id=a--b",
    "id=Acme",
    "id=7acme",
    "key_variable=ACME-KEY",
    "base_url=http://acme.example",
)


def tools() -> Path:
    """Makes the environment of the tools, if it is not there, and gives its programs."""
    programs = CACHE / "template" / "bin"
    if not (programs / "mypy").exists():
        make(CACHE / "template", "copier", "mypy", "ruff", "pyyaml")
    return programs


def run(*words: str | Path, cwd: Path) -> None:
    """Runs a program; one that fails, or takes minutes, ends it all."""
    subprocess.run(words, cwd=cwd, check=True, timeout=240)


def render(kind: str, project: Path, programs: Path) -> None:
    """Renders the template with the answers for a kind."""
    said = {"kind": kind, **ANSWERS[kind]}
    data = [f"--data={name}={value}" for name, value in said.items()]
    run(programs / "copier", "copy", "--quiet", "--defaults", *data, "template", project, cwd=ROOT)
    for path in project.rglob("*"):
        said_braces = path.suffix in {".py", ".toml", ".md"} and "{%" in path.read_text("utf-8")
        if "{" in path.name or path.suffix == ".jinja" or said_braces:
            sys.exit(f"{kind}: not rendered: {path}")


def check(kind: str, home: Path, programs: Path) -> None:
    """Does for one kind all that its author and its users would."""
    print(f"\n--- {kind}", flush=True)
    project, wheels = home / kind, home / f"{kind}-wheels"
    render(kind, project, programs)
    wheel(project, wheels)
    ours(wheels, *KINDS[kind])
    core = next(wheels.glob("anyllm_core-*.whl"))
    others = [path for path in wheels.glob("*.whl") if path != core]
    env = make(home / f"{kind}-env", f"anyllm-core[testing] @ {core.as_uri()}", *others)
    run(programs / "ruff", "check", "--quiet", cwd=project)
    run(programs / "ruff", "format", "--quiet", "--check", cwd=project)
    run(programs / "mypy", "--python-executable", env / "python", cwd=project)
    reads = "import sys, yaml; yaml.safe_load(open(sys.argv[1]))"
    run(programs / "python", "-c", reads, project / ".github/workflows/ci.yml", cwd=home)
    alone = home / f"{kind}-tests"  # without its sources: what is tested is the wheel
    shutil.copytree(project / "tests", alone / "tests")
    shutil.copy(project / "pyproject.toml", alone)
    run(env / "python", "-m", "pytest", "-q", cwd=alone)


def refuse(home: Path, programs: Path) -> None:
    """Gives answers of which no package can be made: copier must say so before it writes one."""
    for said in REFUSED:
        data = ("--data=id=acme", f"--data={said}")
        words = ("copy", "--quiet", "--defaults", *data, "template", home / "refused")
        done = subprocess.run(
            (programs / "copier", *words), cwd=ROOT, check=False, capture_output=True, text=True
        )
        if "Validation error" not in done.stderr or (home / "refused").exists():
            sys.exit(f"{said}: taken for an answer: {done.stderr[-300:]}")


def main() -> None:
    """Checks both kinds."""
    programs = tools()
    with tempfile.TemporaryDirectory() as away:
        refuse(Path(away), programs)
        for kind in KINDS:
            check(kind, Path(away), programs)


if __name__ == "__main__":
    main()
