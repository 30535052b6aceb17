"""How cost grows: with the number of deltas, the length of the message, the number of turns.

    python -m benchmarks.growth deltas|length|turns

Prints, as JSON, the slope of log cost over log size between each two sizes from 100 to 100,000 (or
as many letters a delta, or turns): 1 is linear, 2 quadratic.
"""

from __future__ import annotations

import gc
import json
import math
import sys
import time
from collections.abc import Callable
from itertools import pairwise

from any_llm._json import dumps
from benchmarks.answers import WIRES
from benchmarks.decode import ours, pipelines
from benchmarks.plans import Planner

SIZES = (100, 1_000, 10_000, 100_000)
_REPEATS = 3


def deltas(size: int) -> Callable[[], object]:
    """Decode a stream of `size` deltas."""
    chunks = list(WIRES["chat"].stream("text", size))
    fresh = pipelines("chat")
    return lambda: ours(fresh(), chunks)


def length(size: int) -> Callable[[], object]:
    """Decode 100 deltas of `size` letters each."""
    chunks = list(WIRES["chat"].stream("text", 100, size))
    fresh = pipelines("chat")
    return lambda: ours(fresh(), chunks)


def turns(size: int) -> Callable[[], object]:
    """Convert a request of `size` turns, and write its JSON."""
    said = [
        {"role": ("user", "assistant")[at % 2], "content": f"Turn {at}."} for at in range(size - 1)
    ]  # an odd number: the last turn is the user's
    planner = Planner("chat")

    def convert() -> object:
        plan = planner.plan(stream=False, messages=said)
        assert plan.request is not None
        return dumps(plan.dialect.encode(plan.request, plan.ctx).json)

    return convert


def cost(work: Callable[[], object]) -> float:
    """Return the CPU seconds of `work`, the least of some."""
    work()
    times = []
    for _ in range(_REPEATS):
        gc.collect()
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main(what: str) -> None:
    """Print the slopes."""
    make = {"deltas": deltas, "length": length, "turns": turns}[what]
    costs = [cost(make(size)) for size in SIZES]
    slopes = [math.log10(b / a) for a, b in pairwise(costs)]
    sys.stdout.write(json.dumps(slopes))


if __name__ == "__main__":
    main(sys.argv[1])
