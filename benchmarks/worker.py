"""A process that works when told to, and says what it cost.

    python -m benchmarks.worker DRIVER CA

It reads one order a line, `{"work": "stream", "place": [...], "times": 1}`, and answers each with
`{"cpu": seconds, "wall": seconds, "units": n}`: CPU time of this process, all threads, from the
first call to the last byte.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
import time
from dataclasses import replace
from typing import Any

from benchmarks import conversation, drivers, memory
from benchmarks.place import Place

_EARLY = 0.06  # seconds: after the request went out, before a `late` server says its first byte
_FIRST = 20  # streams before memory or many are looked at: they import and build what all use


class Clock:
    """What the work costs, from `start` on."""

    def start(self) -> None:
        """Begin."""
        gc.collect()
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def start_later(self) -> None:
        """Begin while the program waits for the server's first byte."""
        self.start()
        threading.Timer(_EARLY, self._restart).start()

    def _restart(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def stop(self, units: int) -> dict[str, Any]:
        """End, and return what `units` pieces of work cost."""
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        return {"cpu": cpu, "wall": wall, "units": units}


class SyncWork:
    """The kinds of work, for a blocking driver."""

    def __init__(self, driver: Any) -> None:
        self._driver, self._clock = driver, Clock()

    def call(self, place: Place, times: int) -> dict[str, Any]:
        """Whole calls, one after the other."""
        self._clock.start()
        for _ in range(times):
            self._driver.call(place)
        return self._clock.stop(times)

    def stream(self, place: Place, times: int) -> dict[str, Any]:
        """Whole streams, one after the other; the unit is a delta."""
        self._clock.start()
        for _ in range(times):
            check(self._driver.read(place), place)
        return self._clock.stop(times * place.deltas)

    def first(self, place: Place, times: int) -> dict[str, Any]:
        """From the server's first byte to the first event."""
        total = {"cpu": 0.0, "wall": 0.0, "units": times}
        for _ in range(times):
            self._clock.start_later()
            close = self._driver.open(place)
            cost = self._clock.stop(1)
            close()
            total = {**total, **{name: total[name] + cost[name] for name in ("cpu", "wall")}}
        return total

    def big(self, place: Place, times: int) -> dict[str, Any]:
        """A conversation of 200 turns with 50 tools and 2 MB of images."""
        body = conversation.body(self._driver, place)
        self._clock.start()
        for _ in range(times):
            self._driver.send(place, body)
        return self._clock.stop(times)

    def held(self, place: Place, times: int) -> dict[str, Any]:
        """Bytes of memory that each of `times` open streams holds."""
        closing = [self._driver.open(place) for _ in range(_FIRST)]
        with memory.growth(times) as found:
            closing += [self._driver.open(place) for _ in range(times)]
        for close in closing:
            close()
        return found


class AsyncWork:
    """The kinds of work, for an async driver."""

    def __init__(self, driver: Any) -> None:
        self._driver, self._clock = driver, Clock()

    async def call(self, place: Place, times: int) -> dict[str, Any]:
        """Whole calls, one after the other."""
        self._clock.start()
        for _ in range(times):
            await self._driver.call(place)
        return self._clock.stop(times)

    async def at_once(self, place: Place, times: int) -> dict[str, Any]:
        """Whole calls, all at once."""
        self._clock.start()
        await asyncio.gather(*(self._driver.call(place) for _ in range(times)))
        return self._clock.stop(times)

    async def stream(self, place: Place, times: int) -> dict[str, Any]:
        """Whole streams, one after the other; the unit is a delta."""
        self._clock.start()
        for _ in range(times):
            check(await self._driver.read(place), place)
        return self._clock.stop(times * place.deltas)

    async def streams(self, place: Place, times: int) -> dict[str, Any]:
        """Whole streams, all at once; the unit is a delta. Those before them import and build."""
        for _ in range(_FIRST):
            await self._driver.read(replace(place, scene="flood-text-20-0"))
        self._clock.start()
        for count in await asyncio.gather(*(self._driver.read(place) for _ in range(times))):
            check(count, place)
        return self._clock.stop(times * place.deltas)

    async def first(self, place: Place, times: int) -> dict[str, Any]:
        """From the server's first byte to the first event."""
        total = {"cpu": 0.0, "wall": 0.0, "units": times}
        for _ in range(times):
            self._clock.start_later()
            close = await self._driver.open(place)
            cost = self._clock.stop(1)
            await close()
            total = {**total, **{name: total[name] + cost[name] for name in ("cpu", "wall")}}
        return total

    async def big(self, place: Place, times: int) -> dict[str, Any]:
        """A conversation of 200 turns with 50 tools and 2 MB of images."""
        body = conversation.body(self._driver, place)
        self._clock.start()
        for _ in range(times):
            await self._driver.send(place, body)
        return self._clock.stop(times)

    async def held(self, place: Place, times: int) -> dict[str, Any]:
        """Bytes of memory that each of `times` open streams holds."""
        closing = [await self._driver.open(place) for _ in range(_FIRST)]
        with memory.growth(times) as found:
            closing += [await self._driver.open(place) for _ in range(times)]
        for close in closing:
            await close()
        return found


def check(count: int, place: Place) -> None:
    """Whether all of the stream was read: a driver that skips some of it is no match."""
    if count < place.deltas:
        raise RuntimeError(f"{place}: {count} deltas were read")


def _orders() -> Any:
    while line := sys.stdin.readline():
        order = json.loads(line)
        yield order["work"], Place(*order["place"]), order["times"]


def _say(cost: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(cost)}\n")
    sys.stdout.flush()


async def _async_main(driver: str, ca: str) -> None:
    work = AsyncWork(drivers.make(driver, ca))
    for name, place, times in _orders():
        _say(await getattr(work, name)(place, times))


def main(driver: str, ca: str) -> None:
    """Work until there are no more orders."""
    if drivers.is_async(driver):
        asyncio.run(_async_main(driver, ca))
        return
    work = SyncWork(drivers.make(driver, ca))
    for name, place, times in _orders():
        _say(getattr(work, name)(place, times))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
