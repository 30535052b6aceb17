"""What a vendor may say tomorrow, or leave out: new fields, new reasons, broken JSON, nonsense."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from ...accumulate import INVALID_JSON
from ...errors import APIError
from .base import SuiteBase
from .checks import Check, Trial, kit_test, trials
from .frames import Path, edited, leaves, mapped, objects, spoken, with_last, without
from .outcome import Outcome, typed

# The Messages API's stop reasons: a vendor's new word must become none of them.
_KNOWN = frozenset(
    {
        *("end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal"),
        "model_context_window_exceeded",
    }
)
_NEW = "kit_unknown_reason"
# What stands under these names is the caller's own, not the vendor's vocabulary.
_FREE = frozenset({"args", "arguments", "input", "parameters", "partial_json"})
_NONSENSE: tuple[Any, ...] = (None, 7, -1.5, "kit", [], {}, [None], {"kit": {}}, True)


class Vocabulary(SuiteBase):
    """Tests of what is not known yet."""

    @kit_test("answer")
    def test_unknown_fields_harm_nothing(self, check: Check, trial: Trial) -> None:
        """An answer with fields that nobody knows is the same message."""
        body = trial.recording.exchanges[-1].body
        changed = edited(body, lambda said: _grown(said, depth=4))
        check.that(changed != body or not objects(body), "nothing could be added")
        outcome, expect = self.stage().play(trial, body=changed), trial.expect
        check.that(outcome.message is not None, f"unknown fields gave {outcome}")
        if outcome.message is not None:
            found = outcome.summary()
            for name in ("text", "thinking", "stop_reason"):
                check.equal(getattr(found, name), getattr(expect, name), name)
            calls = [b.name for b in outcome.message.content if b.type == "tool_use"]
            check.equal(calls, [tool.name for tool in expect.tools], "tools")

    @kit_test()
    def test_unknown_stop_reason_is_none_that_is_known(self, check: Check) -> None:
        """A new reason passes through, is reported or is BadReply; it never becomes `end_turn`.

        For each answer that gives its reason under one of `stop_reason_keys`.
        """
        keys = self.stop_reason_keys

        def renamed(path: Path, leaf: Any) -> Any:
            return _NEW if path and path[-1] in keys and isinstance(leaf, str) and leaf else leaf

        for trial in trials(self.cases, "answer"):
            body = trial.recording.exchanges[-1].body
            changed = edited(body, lambda said: mapped(said, renamed))
            if changed == edited(body, lambda said: said):
                continue
            outcome = self.stage().play(trial, body=changed)
            if outcome.message is None:
                check.that(isinstance(outcome.error, APIError), f"{trial}: gave {outcome}")
                continue
            told = any(loss.path.startswith("stop_reason") for loss in outcome.losses)
            reason = outcome.message.stop_reason
            check.that(reason not in _KNOWN or told, f"{trial}: {_NEW} became {reason} in silence")

    @kit_test()
    def test_missing_stop_reason_is_not_made_up(self, check: Check) -> None:
        """An answer that gives no reason is an error, has none or reports it; none is invented.

        For each answer that gives its reason under one of `stop_reason_keys`. Calls are a reason.
        """
        keys = self.stop_reason_keys

        def says(path: Path, leaf: Any) -> bool:
            return bool(path) and path[-1] in keys and isinstance(leaf, str) and bool(leaf)

        for trial, outcome in self._left_out(says):
            if outcome.message is None:
                check.that(isinstance(outcome.error, APIError), f"{trial}: gave {outcome}")
                continue
            told = any(loss.path.startswith("stop_reason") for loss in outcome.losses)
            reason = outcome.message.stop_reason
            calls = any(block.type == "tool_use" for block in outcome.message.content)
            fine = told or reason not in _KNOWN or (reason == "tool_use" and calls)
            check.that(fine, f"{trial}: no reason became {reason}")

    @kit_test()
    def test_missing_tool_name_is_not_made_up(self, check: Check) -> None:
        """A call that comes without its name is an error, or no call."""
        for trial in trials(self.cases, "answer"):
            check.that(holds=True, otherwise="")  # test_cases_show_a_tool_call asks for calls
            names = {tool.name for tool in trial.expect.tools}
            for _, outcome in self._left_out(lambda _, leaf: leaf in names, trial):  # noqa: B023
                check.that(
                    outcome.message is not None or isinstance(outcome.error, APIError),
                    f"{trial}: gave {outcome}",
                )
                content = outcome.message.content if outcome.message else []
                calls = [block.name for block in content if block.type == "tool_use"]
                new = [name for name in calls if name not in names]
                check.that(not new, f"{trial}: a call without its name is called {new}")

    @kit_test()
    def test_broken_tool_input_stays_visible(self, check: Check) -> None:
        """Input that is no JSON is an error or `{INVALID_JSON: raw}`, never a guess."""
        for trial in trials(self.cases, "answer"):
            if len(trial.expect.tools) != 1:
                continue
            wanted = dict(trial.expect.tools[0].input)
            body = trial.recording.exchanges[-1].body
            broken = _broken(body, wanted)
            if broken is None:
                if any(_has(said, wanted) for said in objects(body)):
                    check.that(holds=True, otherwise="")  # an object on this wire: cannot break
                continue
            outcome = self.stage().play(trial, body=broken)
            calls = [] if outcome.message is None else outcome.message.content
            inputs = [block.input for block in calls if block.type == "tool_use"]
            fine = typed(outcome.error) and all(INVALID_JSON in found for found in inputs)
            check.that(fine and (bool(inputs) or outcome.error is not None), f"{trial}: {outcome}")

    @kit_test("answer")
    def test_nonsense_is_a_typed_error(self, check: Check, trial: Trial) -> None:
        """Whatever stands in the place of a value, a caller meets a message or an APIError."""
        body = trial.recording.exchanges[-1].body
        count = sum(1 for said in objects(body) for _ in leaves(said))
        chance = random.Random(count)  # noqa: S311  # seeded: the same nonsense each time
        for _ in range(12):
            at, value = chance.randrange(count) if count else 0, chance.choice(_NONSENSE)
            outcome = self.stage().play(trial, body=_with_leaf(body, at, value))
            good = outcome.message is not None or isinstance(outcome.error, APIError)
            check.that(good, f"leaf {at} made {value!r}: {type(outcome.error).__name__} {outcome}")

    def _left_out(
        self, gone: Callable[[Path, Any], bool], *only: Trial
    ) -> Iterator[tuple[Trial, Outcome]]:
        """Yield what comes of each answer that loses something with the keys that are `gone`."""
        for trial in only or trials(self.cases, "answer"):
            body = trial.recording.exchanges[-1].body
            less = edited(body, lambda said: without(said, gone))
            if less != edited(body, lambda said: said):
                yield trial, self.stage().play(trial, body=less)


def _grown(value: Any, depth: int) -> Any:
    """Return `value` with a field that nobody knows in each object, down to `depth`."""
    if isinstance(value, dict) and depth:
        grown = {n: v if n in _FREE else _grown(v, depth - 1) for n, v in value.items()}
        return {**grown, "kit_unknown": {"a": [1, None]}}
    if isinstance(value, list):
        return [_grown(inner, depth) for inner in value]
    return value


def _with_leaf(body: bytes, at: int, value: Any) -> bytes:
    seen = -1

    def change(_: Path, leaf: Any) -> Any:
        nonlocal seen
        seen += 1
        return value if seen == at else leaf

    return edited(body, lambda said: mapped(said, change))


def _has(value: Any, wanted: Any) -> bool:
    if value == wanted:
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_has(one, wanted) for one in inner)


def _is_json(text: str, wanted: Any) -> bool:
    try:
        return bool(text) and json.loads(text) == wanted
    except ValueError:
        return False


def _broken(body: bytes, wanted: Any) -> bytes | None:
    """Return `body` with the end of the call's JSON text cut off; None: it is no text there."""
    places = spoken(body, lambda text: _is_json(text, wanted))
    for path, texts in places.items():
        body = with_last(body, path, texts, lambda last: last[:-1])

    def cut(_: Path, leaf: Any) -> Any:  # where the whole text stands once more
        return leaf[:-1] if isinstance(leaf, str) and _is_json(leaf, wanted) else leaf

    changed = edited(body, lambda said: mapped(said, cut))
    return changed if places or changed != edited(body, lambda said: said) else None
