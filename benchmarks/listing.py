"""`any-llm providers` beside fifty installed plugins, beyond a bare start of the interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import environments
from benchmarks.processes import cold
from benchmarks.results import Result

COUNT = 50
LIST = """
import sys
sys.path.insert(0, sys.argv[1])
sys.argv = ["any-llm", "providers"]
from anyllm_cli.main import main
main()
"""


def install(site: Path) -> None:
    """Put the metadata of fifty distributions there; their modules raise when they are imported."""
    for number in range(COUNT):
        name = f"listed{number}"
        (site / f"anyllm_{name}.py").write_text("raise ImportError('nobody asked for it')\n")
        info = site / f"anyllm_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: anyllm-{name}\nVersion: 1.0\n"
        )
        (info / "entry_points.txt").write_text(f"[any_llm.providers]\n{name} = anyllm_{name}\n")


def listed(rounds: int) -> Iterator[Result]:
    """Milliseconds of CPU for the list. The first round compiles the bytecode."""
    python, found = environments.ours(), []
    with TemporaryDirectory() as folder:
        install(Path(folder))
        for number in range(rounds + 1):
            bare = cold(python, "pass")["cpu"]
            cost = (cold(python, LIST, folder)["cpu"] - bare) * 1000
            if number:
                found.append(cost)
    yield Result(target="listing", name=f"`any-llm providers`, {COUNT} plugins", ratios=found)
