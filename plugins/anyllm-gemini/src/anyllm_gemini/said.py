"""The parts of an answer, in the order of the wire, as blocks.

The signature of a text is held until something follows the text or the answer ends: the sources of
the text come last and need its block open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from any_llm.plugin import BadReply, CallContext, Citation, Emitter, RedactedThinkingBlock

from .calls import Calls
from .code import Code
from .extras import Extras
from .grounding import citations, search_blocks
from .media import media_block
from .profile import GeminiProfile
from .signature import seal

Part = Mapping[str, Any]

_TEXT, _THINKING = "text", "thinking"
OPAQUE = ("executableCode", "codeExecutionResult", "toolCall", "toolResponse")
"""Parts that only Google can read again: what Messages can show of them is shown besides."""
DATA = ("text", "functionCall", "inlineData", "fileData", *OPAQUE)
"""The fields that make a part what it is (google-genai 3.4 types.Part); others stand beside."""
_PROSE = frozenset({"text", "thought"})
_SIGNED = frozenset({"thought", "thoughtSignature"})
_READ: Mapping[str, frozenset[str]] = {
    "functionCall": frozenset({"id", "name", "args", "partialArgs", "willContinue"}),
    "inlineData": frozenset({"mimeType", "data"}),
    "fileData": frozenset({"mimeType", "fileUri"}),
}
"""What blocks hold of the data of a part; text is all there is of it."""


class Said:
    """Turns parts into blocks. `content` says whether there was any, thinking aside."""

    def __init__(self, ctx: CallContext, emit: Emitter, extras: Extras) -> None:
        self._ctx = ctx
        self._profile: GeminiProfile = ctx.profile
        self._emit = emit
        self._extras = extras
        self.calls = Calls(ctx, emit)
        self._code = Code(ctx)
        self.content = False
        self._live = ""  # the kind of the block that grows
        self._text: list[str] = []  # all of it: offsets of sources count from its beginning
        self._opened = 0  # how many of these stood before the text block that is open
        self._held: dict[str, Any] = {}  # the signature of the text or thinking just said
        self._parts = 0

    @property
    def text(self) -> str:
        """All of the answer's text so far."""
        return "".join(self._text)

    def read(self, part: Part) -> None:
        """Say what one part means."""
        self._parts += 1
        kinds = [name for name in DATA if part.get(name) is not None]
        if not kinds:
            self._strange(part)
            return
        signature = part.get("thoughtSignature")
        for name in kinds:
            self._data(name, part, signature)
            signature = None  # never given twice
        beside = {n: v for n, v in part.items() if n not in DATA and n not in _SIGNED}
        for name in kinds:
            if name in _READ and (rest := _rest(part[name], _READ[name])):
                beside[name] = rest
        if beside and kinds[0] not in OPAQUE:
            self._extras.of_part({"index": self._parts - 1, **beside})

    def more(self, part: Part) -> Callable[[str], None] | None:
        """Return what takes more of the text of a part, if that is all it says."""
        thought = part.get("thought")
        if thought not in (None, False, True) or not _PROSE.issuperset(part):
            return None
        return partial(self._more, thought=bool(thought))

    def _more(self, text: str, *, thought: bool) -> None:
        self._parts += 1
        if self._live is _TEXT and not (self._held or thought):
            self._text.append(text)
            self._emit.text(text)
        else:
            self._prose(text, None, thought=thought)

    def finish(self, grounding: Mapping[str, Any]) -> None:
        """Nothing more comes: name the sources, close what is open."""
        self.calls.finish()
        elsewhere = False
        for citation in citations(grounding, self.text):
            if self._is_of_last(citation):
                self._emit.citation(citation)
            else:
                elsewhere = True
        if elsewhere:
            what = "sources of a text that is closed; kept in provider_extras"
            self._ctx.report("citations", what, "hint")
        self._turn()
        for block in search_blocks(grounding, self._ctx):
            self._emit.block(block)

    def _is_of_last(self, citation: Citation) -> bool:
        """Whether a source bears out the text block that is open, and not an earlier one."""
        last, piece = "".join(self._text[self._opened :]), getattr(citation, "supported_text", "")
        return self._live is _TEXT and (not piece or piece in last or piece not in self.text)

    # --- the kinds of parts ------------------------------------------------------------------

    def _data(self, name: str, part: Part, signature: str | None) -> None:
        if name == "text":
            self._prose(part["text"], signature, thought=bool(part.get("thought")))
            return
        self.content = True
        if name in OPAQUE:
            self._opaque(name, part)
            return
        if name != "functionCall":
            self._media(part, signature)
        elif self.calls.continues(part["functionCall"]):
            self.calls.grow(part["functionCall"])
        else:
            self._turn(signature)
            self.calls.begin(part["functionCall"])

    def _prose(self, text: str, signature: str | None, *, thought: bool) -> None:
        if not text and not signature:
            return
        kind = _THINKING if thought else _TEXT
        if self._live is not kind or self._held:
            self._turn()
        if text:
            opens = self._live is not kind
            self._live = kind
            if thought:
                self._emit.thinking(text)
            else:
                self.content = True
                if opens:
                    self._opened = len(self._text)
                self._text.append(text)
                self._emit.text(text)
        if signature and (thought or self._profile.signed_text):
            self._held = {"own" if thought else "prev": signature, "chars": len(text)}

    def _media(self, part: Part, signature: str | None) -> None:
        if self._profile.media_output == "refuse":
            kind = (part.get("inlineData") or part.get("fileData") or {}).get("mimeType")
            raise BadReply(
                f"{self._ctx.provider}: the answer holds media ({kind}), which Messages has no "
                'block for; quirks={"media_output": "block"} hands it on as one of its own',
                provider=self._ctx.provider,
            )
        self._turn(signature)
        self._emit.block(media_block(part))

    def _opaque(self, name: str, part: Part) -> None:
        self._turn()
        self._redacted({"part": part})
        if (block := self._code.block(name, part[name])) is not None:
            self._emit.block(block)

    def _strange(self, part: Part) -> None:
        """A part without data that is known: nothing, a lone signature, or a new kind."""
        rest = _rest(part, _SIGNED)
        if rest:
            self.content = True
            names = ", ".join(sorted(rest))
            what = f"Messages has no block for {names}; kept in provider_extras and for replay"
            self._ctx.report("content", what)
            self._turn()
            self._redacted({"part": part})
        if rest or part.get("thoughtSignature"):
            # Vertex AI sends signatures alone; those must not come back (pydantic-ai 2.68).
            self._extras.of_part({"index": self._parts - 1, **part})

    # --- from one block to the next ----------------------------------------------------------

    def _turn(self, following: str | None = None) -> None:
        """Close the prose, with its signature and that of the call behind it."""
        held, self._held = self._held, {}
        if self._live is _THINKING or "own" in held:
            self._emit.signature(seal(self._ctx, {**held, "next": following}))
        else:
            if held:
                self._redacted(held)
            if following:
                self._redacted({"next": following})
        self._live = ""

    def _redacted(self, payload: Mapping[str, Any]) -> None:
        self._emit.block(RedactedThinkingBlock(data=seal(self._ctx, payload)))


def _rest(said: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    return {n: value for n, value in said.items() if n not in known and value is not None}
