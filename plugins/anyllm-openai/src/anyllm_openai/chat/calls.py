"""Tool-call correlation: which fragment belongs to which call.

Servers leave out ids, indexes, names or types, repeat them on every fragment, give every call
index 0, send a call whole or split anywhere, and some send its arguments twice. The rules (`_home`)
read all of that; a fragment that fits two readings is a `BadReply`, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from any_llm.plugin import BadReply, CallContext

from ..common.call import Call, arguments_text, opens
from ..common.errors import bad_reply
from .indexes import number
from .line import Line

_FRAGMENT = frozenset({"index", "id", "type", "function"})
_FUNCTION = frozenset({"name", "arguments"})


class Calls:
    """The calls of one answer; what the caller may see of them goes to `line`."""

    def __init__(self, ctx: CallContext, line: Line) -> None:
        self._ctx = ctx
        self._line = line
        self._all: list[Call] = []
        self._by_id: dict[str, Call] = {}
        self._at: dict[Hashable, Call] = {}

    def __bool__(self) -> bool:
        return bool(self._all)

    @property
    def complete(self) -> bool:
        """Whether the arguments of every call are."""
        return all(call.complete for call in self._all)

    def take(self, fragments: list[dict[str, Any]], *, whole: bool) -> None:
        """Read the `tool_calls` of a delta; of a whole message each entry is a call of its own."""
        for fragment in fragments:
            kind = fragment.get("type")
            if kind and kind != "function":
                raise bad_reply(self._ctx, f"a tool call of type {kind!r}, not function")
            function = fragment.get("function") or {}
            given, name = str(fragment.get("id") or ""), function.get("name") or ""
            text = arguments_text(function.get("arguments"), self._ctx)
            index = number(fragment.get("index"))
            if not (given or name or text):
                continue
            call = None if whole else self._home(index, given, name, text)
            if call is None:
                call = self._begin(index)
            self._grow(call, given, name, text)
            if extra := fragment.get("extra_content"):
                self._line.sign(call, thought_signature(extra))
            self._line.show(call)

    def more(self, fragments: list[dict[str, Any]]) -> Callable[[str], None] | None:
        """Return what takes more arguments where a fragment that was taken brought just some.

        None if it said anything else, or if its call is not shown yet.
        """
        index = _index_of_piece(fragments)
        call = None if index is None else self._at.get(index)
        if call is None or not call.opened or self._line.waiting:
            return None
        return partial(self._more, call)

    def _more(self, call: Call, text: str) -> None:
        if call.flows(text):
            self._line.flow(call, text)
        elif text:
            self._grow(call, "", "", text)
            self._line.show(call)

    # --- whose fragment is it ----------------------------------------------------------------

    def _home(self, index: Hashable, id: str, name: str, text: str) -> Call | None:
        """Return the call that a fragment continues, or None if it begins one."""
        known = self._by_id.get(id) if id else None
        if known and (index is None or known.index in (None, index)):
            return known
        if index is None:
            return self._without_index(id, name, text)
        last = self._at.get(index)  # where the id is that of another index, it is another call
        if known and last and last.id == id:
            return last
        if last is None or (id and last.id and (name or last.complete)):
            return None
        if name and name == last.name and not (id or last.id or text or last.begun):
            raise self._ambiguous(last, name)
        # No id to go by, and some servers say index 0 for each of their calls.
        anew = name and (name != last.name or opens(text))
        return None if last.complete and anew else last

    def _without_index(self, id: str, name: str, text: str) -> Call | None:
        """Return the last call unless something begins."""
        last = self._all[-1] if self._all else None
        if last is None or (last.complete and (name or id)):
            return None
        if not name:
            return last
        if id and last.id:
            return None
        if last.name and not last.begun and (last.name != name or not (id or last.id or text)):
            return None
        if last.begun and (last.name not in ("", name) or opens(text)):
            raise self._ambiguous(last, name)
        return last

    def _begin(self, index: Hashable) -> Call:
        call = Call(index)
        self._all.append(call)
        if index is not None:
            self._at[index] = call
        self._line.join(call)
        return call

    # --- what it adds ------------------------------------------------------------------------

    def _grow(self, call: Call, id: str, name: str, text: str) -> None:
        if id:
            self._by_id.setdefault(id, call)
            call.id = call.id or id
        if name and name != call.name:
            # A name comes whole, or in pieces before the arguments where the call is certain.
            longer = call.index is not None and name.startswith(call.name)
            certain = call.index is not None and (call.id or longer)
            if call.name and (call.begun or call.settled or not certain):
                raise self._ambiguous(call, name)
            call.name = name if longer else call.name + name
        if not text:
            return
        if not call.complete:
            call.add(text)
        elif call.repeats(text):
            self._ctx.report("tool_calls", f"{call.name!r} was sent twice, taken once", "emulated")
        elif text.strip() and not self._line.spoil(call, text):
            raise bad_reply(self._ctx, f"{call.name!r} goes on after its end: {text!r:.200}")

    def _ambiguous(self, call: Call, name: str) -> BadReply:
        return bad_reply(
            self._ctx,
            f"a fragment of a tool call {name!r} that may continue {call.name!r} or begin another",
        )


def _index_of_piece(fragments: list[dict[str, Any]]) -> int | None:
    """Return the index of the one call that gets more arguments; None if more than that is said."""
    fragment, *others = fragments
    function, index = fragment.get("function"), fragment.get("index")
    if others or type(index) is not int or not _FRAGMENT.issuperset(fragment):
        return None
    if fragment.get("id") or fragment.get("type") not in (None, "", "function"):
        return None
    if not isinstance(function, dict) or not _FUNCTION.issuperset(function):
        return None
    return None if function.get("name") else index


def thought_signature(extra: Any) -> str:
    """Return the signature that Gemini's compatible endpoint wants back, "" if there is none."""
    google = extra.get("google") if isinstance(extra, dict) else None
    signature = google.get("thought_signature") if isinstance(google, dict) else None
    return signature if isinstance(signature, str) else ""
