"""What comes of an answer: the message of the recording, the same in every colour and mode."""

from __future__ import annotations

from typing import Any

from ...errors import APIStatusError
from .base import SuiteBase
from .checks import Check, Trial, kit_test
from .frames import leaves, objects
from .outcome import Outcome
from .stage import COLOURS


class Answers(SuiteBase):
    """Tests of whole and streamed answers."""

    @kit_test("answer")
    def test_answer_is_what_was_recorded(self, check: Check, trial: Trial) -> None:
        """Text, thinking, tool calls, stop reason and usage are those that the case expects."""
        outcome, expect = self.stage().play(trial), trial.expect
        check.that(outcome.message is not None, f"no message came: {outcome}")
        if outcome.message is None:
            return
        found = outcome.summary()
        for name in ("text", "thinking", "stop_reason", "stop_sequence"):
            check.equal(getattr(found, name), getattr(expect, name), name)
        calls = [block for block in outcome.message.content if block.type == "tool_use"]
        tools = [(call.name, call.input) for call in calls]
        check.equal(tools, [(tool.name, dict(tool.input)) for tool in expect.tools], "tools")
        ids = [call.id for call in calls]
        check.that(all(ids) and len(set(ids)) == len(ids), f"ids of the calls: {ids}")
        if expect.blocks is not None:
            check.equal(found.blocks, expect.blocks, "blocks")
        for name, count in expect.usage.items():
            check.equal(_count(outcome.message.usage, name), count, f"usage.{name}")
        _head(check, outcome)

    @kit_test("pair")
    def test_streamed_answer_is_the_whole_one(self, check: Check, trial: Trial) -> None:
        """A case recorded in both modes gives one message: the same blocks, the same end."""
        whole = self.stage().play(trial)
        streamed = self.stage().play(Trial(trial.case, "streamed"))
        check.that(whole.message is not None, f"whole: {whole}")
        check.that(streamed.message is not None, f"streamed: {streamed}")
        if whole.message is not None and streamed.message is not None:
            check.equal(_essence(streamed.message), _essence(whole.message), "streamed")

    @kit_test("trial")
    def test_async_is_as_sync(self, check: Check, trial: Trial) -> None:
        """Asyncio and trio give what sync gives, and send what it sends."""
        stage = self.stage()
        sync = stage.play(trial)
        for colour in COLOURS[1:]:
            outcome = stage.play(trial, colour)
            check.equal(outcome.said, sync.said, colour)
            check.equal(_bytes(outcome), _bytes(sync), f"{colour}: the request")

    @kit_test("error")
    def test_error_is_what_was_recorded(self, check: Check, trial: Trial) -> None:
        """Class, type, status and retry_after of the error are those that the case expects."""
        outcome, expect = self.stage().play(trial), trial.expect.error
        assert expect is not None
        error = outcome.error
        check.equal(type(error).__name__, expect.kind, f"the error ({outcome})")
        for name in ("type", "status", "retry_after"):
            wanted = getattr(expect, name)
            if wanted is not None:
                check.equal(getattr(error, name, None), wanted, name)
        if isinstance(error, APIStatusError):
            check.equal(error.provider, self.provider, "the error's provider")
            check.that(bool(error.body), "the error holds nothing of the vendor's body")
            words = _sentences(trial)
            check.that(
                not words or any(said in str(error) for said in words),
                f"none of what the vendor says stands in the error: {error}",
            )


def _sentences(trial: Trial) -> list[str]:
    """What a refusal says in words; of a stream nobody knows which of its words are of the error.

    Where letters are crossed out, the error of a call with another key may differ.
    """
    last = trial.recording.exchanges[-1]
    if last.status < 400 and trial.stream:
        return []
    found = [leaf for said in objects(last.body) for _, leaf in leaves(said)]
    return [leaf for leaf in found if isinstance(leaf, str) and " " in leaf and "xxxx" not in leaf]


def _head(check: Check, outcome: Outcome) -> None:
    message = outcome.message
    assert message is not None
    check.that(bool(message.id), "the message has no id")
    check.that(bool(message.model), "the message names no model")
    check.equal(message.role, "assistant", "role")


def _count(usage: Any, name: str) -> Any:
    """A count by its name; `a.b` is a count inside another."""
    for part in name.split("."):
        usage = getattr(usage, part, None)
    return usage


# What two recordings of one call have each for itself.
_OWN = {"id", "signature", "data", "citations"}


def _essence(message: Any) -> Any:
    said = message.model_dump(mode="json")
    blocks = [{n: v for n, v in block.items() if n not in _OWN} for block in said["content"]]
    return [said["role"], blocks, said["stop_reason"], said["stop_sequence"]]


def _bytes(outcome: Outcome) -> Any:
    return [(one.method, one.path, one.body) for one in outcome.received]
