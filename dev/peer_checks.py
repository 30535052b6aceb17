"""What every real peer is asked: whole, streamed, async, several turns, models, errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from functools import partial
from types import ModuleType
from typing import Any, Self

from peer import Report

from any_llm import AnyLLMError, AsyncClient, Client, PluginManager

HELLO = [{"role": "user", "content": "Say hello in one short sentence."}]
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


class Checks:
    """Asks one peer through one plugin and no other; `env` says where the peer is."""

    def __init__(self, plugin: ModuleType, model: str, env: Mapping[str, str]) -> None:
        self._plugin = plugin
        self._env = env
        self.model = model
        self.provider, _, self.name = model.partition(":")
        self.client = Client(plugins=self._plugins(), env=env, max_retries=0, on_loss="ignore")
        self._ask: dict[str, Any] = {
            "model": model,
            "messages": HELLO,
            "max_tokens": 40,
            "temperature": 0,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.client.close()

    def _plugins(self) -> PluginManager:
        manager = PluginManager(autoload=False)
        manager.register(self._plugin)
        return manager

    def run(self, report: Report, *, models: bool = True, **of_its_own: Any) -> None:
        """Make the checks; `of_its_own` are options of the call that has several turns."""
        report.check("whole answer", self.whole)
        report.check("streamed answer", self.streamed)
        report.check("streamed, async", self.asynchronous)
        report.check("turns, system, stop, options", partial(self.several_turns, **of_its_own))
        report.check("JSON of a schema", self.schema)
        if models:
            report.check("models", self.models)

    def run_errors(self, report: Report, unknown: str) -> None:
        """Make the checks of what must fail; `unknown` is a model that the peer has not."""
        wrong = {"model": f"{self.provider}:{unknown}"}
        too_long = {"messages": [{"role": "user", "content": "word " * 4000}]}
        for what, asked in (("unknown model", wrong), ("prompt too long", too_long)):
            report.check(what, partial(self._fails, self._whole, **asked))
            report.check(f"{what}, streamed", partial(self._fails, self._streamed, **asked))

    def whole(self) -> str:
        """A whole answer."""
        message = self._whole()
        assert message.text.strip(), "no text"
        assert message.usage.output_tokens > 0, "no count"
        return f"{message.stop_reason}, {message.usage.output_tokens} tokens: {message.text!r:.60}"

    def streamed(self) -> str:
        """The same answer as a stream."""
        kinds = []
        with self.client.stream(**self._ask) as stream:
            kinds += [event.type for event in stream]
            message = stream.get_final_message()
        assert kinds[0] == "message_start", kinds
        assert kinds[-1] == "message_stop", kinds
        pieces = kinds.count("content_block_delta")
        assert pieces > 1, f"{pieces} pieces"
        assert message.text == self._whole().text, "another text than the whole answer"
        return f"{pieces} pieces, the text of the whole answer"

    def asynchronous(self) -> str:
        """A stream in an event loop."""

        async def run() -> int:
            async with AsyncClient(
                plugins=self._plugins(), env=self._env, on_loss="ignore"
            ) as client:
                stream: Any = await client.messages(**self._ask, stream=True)
                async with stream:
                    return len([event async for event in stream])

        return f"{asyncio.run(run())} events"

    def several_turns(self, **of_its_own: Any) -> str:
        """System, history, stop sequences and options."""
        message = self._whole(
            system="You are brief.",
            messages=[
                *HELLO,
                {"role": "assistant", "content": "Hello there!"},
                {"role": "user", "content": "Count from one to five."},
            ],
            stop_sequences=["five"],
            **of_its_own,
        )
        assert "five" not in message.text, message.text
        return f"{message.stop_reason}: {message.text!r:.60}"

    def schema(self) -> str:
        """An answer that is held to a schema; a peer that forgets the schema is told of."""
        form = {"type": "json_schema", "schema": PERSON}
        asked = [{"role": "user", "content": "Tom is 7 years old."}]
        message = self._whole(messages=asked, output_config={"format": form})
        told = [loss for loss in message.losses if "no JSON" in loss.what]
        assert told or set(json.loads(message.text)) == {"name", "age"}, message.text
        return "; ".join([f"{message.stop_reason}: {message.text!r:.60}", *map(str, told)])

    def models(self) -> str:
        """The list of models."""
        found = {model.id: model for model in self.client.models.list(self.provider)}
        assert self.name in found, sorted(found)
        known = found[self.name].capabilities
        can = f"; {self.name} can {', '.join(known['ollama'])}" if known else ""
        return f"{len(found)} with {self.name}{can}"

    def count_tokens(self, **options: Any) -> str:
        """The number of tokens of a prompt."""
        ask = partial(self.client.count_tokens, model=self.model, **options)
        few, many = ask(messages=HELLO), ask(messages=[*HELLO, *HELLO, *HELLO])
        assert 0 < few.input_tokens < many.input_tokens, (few, many)
        return f"{few.input_tokens}, and {many.input_tokens} for three times as much"

    # --- asking ------------------------------------------------------------------------------

    def _whole(self, **asked: Any) -> Any:
        return self.client.messages(**{**self._ask, **asked})

    def _streamed(self, **asked: Any) -> Any:
        with self.client.stream(**{**self._ask, **asked}) as stream:
            return stream.get_final_message()

    def _fails(self, ask: Callable[..., Any], **asked: Any) -> str:
        """An error, typed."""
        try:
            ask(**asked)
        except AnyLLMError as error:
            return f"{type(error).__name__}: {str(error)!r:.120}"
        raise AssertionError("no error")
