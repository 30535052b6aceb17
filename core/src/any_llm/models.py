"""`client.models`: what a provider can be asked to run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ._resolve import Arguments, sort_arguments
from .errors import NotFoundError
from .types import ModelInfo


def _arguments(provider: str, options: dict[str, Any]) -> Arguments:
    key, base = options.pop("api_key", None), options.pop("api_base", None)
    return sort_arguments("*", provider, key, base, options)


def _split(model: str, provider: str | None) -> tuple[str, str]:
    if provider is not None:
        return provider, model
    prefix, _, rest = model.partition(":")
    return prefix, rest


def _one(found: list[ModelInfo], provider: str, model: str) -> ModelInfo:
    for info in found:
        if info.id == model:
            return info
    raise NotFoundError(
        f"{provider}: has no model {model!r}; models.list() tells which it has",
        status=404,
        provider=provider,
    )


class Models:
    """A provider's models."""

    def __init__(self, ask: Callable[[Arguments], list[ModelInfo]]) -> None:
        self._ask = ask

    def list(self, provider: str, **options: Any) -> list[ModelInfo]:
        """Return every model of `provider`. Takes `api_key`, `api_base`, `timeout` and the like."""
        return self._ask(_arguments(provider, options))

    def retrieve(self, model: str, *, provider: str | None = None, **options: Any) -> ModelInfo:
        """Return a model, named `"provider:model"` or with `provider`. NotFoundError if absent."""
        provider, model = _split(model, provider)
        return _one(self.list(provider, **options), provider, model)


class AsyncModels:
    """A provider's models, async."""

    def __init__(self, ask: Callable[[Arguments], Awaitable[list[ModelInfo]]]) -> None:
        self._ask = ask

    async def list(self, provider: str, **options: Any) -> list[ModelInfo]:
        """Return every model of `provider`. Takes `api_key`, `api_base`, `timeout` and the like."""
        return await self._ask(_arguments(provider, options))

    async def retrieve(
        self, model: str, *, provider: str | None = None, **options: Any
    ) -> ModelInfo:
        """Return a model, named `"provider:model"` or with `provider`. NotFoundError if absent."""
        provider, model = _split(model, provider)
        return _one(await self.list(provider, **options), provider, model)
