"""One answer as it is read, whole or event by event: the state machine of this wire.

A whole answer is read like the terminal event of a stream of which nothing else arrived, so that
both give the same message. What a stream says is shown at once; its terminal event settles what it
left open, and only that event ends the message.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any

from any_llm.plugin import CallContext, Emitter, StopDetails, Usage

from ..common.profile import ChatProfile
from ..common.usage import unreadable
from .calling import CallItem
from .extras import provider_extras, report_items, report_response
from .found import Found
from .kinds import PASSED_EVENTS
from .line import Line
from .message import MessageItem
from .reasoning import ReasoningItem
from .slots import TextSlot
from .stops import failure_of, refusal_of, stop_of, why_incomplete
from .usage import read_usage, renamed

Json = dict[str, Any]

_DONE = ("completed", "complete", None)


class Answer:
    """Reads the events of one answer and says on `emit` what they mean."""

    def __init__(self, ctx: CallContext, emit: Emitter) -> None:
        if ctx.profile is None:
            ctx.profile = ChatProfile()
        self._ctx = ctx
        self._emit = emit
        self._line = Line(ctx, emit)
        self._found = Found(self._line)
        self._text_key: Hashable = None  # of the part that grows
        self._text_slot: TextSlot | None = None
        self._call_key: Hashable = None  # of the call that grows
        self._call: CallItem | None = None
        self._events: list[Json] = []
        self._id = ""
        self._model = ""
        self._heard = False

    def whole(self, response: Json) -> None:
        """Read a whole response."""
        self._ends(response, response.get("status"))

    def take(self, event: Json, kind: str) -> None:
        """Read one event of a stream; `kind` is its type."""
        handler = _HANDLERS.get(kind)
        if handler is None:
            if kind not in PASSED_EVENTS:
                self._unknown(event, kind)
            return
        handler(self, event)
        if self._line.cut.met is not None:
            self._cut()

    def more(self, event: Json, kind: str) -> Callable[[str], None] | None:
        """Return what takes more of the `delta` of an event that was read; None if it has none."""
        if kind not in _DELTAS:
            return None
        if kind == "response.output_text.delta" and self._text_slot and not self._line.cut.active:
            return self._text_slot.add
        if kind == "response.function_call_arguments.delta" and self._call:
            return self._call.more
        return partial(self._again, event, kind)

    def _again(self, event: Json, kind: str, text: str) -> None:
        event["delta"] = text
        self.take(event, kind)

    # --- the beginning -----------------------------------------------------------------------

    def _head(self, event: Json) -> None:
        response = event.get("response") or {}
        self._id = self._id or str(response.get("id") or "")
        self._model = self._model or str(response.get("model") or "")

    def _start(self) -> None:
        """The message begins with its first item: a failure before it can be tried again."""
        if not self._emit.started:
            self._emit.start(
                id=self._id or self._ctx.new_id("msg_"), model=self._model or self._ctx.model
            )

    # --- items -------------------------------------------------------------------------------

    def _item_added(self, event: Json) -> None:
        self._start()
        self._text_slot = self._call = None  # another item may have an id that one had before
        self._found.added(event["item"], event.get("output_index"))

    def _item_done(self, event: Json) -> None:
        self._start()
        self._call = None
        item = self._found.done(event["item"], event.get("output_index"))
        item.settle(event["item"])

    def _item(self, event: Json, kind: str) -> Any:
        if not self._emit.started:
            self._start()
        return self._found.of_event(event, kind)

    # --- text --------------------------------------------------------------------------------

    def _text(self, event: Json) -> None:
        key = (event.get("item_id"), event.get("output_index"), event.get("content_index"))
        slot = self._text_slot
        if slot is None or key != self._text_key:
            item: MessageItem = self._item(event, "message")
            slot = item.part(event.get("content_index"))
            if event.get("item_id") and event.get("content_index") is not None:
                self._text_key, self._text_slot = key, slot
        slot.add(event["delta"])

    def _text_done(self, event: Json) -> None:
        item: MessageItem = self._item(event, "message")
        item.settle_text(event.get("content_index"), event.get("text"))

    def _refusal(self, event: Json) -> None:
        item: MessageItem = self._item(event, "message")
        item.part(event.get("content_index"), refusal=True).add(event["delta"])

    def _refusal_done(self, event: Json) -> None:
        item: MessageItem = self._item(event, "message")
        item.settle_text(event.get("content_index"), event.get("refusal"), refusal=True)

    def _annotation(self, event: Json) -> None:
        item: MessageItem = self._item(event, "message")
        item.annotate(event.get("content_index"), event["annotation"])

    def _part_added(self, event: Json) -> None:
        kind = (event.get("part") or {}).get("type")
        if kind in ("output_text", "refusal"):
            item: MessageItem = self._item(event, "message")
            item.begin_part(event.get("content_index"), refusal=kind == "refusal")

    def _part_done(self, event: Json) -> None:
        part = event.get("part") or {}
        if part.get("type") == "reasoning_text":
            thought: ReasoningItem = self._item(event, "reasoning")
            thought.settle_part("content", event.get("content_index"), part.get("text"))
        else:
            item: MessageItem = self._item(event, "message")
            item.settle_part(event.get("content_index"), part)

    # --- reasoning ---------------------------------------------------------------------------

    def _summary(self, event: Json) -> None:
        item: ReasoningItem = self._item(event, "reasoning")
        item.add("summary", event.get("summary_index"), event["delta"])

    def _summary_done(self, event: Json) -> None:
        item: ReasoningItem = self._item(event, "reasoning")
        text = event["part"].get("text") if "part" in event else event.get("text")
        item.settle_part("summary", event.get("summary_index"), text)

    def _thought(self, event: Json) -> None:
        item: ReasoningItem = self._item(event, "reasoning")
        item.add("content", event.get("content_index"), event["delta"])

    def _thought_done(self, event: Json) -> None:
        item: ReasoningItem = self._item(event, "reasoning")
        text = event["part"].get("text") if "part" in event else event.get("text")
        item.settle_part("content", event.get("content_index"), text)

    # --- calls -------------------------------------------------------------------------------

    def _arguments(self, event: Json) -> None:
        key = (event.get("item_id"), event.get("output_index"))
        call = self._call
        if call is None or key != self._call_key:
            item: CallItem = self._item(event, "function_call")
            call = item
            if event.get("item_id"):
                self._call_key, self._call = key, call
        call.add(event["delta"])

    def _arguments_done(self, event: Json) -> None:
        item: CallItem = self._item(event, "function_call")
        item.settle_arguments(event.get("arguments"))

    # --- what is no part of the message ------------------------------------------------------

    def _audio(self, event: Json) -> None:
        if not self._heard:
            self._heard = True
            self._ctx.report("output", "audio, which is no part of a Messages answer; left out")

    def _unknown(self, event: Json, kind: str) -> None:
        if event.get("error"):
            raise failure_of(event, self._ctx)
        if all(kind != known.get("type") for known in self._events):
            what = f"events {kind!r}, which this version does not know; kept in provider_extras"
            self._ctx.report("output", what)
        self._events.append(event)

    # --- the end -----------------------------------------------------------------------------

    def _error(self, event: Json) -> None:
        error = event.get("error") if isinstance(event.get("error"), dict) else event
        if refused := refusal_of(error):
            self._refused(refused, {})
            return
        raise failure_of(event if event.get("error") else {"error": event}, self._ctx)

    def _completed(self, event: Json) -> None:
        self._head(event)
        response = event.get("response") or {}
        said = response.get("status")
        self._ends(response, said if said in ("incomplete", "failed", "cancelled") else None)

    def _incomplete(self, event: Json) -> None:
        self._head(event)
        self._ends(event.get("response") or {}, "incomplete")

    def _failed(self, event: Json) -> None:
        self._head(event)
        self._ends(event.get("response") or {}, "failed")

    def _ends(self, response: Json, status: Any) -> None:
        self._head({"response": response})
        error = response.get("error")
        if status == "failed" or error:
            if refused := refusal_of(error):
                self._refused(refused, response)
                return
            raise failure_of(response, self._ctx)
        if status not in _DONE and status != "incomplete":
            raise failure_of(response, self._ctx)
        self._start()
        self._settle(response)
        stop, details = stop_of(
            response,
            self._ctx,
            cut=status == "incomplete" or bool(why_incomplete(response)),
            calls=any(isinstance(item, CallItem) for item in self._found.items),
            refusal=self._refusal_text(),
        )
        if self._line.cut.met is not None:
            stop, details = "stop_sequence", None
        elif stop == "end_turn" and self._ctx.state.get("prewarm"):
            stop = "max_tokens"  # what Messages says of a request that only fills the cache
        counted = read_usage(response, renamed(response.get("usage")))
        if stop == "end_turn":
            self._doubt(response, counted)
        self._finish(response, stop, details, counted)

    def _doubt(self, response: Json, usage: Usage) -> None:
        """Report what speaks against an end that the server calls one."""
        state = self._ctx.state
        if any(item.get("status") == "incomplete" for item in response.get("output") or ()):
            what = "an item is incomplete, although the answer is called complete"
            self._ctx.report("output", what)
        if state.get("forced_tool"):
            self._ctx.report("tool_choice", "a tool call was demanded; the answer has none")
        if 0 < state.get("max_tokens", 0) <= usage.output_tokens:
            # llama.cpp says `completed` of an answer that the limit cut.
            what = "called complete, with all the tokens that were allowed: it may have been cut"
            self._ctx.report("max_tokens", what)

    def _settle(self, response: Json) -> None:
        output = response.get("output") or []
        for item, said in self._found.settled(output):
            item.settle(said)
        self._line.finish()

    def _refused(self, details: StopDetails, response: Json) -> None:
        self._start()
        self._settle(response)
        counted = read_usage(response, renamed(response.get("usage")))
        self._finish(response, "refusal", details, counted)

    def _refusal_text(self) -> str:
        items = (item for item in self._found.items if isinstance(item, MessageItem))
        return "".join(item.refusal for item in items)

    def _finish(
        self, response: Json, stop: str, details: StopDetails | None, counted: Usage
    ) -> None:
        ctx, items = self._ctx, self._found.items
        usage = renamed(response.get("usage"))
        if unreadable(usage):
            ctx.report("usage", "not all of it are counts; kept in provider_extras")
        elif not usage:
            ctx.report("usage", "the server did not count the tokens", "hint")
        report_response(response, ctx)
        report_items(items, ctx)
        extras = provider_extras(response, items, self._events, usage)
        self._emit.finish(
            stop,
            counted,
            stop_sequence=self._line.cut.met,
            stop_details=details,
            **extras,
        )

    def _cut(self) -> None:
        """The text met a stop sequence, so nothing more is read: not even what it cost."""
        if self._emit.done:
            return
        what = "unknown: the answer was cut at a stop sequence while the server went on"
        self._ctx.report("usage", what)
        extras = provider_extras({}, self._found.items, self._events, None)
        met = self._line.cut.met
        self._emit.finish("stop_sequence", Usage(), stop_sequence=met, **extras)


_HANDLERS: Mapping[str, Callable[[Answer, Json], None]] = {
    "response.output_text.delta": Answer._text,
    "response.function_call_arguments.delta": Answer._arguments,
    "response.reasoning_summary_text.delta": Answer._summary,
    "response.reasoning_text.delta": Answer._thought,
    "response.refusal.delta": Answer._refusal,
    "response.output_item.added": Answer._item_added,
    "response.output_item.done": Answer._item_done,
    "response.content_part.added": Answer._part_added,
    "response.content_part.done": Answer._part_done,
    "response.output_text.done": Answer._text_done,
    "response.output_text.annotation.added": Answer._annotation,
    "response.refusal.done": Answer._refusal_done,
    "response.reasoning_summary_text.done": Answer._summary_done,
    "response.reasoning_summary_part.done": Answer._summary_done,
    "response.reasoning_text.done": Answer._thought_done,
    "response.reasoning_part.done": Answer._thought_done,
    "response.function_call_arguments.done": Answer._arguments_done,
    "response.created": Answer._head,
    "response.in_progress": Answer._head,
    "response.queued": Answer._head,
    "response.completed": Answer._completed,
    "response.done": Answer._completed,
    "response.incomplete": Answer._incomplete,
    "response.failed": Answer._failed,
    "response.audio.delta": Answer._audio,
    "response.audio.done": Answer._audio,
    "response.audio.transcript.delta": Answer._audio,
    "response.audio.transcript.done": Answer._audio,
    "error": Answer._error,
}
_DELTAS = frozenset(
    {
        "response.output_text.delta",
        "response.function_call_arguments.delta",
        "response.reasoning_summary_text.delta",
        "response.reasoning_text.delta",
        "response.refusal.delta",
    }
)
READ_EVENTS = frozenset(_HANDLERS)
"""The events that are read; `kinds.PASSED_EVENTS` are passed over."""
