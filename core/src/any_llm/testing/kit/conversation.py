"""Several calls: one that follows from another, two at a time, and calls of other kinds."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from ...errors import UnsupportedFeature
from ...types import MessageResponse
from ..replay import Answer
from .base import SuiteBase
from .checks import Check, Trial, kit_test, trials
from .frames import leaves
from .outcome import Outcome, typed
from .stage import Stage, answer_of

# Two to four bytes a character, and what JSON, a line or a template could stumble over.
TEXT = 'Grüße, 漢字 😀 \u2028 "quoted" \\ {braces} <tag> \t end'


class Conversation(SuiteBase):
    """Tests of more than one call."""

    @kit_test()
    def test_text_is_sent_as_it_is(self, check: Check) -> None:
        """A text reaches the vendor character by character."""
        outcome = self._asked([{"role": "user", "content": TEXT}])
        check.that(bool(outcome.received), f"nothing was sent: {outcome}")
        check.that(_says(outcome, TEXT), f"the request does not hold {TEXT!r}")

    @kit_test("answer")
    def test_answer_can_be_sent_back(self, check: Check, trial: Trial) -> None:
        """`{"role": "assistant", "content": answer.content}` is the next request's history.

        With a result for each call; where conversations are refused altogether, that is all.
        """
        message = self.stage().play(trial).message
        check.that(message is not None, "no message came")
        if message is None or self._one_turn_only():
            return
        turns = [*trial.case.request["messages"], *_next_turns(message)]
        tools = trial.case.request.get("tools") or _tools_of(message)
        request = {**trial.case.request, "messages": turns, **({"tools": tools} if tools else {})}
        answers = [answer_of(one) for one in trial.recording.exchanges]
        outcome = self.stage().call(request, answers, trial.stream, **trial.case.options)
        check.that(bool(outcome.received), f"its own answer was not taken: {outcome}")
        told = any(loss.path.startswith("messages") for loss in outcome.losses)
        for block in message.content:
            if block.type == "text" and block.text.strip():
                check.that(told or _says(outcome, block.text), f"loses {block.text!r:.200}")

    @kit_test("stream")
    def test_streams_do_not_mix(self, check: Check, trial: Trial) -> None:
        """Two streams that are read in turns say what each says alone."""
        streams = trials(self.cases, "stream")
        other = streams[(streams.index(trial) + 1) % len(streams)]
        alone = [self.stage().play(one) for one in (trial, other)]
        together = _in_turns(self.stage(), trial, other)
        for one, found in zip(alone, together, strict=True):
            check.that(one.message is not None, f"a stream fails alone: {one}")
            check.equal(found.said["message"], one.said["message"], "said beside another stream")

    @kit_test()
    def test_other_operations_fail_as_calls_do(self, check: Check) -> None:
        """Counting tokens and listing models give what they promise, or a typed error."""
        client, said = self.stage().client("sync"), self.hello()
        said.pop("max_tokens")
        place = {"provider": self.provider, "api_base": self.stage().base}
        operations = {
            "count_tokens": partial(client.count_tokens, **said, **place),
            "models.list": partial(client.models.list, **place),
        }
        for answer in (Answer(status=404, body=b"{}"), Answer(status=401, body=b""), Answer.of([])):
            for name, call in operations.items():
                self.stage().answers([answer])
                error = _error_of(call)
                where = f"{name} with HTTP {answer.status}"
                check.that(typed(error), f"{where}: {type(error).__name__}: {error}")
                check.that(error is not None or answer.status == 200, f"{where}: no error")

    def _asked(self, messages: Any) -> Outcome:
        trial = trials(self.cases, "trial")[0]
        answers = [answer_of(one) for one in trial.recording.exchanges]
        request = {**self.hello(), "messages": messages}
        return self.stage().call(request, answers, trial.stream, **trial.case.options)

    def _one_turn_only(self) -> bool:
        turns = [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Hi"},
            {"role": "user", "content": "Go on"},
        ]
        return isinstance(self._asked(turns).error, UnsupportedFeature)


def _error_of(call: Callable[[], Any]) -> Exception | None:
    try:
        call()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is judged
        return error
    return None


def _says(outcome: Outcome, text: str) -> bool:
    """Whether `text` stands in what was sent: in one string of the JSON, or in the bytes."""
    for sent in outcome.received:
        try:
            found = [leaf for _, leaf in leaves(json.loads(sent.body)) if isinstance(leaf, str)]
        except ValueError:
            found = [sent.body.decode("utf-8", "replace")]
        if any(text in leaf for leaf in found):
            return True
    return False


def _next_turns(message: MessageResponse) -> list[dict[str, Any]]:
    calls = [block for block in message.content if block.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": one.id, "content": "done"} for one in calls]
    user = {"role": "user", "content": results or "Go on"}
    if not message.content:
        return [{"role": "assistant", "content": "..."}, user]
    return [{"role": "assistant", "content": message.content}, user]


def _tools_of(message: MessageResponse) -> list[dict[str, Any]]:
    names = dict.fromkeys(block.name for block in message.content if block.type == "tool_use")
    return [{"name": name, "input_schema": {"type": "object"}} for name in names]


def _in_turns(stage: Stage, *chosen: Trial) -> list[Outcome]:
    client, opened = stage.client("sync"), []
    facts: list[Any] = []
    stage.witness.facts = facts
    try:
        for trial in chosen:
            # In small pieces: what comes in one is read in one.
            stage.answers([answer_of(one, pieces=(20,)) for one in trial.recording.exchanges])
            arguments = stage.arguments(trial.case.request, **trial.case.options)
            opened.append(client.stream(**arguments))
        waiting = list(opened)
        while waiting:
            waiting = [stream for stream in waiting if next(stream, None) is not None]
        return [Outcome(message=one.get_final_message(), facts=facts) for one in opened]
    finally:
        for stream in opened:
            stream.close()
