"""The order of things: calls and prose reach the caller in the order in which they began.

Only the first unfinished call streams; the emitter holds back what stands behind it. Here a call
waits until its name is certain, and whatever is said after it waits with it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from any_llm.plugin import CallContext, Emitter, RedactedThinkingBlock

from ..common.call import Call
from ..common.errors import bad_reply
from ..common.parallel import expand, is_wrapper
from .signature import seal


class Line:
    """Shows the calls of one answer, and what is said between them."""

    def __init__(self, ctx: CallContext, emit: Emitter) -> None:
        self._ctx = ctx
        self._emit = emit
        self.flow = emit.tool_json
        """Show a piece of a call that streams, which nothing can wait behind."""
        self._names: dict[str, str] = ctx.state.get("tool_names") or {}
        self._calls: list[Call] = []
        self.waiting: deque[Call | Callable[[], None]] = deque()
        """Calls that are not certain yet, and what was said behind them."""
        self._unsettled: list[Call] = []
        self._held: Call | None = None
        """The call that is complete unless something else comes of it before anything follows."""
        self._ids: set[str] = set()
        self._ended = False

    def join(self, call: Call) -> None:
        """A call begins."""
        self._stop_held()
        self._settle()
        self._calls.append(call)
        self._unsettled.append(call)
        self.waiting.append(call)

    def say(self, what: Callable[..., None], *args: Any) -> None:
        """Say something that is no call, behind the calls before it."""
        self._stop_held()
        if self.waiting:
            self._settle()
        if self.waiting:
            self.waiting.append(partial(what, *args))
        else:
            what(*args)

    def show(self, call: Call) -> None:
        """The call has grown."""
        if self.waiting:
            self._advance()
        if call.opened:
            self._stream(call)

    def spoil(self, call: Call, text: str) -> bool:
        """Add text behind the end of a call's arguments; False when the caller has had its end."""
        if call.opened and not self._emit.is_open(call):
            return False
        call.spoil(text)
        if self._held is call:
            self._held = None
        return True

    def sign(self, call: Call, signature: str) -> None:
        """The call carries a thought signature: it stands in a block of its own beside it."""
        if signature and not call.signature:
            call.signature = signature
            if call.opened:
                self.say(self._signed, call)

    def finish(self) -> None:
        """Nothing more comes."""
        self._ended = True
        self._stop_held()
        self._settle()
        if self.waiting:
            raise bad_reply(self._ctx, "a tool call without a name")
        for call in self._calls:
            if not call.complete and (text := call.rest()):
                self._emit.tool_json(call, text)

    # --- what waits --------------------------------------------------------------------------

    def _settle(self) -> None:
        """Something follows, so the names that are known are all there."""
        for call in self._unsettled:
            call.settled = True
        self._unsettled.clear()
        self._advance()

    def _advance(self) -> None:
        while self.waiting:
            item = self.waiting[0]
            if not isinstance(item, Call):
                item()
            elif self._may_open(item):
                self._open(item)
            else:
                return
            self.waiting.popleft()

    def _may_open(self, call: Call) -> bool:
        if not call.named:
            return False
        return call.complete or self._ended or not is_wrapper(call, self._ctx)

    # --- what the caller sees ----------------------------------------------------------------

    def _open(self, call: Call) -> None:
        if is_wrapper(call, self._ctx) and (inner := expand(call, self._ctx)):
            for one in inner:
                self._begin(one)
            return
        self._begin(call)

    def _begin(self, call: Call) -> None:
        call.id = self._unique(call.id)
        if call.signature:
            self._signed(call)
        self._emit.tool(call, id=call.id, name=self._names.get(call.name, call.name))
        call.opened = True
        self._stream(call)

    def _stream(self, call: Call) -> None:
        self._emit.tool_json(call, call.news())
        if call.complete and self._emit.is_open(call):
            if call.settled:
                self._emit.stop(call)
            else:
                self._held = call

    def _stop_held(self) -> None:
        call, self._held = self._held, None
        if call and self._emit.is_open(call):
            self._emit.stop(call)

    def _unique(self, id: str) -> str:
        """Return the server's id, or a new one where it gave none or gave it to two calls."""
        if id in self._ids:
            self._ctx.report("tool_calls", f"two calls had the id {id!r}", "emulated")
        fresh = self._ctx.new_id("call_") if not id or id in self._ids else id
        self._ids.add(fresh)
        return fresh

    def _signed(self, call: Call) -> None:
        data = seal(self._ctx, calls={call.id: call.signature})
        self._emit.block(RedactedThinkingBlock(data=data))
