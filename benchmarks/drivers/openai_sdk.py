"""The official openai SDK with a kept client."""

from __future__ import annotations

from typing import Any

import openai

from benchmarks.place import HELLO, Place


def make(colour: str, **_: str) -> Any:
    """Return the driver of a colour. It speaks http only."""
    if colour == "async":
        return AsyncSDK(openai.AsyncOpenAI(api_key="sk-none"))
    return SDK(openai.OpenAI(api_key="sk-none"))


class SDK:
    """openai.OpenAI."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._at: dict[str, Any] = {}

    def _there(self, place: Place) -> Any:
        if place.base not in self._at:
            self._at[place.base] = self._client.with_options(base_url=place.base)
        return self._at[place.base].chat.completions

    def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        return self._there(place).create(model=place.model, messages=HELLO, max_tokens=4096)

    def read(self, place: Place) -> int:
        """Read a stream to its end."""
        create = self._there(place).create
        count = 0
        for chunk in create(model=place.model, messages=HELLO, max_tokens=4096, stream=True):
            count += len(chunk.choices)
        return count


class AsyncSDK(SDK):
    """openai.AsyncOpenAI."""

    async def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        return await self._there(place).create(model=place.model, messages=HELLO, max_tokens=4096)

    async def read(self, place: Place) -> int:  # type: ignore[override]
        """Read a stream to its end."""
        create = self._there(place).create
        count = 0
        async for chunk in await create(
            model=place.model, messages=HELLO, max_tokens=4096, stream=True
        ):
            count += len(chunk.choices)
        return count
