"""The Messages API for all providers.

    import any_llm

    answer = any_llm.messages("local:default", [{"role": "user", "content": "Hello"}], 100)
    print(answer.text)

Names are imported when they are first used: importing this package loads no HTTP library and no
plugin.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from ._default import amessages, messages
    from ._fetch import FetchPolicy
    from ._plan import Retry
    from ._signatures import AsyncMessagesClient, MessagesClient
    from .client import AsyncClient, Client
    from .errors import (
        AmbiguousProvider,
        AnyLLMError,
        APIConnectionError,
        APIError,
        APIStatusError,
        APITimeoutError,
        AuthenticationError,
        BadReply,
        BadRequestError,
        ConfigurationError,
        ConflictError,
        FrameTooLong,
        GatewayTimeoutError,
        InternalServerError,
        MissingCredentials,
        NotFoundError,
        OverloadedError,
        PaymentRequiredError,
        PermissionDeniedError,
        PluginError,
        RateLimitError,
        RequestTimeoutError,
        RequestTooLargeError,
        RequestValidationError,
        ServiceUnavailableError,
        StreamTruncated,
        StructuredOutputError,
        UnknownProvider,
        UnprocessableEntityError,
        UnsupportedFeature,
    )
    from .losses import Loss, LossyConversionWarning
    from .observe import Call, End, Observer, Retrying
    from .plugins import PluginManager
    from .provider import LLMProvider, ProviderSpec
    from .sse import from_sse, to_sse
    from .stream import AsyncMessageStream, MessageStream
    from .transport import Timeout
    from .types import *

# name -> module: where each public name lives.
_HOME = {
    "_default": (
        "amessages",
        "messages",
    ),
    "_fetch": (
        "FetchPolicy",
    ),
    "_plan": (
        "Retry",
    ),
    "_signatures": (
        "AsyncMessagesClient",
        "MessagesClient",
    ),
    "client": (
        "AsyncClient",
        "Client",
    ),
    "errors": (
        "APIConnectionError",
        "APIError",
        "APIStatusError",
        "APITimeoutError",
        "AmbiguousProvider",
        "AnyLLMError",
        "AuthenticationError",
        "BadReply",
        "BadRequestError",
        "ConfigurationError",
        "ConflictError",
        "FrameTooLong",
        "GatewayTimeoutError",
        "InternalServerError",
        "MissingCredentials",
        "NotFoundError",
        "OverloadedError",
        "PaymentRequiredError",
        "PermissionDeniedError",
        "PluginError",
        "RateLimitError",
        "RequestTimeoutError",
        "RequestTooLargeError",
        "RequestValidationError",
        "ServiceUnavailableError",
        "StreamTruncated",
        "StructuredOutputError",
        "UnknownProvider",
        "UnprocessableEntityError",
        "UnsupportedFeature",
    ),
    "losses": (
        "Loss",
        "LossyConversionWarning",
    ),
    "observe": (
        "Call",
        "End",
        "Observer",
        "Retrying",
    ),
    "plugins": (
        "PluginManager",
    ),
    "provider": (
        "LLMProvider",
        "ProviderSpec",
    ),
    "sse": (
        "from_sse",
        "to_sse",
    ),
    "stream": (
        "AsyncMessageStream",
        "MessageStream",
    ),
    "transport": (
        "Timeout",
    ),
    "types": (
        "CacheControlParam",
        "CacheCreation",
        "Citation",
        "CitationsDelta",
        "Container",
        "ContainerUploadBlock",
        "ContentBlock",
        "ContentBlockDelta",
        "ContentBlockParam",
        "DocumentBlockParam",
        "Event",
        "ImageBlockParam",
        "InputJSONDelta",
        "MESSAGES_FIELDS",
        "MessageDelta",
        "MessageDeltaUsage",
        "MessageParam",
        "MessageResponse",
        "MessageStreamEvent",
        "MessageTokensCount",
        "MessagesRequest",
        "MetadataParam",
        "Model",
        "ModelInfo",
        "OutputConfigParam",
        "OutputTokensDetails",
        "ParsedMessage",
        "PingEvent",
        "RawContentBlockDeltaEvent",
        "RawContentBlockStartEvent",
        "RawContentBlockStopEvent",
        "RawMessageDeltaEvent",
        "RawMessageStartEvent",
        "RawMessageStopEvent",
        "RedactedThinkingBlock",
        "ServerToolResultBlock",
        "ServerToolUsage",
        "ServerToolUseBlock",
        "SignatureDelta",
        "StopDetails",
        "StopReason",
        "TextBlock",
        "TextBlockParam",
        "TextDelta",
        "Thinking",
        "ThinkingBlock",
        "ThinkingDelta",
        "ToolChoice",
        "ToolParam",
        "ToolResultBlockParam",
        "ToolUnionParam",
        "ToolUseBlock",
        "ToolUseBlockParam",
        "UnknownBlock",
        "UnknownDelta",
        "UnknownEvent",
        "Usage",
        "WebSearchResultBlock",
        "WebSearchToolResultBlock",
        "WebSearchToolResultError",
        "parse_block",
        "parse_delta",
        "parse_event",
        "validate_request",
    ),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE)  # noqa: PLE0605  # the same names, so that they cannot drift apart


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_MODULE[name]}"), name)
    globals()[name] = found  # the next access finds it without coming here
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE})
