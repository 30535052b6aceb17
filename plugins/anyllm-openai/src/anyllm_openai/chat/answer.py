"""One answer as it is read, whole or chunk by chunk: the state machine of this wire.

A whole answer is read as a stream of one chunk, so that both give the same message. Nothing is
closed at `finish_reason`: content and usage may follow it. Only `finish` ends the message.
"""

from __future__ import annotations

from typing import Any

from any_llm.plugin import APIError, CallContext, Emitter, StreamTruncated, Usage, built

from ..common.bare import base_fails, holds_error
from ..common.errors import bad_reply, error_inside, failed_finish
from ..common.pieces import whole_text
from ..common.profile import ChatProfile
from ..common.usage import (
    has_counts,
    is_plain,
    more_than_carried,
    says_some,
    tier_of,
    unreadable,
    usage_of,
)
from .extras import CHOICE, TOP, Extras
from .indexes import number
from .said import Piece, Said
from .stops import announces_calls, failure_type, is_cut, stop_of
from .whole import WholeSaid

_plain_chunk = TOP.issuperset
_NO_WORD = ("null", "none")  # the null of a template or of Python, as a word
_ENDED = ("end_turn", "stop_sequence")
# These two are null nearly always.
_NULL = ("logprobs", "native_finish_reason")
_plain_choice = CHOICE.union(_NULL).issuperset


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
        self._said: Said | WholeSaid
        if whole:
            self._said = WholeSaid(ctx, emit, self._extras)
        else:
            self._said = Said(ctx, emit, self._extras, whole=False)
        self._usage: dict[str, Any] = {}
        self._tier: Any = None
        self._usual: list[str] = []  # the keys of a chunk that holds nothing beside the answer
        self._id = ""
        self._model = ""
        self._finish: str | None = None
        self._fingerprint = ""
        self._several = False
        self._apart = False  # what is said stands in no delta
        self._uncounted: Any = {}

    def take(self, chunk: dict[str, Any]) -> None:
        """Read one chunk, or a whole answer. Most chunks hold a few letters: those cost little."""
        if [*chunk] != self._usual:  # a stream's chunks are all alike
            self._fields(chunk)
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
        if len(choices) > 1 or choices[0].get("index"):
            choices = self._first(choices)
        for choice in choices:
            if not self._emit.started:
                self._start(chunk)
            self._choice(choice)

    def piece(self, chunk: dict[str, Any]) -> Piece | None:
        """Return the piece of text that a chunk holds, if that is all it says."""
        if not self._said.spoken:  # the first chunk names the role
            return None
        choices = chunk.get("choices")
        if not choices or len(choices) > 1 or [*chunk] != self._usual or chunk.get("usage"):
            return None
        choice = choices[0]
        if choice.get("index") or not _plain_choice(choice) or not choice.get("delta"):
            return None
        if any(choice.get(name) is not None for name in ("finish_reason", *_NULL)):
            return None
        assert isinstance(self._said, Said)
        found = self._said.piece(choice["delta"])
        return found and Piece(("choices", 0, "delta", *found.path), found.more)

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
            finish,
            self._extras.choice,
            self._ctx,
            calls=calls,
            refusal=whole_text(self._said.refusal),
        )
        if stop.reason in _ENDED and self._ctx.state.get("forced_tool"):
            self._ctx.report("tool_choice", "a tool call was demanded; the answer has none")
        usage = self._usage or self._uncounted
        plain = is_plain(usage)
        more = not plain and self._more_than_counts(usage)
        self._emit.finish(
            stop.reason,
            usage_of(self._usage, tier_of(self._tier), plain=plain),
            stop_sequence=stop.sequence,
            stop_details=stop.details,
            **self._provider_extras(usage if more else None),
        )

    # --- the parts of a chunk ----------------------------------------------------------------

    def _fields(self, chunk: dict[str, Any]) -> None:
        if chunk.get("error"):
            raise error_inside(chunk, self._ctx)
        if _plain_chunk(chunk):
            self._usual = [*chunk]
        else:
            self._beside(chunk)

    def _beside(self, chunk: dict[str, Any]) -> None:
        self._extras.of_chunk(chunk)
        if groq := chunk.get("x_groq"):
            if groq.get("error"):
                raise error_inside(groq, self._ctx)
            self._count(groq.get("usage"))
        if "base_resp" in chunk and base_fails(chunk):
            raise error_inside(chunk, self._ctx)

    def _first(self, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return what is the first answer: Messages has one, not `n`.

        GitHub's Copilot splits one answer into a choice with the text and one with the calls.
        """
        first = [choice for choice in choices if number(choice.get("index")) in (None, 0)]
        rest = [choice.get(self._place) or {} for choice in first[1:]]
        split = len(first) == 2 and "tool_calls" in rest[0] and not rest[0].get("content")
        if not split or (first[0].get(self._place) or {}).get("tool_calls"):
            first = first[:1]
        if not self._several and len(first) < len(choices):
            self._several = True
            self._ctx.report("choices", "Messages has one answer; the others are left out")
        return first

    def _start(self, chunk: dict[str, Any]) -> None:
        self._head(chunk)
        # Where a stream is counted from its start, the prompt is known.
        known = usage_of(self._usage).input_tokens if self._usage and not self._whole else 0
        self._emit.start(
            id=self._id or self._ctx.new_id("msg_"),
            model=self._model or self._ctx.model,
            usage=built(Usage, input_tokens=known, service_tier=tier_of(self._tier)),
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
        if said := choice.get(self._place):
            self._said.read(said)
        elif said := self._elsewhere(choice):
            self._apart = True
            self._said.read(said)
        finish = choice.get("finish_reason")
        if finish is not None:
            self._ends(finish, choice)

    def _elsewhere(self, choice: dict[str, Any]) -> Any:
        """Perplexity repeats the whole message in every chunk; it counts where no delta was."""
        if choice.get(self._place) is not None or (self._said.spoken and not self._apart):
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
        if details := choice.get("finish_details"):
            self._ends(details["type"], choice)  # early vision models of OpenAI

    def _ends(self, finish: str, choice: dict[str, Any]) -> None:
        if kind := failure_type(finish):
            raise failed_finish(finish, kind, self._ctx, choice)
        if finish.lower() in _NO_WORD:
            return
        # The first word counts, but a cut beats a plain stop; "" is none until a better one comes.
        if not self._finish or (is_cut(finish) and not is_cut(self._finish)):
            self._finish = finish

    def _count(self, usage: Any) -> None:
        if not usage:
            return
        if not has_counts(usage):
            self._uncounted = usage
        elif not self._usage or says_some(usage):
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

    def _more_than_counts(self, usage: Any) -> bool:
        """Whether the usage says something that has no place in Messages; report what is wrong."""
        odd = unreadable(usage)
        if odd:
            self._ctx.report("usage", "not all of it are counts; kept in provider_extras")
        elif not self._usage:
            self._ctx.report("usage", "the server did not count the tokens", "hint")
        return odd or more_than_carried(usage)

    def _provider_extras(self, usage: Any) -> dict[str, Any]:
        if self._fingerprint:
            self._extras.add("system_fingerprint", self._fingerprint)
        if self._tier and tier_of(self._tier) is None:
            self._extras.add("service_tier", self._tier)
        if usage is not None:
            self._extras.add("usage", usage)
        found = self._extras.all()
        return {"provider_extras": found} if found else {}
