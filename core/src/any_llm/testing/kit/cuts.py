"""What is cut short never looks complete, and what is given up is let go."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import anyio

from ...errors import APIError
from ..replay import Answer
from .base import SuiteBase
from .checks import Check, Trial, kit_test, trials
from .outcome import Outcome
from .stage import COLOURS, Stage, answer_of

_MOST = 60


class Cuts(SuiteBase):
    """Tests of answers that do not arrive whole, or are not wanted any more."""

    @kit_test("answer")
    def test_cut_answer_never_looks_complete(self, check: Check, trial: Trial) -> None:
        """Cut at every frame and at random, an answer is a typed error, not a shorter message.

        Once by a proxy that ends the body as if it were whole, once by a connection that breaks.
        A stream whose end was said before the cut may be whole.
        """
        stage = self.stage()
        whole = stage.play(trial)
        check.that(whole.message is not None, f"the whole answer: {whole}")
        body = trial.recording.exchanges[-1].body
        for at in _places(body):
            _judge(check, stage.play(trial, body=body[:at]), whole, f"ended after {at} bytes")
        for at in list(_places(body))[::8]:
            cut = stage.play(trial, end="cut", after=at)
            _judge(check, cut, whole, f"broken after {at} bytes")

    @kit_test()
    def test_cancelling_closes_the_connection(self, check: Check) -> None:
        """A stream that is closed, or whose task is cancelled, gives its connection back."""
        for trial in trials(self.cases, "stream")[:2]:
            for colour in COLOURS[1:]:
                with Stage(self) as stage:
                    stage.client(colour)
                    _hang(stage, trial, len(trial.recording.exchanges[-1].body) // 2)
                    _cancel(stage, colour, trial)
                    closed = stage.server.wait_closed()
                check.that(closed, f"{trial}, {colour}: cancelled, and its connection is open")
                if not closed:
                    return
            at = _enough(self.stage(), trial)
            if at is not None:
                with Stage(self) as stage:
                    _hang(stage, trial, at)
                    _close(stage, trial)
                    closed = stage.server.wait_closed()
                check.that(closed, f"{trial}, sync: closed, and its connection is open")
                if not closed:
                    return


def _places(body: bytes) -> Iterator[int]:
    """Yield where to cut: after each line, and at random."""
    end = len(body.rstrip())
    chance = random.Random(end)  # noqa: S311  # seeded: the same cuts each time
    lines = [at + 1 for at in range(end - 1) if body[at : at + 1] == b"\n"]
    if len(lines) > _MOST:
        lines = sorted(chance.sample(lines, _MOST - 10)) + lines[-10:]
    inside = [chance.randrange(end) for _ in range(20)] if end else []
    yield from sorted({0, *lines, *inside, max(end - 1, 0)})


def _judge(check: Check, cut: Outcome, whole: Outcome, where: str) -> None:
    if cut.message is None:
        good = isinstance(cut.error, APIError)
        check.that(good, f"{where}: {type(cut.error).__name__}, not an APIError: {cut.error}")
        return
    assert whole.message is not None
    same = [
        (m.model_dump(mode="json")["content"], m.stop_reason) for m in (cut.message, whole.message)
    ]
    check.that(same[0] == same[1], f"{where}: looks complete: {cut.message!r:.300}")


def _hang(stage: Stage, trial: Trial, after: int) -> None:
    answers = [answer_of(one) for one in trial.recording.exchanges]
    last = answers[-1]
    hung = Answer(body=last.body, status=last.status, headers=last.headers, end="hang", after=after)
    stage.answers([*answers[:-1], hung])


def _call(stage: Stage, trial: Trial) -> dict[str, Any]:
    return stage.arguments(trial.case.request, **trial.case.options)


def _cancel(stage: Stage, colour: Any, trial: Trial) -> None:
    """Cancel a call once its request has arrived and half of its answer is out."""
    client, wanted = stage.client(colour), len(trial.recording.exchanges)

    async def read() -> None:
        async with client.stream(**_call(stage, trial)) as stream:
            async for _ in stream:
                pass

    async def run() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(read)
            while len(stage.server.requests) < wanted:  # noqa: ASYNC110  # a thread serves it
                await anyio.sleep(0.001)
            await anyio.sleep(0.01)
            group.cancel_scope.cancel()

    stage.portal(colour).call(run)


def _enough(stage: Stage, trial: Trial) -> int | None:
    """Find after how many bytes a stream has begun and is not complete; None: never."""
    body = trial.recording.exchanges[-1].body
    for at in _places(body):
        cut = stage.play(trial, end="cut", after=at)  # not ended: its last frame stays unread
        if cut.events and cut.error is not None:
            return at
    return None


def _close(stage: Stage, trial: Trial) -> None:
    stream = stage.client("sync").stream(**_call(stage, trial))
    try:
        next(stream)
    finally:
        stream.close()
