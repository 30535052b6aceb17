"""One answer as it is read, whole or chunk by chunk: the state machine of this wire.

Each chunk is a GenerateContentResponse with what is new in it, so that a whole answer is a stream
of one chunk and both give the same message. Nothing is closed at `finishReason`: content, usage and
another reason may follow it. Only `finish` ends the message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from any_llm.plugin import CallContext, Emitter, StreamTruncated

from .enums import finish_reason
from .errors import bad_reply, error_inside
from .extras import CANDIDATE, CONTENT, TOP, Extras
from .grounding import searches
from .output import JSON_ASKED, is_json
from .profile import GeminiProfile
from .said import Said
from .stops import UNSAID, Stop, blocked, stop_of
from .usage import Counts

Chunk = Mapping[str, Any]

_plain_chunk = TOP.issuperset
_plain_candidate = CANDIDATE.issuperset
_plain_content = CONTENT.issuperset


class Answer:
    """Reads the chunks of one answer and says on `emit` what they mean."""

    def __init__(self, ctx: CallContext, emit: Emitter) -> None:
        if ctx.profile is None:
            ctx.profile = GeminiProfile()
        self._ctx = ctx
        self._emit = emit
        self._extras = Extras()
        self._said = Said(ctx, emit, self._extras)
        self._counts = Counts()
        self._id = ""
        self._model = ""
        self._reason = ""
        self._several = False

    @property
    def begun(self) -> bool:
        """Whether anything of an answer was there."""
        return self._emit.started

    def take(self, chunk: Chunk) -> None:
        """Read one chunk, or a whole answer."""
        if chunk.get("error"):
            raise error_inside(chunk, self._ctx)
        if not (self._id and self._model):
            self._id = self._id or str(chunk.get("responseId") or "")
            self._model = self._model or str(chunk.get("modelVersion") or "")
        self.count(chunk.get("usageMetadata"))
        if not _plain_chunk(chunk):
            self._extras.of_chunk(chunk)
        candidates: Any = chunk.get("candidates") or ()
        if len(candidates) == 1 and not candidates[0].get("index"):
            candidate: Chunk | None = candidates[0]
        else:
            candidate = self._first(candidates)
        if not self._emit.started and (candidate is not None or self._blocked()):
            self._start()
        if candidate is not None:
            self._candidate(candidate)

    def count(self, usage: Any) -> None:
        """Take in a `usageMetadata`, if there is one."""
        if usage:
            self._counts.take(usage)

    def more(self, chunk: Chunk) -> Callable[[str], None] | None:
        """Return what takes more of the text that a chunk holds, if that is all it says."""
        if self._said.calls:  # no long text follows those
            return None
        candidates: Any = chunk.get("candidates") or ()
        if len(candidates) != 1 or not _plain_chunk(chunk):
            return None
        candidate = candidates[0]
        content = candidate.get("content")
        if candidate.get("index") or not content or not _plain_candidate(candidate):
            return None
        parts: Any = content.get("parts") or ()
        return self._said.more(parts[0]) if len(parts) == 1 and _plain_content(content) else None

    def finish(self, *, whole: bool = False) -> None:
        """The answer has ended; StreamTruncated when no reason was given why it stopped."""
        if not self._emit.started or not (self._reason or self._blocked()):
            if whole:
                raise bad_reply(self._ctx, "it has no finishReason, so it is not complete")
            raise StreamTruncated(
                f"{self._ctx.provider}: the stream ended without a finishReason; "
                "what arrived is incomplete",
                provider=self._ctx.provider,
            )
        grounding = self._extras.candidate.get("groundingMetadata") or {}
        stop = self._stop()
        self._said.finish(grounding)
        if self._counts.none():
            self._ctx.report("usage", "the server did not count the tokens", "hint")
        self._emit.finish(
            stop.reason,
            self._counts.usage(len(searches(grounding))),
            stop_details=stop.details,
            **self._provider_extras(),
        )

    # --- the parts of a chunk ----------------------------------------------------------------

    def _first(self, candidates: Any) -> Chunk | None:
        """Messages has one answer, not `candidateCount`."""
        found = [each for each in candidates if not each.get("index")]
        if len(candidates) > len(found[:1]) and not self._several:
            self._several = True
            self._ctx.report("candidates", "Messages has one answer; the others are left out")
        return found[0] if found else None

    def _start(self) -> None:
        self._emit.start(
            id=self._id or self._ctx.new_id("msg_"),
            model=self._model or self._ctx.model,
            usage=self._counts.prompt(),
        )

    def _candidate(self, candidate: Chunk) -> None:
        if not _plain_candidate(candidate):
            self._extras.of_candidate(candidate)
        content = candidate.get("content")
        if content:
            for part in content.get("parts") or ():
                self._said.read(part)
            if not _plain_content(content):
                self._extras.of_content(content)
        if (said := candidate.get("finishReason")) is None:
            return
        reason = finish_reason(said, self._ctx.profile.issuer)
        if reason and not (self._reason and reason in UNSAID):
            self._reason = reason  # the last word counts; old models say STOP in every chunk

    # --- the end -----------------------------------------------------------------------------

    def _blocked(self) -> bool:
        """Whether the prompt was refused, so that there is no candidate."""
        feedback = self._extras.top.get("promptFeedback")
        return bool(feedback and feedback.get("blockReason"))

    def _stop(self) -> Stop:
        if not self._reason:
            return blocked(self._extras.top["promptFeedback"])
        calls = bool(self._said.calls)
        content = calls or self._said.content
        candidate = self._extras.candidate
        stop = stop_of(self._reason, candidate, self._ctx, calls=calls, content=content)
        if stop.reason == "end_turn":
            self._check()
        return stop

    def _check(self) -> None:
        """Report a complete answer that is not what the request held it to."""
        if self._ctx.state.get("forced_tool"):
            self._ctx.report("tool_choice", "a tool call was demanded; the answer has none")
        if self._ctx.state.get(JSON_ASKED) and not is_json(self._said.text):
            what = "the answer is no JSON: the server did not hold to it"
            self._ctx.report("output_config.format", what)

    def _provider_extras(self) -> dict[str, Any]:
        usage = self._counts.said if self._counts.more_than_carried() else None
        found = self._extras.all(usage)
        return {"provider_extras": found} if found else {}
