"""What a stream must be: its grammar, and the same however its bytes are cut."""

from __future__ import annotations

import random
from collections.abc import Iterator

from ...errors import APIError
from ...grammar import Grammar, GrammarError
from ...native import MessagesDecoder
from ...types import RawMessageDeltaEvent, RawMessageStopEvent
from .base import SuiteBase
from .checks import Check, Trial, kit_test, trials
from .frames import objects, spoken, with_last

SHORT = 400
"""Streams up to so many bytes are cut at every byte."""
_SEEDED = 24
# Line ends of Unicode, which end no line of SSE and of JSON lines, and characters of 2 to 4 bytes.
_ODD = "\u2028\u2029\x85é漢😀"


class Streams(SuiteBase):
    """Tests of streamed answers."""

    @kit_test("stream")
    def test_stream_keeps_the_grammar(self, check: Check, trial: Trial) -> None:
        """message_start first, blocks one after the other, one end, nothing behind it."""
        stage = self.stage()
        native = issubclass(stage.dialect.decoder, MessagesDecoder)
        grammar = Grammar(overlap=native)  # a server that speaks Messages may overlap its blocks
        outcome = stage.play(trial)
        for at, event in enumerate(outcome.events):
            try:
                grammar.check(event)
            except GrammarError as error:
                check.that(holds=False, otherwise=f"event {at}: {error}")
                return
        check.that(grammar.done, f"the stream ends without message_stop: {outcome}")
        last = [event.type for event in outcome.events][-2:]
        kinds = tuple(map(type, outcome.events[-2:]))
        if not native:
            wanted = (RawMessageDeltaEvent, RawMessageStopEvent)
            check.that(kinds == wanted, f"the last two events are {last}")

    @kit_test("stream")
    def test_stream_does_not_depend_on_chunks(self, check: Check, trial: Trial) -> None:
        """However the bytes arrive, the events are the same: cut at every byte, or at random."""
        stage = self.stage()
        body = trial.recording.exchanges[-1].body
        whole = stage.play(trial).said
        for pieces in _chunkings(body):
            check.equal(stage.play(trial, pieces=pieces).said, whole, f"in pieces of {pieces}")

    @kit_test()
    def test_stream_is_passed_on_as_it_comes(self, check: Check) -> None:
        """Text is handed out while it arrives, and not kept until the answer is whole.

        For each stream that brings its text in several pieces.
        """
        for trial in trials(self.cases, "stream"):
            body, text = trial.recording.exchanges[-1].body, trial.expect.text
            places = spoken(body, text.__eq__).values() if text else ()
            if not any(sum(map(bool, texts)) >= 2 for texts in places):
                continue
            outcome = self.stage().play(trial)
            deltas = [event for event in outcome.events if event.type == "content_block_delta"]
            check.that(len(deltas) >= 2, f"{trial}: all of the text came in one event")

    @kit_test("stream")
    def test_stream_may_end_without_a_newline(self, check: Check, trial: Trial) -> None:
        """The last frame counts, also when the server ends the body without a line end."""
        stage = self.stage()
        body = trial.recording.exchanges[-1].body.rstrip(b"\r\n")
        whole = stage.play(trial).said
        check.equal(stage.play(trial, body=body).said, whole, "without the last line end")

    @kit_test("stream")
    def test_garbled_frame_is_not_skipped(self, check: Check, trial: Trial) -> None:
        """A frame whose JSON is cut off is an error, unless the answer is the same without it."""
        stage, body = self.stage(), trial.recording.exchanges[-1].body
        whole = stage.play(trial)
        check.that(whole.message is not None, f"the whole answer: {whole}")
        for at, garbled in _garbled(body):
            outcome = stage.play(trial, body=garbled)
            same = outcome.message is not None and outcome.said["message"] == whole.said["message"]
            check.that(
                same or isinstance(outcome.error, APIError), f"frame {at} was skipped: {outcome}"
            )

    @kit_test()
    def test_stream_splits_on_no_other_character(self, check: Check) -> None:
        """U+2028, U+2029 and U+0085 inside a text end no line; no character is cut."""
        carried = False
        for trial in trials(self.cases, "stream"):
            body, text = trial.recording.exchanges[-1].body, trial.expect.text
            for path, texts in spoken(body, text.__eq__).items() if text else ():
                odd = with_last(body, path, texts, lambda last: last + _ODD)
                for pieces in ((), (1,)):
                    outcome = self.stage().play(trial, body=odd, pieces=pieces)
                    found = outcome.summary().text if outcome.message else None
                    where = f"{trial}, {'.'.join(path)}"
                    # The same words may stand where nobody reads them: in log probabilities, say.
                    check.that(found in {text, text + _ODD}, f"{where}: {found!r}, {outcome.error}")
                    carried = carried or found == text + _ODD
                if carried:
                    break  # the other places say it once more
        check.that(carried or not check.made, f"no stream's text takes {_ODD!a}")


def _garbled(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the body with one of its JSON lines cut off, for up to `_SEEDED` of them."""
    lines = body.split(b"\n")
    json_lines = [at for at, line in enumerate(lines) if objects(line)]
    chance = random.Random(len(body))  # noqa: S311  # seeded: the same lines each time
    for at in sorted(chance.sample(json_lines, min(len(json_lines), _SEEDED))):
        text = lines[at].rstrip()
        end = lines[at][len(text) :]
        yield at, b"\n".join([*lines[:at], text[: len(text) - 1] + end, *lines[at + 1 :]])


def _chunkings(body: bytes) -> Iterator[tuple[int, ...]]:
    """Yield sizes of pieces; the last size repeats to the end."""
    yield from ((64,), (7,), (3,), (2,), (1,)) if len(body) <= 20_000 else ((1000,), (64,))
    if len(body) <= SHORT:
        yield from ((at, len(body)) for at in range(1, len(body)))
        return
    chance = random.Random(len(body))  # noqa: S311  # seeded: the same cuts each time
    for _ in range(_SEEDED):
        yield (chance.randrange(1, len(body)), len(body))
    for _ in range(4):
        yield tuple(chance.randrange(1, 200) for _ in range(50))
