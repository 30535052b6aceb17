"""What the contract tests share: one body for three colours, and a small wire format.

A test takes the fixture `colour` and runs three times: against Client, and against AsyncClient in
a real event loop of asyncio and of trio, through a blocking face.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any, Self

import anyio
from anyio.from_thread import BlockingPortal

from any_llm import AsyncClient, Client, PluginManager, plugin
from any_llm.testing import Answer, Received

HELLO = [{"role": "user", "content": "hello"}]
NO_MORE = object()


def manager(
    *rows: plugin.ProviderSpec,
    dialects: Sequence[plugin.Dialect] = (),
    transports: Mapping[str, plugin.TransportFactory] | None = None,
    observers: Sequence[plugin.Observer] = (),
) -> PluginManager:
    """A manager with one plugin, registered by hand, that offers what is given."""
    module = ModuleType("stand_in")
    hooks: dict[str, Callable[[], Any]] = {
        "anyllm_providers": lambda: rows,
        "anyllm_dialects": lambda: dialects,
        "anyllm_transports": lambda: transports or {},
        "anyllm_observers": lambda: observers,
    }
    for name, hook in hooks.items():
        setattr(module, name, plugin.hookimpl(hook))
    made = PluginManager(autoload=False, env={})
    made.register(module)
    return made


# --- one body, three colours -----------------------------------------------------------------


class Bridge:
    """The blocking face of an async object; each call runs in the loop behind `portal`."""

    def __init__(self, target: Any, portal: BlockingPortal) -> None:
        self._target, self._portal = target, portal

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if name == "models":
            return Bridge(value, self._portal)
        if not inspect.ismethod(value):
            return value

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._faced(self._portal.call(self._await, value, args, kwargs))

        return call

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        found = self._portal.call(anext, self._target, NO_MORE)
        if found is NO_MORE:
            raise StopIteration
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    async def _await(self, function: Any, args: Any, kwargs: Any) -> Any:
        found = function(*args, **kwargs)
        return await found if inspect.isawaitable(found) else found

    def _faced(self, value: Any) -> Any:
        return Bridge(value, self._portal) if hasattr(value, "__aiter__") else value


class Colour:
    """Makes clients of one colour and closes them when the test is over."""

    def __init__(self, name: str, portal: BlockingPortal | None) -> None:
        self.name, self.portal = name, portal
        self._made: list[Any] = []

    @property
    def is_async(self) -> bool:
        return self.portal is not None

    def client(self, plugins: PluginManager, **options: Any) -> Any:
        """A client without the process's environment that tries once, unless told otherwise."""
        options = {"env": {}, "max_retries": 0, "plugins": plugins, **options}
        if self.portal is None:
            made: Any = Client(**options)
        else:
            made = Bridge(AsyncClient(**options), self.portal)
        self._made.append(made)
        return made

    def at_once(self, count: int, client: Any, method: str, *args: Any, **kwargs: Any) -> list[Any]:
        """Make `count` calls at the same time, in threads or in tasks; errors are results too."""
        if self.portal is None:

            def work(_: int) -> Any:
                try:
                    return getattr(client, method)(*args, **kwargs)
                except plugin.APIError as error:
                    return error

            with ThreadPoolExecutor(count) as pool:
                return list(pool.map(work, range(count)))
        return self.portal.call(self._tasks, count, getattr(client._target, method), args, kwargs)

    async def _tasks(self, count: int, function: Any, args: Any, kwargs: Any) -> list[Any]:
        found: list[Any] = []

        async def work() -> None:
            try:
                found.append(await function(*args, **kwargs))
            except plugin.APIError as error:
                found.append(error)

        async with anyio.create_task_group() as group:
            for _ in range(count):
                group.start_soon(work)
        return found

    def close(self) -> None:
        for client in self._made:
            client.close()


# --- a small wire format ---------------------------------------------------------------------


class PlainDecoder(plugin.StreamDecoder):
    def feed(self, frame: plugin.Frame) -> None:
        said = plugin.loads(frame.data)
        self.emit.start(id=said["id"], model=self.ctx.model)
        if said["done"]:
            self.emit.finish("end_turn", plugin.Usage(input_tokens=2, output_tokens=said["out"]))
        else:
            self.emit.text(said["said"])


class Plain(plugin.Dialect):
    """Says the last message's text back: whole as JSON, streamed as JSON lines."""

    name = "plain"
    framer = plugin.NDJSON
    decoder = PlainDecoder

    def encode(
        self, request: plugin.MessagesRequest, ctx: plugin.CallContext
    ) -> plugin.WireRequest:
        body = {"say": request.messages[-1]["content"], "stream": ctx.stream}
        return plugin.WireRequest(path="/say", json=body)

    def decode(self, reply: plugin.WireReply, ctx: plugin.CallContext) -> plugin.MessageResponse:
        said = reply.json
        return plugin.MessageResponse(
            id=said["id"],
            model=ctx.model,
            content=[plugin.TextBlock(text=said["said"])],
            stop_reason="end_turn",
            usage=plugin.Usage(input_tokens=2, output_tokens=said["out"]),
        )


def plain_lines(text: str) -> bytes:
    """The stream that says `text`, one character a line."""
    said = [{"id": "m1", "done": False, "said": letter} for letter in text]
    said.append({"id": "m1", "done": True, "out": len(text)})
    return b"".join(json.dumps(line).encode() + b"\n" for line in said)


def plain_answer(request: Received, **more: Any) -> Answer:
    """The answer of a server that speaks the plain format."""
    asked = request.json
    if asked["stream"]:
        kind = {"content-type": "application/x-ndjson"}
        return Answer(body=plain_lines(asked["say"]), headers=kind, pieces=[7], **more)
    return Answer.of({"id": "m1", "said": asked["say"], "out": len(asked["say"])}, **more)


def row(server: Any, **fields: Any) -> plugin.ProviderSpec:
    """A row `stand-in` for a server on the loopback, in the plain format unless told otherwise."""
    dialect = fields.pop("dialect", None) or Plain()
    base_url = fields.pop("base_url", None) or server.url
    return plugin.ProviderSpec(id="stand-in", dialect=dialect, base_url=base_url, **fields)
