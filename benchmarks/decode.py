"""Decode only: the bytes of a stream to events in one process, without a network.

    python -m benchmarks.decode WIRE KIND DELTAS ROUNDS

The limit splits the same chunks and calls `json.loads` on each; both run in turns in one process.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Sequence

from any_llm._pipeline import Pipeline
from any_llm.accumulate import Accumulator
from benchmarks.answers import WIRES
from benchmarks.plans import Planner
from benchmarks.wires import Wire


def pipelines(wire: str) -> Callable[[], Pipeline]:
    """Return what makes a fresh pipeline of this wire."""
    planner = Planner(wire)

    def fresh() -> Pipeline:
        plan = planner.plan(stream=True)
        dialect, framer = plan.dialect, plan.spec.framer or plan.dialect.framer
        return Pipeline(framer(), dialect.decoder(plan.ctx), Accumulator())

    return fresh


def ours(pipeline: Pipeline, chunks: Sequence[bytes]) -> int:
    """Decode a stream, hand out each event, and return how many deltas there were."""
    count = 0
    for chunk in chunks:
        for event in pipeline.feed(chunk):
            if event.type == "content_block_delta":
                count += 1
    pipeline.finish()
    if pipeline.error:
        raise pipeline.error
    return count


def limit(wire: Wire, chunks: Sequence[bytes]) -> int:
    """Split a stream, and decode the JSON of each event."""
    count, rest = 0, b""
    for chunk in chunks:
        *events, rest = (rest + chunk).split(wire.separator)
        for event in events:
            if data := wire.payload(event):
                json.loads(data)
                count += 1
    return count


def main(name: str, kind: str, deltas: int, rounds: int = 7) -> None:
    """Print a line of JSON: the CPU seconds of each round, for the limit and for any_llm."""
    wire, fresh = WIRES[name], pipelines(name)
    chunks = list(wire.stream(kind, deltas))
    found: dict[str, list[float]] = {"limit": [], "ours": []}
    for _ in range(rounds):
        pipeline = fresh()
        gc.collect()
        began = time.process_time()
        limit(wire, chunks)
        between = time.process_time()
        count = ours(pipeline, chunks)
        found["ours"].append(time.process_time() - between)
        found["limit"].append(between - began)
        if count < deltas:
            raise RuntimeError(f"{name}: {count} of {deltas} deltas were read")
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
