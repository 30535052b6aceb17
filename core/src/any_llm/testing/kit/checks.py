"""What a test of the kit is: named, counted, and run on the recordings that it is about."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..case import Case, Expect, Mode, Recording

Per = Literal["suite", "request", "trial", "answer", "stream", "whole", "error", "pair"]
"""What a test runs once for: the suite; each case; each recording; each that expects an answer,
and of these the streamed or the whole ones; each that expects an error; each case whose two
recordings expect the same."""


@dataclass(frozen=True)
class Trial:
    """One recording of one case."""

    case: Case
    mode: Mode

    @property
    def recording(self) -> Recording:
        """The recording of this mode."""
        found = self.case.recording(self.mode)
        assert found is not None
        return found

    @property
    def expect(self) -> Expect:
        """What must come of it."""
        return self.recording.expect

    @property
    def stream(self) -> bool:
        """Whether the call asks for a stream."""
        return self.mode == "streamed"

    def __str__(self) -> str:
        return f"{self.case.name}-{self.mode}"


def trials(cases: Sequence[Case], per: Per) -> list[Trial]:
    """Return what a test of this kind runs on."""
    found = [Trial(case, mode) for case in cases for mode in case.modes]
    if per == "request":
        return [Trial(case, case.modes[0]) for case in cases]
    if per == "pair":
        return [Trial(case, "whole") for case in cases if _is_pair(case)]
    if per == "error":
        return [trial for trial in found if trial.expect.error is not None]
    if per == "trial":
        return found
    answers = [trial for trial in found if trial.expect.error is None]
    if per == "answer":
        return answers
    return [trial for trial in answers if trial.stream is (per == "stream")]


def _is_pair(case: Case) -> bool:
    if case.whole is None or case.streamed is None:
        return False
    whole, streamed = (replace(one.expect, usage={}) for one in (case.whole, case.streamed))
    return whole == streamed and whole.error is None  # streams may be recorded without usage


class Check:
    """Says what does not hold, and counts what was looked at."""

    def __init__(self, test: str) -> None:
        self.test = test
        self.made = 0
        self._failed: list[str] = []

    def that(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001  # it reads as a sentence
        """Note `otherwise` unless it `holds`."""
        self.made += 1
        if not holds:
            self._failed.append(otherwise)

    def equal(self, found: Any, wanted: Any, what: str) -> None:
        """Note the difference between two values."""
        self.that(found == wanted, f"{what}: {found!r:.500}, not {wanted!r:.500}")

    def verdict(self) -> None:
        """Raise AssertionError with all that was noted, or because nothing was looked at."""
        if self._failed:
            more = f"\n... and {len(self._failed) - 10} more" if len(self._failed) > 10 else ""
            raise AssertionError("\n".join(self._failed[:10]) + more)
        if not self.made:
            raise AssertionError(
                f"{self.test}: found nothing to check; record a case that it can run on, or say in "
                "not_applicable why there is none"
            )


def kit_test(per: Per = "suite") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a method of a suite its test: it takes `check`, and `trial` unless `per` is suite."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        def judged(suite: Any, trial: Trial | None) -> None:
            if per != "suite" and trial is None:
                raise AssertionError(
                    f"{function.__name__}: no case is for it ({per}); record one, or say in "
                    "not_applicable why there is none"
                )
            check = Check(function.__name__)
            if trial is None:
                function(suite, check)
            else:
                function(suite, check, trial)
            check.verdict()

        def once(self: Any) -> None:
            judged(self, None)

        def each(self: Any, trial: Trial | None) -> None:
            judged(self, trial)

        made: Any = once if per == "suite" else each
        signature = inspect.signature(made)  # pytest reads it: `trial` is its parameter
        functools.update_wrapper(made, function)
        del made.__wrapped__
        made.__signature__, made.per = signature, per
        wrapped: Callable[..., None] = made
        return wrapped

    return decorate


def tests_of(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield the tests of a class by name, as they stand in it and its bases."""
    for name in dir(cls):
        if name.startswith("test_"):
            yield name, inspect.getattr_static(cls, name)
