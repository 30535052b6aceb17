"""The cases that run against the server: the same work for two or more drivers, in turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

COLOURS = ("async", "sync")
LIBRARIES = ("httpx", "httpx2")
CALLS_COME_WHOLE = ("gemini", "ollama")
"""Wires without deltas of arguments: each of their calls is a block of its own, three events and
its input parsed, so that no target for a delta fits."""
FLOOD, PACED = "flood-{}-2000-0", "paced2-{}-250-0"
_WAKING = 4
"""Paced streams a round: two seconds, since what it costs to wake up differs by half from one
half second to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`ours` does `times` pieces of `work`, and so does `base`: the ratio is ours over base.

    With `inverse` it is base over ours. `tls` says which of the server's two ports.
    """

    target: str
    name: str
    work: str
    ours: str
    base: str
    times: int = 1
    wire: str = "chat"
    scene: str = "flood-text-1-0"
    tls: bool = False
    inverse: bool = False


def cases() -> Iterator[Case]:
    """Yield all of them."""
    yield from _streams()
    yield from _tls()
    yield from _calls()
    yield from _many()
    yield from _peers()


def _pairs() -> Iterator[tuple[str, str, str]]:
    for library in LIBRARIES:
        for colour in COLOURS:
            yield f"{library} {colour}", f"ours:{library}:{colour}", f"raw:{library}:{colour}"


def _streams() -> Iterator[Case]:
    for who, ours, base in _pairs():
        for kind in ("text", "tools"):
            for pace, scene, times in (("flooded", FLOOD, 2), ("paced", PACED, _WAKING)):
                yield Case(
                    target="chat",
                    name=f"{kind}, {pace}, {who}",
                    work="stream",
                    ours=ours,
                    base=base,
                    scene=scene.format(kind),
                    times=times,
                )
            for wire in ("responses", "messages", "gemini", "ollama"):
                whole = kind == "tools" and wire in CALLS_COME_WHOLE
                yield Case(
                    target="other" if whole else "wires",
                    name=f"{wire}, {'whole calls' if whole else kind}, flooded, {who}",
                    work="stream",
                    ours=ours,
                    base=base,
                    scene=FLOOD.format(kind),
                    times=2,
                    wire=wire,
                )
        for name, scene in (
            ("2,000 deltas in packs of 16 kB", "packed-text-2000-0"),
            ("1 MB in 100,000 deltas", "packed-text-100000-10"),
        ):
            yield Case(
                target="other", name=f"{name}, {who}", work="stream", ours=ours, base=base,
                scene=scene,
            )  # fmt: skip


def _tls() -> Iterator[Case]:
    for kind in ("text", "tools"):
        for who, ours, base in _pairs():
            yield Case(
                target="tls", name=f"{kind}, {who}", work="stream", ours=ours, base=base,
                scene=FLOOD.format(kind), tls=True,
            )  # fmt: skip

    for kind in ("text", "tools"):
        yield Case(
            target="aiohttp", name=kind, work="stream", ours="ours:aiohttp:async",
            base="raw:httpx:async", scene=FLOOD.format(kind), times=2, tls=True,
        )  # fmt: skip


def _calls() -> Iterator[Case]:
    for who, ours, base in _pairs():
        for wire in ("chat", "messages"):
            yield Case(
                target="whole", name=f"{wire}, {who}", work="call", ours=ours, base=base,
                wire=wire, times=200,
            )  # fmt: skip
            yield Case(
                target="big", name=f"{wire}, {who}", work="big", ours=ours, base=base,
                wire=wire, times=8,
            )  # fmt: skip
        yield Case(
            target="first", name=who, work="first", ours=ours, base=base,
            scene="late-text-20-0", times=12,
        )  # fmt: skip
        yield Case(
            target="memory", name=who, work="held", ours=ours, base=base,
            scene="paced1000-text-500-0", times=200,
        )  # fmt: skip
    for colour in COLOURS:
        yield Case(
            target="module", name=f"httpx {colour}", work="call", ours=f"ours:module:{colour}",
            base=f"ours:httpx:{colour}", times=200,
        )  # fmt: skip


def _many() -> Iterator[Case]:
    for library in (*LIBRARIES, "aiohttp"):
        ours, base = f"ours:{library}:async", f"raw:{library}:async"
        for times in (64, 256):
            yield Case(
                target="at_once" if times == 64 else "other",
                name=f"{times} calls, {library}",
                work="at_once",
                ours=ours,
                base=base,
                times=times,
            )
        yield Case(
            target="at_once", name=f"500 streams, {library}", work="streams", ours=ours, base=base,
            scene="paced200-text-15-0", times=500,
        )  # fmt: skip


# A peer, its target, and the HTTP library that it uses: openai 3.54 takes httpx2, litellm 1.106 has
# aiohttp under httpx's async client. Beside that stands what any_llm is without its fast lane.
_PEERS = (
    ("mozilla", "mozilla", {"sync": "httpx2", "async": "httpx2"}),
    ("litellm_", "litellm", {"sync": "httpx", "async": "aiohttp"}),
    ("litellm_", "other", {"async": "httpx"}),
    ("openai_sdk", "other", {"sync": "httpx2", "async": "httpx2"}),
)


def _peers() -> Iterator[Case]:
    for module, target, libraries in _PEERS:
        who = module.strip("_")
        for colour, library in libraries.items():
            ours, base = f"ours:{library}:{colour}", f"{module}:{colour}"
            for pace, scene in (("flooded", FLOOD), ("paced", PACED)):
                yield Case(
                    target=target if pace == "flooded" else "other",
                    name=f"{who} over any_llm: text, {pace}, {library} {colour}",
                    work="stream",
                    ours=ours,
                    base=base,
                    scene=scene.format("text"),
                    inverse=True,
                )
            yield Case(
                target="other",
                name=f"{who} over any_llm: whole call, {library} {colour}",
                work="call",
                ours=ours,
                base=base,
                times=30,
                inverse=True,
            )
