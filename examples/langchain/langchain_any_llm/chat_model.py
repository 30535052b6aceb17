"""The chat model: what LangChain asks, said in the words of any_llm."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, Literal

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LangSmithParams, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_json_schema
from pydantic import ConfigDict, Field, SecretStr

import any_llm

from .answer import Chunks, last_chunk, message_of
from .faults import translated
from .parsing import parser_for
from .request import Conversation
from .tools import choice_of, closed, tools_of

# Fields of this class that `any_llm.messages` takes under the same name.
_SAID = (
    "max_tokens",
    "temperature",
    "top_p",
    "top_k",
    "stop_sequences",
    "thinking",
    "timeout",
    "max_retries",
)
Method = Literal["json_schema", "function_calling", "json_mode"]


class ChatAnyLLM(BaseChatModel):
    """A model of any provider: `ChatAnyLLM(model="openai:gpt-5")`.

    Fields are those of `any_llm.messages`; any further field of the Messages API, option or
    provider's own argument goes into `model_kwargs`, or into one call as a keyword. `client` and
    `async_client` may be handed in, to share connections, plugins and observers.
    """

    model_config = ConfigDict(populate_by_name=True, arbitrary_types_allowed=True, extra="forbid")

    model: str
    provider: str | None = None
    max_tokens: int = 4096
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop_sequences: list[str] | None = Field(default=None, alias="stop")
    thinking: dict[str, Any] | None = None
    timeout: float | None = None
    max_retries: int | None = None
    api_key: SecretStr | None = None
    base_url: str | None = None
    streaming: bool = False
    model_kwargs: dict[str, Any] = Field(default_factory=dict)
    client: any_llm.Client | None = Field(default=None, exclude=True)
    async_client: any_llm.AsyncClient | None = Field(default=None, exclude=True)

    @cached_property
    def _calls(self) -> any_llm.Client:
        return self.client or any_llm.Client()

    @cached_property
    def _async_calls(self) -> any_llm.AsyncClient:
        return self.async_client or any_llm.AsyncClient()

    @property
    def _llm_type(self) -> str:
        return "any-llm"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model, "provider": self.provider, **self._fields}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop or self.stop_sequences, **kwargs)
        params["ls_provider"] = self.provider or self.model.partition(":")[0]
        return params

    # -- calls --------------------------------------------------------------------------------

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        fields, losses = self._arguments(messages, stop, kwargs)
        with translated():
            answer = self._calls.messages(**fields)
        return _result(message_of(answer, (*losses, *answer.losses)))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        fields, losses = self._arguments(messages, stop, kwargs)
        with translated():
            answer = await self._async_calls.messages(**fields)
        return _result(message_of(answer, (*losses, *answer.losses)))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        fields, losses = self._arguments(messages, stop, kwargs)
        chunks = Chunks()
        with translated(), self._calls.stream(**fields) as stream:
            for event in stream:
                if chunk := chunks.of(event):
                    yield chunk
            yield last_chunk(stream.get_final_message(), (*losses, *stream.losses))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        fields, losses = self._arguments(messages, stop, kwargs)
        chunks = Chunks()
        with translated():
            async with self._async_calls.stream(**fields) as stream:
                async for event in stream:
                    if chunk := chunks.of(event):
                        yield chunk
                yield last_chunk(await stream.get_final_message(), (*losses, *stream.losses))

    def get_num_tokens_from_messages(
        self, messages: list[BaseMessage], tools: Sequence[Any] | None = None
    ) -> int:
        """Return what the provider counts. UnsupportedFeature where it has no such endpoint."""
        kwargs = {"tools": tools_of(tools)} if tools else {}
        fields, _ = self._arguments(messages, None, kwargs)
        with translated():
            return self._calls.count_tokens(**fields).input_tokens

    # -- what is bound to a model -------------------------------------------------------------

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | dict[str, Any] | bool | None = None,
        parallel_tool_calls: bool | None = None,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Give the model tools: LangChain's, or written as the Messages API writes them."""
        choice = choice_of(tool_choice, parallel=parallel_tool_calls)
        said = {"tool_choice": choice} if choice else {}
        return self.bind(tools=tools_of(tools, strict=strict), **said, **kwargs)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        include_raw: bool = False,
        method: Method = "json_schema",
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """Have the model answer with an object of `schema`.

        "json_schema" is the Messages API's output format. "json_mode" is the same: Messages knows
        no JSON without a schema. "function_calling" makes the schema a tool that must be called.
        """
        if method == "function_calling":
            return super().with_structured_output(schema, include_raw=include_raw, **kwargs)
        if kwargs:
            raise TypeError(f"with_structured_output: unknown {', '.join(sorted(kwargs))}")
        wanted = convert_to_json_schema(schema)
        model = self.bind(
            output_config={"format": {"type": "json_schema", "schema": closed(wanted)}},
            ls_structured_output_format={"kwargs": {"method": method}, "schema": wanted},
        )
        parser = parser_for(schema)
        return _with_raw(model, parser) if include_raw else model | parser

    # -- arguments ----------------------------------------------------------------------------

    @property
    def _fields(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in _SAID}
        return {n: v for n, v in said.items() if v not in (None, [])} | self.model_kwargs

    def _arguments(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], list[any_llm.Loss]]:
        said = Conversation(messages)
        key = self.api_key.get_secret_value() if self.api_key else None
        place = {"provider": self.provider, "api_key": key, "api_base": self.base_url}
        fields = {"model": self.model, **self._fields, **place, **kwargs}
        fields |= {"messages": said.turns, "system": said.system or None}
        fields.pop("stream", None)  # whether to stream is for the method to say
        if stop:
            fields["stop_sequences"] = stop
        return {name: value for name, value in fields.items() if value is not None}, said.losses


def _result(message: AIMessage) -> ChatResult:
    return ChatResult(generations=[ChatGeneration(message=message)])


def _with_raw(model: Runnable[Any, Any], parser: Any) -> Runnable[Any, Any]:
    parsed = RunnablePassthrough.assign(
        parsed=itemgetter("raw") | parser, parsing_error=lambda _: None
    )
    failed = RunnablePassthrough.assign(parsed=lambda _: None)
    return RunnableMap(raw=model) | parsed.with_fallbacks([failed], exception_key="parsing_error")
