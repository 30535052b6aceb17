"""One answer as it is read, whole or chunk by chunk: the state machine of this wire.

A whole answer is read as a stream of one chunk, so that both give the same message. Nothing is
closed at `finish_reason`: content and usage may follow it. Only `finish` ends the message.
"""

from __future__ import annotations

from typing import Any

from any_llm.plugin import APIError, CallContext, Emitter, StreamTruncated, Usage

from .errors import bad_reply, error_inside, failed_finish, holds_error
from .extras import CHOICE, TOP, Extras
from .said import Said
from .stops import announces_calls, failure_type, stop_of
from .usage import has_counts, more_than_carried, tier_of, usage_of


class Answer:
    """Reads the chunks of one answer and says on `emit` what they mean."""

    def __init__(self, ctx: CallContext, emit: Emitter, *, whole: bool = False) -> None:
        self._ctx = ctx
        self._emit = emit
        self._whole = whole
        self._extras = Extras()
        self._said = Said(ctx, emit, self._extras, whole=whole)
        self._usage: dict[str, Any] = {}
        self._tier: Any = None
        self._id = ""
        self._model = ""
        self._finish: str | None = None
        self._others = False

    def take(self, chunk: dict[str, Any]) -> None:
        """Read one chunk, or a whole answer."""
        if chunk.get("error"):
            raise error_inside(chunk, self._ctx)
        if not chunk.keys() <= TOP:
            self._extras.of_chunk(chunk)
            if groq := chunk.get("x_groq"):
                self._count(groq.get("usage"))
        choices = chunk.get("choices")
        if choices and (choice := self._first(choices)) is not None:
            if not self._emit.started:
                self._start(chunk)
            self._choice(choice)
        elif not choices:
            self._choiceless(chunk)
        self._count(chunk.get("usage"))

    def finish(self, *, done: bool = True) -> None:
        """The answer has ended; `done` says that the wire itself said so.

        StreamTruncated when it was cut: no reason was given why it stopped.
        """
        finish = self._reason(done=done)
        self._said.finish()
        calls = bool(self._said.calls)
        if announces_calls(finish) and not calls:
            raise bad_reply(self._ctx, f"finish_reason is {finish!r}, but there is no tool call")
        stop = stop_of(
            finish, self._extras.choice, self._ctx, calls=calls, refusal=self._said.refusal
        )
        usage = self._final_usage()
        extras = self._extras.all()
        self._emit.finish(
            stop.reason,
            usage,
            stop_sequence=stop.sequence,
            stop_details=stop.details,
            **({"provider_extras": extras} if extras else {}),
        )

    # --- the parts of a chunk ----------------------------------------------------------------

    def _first(self, choices: list[dict[str, Any]]) -> dict[str, Any] | None:
        """Return choice 0 if it is among these: Messages has one answer, not `n`."""
        if len(choices) == 1 and not choices[0].get("index"):
            return choices[0]
        if not self._others:
            self._others = True
            self._ctx.report("choices", "Messages has one answer; the others are left out")
        return next((choice for choice in choices if not choice.get("index")), None)

    def _start(self, chunk: dict[str, Any]) -> None:
        self._head(chunk)
        usage = Usage(service_tier=tier_of(self._tier))
        id = self._id or self._ctx.new_id("msg_")
        self._emit.start(id=id, model=self._model or self._ctx.model, usage=usage)

    def _head(self, chunk: dict[str, Any]) -> None:
        self._id = self._id or str(chunk.get("id") or "")
        self._model = self._model or str(chunk.get("model") or "")
        self._tier = self._tier or chunk.get("service_tier")

    def _choiceless(self, chunk: dict[str, Any]) -> None:
        """Usage, Azure's filter results, keep-alives; Azure gives those an empty id."""
        if holds_error(chunk):
            raise error_inside(chunk, self._ctx)
        self._head(chunk)

    def _choice(self, choice: dict[str, Any]) -> None:
        if not choice.keys() <= CHOICE:
            if choice.get("error"):
                raise error_inside(choice, self._ctx)
            self._extras.of_choice(choice)
            self._count(choice.get("usage"))
        said = choice.get("message" if self._whole or "delta" not in choice else "delta")
        if said:
            self._said.read(said)
        finish = choice.get("finish_reason")
        if finish is None and (details := choice.get("finish_details")):
            finish = details["type"]  # early vision models of OpenAI
        if finish is not None and not self._finish:
            self._ends(finish, choice)

    def _ends(self, finish: str, choice: dict[str, Any]) -> None:
        if kind := failure_type(finish):
            raise failed_finish(finish, kind, self._ctx, choice)
        self._finish = finish  # the first word counts; "" is none until nothing better comes

    def _count(self, usage: Any) -> None:
        if usage and has_counts(usage):
            self._usage = usage

    # --- the end -----------------------------------------------------------------------------

    def _reason(self, *, done: bool) -> str:
        """Return why the answer stopped. A stream that never says it was cut, whatever came."""
        if self._finish or (self._finish == "" and done):
            return self._finish
        calls = self._said.calls
        if done and calls and calls.complete:
            return "tool_calls"
        raise self._truncated()

    def _truncated(self) -> APIError:
        what = "no finish_reason: why it stopped is unknown, and what arrived may be incomplete"
        if self._whole:
            return bad_reply(self._ctx, what)
        provider = self._ctx.provider
        return StreamTruncated(f"{provider}: the stream ended with {what}", provider=provider)

    def _final_usage(self) -> Usage:
        if not self._usage:
            self._ctx.report("usage", "the server did not count the tokens", "hint")
        elif more_than_carried(self._usage):
            self._extras.add("usage", self._usage)
        tier = tier_of(self._tier)
        if self._tier and tier is None:
            self._extras.add("service_tier", self._tier)
        return usage_of(self._usage, tier)
