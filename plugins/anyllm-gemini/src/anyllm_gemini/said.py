"""The parts of an answer, in the order of the wire, as blocks.

A text's signature is held until something follows it or the answer ends, because the sources of the
text come last and need its block open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import BadReply, CallContext, Emitter, RedactedThinkingBlock, dumps

from .code import code_block
from .extras import Extras
from .grounding import citations, search_blocks
from .media import media_block
from .partial import Partial
from .profile import GeminiProfile
from .signature import seal

Part = Mapping[str, Any]

_TEXT, _THINKING, _OTHER = "text", "thinking", "other"
# Every field of google-genai 3.4's types.Part that holds a part's data, and is read here.
_READ = frozenset({"text", "functionCall", "inlineData", "fileData"})
# Their words are for Google; what Messages can show of them is shown besides.
_OPAQUE = frozenset({"executableCode", "codeExecutionResult", "toolCall", "toolResponse"})
_BESIDE = frozenset({"thought", "thoughtSignature"})


class Said:
    """Turns parts into blocks. `calls` and `content` say whether there were any."""

    def __init__(self, ctx: CallContext, emit: Emitter, extras: Extras) -> None:
        self._ctx = ctx
        self._emit = emit
        self._extras = extras
        self._names: Mapping[str, str] = ctx.state.get("tool_names") or {}
        self._live = ""  # the kind of the block that grows
        self._text: list[str] = []  # all of it: offsets of sources count from its beginning
        self._held: dict[str, Any] = {}  # the signature of the text or thinking just said
        self._partial: Partial | None = None
        self._code: dict[str, str] = {}
        self.calls = 0
        self.content = False

    def read(self, part: Part) -> None:
        """Say what one part means."""
        text = part.get("text")
        if len(part) == 1 and type(text) is str and self._live is _TEXT and not self._held:
            self._text.append(text)  # nearly every chunk of an answer
            self._emit.text(text)
            return
        signature = part.get("thoughtSignature")
        if call := part.get("functionCall", self):
            if call is not self:
                self._call(call, signature)
        elif self._partial:
            self._complete(self._partial)
        for name in part.keys() & (_OPAQUE | {"inlineData", "fileData"}):
            self._data(name, part, signature)
        if isinstance(text, str) and (text or not part.keys() & (_OPAQUE | _READ - {"text"})):
            self._prose(text, signature, thought=bool(part.get("thought")))
        if more := {n: v for n, v in part.items() if n not in _READ | _OPAQUE | _BESIDE}:
            self._beside(part, more)
