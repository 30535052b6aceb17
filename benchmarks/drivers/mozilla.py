"""Mozilla's any-llm-sdk with a kept client: its `AnyLLM` object."""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.place import HELLO, Place


def make(colour: str, **_: str) -> Any:
    """Return the driver of a colour. It speaks http only."""
    return AsyncMozilla() if colour == "async" else Mozilla()


class Mozilla:
    """AnyLLM.completion."""

    def __init__(self) -> None:
        self._at: dict[str, Any] = {}

    def _there(self, place: Place) -> Any:
        if place.base not in self._at:
            create = importlib.import_module("any_llm").AnyLLM.create  # theirs: see `environments`
            self._at[place.base] = create("openai", api_key="sk-none", api_base=place.base)
        return self._at[place.base]

    def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        there = self._there(place)
        return there.completion(model=place.model, messages=HELLO, max_tokens=4096)

    def read(self, place: Place) -> int:
        """Read a stream to its end."""
        completion = self._there(place).completion
        count = 0
        for chunk in completion(model=place.model, messages=HELLO, max_tokens=4096, stream=True):
            count += len(chunk.choices)
        return count


class AsyncMozilla(Mozilla):
    """AnyLLM.acompletion."""

    async def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        there = self._there(place)
        return await there.acompletion(model=place.model, messages=HELLO, max_tokens=4096)

    async def read(self, place: Place) -> int:  # type: ignore[override]
        """Read a stream to its end."""
        completion = self._there(place).acompletion
        count = 0
        async for chunk in await completion(
            model=place.model, messages=HELLO, max_tokens=4096, stream=True
        ):
            count += len(chunk.choices)
        return count
