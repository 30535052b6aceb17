"""The model: what pydantic-ai asks, said in the words of any_llm."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from pydantic_ai import RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.profiles import ModelProfile, merge_profile
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

import any_llm

from .answer import details_of, part_of, reason_of, usage_of
from .faults import translated
from .request import conversation, instructions
from .settings import fields_of
from .streaming import AnyLLMStreamedResponse

_PROFILE = ModelProfile(
    supports_json_schema_output=True,
    supports_thinking=True,
    supports_audio_file_input=False,
    supports_video_input=False,
)
"""What the Messages API can say. Whether a model can do it is for its provider to refuse."""


class AnyLLMModel(Model[any_llm.AsyncClient]):
    """A model of any provider: `Agent(AnyLLMModel("openai:gpt-5"))`.

    `model` is "provider:model", or an id with `provider`. Hand in a `client` to share connections,
    plugins, keys and observers, and to close it; `place` are the options of every call that say
    where it goes: `api_key`, `api_base`.
    """

    unsupported_settings = frozenset({"citations"})

    def __init__(
        self,
        model: str,
        *,
        provider: str | None = None,
        client: any_llm.AsyncClient | None = None,
        max_tokens: int = 4096,
        settings: ModelSettings | None = None,
        profile: ModelProfile | None = None,
        **place: Any,
    ) -> None:
        """Make a model; nothing is sent or looked up before its first request."""
        super().__init__(settings=settings, profile=merge_profile(_PROFILE, profile))
        prefix, _, rest = model.partition(":")
        self._system, self._model_name = (provider, model) if provider else (prefix, rest)
        self._max_tokens = max_tokens
        self._place = place
        self.client = client or any_llm.AsyncClient()

    @property
    def model_name(self) -> str:
        """The model's id, without the provider."""
        return self._model_name

    @property
    def system(self) -> str:
        """The provider's id."""
        return self._system

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Return the whole answer."""
        with translated(self.model_name):
            fields = self._fields(messages, model_settings, model_request_parameters)
            answer = await self.client.messages(**fields)
        return ModelResponse(
            parts=[part_of(block, self.system) for block in answer.content],
            usage=usage_of(answer.usage),
            model_name=answer.model,
            provider_name=self.system,
            provider_response_id=answer.id,
            provider_details=details_of(answer, answer.losses),
            finish_reason=reason_of(answer.stop_reason),
            state="suspended" if answer.stop_reason == "pause_turn" else "complete",
        )

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncGenerator[StreamedResponse]:
        """Return the answer as it comes."""
        with translated(self.model_name):
            fields = self._fields(messages, model_settings, model_request_parameters)
            stream = await self.client.stream(**fields)
        async with stream:
            yield AnyLLMStreamedResponse(
                model_request_parameters, stream=stream, model=self.model_name, system=self.system
            )

    async def count_tokens(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> RequestUsage:
        """Return the input tokens as the provider counts them; UserError where it does not."""
        with translated(self.model_name):
            fields = self._fields(messages, model_settings, model_request_parameters)
            counted = await self.client.count_tokens(**fields)
        return RequestUsage(input_tokens=counted.input_tokens)

    def _fields(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> dict[str, Any]:
        settings, params = self.prepare_request(model_settings, model_request_parameters)
        standing, turns = conversation(messages)
        system = [*standing, *instructions(messages, params.instruction_parts)]
        fields = {"max_tokens": self._max_tokens, **fields_of(settings, params), **self._place}
        fields |= {"model": self.model_name, "provider": self.system, "messages": turns}
        return fields | ({"system": system} if system else {})
