"""`client.models`: what a provider can be asked to run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Any

from ._arguments import Arguments, sort_arguments
from .dialect import CallContext, Dialect
from .types import ModelInfo


def _arguments(provider: str, options: dict[str, Any]) -> Arguments:
    key, base = options.pop("api_key", None), options.pop("api_base", None)
    return sort_arguments("*", provider, key, base, options)


def _split(model: str, provider: str | None) -> tuple[str, str]:
    if provider is not None:
        return provider, model
    prefix, _, rest = model.partition(":")
    return prefix, rest


Flow = Callable[[Dialect, CallContext], Generator[Any, Any, Any]]


def _list(dialect: Dialect, ctx: CallContext) -> Generator[Any, Any, Any]:
    return dialect.list_models(ctx)


def _retrieve(model: str) -> Flow:
    return lambda dialect, ctx: dialect.retrieve_model(model, ctx)


class Models:
    """A provider's models."""

    def __init__(self, ask: Callable[[Arguments, Flow], Any]) -> None:
        self._ask = ask

    def list(self, provider: str, **options: Any) -> list[ModelInfo]:
        """Return every model of `provider`. Takes `api_key`, `api_base`, `timeout` and the like."""
        return self._ask(_arguments(provider, options), _list)  # type: ignore[no-any-return]

    def retrieve(self, model: str, *, provider: str | None = None, **options: Any) -> ModelInfo:
        """Return a model, named `"provider:model"` or with `provider`. NotFoundError if absent."""
        provider, model = _split(model, provider)
        return self._ask(_arguments(provider, options), _retrieve(model))  # type: ignore[no-any-return]


class AsyncModels:
    """A provider's models, async."""

    def __init__(self, ask: Callable[[Arguments, Flow], Awaitable[Any]]) -> None:
        self._ask = ask

    async def list(self, provider: str, **options: Any) -> list[ModelInfo]:
        """Return every model of `provider`. Takes `api_key`, `api_base`, `timeout` and the like."""
        return await self._ask(_arguments(provider, options), _list)  # type: ignore[no-any-return]

    async def retrieve(
        self, model: str, *, provider: str | None = None, **options: Any
    ) -> ModelInfo:
        """Return a model, named `"provider:model"` or with `provider`. NotFoundError if absent."""
        provider, model = _split(model, provider)
        return await self._ask(_arguments(provider, options), _retrieve(model))  # type: ignore[no-any-return]
