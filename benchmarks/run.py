"""Measures what any_llm costs, and writes benchmarks/RESULTS.md.

    python benchmarks/run.py                    everything, in under 20 minutes
    python benchmarks/run.py --only chat tls    the cases of these targets; prints, writes nothing
    python benchmarks/run.py --quick            one round: whether it runs, not how fast it is

It needs Python >= 3.11 with pip; the environments it measures are made in .cache/benchmarks.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import environments, measure, report, why  # noqa: E402  # found from here on
from benchmarks.cases import cases  # noqa: E402
from benchmarks.listing import listed  # noqa: E402
from benchmarks.processes import Server  # noqa: E402
from benchmarks.results import Result  # noqa: E402
from benchmarks.targets import TARGETS  # noqa: E402

Work = partial[Iterator[Result]]

PACKAGES = ("pydantic", "pydantic-core", "httpx", "httpx2", "aiohttp", "httpx-aiohttp", "anyio")
PEER_PACKAGES = ("openai", "any-llm-sdk", "litellm")


def work(wanted: set[str], rounds: int, match: str, server: Server) -> Iterator[Work]:
    """Yield what is wanted, as functions that measure it: one after the other."""
    if "decode" in wanted:
        for wire in measure.DECODED:
            for kind in ("text", "tools"):
                yield partial(measure.decoded, wire, kind, rounds + 2)
    if "growth" in wanted:
        for what in ("deltas", "length", "turns"):
            yield partial(measure.grown, what)
    alone = {
        "import": partial(measure.imports, rounds),
        "listing": partial(listed, rounds),
        "cold": partial(measure.first_deltas, server, rounds),
    }
    yield from (measuring for target, measuring in alone.items() if target in wanted)
    for case in cases():
        if case.target in wanted and match in case.name:
            how = {"held": measure.held, "streams": measure.at_once}.get(case.work, measure.served)
            yield partial(how, case, server, rounds)


def results(measuring: Iterator[Work], failed: list[str]) -> Iterator[Result]:
    """Measure. A case that fails is told about and does not stop the others."""
    for one in measuring:
        try:
            yield from one()
        except (RuntimeError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", None) or str(error)
            failed.append(f"{one.args[0]}: {said.strip().splitlines()[-1]}")
            print(f"FAILED {failed[-1]}", flush=True)


def facts(seconds: float, rounds: int) -> list[str]:
    """Say what was measured, where, and how often."""
    revision = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    ).stdout.strip()
    found = environments.versions(environments.ours(), *PACKAGES)
    for peer in environments.PEERS:
        found += environments.versions(environments.peer(peer), *PEER_PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    what = f"revision {revision or 'unknown'}, {time.strftime('%Y-%m-%d')}"
    where = f"{platform.system()}, {os.cpu_count()} processors, load {os.getloadavg()[1]:.1f}"
    how = "CPU time, each side in a process of its own, in turns; the server's is not in it"
    took = f"{seconds / 60:.0f} minutes, {rounds} rounds a case"
    return [what, f"{python}, {where}", ", ".join(dict.fromkeys(found)), f"{how}; {took}"]


def show(result: Result) -> None:
    """Print a line, so that whoever waits sees something happen."""
    low, high = result.spread
    print(f"{result.target:8} {result.name:60} {result.ratio:6.2f}  ({low:.2f} to {high:.2f})",
          flush=True)  # fmt: skip


def main() -> int:
    """Measure, and tell. Return 1 if a case could not be measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=TARGETS, metavar="TARGET",
                        help=f"some of: {', '.join(TARGETS)}")  # fmt: skip
    parser.add_argument("--match", default="", help="only cases whose name holds this")
    parser.add_argument("--quick", action="store_true", help="one round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds a case (5)")
    asked = parser.parse_args()
    rounds = 1 if asked.quick else asked.rounds
    began = time.monotonic()
    found: list[Result] = []
    failed: list[str] = []
    with Server.running() as server:
        measuring = work(set(asked.only or TARGETS), rounds, asked.match, server)
        for result in results(measuring, failed):
            found.append(result)
            show(result)
        missed = list(why.of_missed(found, server))
    text = report.written(found, facts(time.monotonic() - began, rounds), failed, missed)
    if asked.only or asked.match or asked.quick:
        print(text)
    else:
        (ROOT / "benchmarks" / "RESULTS.md").write_text(text, encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
