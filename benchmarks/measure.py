"""Running the cases: in rounds, in which each side works once: both see the same machine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks import cold, environments
from benchmarks.cases import CALLS_COME_WHOLE, Case
from benchmarks.processes import Cost, Server, Worker, variables
from benchmarks.processes import cold as run_cold
from benchmarks.results import Result

DECODED = ("chat", "responses", "messages", "gemini", "ollama")


def served(case: Case, server: Server, rounds: int) -> Iterator[Result]:
    """Run a case against the server. The first round warms both sides and is not counted."""
    place = (server.https if case.tls else server.http, case.wire, case.scene)
    found: dict[str, list[float]] = {case.ours: [], case.base: []}
    with ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(name, server)) for name in found}
        for number in range(rounds + 1):
            turn = list(workers) if number % 2 else list(workers)[::-1]
            for name in turn:
                cost = workers[name].work(case.work, place, case.times)
                if number:
                    found[name].append(cost["cpu"] / cost["units"] * 1e6)
    ours, base = found[case.ours], found[case.base]
    ratios = [b / a if case.inverse else a / b for a, b in zip(ours, base, strict=True)]
    yield Result(target=case.target, name=case.name, ratios=ratios, ours=ours, base=base)


def _afresh(case: Case, server: Server, rounds: int) -> dict[str, list[Cost]]:
    """Let each side work in a new process in every round; what one has kept is none of the next."""
    place = (server.http, case.wire, case.scene)
    found: dict[str, list[Cost]] = {case.ours: [], case.base: []}
    for number in range(rounds):
        turn = list(found) if number % 2 else list(found)[::-1]
        for name in turn:
            with Worker(name, server) as worker:
                found[name].append(worker.work(case.work, place, case.times))
    return found


def at_once(case: Case, server: Server, rounds: int) -> Iterator[Result]:
    """Hundreds of streams.

    httpx's pool does work for every connection that idles whenever a stream begins or ends, and
    lets go of one after 5 seconds: about as long as a round takes, so that between rounds of one
    process chance would decide, by a factor of three.
    """
    found = _afresh(case, server, rounds)
    costs = {name: [each["cpu"] / each["units"] * 1e6 for each in found[name]] for name in found}
    ours, base = costs[case.ours], costs[case.base]
    ratios = [a / b for a, b in zip(ours, base, strict=True)]
    yield Result(target=case.target, name=case.name, ratios=ratios, ours=ours, base=base)


def held(case: Case, server: Server, rounds: int) -> Iterator[Result]:
    """Memory: allocators keep what was used before, so each process is a new one."""
    found = _afresh(case, server, rounds)
    costs = {name: [each["bytes"] / each["units"] / 1000 for each in found[name]] for name in found}
    ours, base = costs[case.ours], costs[case.base]
    beyond = [a - b for a, b in zip(ours, base, strict=True)]
    yield Result(target=case.target, name=case.name, ratios=beyond, ours=ours, base=base, unit="kB")


def decoded(wire: str, kind: str, rounds: int) -> Iterator[Result]:
    """Decode only, in one process."""
    deltas = 5000
    done = subprocess.run(
        [environments.ours(), "-m", "benchmarks.decode", wire, kind, str(deltas), str(rounds)],
        check=True,
        capture_output=True,
        text=True,
        env=variables(),
        cwd=environments.ROOT,
    )
    said = json.loads(done.stdout)
    ours, base = ([1e6 * each / deltas for each in said[side]] for side in ("ours", "limit"))
    ratios = [a / b for a, b in zip(ours, base, strict=True)]
    target = "other" if kind == "tools" and wire in CALLS_COME_WHOLE else "decode"
    name = f"decode only: {wire}, whole calls" if target == "other" else f"{wire}, {kind}"
    yield Result(target=target, name=name, ratios=ratios, ours=ours, base=base)


def grown(what: str) -> Iterator[Result]:
    """How cost grows with size: the steepest slope of log cost over log size."""
    done = subprocess.run(
        [environments.ours(), "-m", "benchmarks.growth", what],
        check=True,
        capture_output=True,
        text=True,
        env=variables(),
        cwd=environments.ROOT,
    )
    yield Result(target="growth", name=what, ratios=[max(json.loads(done.stdout))])


def imports(rounds: int) -> Iterator[Result]:
    """What imports cost beyond a bare start of the same interpreter."""
    programs = {name: (environments.ours(), text) for name, text in cold.IMPORTS.items()}
    for name, text in cold.PEER_IMPORTS.items():
        programs[name] = environments.of(name), text
    costs: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds + 1):
        bare = {python: run_cold(python, "pass")["cpu"] for python, _ in programs.values()}
        for name, (python, text) in programs.items():
            costs[name].append((run_cold(python, text)["cpu"] - bare[python]) * 1000)
    costs = {name: found[1:] for name, found in costs.items()}  # the first compiled bytecode
    base = costs.pop("pydantic")
    for name, ours in costs.items():
        ratios = [a / b for a, b in zip(ours, base, strict=True)]
        yield Result(
            target="import" if name == "any_llm" else "other",
            name=f"import {name.strip('_')} over pydantic",
            ratios=ratios,
            ours=ours,
            base=base,
            unit="ms",
        )


def first_deltas(server: Server, rounds: int) -> Iterator[Result]:
    """Cold processes from their start to the first delta."""
    place = f"{server.http}/flood-text-20-0"
    ours_python = environments.ours()
    programs = {
        library: (ours_python, cold.OURS.format(library=library), cold.RAW.format(library=library))
        for library in ("httpx", "httpx2")
    }
    for library, (python, ours, raw) in programs.items():
        yield _cold_pair("cold", library, (python, ours), (python, raw), place, rounds)
    for peer, program in cold.PEERS.items():
        sides = (ours_python, programs["httpx"][1]), (environments.peer(peer), program)
        name = f"cold process to first delta: {peer.strip('_')} over any_llm"
        yield _cold_pair("other", name, *sides, place, rounds, inverse=True)


def _cold_pair(  # noqa: PLR0917
    target: str,
    name: str,
    ours: tuple[object, str],
    base: tuple[object, str],
    place: str,
    rounds: int,
    *,
    inverse: bool = False,
) -> Result:
    costs: tuple[list[float], list[float]] = [], []
    for _ in range(rounds + 1):
        for found, (python, program) in zip(costs, (ours, base), strict=True):
            found.append(run_cold(python, program, place)["cpu"] * 1000)  # type: ignore[arg-type]
    a, b = (found[1:] for found in costs)
    ratios = [y / x if inverse else x / y for x, y in zip(a, b, strict=True)]
    return Result(target=target, name=name, ratios=ratios, ours=a, base=b, unit="ms")
