"""Function calls: whole in one part, or in pieces where the request asked for that."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from any_llm.plugin import BadReply, CallContext, Emitter, dumps

from .ids import CALL_IDS, MINTED
from .partial import Partial

Call = Mapping[str, Any]


class Calls:
    """Shows the calls of one answer. False as long as there was none."""

    def __init__(self, ctx: CallContext, emit: Emitter) -> None:
        self._ctx = ctx
        self._emit = emit
        self._names: Mapping[str, str] = ctx.state.get("tool_names") or {}
        self._earlier: Collection[str] = ctx.state.get(CALL_IDS) or ()
        self._ids: set[str] = set()
        self._open: tuple[int, Partial] | None = None

    def __bool__(self) -> bool:
        return bool(self._ids)

    def continues(self, call: Call) -> bool:
        """Whether this is a piece of the call that is open, and not another call."""
        return self._open is not None and not call.get("name")

    def begin(self, call: Call) -> None:
        """A call, or the beginning of one."""
        self.finish()
        name = call.get("name")
        if not isinstance(name, str) or not name:
            raise self._bad("a function call without a name")
        key = len(self._ids)
        self._emit.tool(key, id=self._id(call.get("id")), name=self._names.get(name, name))
        if call.get("willContinue"):
            self._open = key, Partial()
            self._open[1].add(call.get("partialArgs"))
        else:
            self._emit.tool_json(key, self._whole(call.get("args")))
            self._emit.stop(key)

    def grow(self, call: Call) -> None:
        """A piece of the open call."""
        assert self._open is not None
        key, partial = self._open
        partial.add(call.get("partialArgs"))
        if not call.get("willContinue"):
            self._open = None
            self._emit.tool_json(key, self._text(partial.args))
            self._emit.stop(key)

    def finish(self) -> None:
        """No further piece comes: arguments that are not complete must not look so."""
        if self._open is not None:
            key, partial = self._open
            self._open = None
            self._emit.tool_json(key, self._text(partial.args)[:-1])
            self._emit.stop(key)

    def _id(self, said: Any) -> str:
        """Return Google's id, or a new one where it gave none or gave it to another call."""
        known = said if isinstance(said, str) else ""
        taken = known in self._ids or known in self._earlier
        if taken:
            self._ctx.report("content", f"two calls had the id {known!r}", "emulated")
        fresh = self._ctx.new_id(MINTED) if not known or taken else known
        self._ids.add(fresh)
        return fresh

    def _whole(self, args: Any) -> str:
        """Return arguments as JSON text: an object, nothing, or text from gateways.

        Text that is no JSON stays as it is, and the message has it under INVALID_JSON.
        """
        if args is None:
            return ""
        if isinstance(args, str):
            return "" if args.strip() == "null" else args
        return self._text(args)

    def _text(self, args: Any) -> str:
        try:
            return dumps(args).decode()
        except ValueError as error:  # NaN, half a character
            raise self._bad(f"arguments that are no JSON: {error}") from error

    def _bad(self, what: str) -> BadReply:
        name = self._ctx.provider
        return BadReply(f"{name}: the answer cannot be read: {what}", provider=name)
