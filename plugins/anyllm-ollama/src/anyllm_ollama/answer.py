"""One answer as it is read, whole or line by line: the state machine of this wire.

A whole answer is read as a stream of one line, so that both give the same message. Only a line
with `done: true` ends it; calls, text and thinking of that line come first.

Source: ollama/ollama @fb30760 (2026-08-21), api/types.go ChatResponse, server/routes.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from any_llm.plugin import CallContext, Emitter, StreamTruncated, Usage, loads

from .calls import Calls
from .choice import FORCED
from .errors import bad_reply, error_inside
from .extras import Extras
from .output import JSON_ASKED
from .signature import OWN
from .stops import stop_of

_LINE = frozenset({"model", "created_at", "message", "done"})
_MESSAGE = frozenset({"role", "content", "thinking", "tool_calls"})


class Answer:
    """Reads the lines of one answer and says on `emit` what they mean."""

    def __init__(self, ctx: CallContext, emit: Emitter) -> None:
        self._ctx = ctx
        self._emit = emit
        self._calls = Calls(ctx, emit)
        self._extras = Extras()
        self._forced: str | None = ctx.state.get(FORCED)
        self._drawing = False  # the call of a forced tool is open
        self._thinking = False  # the last thing said was thinking
        self._json: list[str] | None = [] if ctx.state.get(JSON_ASKED) else None
        self._usage = Usage()
        self._counted = False

    def take(self, line: Any) -> None:
        """Read one line, or a whole answer."""
        if not isinstance(line, dict):
            raise bad_reply(self._ctx, f"a line that is no JSON object: {line!r:.200}")
        if line.get("error"):
            raise error_inside(line, self._ctx)
        message, done = line.get("message"), line.get("done")
        if message is None and done is None:
            raise bad_reply(self._ctx, f"neither a message nor done in {line!r:.200}")
        if done is not False and done is not True and done is not None:
            raise bad_reply(self._ctx, f"done is {done!r:.50}")
        if "eval_count" in line or "prompt_eval_count" in line:
            self._count(line)
        if not self._emit.started:
            self._start(line)
        if message is not None:
            self._read(message)
        self.beside(line)
        if done:
            self._finish(self._text(line, "done_reason"))

    def beside(self, line: dict[str, Any]) -> None:
        """Keep what a line says beside its message."""
        self._extras.of_line(line)

    def piece(self, line: dict[str, Any]) -> tuple[str, Callable[[str], None]] | None:
        """Return where in its message a line has text, and what takes more; None if it says more.

        The time of a line is read apart: the last one counts.
        """
        message = line.get("message")
        if self._calls.any or not isinstance(message, dict):  # no long text follows calls
            return None
        if line.get("done") or not _LINE.issuperset(line):
            return None
        said = [name for name, value in message.items() if value and name != "role"]
        if len(said) != 1 or not _MESSAGE.issuperset(message):
            return None
        more = {"content": self._say, "thinking": self._think}.get(said[0])
        return more and (said[0], more)

    def close(self) -> None:
        """Nothing more comes: without `done: true` the answer was cut."""
        if not self._emit.done:
            provider = self._ctx.provider
            raise StreamTruncated(
                f"{provider}: the answer ended without done: true: what arrived is incomplete",
                provider=provider,
            )

    # --- the parts of a line -----------------------------------------------------------------

    def _start(self, line: dict[str, Any]) -> None:
        self._emit.start(
            id=self._ctx.new_id("msg_"),
            model=self._text(line, "model") or self._ctx.model,
            usage=Usage(input_tokens=self._usage.input_tokens),
        )

    def _count(self, line: dict[str, Any]) -> None:
        """Counts come with the last line; one that is 0 is left out by the server."""
        into, out = _number(line, "prompt_eval_count"), _number(line, "eval_count")
        if into is None and out is None:
            return
        self._counted = True
        known = self._usage  # imitators count the prompt in the first line
        self._usage = Usage(
            input_tokens=known.input_tokens if into is None else into,
            output_tokens=known.output_tokens if out is None else out,
        )

    def _read(self, message: dict[str, Any]) -> None:
        if thinking := self._text(message, "thinking"):
            self._think(thinking)
        if text := self._text(message, "content"):
            self._say(text)
        if calls := message.get("tool_calls"):
            self._call(calls)
        for name in self._extras.of_message(message):
            if name == "images":
                what = "pictures are no part of a Messages answer; kept in provider_extras"
                self._ctx.report("images", what)

    def _think(self, text: str) -> None:
        if text:
            self._emit.thinking(text)
            self._thinking = True

    def _say(self, text: str) -> None:
        if not text:
            return
        if self._thinking:
            self._seal()
        if self._json is not None:
            self._json.append(text)
        if self._forced is None:
            self._emit.text(text)
            return
        if not self._drawing:
            self._calls.open(self._forced)
            self._drawing = True
        self._calls.piece(text)

    def _call(self, calls: list[Any]) -> None:
        self._seal()
        self._drawn()
        for call in calls:
            self._calls.say(call)

    def _seal(self) -> None:
        """Something follows the thinking: mark it as this wire's."""
        if self._thinking:
            self._emit.signature(OWN)
            self._thinking = False

    def _drawn(self) -> None:
        """The call of a forced tool is complete."""
        if self._drawing:
            self._calls.close()
            self._drawing = False

    def _text(self, said: dict[str, Any], name: str) -> str:
        """Return a text field; null and absent are empty, anything else is BadReply."""
        value = said.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise bad_reply(self._ctx, f"{name} is no text: {value!r:.100}")
        return value

    # --- the end -----------------------------------------------------------------------------

    def _finish(self, reason: str) -> None:
        self._seal()
        self._drawn()
        stop = stop_of(reason, self._ctx, calls=self._calls.any)
        if stop == "end_turn":
            self._check()
        if not self._counted:
            self._ctx.report("usage", "the server did not count the tokens", "hint")
        found = self._extras.all()
        extra: dict[str, Any] = {"provider_extras": found} if found else {}
        self._emit.finish(stop, self._usage, **extra)

    def _check(self) -> None:
        """Report an answer that is not what the request held it to."""
        if self._forced is not None:
            self._ctx.report("tool_choice", "a tool call was demanded; the answer is empty")
        if self._json is None:
            return
        try:
            loads("".join(self._json))
        except ValueError:
            what = "the answer is no JSON: the server did not hold to it"
            self._ctx.report("output_config.format", what)


def _number(said: dict[str, Any], name: str) -> int | None:
    value = said.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
