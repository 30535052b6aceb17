"""What the kit sees while a conversion runs, and what it must not take for its doing."""

from __future__ import annotations

import gc
import time

from any_llm.testing.kit.watch import Watch


def many_cycles():
    for _ in range(gc.get_threshold()[0] * 3):
        cycle = []
        cycle.append(cycle)


def test_the_clock_is_seen():
    with Watch() as seen:
        time.perf_counter()
    assert seen.calls == ["time.perf_counter"]


def test_a_collection_by_chance_is_not_the_conversions_doing():
    def looks_at_the_clock(_phase, _info):
        time.perf_counter()

    gc.callbacks.append(looks_at_the_clock)
    try:
        with Watch() as seen:
            many_cycles()
    finally:
        gc.callbacks.remove(looks_at_the_clock)
    assert seen.calls == []
    assert gc.isenabled()
