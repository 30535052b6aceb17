"""litellm's module functions: it has no client, and keeps connections by itself."""

from __future__ import annotations

from typing import Any

import litellm  # type: ignore[import-not-found]  # in an environment of its own

from benchmarks.place import HELLO, Place


def make(colour: str, **_: str) -> Any:
    """Return the driver of a colour. It speaks http only."""
    return AsyncLitellm() if colour == "async" else Litellm()


def _arguments(place: Place) -> dict[str, Any]:
    return {
        "model": f"openai/{place.model}",
        "messages": HELLO,
        "max_tokens": 4096,
        "api_base": place.base,
        "api_key": "sk-none",
    }


class Litellm:
    """litellm.completion."""

    def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        return litellm.completion(**_arguments(place))

    def read(self, place: Place) -> int:
        """Read a stream to its end."""
        count = 0
        for chunk in litellm.completion(**_arguments(place), stream=True):
            count += len(chunk.choices)
        return count


class AsyncLitellm:
    """litellm.acompletion."""

    async def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        return await litellm.acompletion(**_arguments(place))

    async def read(self, place: Place) -> int:
        """Read a stream to its end."""
        count = 0
        stream: Any = await litellm.acompletion(**_arguments(place), stream=True)
        async for chunk in stream:
            count += len(chunk.choices)
        return count
