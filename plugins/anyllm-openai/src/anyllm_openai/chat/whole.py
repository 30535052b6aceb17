"""What a whole message says. Nearly all are one text, and need no machine for pieces and calls."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, Emitter

from .calls import Calls
from .extras import Extras
from .said import Said

_MAY_BE_EMPTY = (type(None), str, list, dict)


class WholeSaid:
    """`Said` for whole messages: it is made when there is more to read than one text."""

    def __init__(self, ctx: CallContext, emit: Emitter, extras: Extras) -> None:
        self._ctx, self._emit, self._extras = ctx, emit, extras
        self._said: Said | None = None
        self._text = False

    def read(self, said: dict[str, Any]) -> None:
        """Say what one message means."""
        if self._said is None and is_one_text(said) and not self._ctx.profile.think_tags:
            self._emit.text(said["content"])
            self._text = True
            return
        if self._said is None:
            self._said = Said(self._ctx, self._emit, self._extras, whole=True)
        self._said.read(said)

    @property
    def spoken(self) -> bool:
        """Whether anything has been said."""
        return self._text or (self._said is not None and self._said.spoken)

    @property
    def calls(self) -> Calls | None:
        """The calls of the message."""
        return self._said.calls if self._said is not None else None

    @property
    def refusal(self) -> str:
        """The text of a refusal, if the model gave one."""
        return self._said.refusal if self._said is not None else ""

    def finish(self) -> None:
        """Nothing more comes."""
        if self._said is not None:
            self._said.finish()


def is_one_text(said: dict[str, Any]) -> bool:
    """Whether a message is its role and a text, and all else in it is empty."""
    if type(said) is not dict or type(said.get("content")) is not str or not said["content"]:
        return False
    for name, value in said.items():
        if value and name not in {"content", "role"}:
            return False
        if not value and type(value) not in _MAY_BE_EMPTY:
            return False
    return True
