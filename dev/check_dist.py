"""Checks that a folder of built distributions holds what each of ours must ship.

    python3 dev/check_dist.py .cache/dist

Every folder of the workspace must have a wheel and an sdist there, of the version it declares.
"""

from __future__ import annotations

import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from environment import distributions


def faults(name: str, version: str, folder: Path) -> Iterator[str]:
    """What is missing from this distribution's wheel and sdist, one line each."""
    stem = f"{name.replace('-', '_')}-{version}"
    package = "any_llm" if name == "anyllm-core" else name.replace("-", "_")
    info = f"{stem}.dist-info"
    wheel_name, sdist_name = f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"
    with zipfile.ZipFile(folder / wheel_name) as wheel:
        has = set(wheel.namelist())
        for needed in (f"{package}/py.typed", f"{info}/licenses/LICENSE"):
            if needed not in has:
                yield f"{wheel_name}: lacks {needed}"
        yield from (
            f"{wheel_name}: ships {path}, which is not part of {package}"
            for path in has
            if not path.startswith((f"{package}/", f"{info}/"))
        )
        if "License-Expression: Apache-2.0" not in wheel.read(f"{info}/METADATA").decode():
            yield f"{wheel_name}: METADATA does not name the licence"
    with tarfile.open(folder / sdist_name) as sdist:
        has = set(sdist.getnames())
        for needed in ("LICENSE", "README.md", "pyproject.toml", f"src/{package}/py.typed"):
            if f"{stem}/{needed}" not in has:
                yield f"{sdist_name}: lacks {needed}"


def main(folder: Path) -> int:
    """Prints what is wrong; gives 1 if anything is."""
    wrong: list[str] = []
    for home in distributions():
        project = tomllib.loads((home / "pyproject.toml").read_text("utf-8"))["project"]
        wrong += faults(project["name"], project["version"], folder)
    print("\n".join(wrong) or f"{len(distributions())} wheels and sdists are complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
