"""Where the time of a case goes: for the report's word on a target that is missed.

    python -m benchmarks.why DRIVER CA WORK ORIGIN WIRE SCENE TIMES

does the work of a case under a profiler, after one time without, and prints the functions with the
most time of their own. A profiler makes calls dearer than they are: read the shares against each
other, not as times.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import pstats
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import cold, drivers, environments
from benchmarks.cases import Case, cases
from benchmarks.place import Place
from benchmarks.processes import Server, variables
from benchmarks.results import Result
from benchmarks.targets import TARGETS

_OURS = tuple(str(environments.ROOT / part) for part in ("core", "plugins"))
_MOST = 8


def of_missed(results: Sequence[Result], server: Server) -> Iterator[tuple[Result, list[str]]]:
    """Yield the worst case of each missed target, with the lines that say why."""
    served = {(case.target, case.name): case for case in cases()}
    for key, target in TARGETS.items():
        found = [result for result in results if result.target == key]
        if key == "other" or all(target.met(result.ratio) for result in found):
            continue
        worst = (min if target.at_least else max)(found, key=lambda result: result.ratio)
        yield worst, _of(worst, served.get((key, worst.name)), server)


def _of(worst: Result, case: Case | None, server: Server) -> list[str]:
    if worst.target == "cold":
        return of_cold(worst.name, server)
    if worst.target == "decode":
        wire, kind = worst.name.split(", ")
        return _profiled(environments.ours(), "ours", "", "decode", "", wire, kind, "5000")
    if case is None or case.work == "held":
        return ["a profiler of functions has nothing to say of this case"]
    origin = server.https if case.tls else server.http
    where = [case.work, origin, case.wire, case.scene, str(case.times)]
    return _profiled(environments.of(case.ours), case.ours, server.ca, *where)


def _profiled(python: Path, *arguments: str) -> list[str]:
    done = subprocess.run(
        [python, "-m", "benchmarks.why", *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=variables(),
        cwd=environments.ROOT,
    )
    return list(json.loads(done.stdout))


def of_cold(library: str, server: Server) -> list[str]:
    """Return lines that say what a cold process imports, by package, in ms of their own."""
    done = subprocess.run(
        [environments.ours(), "-X", "importtime", "-c", cold.OURS.format(library=library),
         f"{server.http}/flood-text-20-0"],
        capture_output=True,
        text=True,
        check=True,
        env=variables(),
        cwd=environments.HOME,
    )  # fmt: skip
    costs: dict[str, float] = {}
    for line in done.stderr.splitlines():
        own, _, name = line.removeprefix("import time:").partition("|")
        if own.strip().isdigit():
            package = name.rpartition("|")[2].strip().partition(".")[0]
            costs[package] = costs.get(package, 0) + int(own) / 1000
    first = sorted(costs.items(), key=lambda item: -item[1])[:_MOST]
    return [f"`import {name}`: {cost:.1f} ms of its own" for name, cost in first]


def main(driver: str, ca: str, work: str, place: Place, times: int) -> None:
    """Print the lines as JSON."""
    from benchmarks import answers, decode, worker  # they need any_llm, the caller does not

    profile = cProfile.Profile()
    if work == "decode":
        chunks = list(answers.WIRES[place.wire].stream(place.scene, times))
        profile.runcall(decode.ours, decode.pipelines(place.wire)(), chunks)
    elif drivers.is_async(driver):
        made = worker.AsyncWork(drivers.make(driver, ca))
        asyncio.run(_async(profile, getattr(made, work), place, times))
    else:
        run = getattr(worker.SyncWork(drivers.make(driver, ca)), work)
        run(place, times)
        profile.runcall(run, place, times)
    sys.stdout.write(json.dumps(list(_lines(pstats.Stats(profile), times))))


async def _async(profile: cProfile.Profile, run: Any, place: Place, times: int) -> None:
    await run(place, times)
    profile.enable()
    await run(place, times)
    profile.disable()


def _lines(found: Any, times: int) -> Iterator[str]:
    costs = {where: (calls, own) for where, (_, calls, own, _, _) in found.stats.items()}
    waiting = sum(own for (_, _, name), (_, own) in costs.items() if "'poll'" in name)
    whole = sum(own for _, own in costs.values()) - waiting
    ours = {where: cost for where, cost in costs.items() if _is_ours(where[0])}
    share = sum(own for _, own in ours.values()) / whole
    yield f"functions of any_llm and its plugins by themselves: {share:.0%} of the time"
    for side in (ours, {where: costs[where] for where in costs.keys() - ours.keys()}):
        for (file, line, name), (calls, own) in sorted(side.items(), key=lambda item: -item[1][1])[
            :_MOST
        ]:
            at = f"{_short(file)}:{line} " if line else ""
            if "'poll'" not in name:
                yield f"`{at}{name}`: {own / whole:.1%}, {calls / times:.1f} calls a unit"


def _is_ours(file: str) -> bool:
    return file.startswith(_OURS)


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-2:])


if __name__ == "__main__":
    _driver, _ca, _work, *_where, _times = sys.argv[1:]
    main(_driver, _ca, _work, Place(*_where), int(_times))
