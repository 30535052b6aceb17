"""RESULTS.md: every target with its ratios, then every case with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.results import Result
from benchmarks.targets import TARGETS, Target


def written(
    results: Sequence[Result],
    facts: Sequence[str],
    failed: Sequence[str],
    why: Sequence[tuple[Result, Sequence[str]]] = (),
) -> str:
    """Return the report; `failed` says what could not be measured, `why` what was missed."""
    return "\n".join([*_head(facts, failed), *_targets(results), *_why(why), *_all(results)])


def _head(facts: Sequence[str], failed: Sequence[str]) -> Iterator[str]:
    yield "# Results"
    yield ""
    yield "Written by `python benchmarks/run.py`; what it measures and how is in"
    yield "[docs/performance.md](../docs/performance.md). Do not edit."
    yield ""
    for fact in facts:
        yield f"- {fact}"
    for fault in failed:
        yield f"- **could not be measured**: {fault}"
    yield ""


def _targets(results: Sequence[Result]) -> Iterator[str]:
    yield "## Targets"
    yield ""
    yield "A ratio is the median of the rounds. Of a target's cases the worst decides."
    yield ""
    yield "| what | target | measured, best to worst | cases met | |"
    yield "|---|---|---|---|---|"
    for key, target in TARGETS.items():
        found = [result for result in results if result.target == key]
        if key != "other" and found:
            yield _target_line(target, found)
    yield ""


def _target_line(target: Target, found: Sequence[Result]) -> str:
    ratios = sorted((result.ratio for result in found), reverse=target.at_least)
    met = sum(map(target.met, ratios))
    measured = f"{ratios[0]:.2f} to {ratios[-1]:.2f}" if len(ratios) > 1 else f"{ratios[0]:.2f}"
    verdict = "met" if met == len(found) else "**missed**"
    return f"| {target.what} | {target} | {measured} | {met} of {len(found)} | {verdict} |"


def _why(found: Sequence[tuple[Result, Sequence[str]]]) -> Iterator[str]:
    if not found:
        return
    yield "## Why targets are missed"
    yield ""
    yield "The worst case of each missed target under a profiler: functions by their own time,"
    yield "first any_llm's and its plugins', then everybody else's. A profiler makes calls dearer"
    yield "than they are, so only the shares say something."
    yield ""
    for result, lines in found:
        yield f"### {TARGETS[result.target].what}: {result.name}, {result.ratio:.2f}"
        yield ""
        yield from (f"- {line}" for line in lines)
        yield ""


def _all(results: Sequence[Result]) -> Iterator[str]:
    for key, target in TARGETS.items():
        found = [result for result in results if result.target == key]
        if not found:
            continue
        yield f"## {target.what[0].upper()}{target.what[1:]}"
        yield ""
        if key != "other":
            yield f"Target: {target}."
            yield ""
        yield "| case | any_llm | the other | ratio | spread | |"
        yield "|---|---|---|---|---|---|"
        for result in found:
            yield _line(result, None if key == "other" else target)
        yield ""


def _line(result: Result, target: Target | None) -> str:
    low, high = result.spread
    sides = [
        f"{median(side):.4g} {result.unit}" if side else "" for side in (result.ours, result.base)
    ]
    verdict = "" if target is None else "met" if target.met(result.ratio) else "**missed**"
    return (
        f"| {result.name} | {sides[0]} | {sides[1]} | {result.ratio:.2f} "
        f"| {low:.2f} to {high:.2f} | {verdict} |"
    )
