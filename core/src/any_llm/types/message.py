"""A whole answer: the message, its usage, why it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from pydantic import Field, PrivateAttr

from ._base import Model
from .blocks import ContentBlock, TextBlock

if TYPE_CHECKING:
    from ..losses import Loss

T = TypeVar("T")

StopReason = (
    Literal[
        "end_turn",
        "max_tokens",
        "stop_sequence",
        "tool_use",
        "pause_turn",
        "refusal",
        "model_context_window_exceeded",
    ]
    | str
)
"""Why the model stopped. An open vocabulary: a new reason of a provider passes through."""


class CacheCreation(Model):
    """Input tokens written to the cache, by the lifetime of the entry."""

    ephemeral_5m_input_tokens: int = 0
    ephemeral_1h_input_tokens: int = 0


class OutputTokensDetails(Model):
    """What the output tokens were spent on."""

    thinking_tokens: int | None = None


class ServerToolUsage(Model):
    """How often the provider ran tools of its own."""

    web_search_requests: int = 0
    web_fetch_requests: int = 0


class Usage(Model):
    """Tokens. input, cache_creation and cache_read are disjoint and add up to the prompt.

    A count is None where the provider does not report it; `thinking_tokens` is part of
    `output_tokens`.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: CacheCreation | None = None
    output_tokens_details: OutputTokensDetails | None = None
    server_tool_use: ServerToolUsage | None = None
    service_tier: str | None = None


class StopDetails(Model):
    """More about a stop: for `refusal` its category and an explanation, where known."""

    type: str = "refusal"
    category: str | None = None
    explanation: str | None = None


class Container(Model):
    """The code execution container an answer used."""

    id: str
    expires_at: str | None = None


class MessageResponse(Model):
    """An answer in the format of the Messages API.

    `losses` lists what did not go across and `request_id` is the provider's id of the exchange;
    neither is part of the message: they stand in no dump and do not count for equality.
    """

    id: str
    type: Literal["message"] = "message"
    role: Literal["assistant"] = "assistant"
    model: str
    content: list[ContentBlock] = Field(default_factory=list)
    stop_reason: StopReason | None = None
    stop_sequence: str | None = None
    stop_details: StopDetails | None = None
    usage: Usage
    container: Container | None = None

    _losses: tuple[Loss, ...] = PrivateAttr(default=())
    _request_id: str | None = PrivateAttr(default=None)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What the conversion could not carry, in the order it was met."""
        return self._losses

    @property
    def request_id(self) -> str | None:
        """The provider's id of the exchange, from its headers."""
        return self._request_id

    def _got(self, request_id: str | None, losses: tuple[Loss, ...]) -> None:
        """Say how the message was got: what setting both costs, for a twentieth."""
        private = self.__pydantic_private__
        assert private is not None
        private["_request_id"], private["_losses"] = request_id, losses

    @property
    def text(self) -> str:
        """All text blocks, one after the other."""
        return "".join(block.text for block in self.content if isinstance(block, TextBlock))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MessageResponse):
            return NotImplemented
        return (
            self.__dict__ == other.__dict__ and self.__pydantic_extra__ == other.__pydantic_extra__
        )

    __hash__ = None  # type: ignore[assignment]  # mutable


class ParsedMessage(MessageResponse, Generic[T]):
    """An answer to a request with `output_format`: `parsed_output` is the object."""

    _parsed: Any = PrivateAttr(default=None)

    @property
    def parsed_output(self) -> T | None:
        """The object that the answer's text holds, validated as the asked type.

        None only in a turn that goes on (stop_reason tool_use, pause_turn) without one.
        """
        return self._parsed  # type: ignore[no-any-return]


class MessageTokensCount(Model):
    """What `count_tokens` returns."""

    input_tokens: int


class ModelInfo(Model):
    """One model of a provider. Fields the provider does not tell are None."""

    id: str
    type: Literal["model"] = "model"
    display_name: str = ""
    created_at: str | None = None
    max_input_tokens: int | None = None
    max_tokens: int | None = None
    capabilities: dict[str, Any] | None = None
