"""The two front doors: one set of plugins, keys, connections, retries and observers each.

They turn a call's arguments into a plan and hand it to the exchange; all that differs between
them is the driver.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from ._arguments import Arguments, sort_arguments, split_model
from ._drive import AsyncDriver, Driver
from ._exchange import Opened, exchange, operation
from ._options import mapping_of, observers_of, on_loss_of, retry_of, timeout_of
from ._place import Settings
from ._plan import Plan, Retry
from ._resolve import plan_call
from ._run import AsyncRun, SyncRun, typed
from ._signatures import AsyncMessagesClient, MessagesClient, Turns, like
from ._transports import AsyncTransports, Transports
from .errors import ConfigurationError, RequestValidationError
from .losses import Loss, OnLoss
from .models import AsyncModels, Flow, Models
from .observe import Observer
from .plugins import PluginManager
from .stream import AsyncMessageStream, MessageStream, StreamManager
from .transport import Timeout
from .transport.httpx_ import HTTPOptions
from .types import MessageResponse, MessageTokensCount, ParsedMessage

if TYPE_CHECKING:
    from ._capabilities import Capabilities
    from ._fetch import FetchPolicy
    from .structured import OutputFormat

T = TypeVar("T")


class _Base:
    """What both clients are made of."""

    def __init__(
        self,
        *,
        plugins: PluginManager | None = None,
        keys: Mapping[str, str] | None = None,
        api_base: Mapping[str, str] | None = None,
        settings: Mapping[str, Mapping[str, str]] | None = None,
        quirks: Mapping[str, Mapping[str, Any]] | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | Timeout | None = None,
        max_retries: int | None = None,
        on_loss: OnLoss = "warn",
        headers: Mapping[str, str] | None = None,
        provider_headers: Mapping[str, Mapping[str, str]] | None = None,
        observers: Sequence[Observer] = (),
        fetch: FetchPolicy | None = None,
        http_client: Any = None,
        http_clients: Mapping[str, Any] | None = None,
        http_library: Any = None,
        proxy: Any = None,
        verify: Any = True,
        wrap_transport: Callable[[Any], Any] | None = None,
    ) -> None:
        """Make a client. Nothing is imported, connected or read before its first call.

        `keys`, `api_base`, `settings`, `quirks`, `provider_headers` and `http_clients` are by
        provider id. `env` is where variables are looked up (default: the process's). `timeout` is
        seconds for each wait (connect 5, read 600 by default) or a `Timeout`. `http_client` is an
        httpx or httpx2 client of the caller, used as it is and never closed. `wrap_transport` gets
        each transport when it is made and returns what stands in its place: it sees final requests,
        credentials included.
        """
        if http_client is not None and (proxy is not None or verify is not True):
            raise ConfigurationError("http_client: set proxy and verify on that client itself")
        env = os.environ if env is None else env
        plugins = plugins or PluginManager(env=env)
        self._settings = Settings(
            plugins=plugins,
            env=env,
            keys=mapping_of("keys", keys),
            api_base=mapping_of("api_base", api_base),
            settings=mapping_of("settings", settings),
            options=mapping_of("quirks", quirks),
            headers=mapping_of("headers", headers),
            provider_headers=mapping_of("provider_headers", provider_headers),
            timeout=timeout_of(timeout, Timeout()),
            retry=retry_of(max_retries, Retry()),
            on_loss=on_loss_of(on_loss, "warn"),
            observers=(*plugins.observers, *observers_of(observers)),
            fetch=fetch,
        )
        http = HTTPOptions(
            http_client=http_client, http_library=http_library, proxy=proxy, verify=verify
        )
        self._closed = False
        self._set_up(http, mapping_of("http_clients", http_clients), wrap_transport)

    def _set_up(
        self,
        http: HTTPOptions,
        http_clients: Mapping[str, Any],
        wrap: Callable[[Any], Any] | None,
    ) -> None:
        """Make the driver and the transports of this client's colour."""
        raise NotImplementedError

    @property
    def plugins(self) -> PluginManager:
        """The client's plugin manager."""
        return self._settings.plugins

    def capabilities(self, model: str, **options: Any) -> Capabilities:
        """Return what the wire of this client takes for `model`, feature by feature.

        `options` are keywords of a call that change it: `provider`, `quirks`, `api_base`, what the
        dialect declares. No I/O and no key; a setting that is nowhere said stands for itself.
        """
        provider = options.pop("provider", None)
        args = sort_arguments(model, provider, None, options.get("api_base"), {})
        from ._capabilities import ask  # no call needs it

        return ask(self._settings, *split_model(args, self.plugins), options)

    def __repr__(self) -> str:
        return f"<any_llm.{type(self).__name__} {'closed' if self._closed else 'open'}>"

    def _plan(self, args: Arguments, what: str, *, stream: bool = False) -> Plan:
        if self._closed:
            raise ConfigurationError("this client is closed; make a new one")
        return plan_call(args, self._settings, operation=what, stream=stream)


def _arguments(
    model: Any, messages: Any, max_tokens: Any, fields: dict[str, Any]
) -> tuple[Arguments, OutputFormat[Any] | None]:
    """Sort a call's arguments; an `output_format` becomes the schema the request asks for."""
    provider, api_key = fields.pop("provider", None), fields.pop("api_key", None)
    api_base, asked = fields.pop("api_base", None), fields.pop("output_format", None)
    output_format: OutputFormat[Any] | None = None
    losses: list[Loss] = []
    if asked is not None:
        from .structured import OutputFormat  # for few calls, and not for a process's first

        output_format = OutputFormat.of(asked)
        fields["output_config"] = output_format.merge(fields.get("output_config"), losses)
    fields = {"messages": messages, "max_tokens": max_tokens, **fields}
    args = sort_arguments(model, provider, api_key, api_base, fields)
    args.losses = losses
    return args, output_format


def _no_stream(output_format: OutputFormat[Any] | None) -> None:
    if output_format is not None:
        raise RequestValidationError(
            [
                (
                    "output_format: not supported with stream=True; "
                    "use Client.stream(output_format=...), whose final message is typed"
                )
            ]
        )


def _raw_arguments(body: Mapping[str, Any], options: dict[str, Any]) -> Arguments:
    """A body from outside: every key is a Messages field, whatever its name."""
    if not isinstance(body, Mapping):
        raise RequestValidationError([f"the body must be an object, not a {type(body).__name__}"])
    provider, api_key = options.pop("provider", None), options.pop("api_key", None)
    args = sort_arguments(
        body.get("model"), provider, api_key, options.pop("api_base", None), options
    )
    if args.messages:
        raise TypeError(f"{', '.join(args.messages)}: a field of the body, not a keyword of raw()")
    args.messages = {name: value for name, value in body.items() if name != "stream"}
    return args


class Client(_Base):
    """Calls models in the format of the Messages API. Thread-safe; close it or use `with`."""

    def _set_up(
        self,
        http: HTTPOptions,
        http_clients: Mapping[str, Any],
        wrap: Callable[[Any], Any] | None,
    ) -> None:
        self._transports = Transports(self._settings.plugins, http, http_clients, wrap)
        self._driver = Driver(self._transports.plain)

    @like(MessagesClient.messages)
    def messages(self, model: Any, messages: Any, max_tokens: Any, **fields: Any) -> Any:
        """Send a Messages request and return the answer: whole, typed or as a stream.

        Every field of the Messages API is a keyword. Options: `timeout` (seconds or Timeout),
        `max_retries`, `extra_headers`, `extra_query`, `extra_body`, `on_loss`, `betas`, `quirks`.
        Any other keyword is the provider's own and goes into the body as it is.
        Raises RequestValidationError, UnsupportedFeature, APIError and its kinds.
        """
        args, output_format = _arguments(model, messages, max_tokens, fields)
        if args.messages.get("stream"):
            _no_stream(output_format)
            return self._open(args, None)
        return self._whole(args, output_format)

    @overload
    def stream(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        output_format: None = None,
        **fields: Any,
    ) -> MessageStream[MessageResponse]: ...
    @overload
    def stream(
        self, model: str, messages: Turns, max_tokens: int, *, output_format: type[T], **fields: Any
    ) -> MessageStream[ParsedMessage[T]]: ...
    def stream(self, model: Any, messages: Any, max_tokens: Any, **fields: Any) -> Any:
        """Send a request and return its stream, a context manager. Takes what `messages` takes.

        With `output_format` the stream's final message is a ParsedMessage.
        """
        fields["stream"] = True
        return self._open(*_arguments(model, messages, max_tokens, fields))

    def raw(self, body: Mapping[str, Any], **options: Any) -> MessageResponse:
        """Answer a Messages body that came from outside.

        Its keys are Messages fields and never options: those (`provider`, `api_key`, `api_base`,
        `timeout`, ...) are this method's own keywords. Give `provider`: without it the body's model
        may be `provider:model`, and whoever wrote the body chooses which of your keys is used.
        """
        message: MessageResponse = self._whole(_raw_arguments(body, options))
        return message

    def raw_stream(self, body: Mapping[str, Any], **options: Any) -> MessageStream[MessageResponse]:
        """Like `raw`, streamed: returns once the first events are there."""
        stream: MessageStream[MessageResponse] = self._open(_raw_arguments(body, options), None)
        return stream

    def count_tokens(self, model: str, messages: Turns, **fields: Any) -> MessageTokensCount:
        """Return how many input tokens a request has, as the provider counts them."""
        args, _ = _arguments(model, messages, fields.pop("max_tokens", 1), fields)
        plan = self._plan(args, "count_tokens")
        assert plan.request is not None
        return self._run(plan, operation(plan, plan.dialect.count_tokens(plan.request, plan.ctx)))  # type: ignore[no-any-return]

    @property
    def models(self) -> Models:
        """The providers' lists of models."""
        return Models(self._ask_models)

    def close(self) -> None:
        """Close the connections. Safe to call twice."""
        self._closed = True
        self._transports.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, plan: Plan, flow: Generator[Any, Any, Any]) -> Any:
        return self._driver.run(flow, self._transports.get(plan))

    def _ask_models(self, args: Arguments, flow: Flow) -> Any:
        plan = self._plan(args, "models")
        return self._run(plan, operation(plan, flow(plan.dialect, plan.ctx)))

    def _whole(self, args: Arguments, output_format: OutputFormat[Any] | None = None) -> Any:
        plan = self._plan(args, "messages")
        return typed(plan, self._run(plan, exchange(plan, stream=False)), output_format)

    def _open(self, args: Arguments, output_format: OutputFormat[Any] | None) -> Any:
        plan = self._plan(args, "messages", stream=True)
        opened: Opened = self._run(plan, exchange(plan, stream=True))
        return MessageStream(SyncRun(opened), output_format)


class AsyncClient(_Base):
    """`Client` for async programs, on asyncio and trio. Close it or use `async with`."""

    def _set_up(
        self,
        http: HTTPOptions,
        http_clients: Mapping[str, Any],
        wrap: Callable[[Any], Any] | None,
    ) -> None:
        self._transports = AsyncTransports(self._settings.plugins, http, http_clients, wrap)
        self._driver = AsyncDriver(self._transports.plain)

    @like(AsyncMessagesClient.messages)
    async def messages(self, model: Any, messages: Any, max_tokens: Any, **fields: Any) -> Any:
        """Send a Messages request and return the answer. See `Client.messages`."""
        args, output_format = _arguments(model, messages, max_tokens, fields)
        if args.messages.get("stream"):
            _no_stream(output_format)
            return await self._open(args, None)
        return await self._whole(args, output_format)

    @overload
    def stream(
        self,
        model: str,
        messages: Turns,
        max_tokens: int,
        *,
        output_format: None = None,
        **fields: Any,
    ) -> StreamManager[MessageResponse]: ...
    @overload
    def stream(
        self, model: str, messages: Turns, max_tokens: int, *, output_format: type[T], **fields: Any
    ) -> StreamManager[ParsedMessage[T]]: ...
    def stream(self, model: Any, messages: Any, max_tokens: Any, **fields: Any) -> Any:
        """Return a stream to enter: `async with client.stream(...) as stream`, or await it.

        The request goes out when it is entered or awaited.
        """
        fields["stream"] = True
        return StreamManager(lambda: self._open(*_arguments(model, messages, max_tokens, fields)))

    async def raw(self, body: Mapping[str, Any], **options: Any) -> MessageResponse:
        """Answer a Messages body that came from outside. See `Client.raw`."""
        message: MessageResponse = await self._whole(_raw_arguments(body, options))
        return message

    async def raw_stream(
        self, body: Mapping[str, Any], **options: Any
    ) -> AsyncMessageStream[MessageResponse]:
        """Like `raw`, streamed: returns once the first events are there."""
        stream: AsyncMessageStream[MessageResponse] = await self._open(
            _raw_arguments(body, options), None
        )
        return stream

    async def count_tokens(self, model: str, messages: Turns, **fields: Any) -> MessageTokensCount:
        """Return how many input tokens a request has, as the provider counts them."""
        args, _ = _arguments(model, messages, fields.pop("max_tokens", 1), fields)
        plan = self._plan(args, "count_tokens")
        assert plan.request is not None
        flow = operation(plan, plan.dialect.count_tokens(plan.request, plan.ctx))
        return await self._run(plan, flow)  # type: ignore[no-any-return]

    @property
    def models(self) -> AsyncModels:
        """The providers' lists of models."""
        return AsyncModels(self._ask_models)

    async def close(self) -> None:
        """Close the connections of the running event loop. Safe to call twice."""
        self._closed = True
        await self._transports.close()

    aclose = close

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _run(self, plan: Plan, flow: Generator[Any, Any, Any]) -> Any:
        return await self._driver.run(flow, self._transports.get(plan))

    async def _ask_models(self, args: Arguments, flow: Flow) -> Any:
        plan = self._plan(args, "models")
        return await self._run(plan, operation(plan, flow(plan.dialect, plan.ctx)))

    async def _whole(self, args: Arguments, output_format: OutputFormat[Any] | None = None) -> Any:
        plan = self._plan(args, "messages")
        return typed(plan, await self._run(plan, exchange(plan, stream=False)), output_format)

    async def _open(self, args: Arguments, output_format: OutputFormat[Any] | None) -> Any:
        plan = self._plan(args, "messages", stream=True)
        opened: Opened = await self._run(plan, exchange(plan, stream=True))
        return AsyncMessageStream(AsyncRun(opened), output_format)
