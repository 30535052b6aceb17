"""What a delta or a message says, in the order of the wire: reasoning, content, refusal, calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from any_llm.plugin import (
    CallContext,
    Citation,
    Emitter,
    RedactedThinkingBlock,
    UnknownBlock,
)

from ..common.errors import json_text
from .calls import Calls
from .extras import SAID, Extras
from .line import Line
from .tags import ThinkTags
from .thoughts import Thoughts

_TEXT, _THINKING, _OTHER = "text", "thinking", "other"


class Piece(NamedTuple):
    """The one text in what is said: where it stands, and what takes the next in its place."""

    path: tuple[str | int, ...]
    more: Callable[[str], None]


class Said:
    """Turns deltas into blocks. `refusal` is the text of a refusal, if the model gave one."""

    def __init__(self, ctx: CallContext, emit: Emitter, extras: Extras, *, whole: bool) -> None:
        self._ctx = ctx
        self._emit = emit
        self._extras = extras
        self._whole = whole
        self._line = Line(ctx, emit)
        self.calls = Calls(ctx, self._line)
        self.refusal = ""
        self._thoughts = Thoughts(ctx, extras)
        self._known = _known(ctx.profile.reasoning_in)
        self._tags = ThinkTags() if ctx.profile.think_tags else None
        self._live = ""  # the kind of the block that grows
        self._flows = False  # calls, with nothing to say before their next piece
        self._citations: list[Citation] = []  # of text that has not come yet

    def read(self, said: dict[str, Any]) -> None:
        """Say what one delta or message means."""
        if reasoning := self._thoughts.read(said):
            self._think(reasoning)
        if content := said.get("content"):
            self._content(content)
        if (refusal := said.get("refusal")) and isinstance(refusal, str):
            self.refusal += refusal
            self._text(refusal)
        if fragments := self._fragments(said):
            self._interrupt(_OTHER)
            self.calls.take(fragments, whole=self._whole)
        if not self._known.issuperset(said):
            self._beside(said)
        self._flows = self._live is _OTHER and not (self._thoughts.pending or self._whole)

    def piece(self, said: dict[str, Any]) -> Piece | None:
        """Return the piece of text that a delta holds, if that is all it says."""
        names = [name for name, value in said.items() if value and name != "role"]
        if len(names) != 1 or not self._known.issuperset(said):
            return None
        name, at_once = names[0], not self._line.waiting
        if name == "content":
            plain = at_once and self._live is _TEXT and self._tags is None
            return Piece((name,), self._emit.text if plain else self._content)
        if name in self._thoughts.strings:
            return Piece((name,), self._emit.thinking if at_once else self._think)
        if name == "tool_calls" and self._flows:
            more = self.calls.more(said[name])
            return more and Piece((name, 0, "function", "arguments"), more)
        return None

    @property
    def spoken(self) -> bool:
        """Whether anything has been said."""
        return bool(self._live or self._thoughts.pending)

    def finish(self) -> None:
        """Nothing more comes: close what is open, say what was held back."""
        self._flush_tags()
        self._turn(_OTHER)
        self._line.finish()
        if self._citations:
            what = "sources of no text that could hold them; kept in provider_extras"
            self._ctx.report("annotations", what)

    # --- prose -------------------------------------------------------------------------------

    def _text(self, text: str) -> None:
        if self._live is _TEXT and not self._line.waiting:
            self._emit.text(text)
        elif text:
            if self._live is not _TEXT:
                self._turn(_TEXT)
            self._line.say(self._emit.text, text)

    def _think(self, text: str) -> None:
        if self._live is _THINKING and not self._line.waiting:
            self._emit.thinking(text)
        else:
            if self._live is not _THINKING:
                self._turn(_THINKING)
            self._line.say(self._emit.thinking, text)

    def _content(self, content: Any) -> None:
        if isinstance(content, str):
            self._both(*self._tags.split(content)) if self._tags else self._text(content)
        elif isinstance(content, list):
            for part in content:
                self._part(part)
        else:  # Cloudflare's JSON mode gives the object itself
            self._text(json_text(content, self._ctx))

    def _part(self, part: Any) -> None:
        """Mistral and others give content as a list: text, thinking, and parts of their own."""
        if isinstance(part, str):
            self._text(part)
        elif part.get("type") in ("text", "output_text", None):
            self._text(part["text"])
        elif part["type"] == "refusal":
            self.refusal += part["refusal"]
            self._text(part["refusal"])
        elif part["type"] == "thinking":
            self._thoughts.came_in("content")
            inner = part["thinking"]
            texts = [inner] if isinstance(inner, str) else [one.get("text") for one in inner]
            for text in filter(None, texts):
                self._think(text)
            if signature := part.get("signature"):
                self._thoughts.sign(signature)
                self._turn(_OTHER)  # more thinking is another block
        else:
            self._interrupt(_OTHER)
            self._line.say(self._emit.block, UnknownBlock.model_validate(part))

    def _flush_tags(self) -> None:
        if self._tags:
            self._both(*self._tags.flush())

    def _both(self, thinking: str, text: str) -> None:
        if thinking:
            self._thoughts.came_in("tags")
            self._think(thinking)
        self._text(text)

    # --- from one block to the next ----------------------------------------------------------

    def _interrupt(self, kind: str) -> None:
        """A block that is no prose follows."""
        self._flush_tags()
        self._turn(kind)

    def _turn(self, kind: str) -> None:
        """Close the reasoning, with the state that must go back; state without text is opaque."""
        if self._live is _THINKING:
            self._line.say(self._emit.signature, self._thoughts.seal())
        elif self._thoughts.pending and kind is not _THINKING:
            block = RedactedThinkingBlock(data=self._thoughts.seal())
            self._line.say(self._emit.block, block)
        self._live, self._flows = kind, False
        if kind is _TEXT:
            for citation in self._citations:
                self._line.say(self._emit.citation, citation)
            self._citations.clear()

    # --- calls and what stands beside --------------------------------------------------------

    def _fragments(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the call fragments; the function_call of old servers is one with index 0."""
        if fragments := said.get("tool_calls"):
            extra = said.get("extra_content")
            if extra and not fragments[0].get("extra_content"):
                # Gemini's endpoint once signed the message; the first call takes it back.
                return [{**fragments[0], "extra_content": extra}, *fragments[1:]]
            return list(fragments)
        legacy = said.get("function_call")
        if legacy and (legacy.get("name") or legacy.get("arguments")):
            return [{"index": 0, "function": legacy}]
        return []

    def _beside(self, said: dict[str, Any]) -> None:
        for note in said.get("annotations") or ():
            self._cite(note)
        for name in ("audio", "images"):
            if said.get(name) and not self._extras.says(name):
                self._ctx.report(name, "is no part of a Messages answer; kept in provider_extras")
        self._extras.of_message(said, self._known)

    def _cite(self, note: dict[str, Any]) -> None:
        if note.get("type") != "url_citation":
            what = f"{note.get('type')!r} is no citation of Messages; kept in provider_extras"
            self._ctx.report("annotations", what)
            return
        source = note.get("url_citation") or note  # Xiaomi gives the fields at the top
        citation = Citation.model_validate(
            {
                "type": "web_search_result_location",
                "cited_text": "",  # of the source, which the wire does not give
                "url": source["url"],
                "title": source.get("title"),
                "encrypted_index": "",
            }
        )
        if self._live is _TEXT:
            self._line.say(self._emit.citation, citation)
        else:
            self._citations.append(citation)


@cache
def _known(reasoning_in: tuple[str, ...]) -> frozenset[str]:
    """Return the keys of a delta or message that are read."""
    return SAID.union(reasoning_in)
