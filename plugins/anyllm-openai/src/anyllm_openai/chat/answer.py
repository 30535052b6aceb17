"""One answer as it is read, whole or chunk by chunk: the state machine of this wire.

A whole answer is read as a stream of one chunk, so that both give the same message. Nothing is
closed at `finish_reason`: content and usage may follow it. Only `finish` ends the message.
"""

from __future__ import annotations

from typing import Any

from any_llm.plugin import APIError, CallContext, Emitter, StreamTruncated, Usage

from .errors import bad_reply, error_inside, failed_finish, holds_error
from .extras import CHOICE, TOP, Extras
from .profile import ChatProfile
from .said import Said
from .stops import announces_calls, failure_type, stop_of
from .usage import has_counts, more_than_carried, tier_of, usage_of

_plain_chunk = TOP.issuperset
_ENDED = ("end_turn", "stop_sequence")
# These two are null nearly always.
_plain_choice = (CHOICE | {"logprobs", "native_finish_reason"}).issuperset


class Answer:
    """Reads the chunks of one answer and says on `emit` what they mean."""

    def __init__(self, ctx: CallContext, emit: Emitter, *, whole: bool = False) -> None:
        if ctx.profile is None:
            ctx.profile = ChatProfile()
        self._ctx = ctx
        self._emit = emit
        self._whole = whole
        self._place = "message" if whole else "delta"
        self._extras = Extras()
        self._said = Said(ctx, emit, self._extras, whole=whole)
        self._usage: dict[str, Any] = {}
        self._tier: Any = None
        self._id = ""
        self._model = ""
        self._finish: str | None = None
        self._fingerprint = ""
        self._several = False

    def take(self, chunk: dict[str, Any]) -> None:
        """Read one chunk, or a whole answer. Most chunks hold a few letters: those cost little."""
        if chunk.get("error"):
            raise error_inside(chunk, self._ctx)
        if not _plain_chunk(chunk):
            self._beside(chunk)
        if fingerprint := chunk.get("system_fingerprint"):
            self._fingerprint = fingerprint
        if self._tier is None:
            self._tier = chunk.get("service_tier")
        if usage := chunk.get("usage"):
            self._count(usage)
        choices = chunk.get("choices")
        if not choices:
            self._choiceless(chunk)
            return
        choice = choices[0]
        if len(choices) > 1 or choice.get("index"):
            self._others(choices)
            choice = next((one for one in choices if not one.get("index")), None)
        if choice is not None:
            if not self._emit.started:
                self._start(chunk)
            self._choice(choice)

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
        if stop.reason in _ENDED and self._ctx.state.get("forced_tool"):
            self._ctx.report("tool_choice", "a tool call was demanded; the answer has none")
        self._emit.finish(
            stop.reason,
            self._final_usage(),
            stop_sequence=stop.sequence,
            stop_details=stop.details,
            **self._provider_extras(),
        )

    # --- the parts of a chunk ----------------------------------------------------------------

    def _beside(self, chunk: dict[str, Any]) -> None:
        self._extras.of_chunk(chunk)
        if groq := chunk.get("x_groq"):
            self._count(groq.get("usage"))

    def _others(self, choices: list[dict[str, Any]]) -> None:
        """Messages has one answer, not `n`."""
        if not self._several and any(choice.get("index") for choice in choices):
            self._several = True
            self._ctx.report("choices", "Messages has one answer; the others are left out")

    def _start(self, chunk: dict[str, Any]) -> None:
        self._head(chunk)
        usage = usage_of(self._usage)  # where it is counted from the start: the prompt is known
        usage = Usage(input_tokens=usage.input_tokens, service_tier=tier_of(self._tier))
        self._emit.start(
            id=self._id or self._ctx.new_id("msg_"),
            model=self._model or self._ctx.model,
            usage=usage,
        )

    def _head(self, chunk: dict[str, Any]) -> None:
        self._id = self._id or str(chunk.get("id") or "")
        self._model = self._model or str(chunk.get("model") or "")

    def _choiceless(self, chunk: dict[str, Any]) -> None:
        """Usage, Azure's filter results, keep-alives; Azure gives those an empty id."""
        if holds_error(chunk):
            raise error_inside(chunk, self._ctx)
        self._head(chunk)

    def _choice(self, choice: dict[str, Any]) -> None:
        if (
            not _plain_choice(choice)
            or choice.get("logprobs") is not None
            or choice.get("native_finish_reason") is not None
        ):
            self._more(choice)
        if said := choice.get(self._place) or self._elsewhere(choice):
            self._said.read(said)
        finish = choice.get("finish_reason")
        if finish is not None and not self._finish:
            self._ends(finish, choice)

    def _elsewhere(self, choice: dict[str, Any]) -> Any:
        """Perplexity repeats the whole message in every chunk; it counts where no delta is."""
        if self._place in choice:
            return None
        if said := choice.get("message", choice.get("delta")):
            return said
        text = choice.get("text")  # the form of the old completions
        return {"content": text} if text else None

    def _more(self, choice: dict[str, Any]) -> None:
        if choice.get("error"):
            raise error_inside(choice, self._ctx)
        self._extras.of_choice(choice)
        self._count(choice.get("usage"))
        if (details := choice.get("finish_details")) and not self._finish:
            self._ends(details["type"], choice)  # early vision models of OpenAI

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
        return usage_of(self._usage, tier_of(self._tier))

    def _provider_extras(self) -> dict[str, Any]:
        if self._fingerprint:
            self._extras.add("system_fingerprint", self._fingerprint)
        if self._tier and tier_of(self._tier) is None:
            self._extras.add("service_tier", self._tier)
        if more_than_carried(self._usage):
            self._extras.add("usage", self._usage)
        found = self._extras.all()
        return {"provider_extras": found} if found else {}
