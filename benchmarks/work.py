"""Work counted, not timed: how often code of any_llm calls a function, for each delta and call.

    python -m benchmarks.work          prints the figures, and what is stored
    python -m benchmarks.work --write  stores them anew, in benchmarks/work.json

The difference between a stream of 300 deltas and one of 1,300 is what 1,000 deltas cost, so that
beginning and end do not count; so it is with the blocks of memory that they leave behind. Calls are
counted where they are made: in functions of any_llm and its plugins, whatever version of Python and
pydantic runs below. Frames that a version of Python may or may not make for a comprehension are
left out.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from any_llm._drive import Driver
from any_llm._exchange import exchange
from any_llm.plugin import HTTPRequest, Reply, Timeout, Transport
from benchmarks import conversation
from benchmarks.answers import WIRES
from benchmarks.decode import ours, pipelines
from benchmarks.plans import Planner
from benchmarks.wires import compact

STORED = Path(__file__).with_name("work.json")
_FEW, _MANY = 300, 1300
_REST = 10  # more events than any wire has behind its last delta
_OURS = ("any_llm", "anyllm_")


def counted(work: Callable[[], object]) -> int:
    """Return how many functions code of ours called, in Python or in C, while `work` ran."""
    calls = 0

    def profile(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls
        caller = frame.f_back if event == "call" else frame if event == "c_call" else None
        if caller is None or (event == "call" and frame.f_code.co_name.startswith("<")):
            return
        calls += str(caller.f_globals.get("__name__")).startswith(_OURS)

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def of_stream(wire: str, kind: str) -> float:
    """Return the calls that a delta of `kind` costs on this wire."""
    fresh = pipelines(wire)
    found = []
    for deltas in (_FEW, _MANY):
        chunks = list(WIRES[wire].stream(kind, deltas))
        ours(fresh(), chunks)  # what is built at first use is built
        pipeline = fresh()
        found.append(counted(lambda pipeline=pipeline, chunks=chunks: ours(pipeline, chunks)))  # type: ignore[misc]
    return (found[1] - found[0]) / (_MANY - _FEW)


def held(wire: str, kind: str) -> float:
    """Return the blocks of memory that a delta of `kind` leaves behind: what the message needs."""
    pipeline, chunks = pipelines(wire)(), list(WIRES[wire].stream(kind, _MANY))
    found = []
    for part in (chunks[:_FEW], chunks[_FEW:-_REST]):
        for chunk in part:
            pipeline.feed(chunk)
        gc.collect()
        found.append(sys.getallocatedblocks())
    return (found[1] - found[0]) / (len(chunks) - _REST - _FEW)


def of_request(wire: str) -> float:
    """Return the calls that each turn of a long conversation costs, from arguments to JSON."""
    planner, said = Planner(wire), conversation.request()

    def convert() -> None:
        plan = planner.plan(stream=False, **said)
        assert plan.request is not None
        plan.dialect.encode(plan.request, plan.ctx)

    convert()
    return counted(convert) / len(said["messages"])


class _Whole(Transport):
    """Answers whole, in the process: what carries the bytes is no work of ours."""

    def __init__(self, wire: str) -> None:
        self._body = compact(WIRES[wire].whole()).encode()

    def send(self, request: HTTPRequest, timeout: Timeout) -> Reply:
        """Return the answer."""
        return _Reply(self._body)


class _Reply(Reply):
    status = 200

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.headers = {"content-type": "application/json", "content-length": str(len(body))}

    def chunks(self) -> Iterator[bytes]:
        """Yield the body."""
        yield self._body

    def read(self) -> bytes:
        """Return the body."""
        return self._body

    def close(self) -> None:
        """Nothing is open."""


def of_call(wire: str) -> float:
    """Return the calls that a short call costs, from its arguments to its message, without HTTP."""
    planner, transport = Planner(wire), _Whole(wire)
    driver = Driver(lambda: transport)

    def call() -> None:
        driver.run(exchange(planner.plan(stream=False), stream=False), transport)

    call()
    return counted(call)


def figures() -> dict[str, float]:
    """Return all figures, by name."""
    found = {f"{wire}, a delta of {kind}": of_stream(wire, kind)
             for wire in WIRES for kind in ("text", "tools")}  # fmt: skip
    found |= {f"{wire}, blocks that a delta of {kind} leaves": held(wire, kind)
              for wire in WIRES for kind in ("text", "tools")}  # fmt: skip
    found |= {f"{wire}, a turn of a request": of_request(wire) for wire in WIRES}
    found |= {f"{wire}, a whole call": of_call(wire) for wire in WIRES}
    return {name: round(figure, 1) for name, figure in found.items()}


def stored() -> dict[str, float]:
    """Return the figures that were stored."""
    found: dict[str, float] = json.loads(STORED.read_text(encoding="ascii"))
    return found


def main() -> None:
    """Print, or store."""
    found = figures()
    if "--write" in sys.argv:
        STORED.write_text(f"{json.dumps(found, indent=2)}\n", encoding="ascii")
    before = stored()
    for name, figure in found.items():
        sys.stdout.write(f"{name:40} {figure:7} (stored: {before.get(name)})\n")


if __name__ == "__main__":
    main()
