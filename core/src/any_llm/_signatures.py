"""The signatures of the front doors, written once for each colour.

They are protocols: `Client`, `AsyncClient`, a router over several of them, a fallback or a cache
all satisfy them, and whoever wraps a client can say so in its types.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, cast, overload

if TYPE_CHECKING:  # for annotations alone: naming `any_llm.messages` must not import the schema
    from .stream import AsyncMessageStream, MessageStream
    from .types import MessageResponse, ParsedMessage

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

Turns = Iterable[Any]
"""Messages: dicts, our own response objects, or the official SDK's objects."""
Obj = Mapping[str, Any]


# fmt: off  # one parameter a line would make ten screens of the same list


class MessagesClient(Protocol):
    """Anything that answers Messages requests, sync."""

    @overload
    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: Literal[False] | None = None,
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: None = None,
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> MessageResponse: ...

    @overload
    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: Literal[False] | None = None,
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: type[T],
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> ParsedMessage[T]: ...

    @overload
    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: Literal[True],
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: None = None,
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> MessageStream[MessageResponse]: ...

    @overload
    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: bool | None = None,
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: Any = None,
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> MessageResponse | ParsedMessage[Any] | MessageStream[MessageResponse]: ...

    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: bool | None = None,
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: Any = None,
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the answer to a Messages request."""
        ...


class AsyncMessagesClient(Protocol):
    """Anything that answers Messages requests, async."""

    @overload
    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: Literal[False] | None = None,
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: None = None,
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> Coroutine[Any, Any, MessageResponse]: ...

    @overload
    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: Literal[False] | None = None,
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: type[T],
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> Coroutine[Any, Any, ParsedMessage[T]]: ...

    @overload
    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: Literal[True],
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: None = None,
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> Coroutine[Any, Any, AsyncMessageStream[MessageResponse]]: ...

    @overload
    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: bool | None = None,
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: Any = None,
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> Coroutine[
        Any, Any, MessageResponse | ParsedMessage[Any] | AsyncMessageStream[MessageResponse]
    ]: ...

    def messages(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        provider: str | None = None,
        system: str | Sequence[Any] | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        top_k: int | None = None,
        stream: bool | None = None,
        stop_sequences: Sequence[str] | None = None,
        tools: Iterable[Any] | None = None,
        tool_choice: Obj | None = None,
        metadata: Obj | None = None,
        thinking: Obj | None = None,
        cache_control: Obj | None = None,
        output_format: Any = None,
        api_key: str | None = None,
        api_base: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the answer to a Messages request."""
        ...


# fmt: on


def like(model: F, *more: str) -> Callable[[Callable[..., Any]], F]:
    """Give a method the type and the signature of a protocol's method, and `more` keywords."""

    def give(function: Callable[..., Any]) -> F:
        signature = inspect.signature(model)
        *named, rest = signature.parameters.values()
        extra = [inspect.Parameter(n, rest.KEYWORD_ONLY, default=None) for n in more]
        function.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[*named, *extra, rest]
        )
        return cast("F", function)

    return give
