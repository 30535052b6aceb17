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
    from ._capabilities import Capabilities as Capabilities
    from ._capabilities import Feature as Feature
    from ._default import amessages as amessages
    from ._default import capabilities as capabilities
    from ._default import messages as messages
    from ._fetch import FetchPolicy as FetchPolicy
    from ._known import LLMProvider as LLMProvider
    from ._plan import Retry as Retry
    from ._signatures import AsyncMessagesClient as AsyncMessagesClient
    from ._signatures import MessagesClient as MessagesClient
    from .client import AsyncClient as AsyncClient
    from .client import Client as Client
    from .errors import AmbiguousProvider as AmbiguousProvider
    from .errors import AnyLLMError as AnyLLMError
    from .errors import APIConnectionError as APIConnectionError
    from .errors import APIError as APIError
    from .errors import APIStatusError as APIStatusError
    from .errors import APITimeoutError as APITimeoutError
    from .errors import AuthenticationError as AuthenticationError
    from .errors import BadReply as BadReply
    from .errors import BadRequestError as BadRequestError
    from .errors import ConfigurationError as ConfigurationError
    from .errors import ConflictError as ConflictError
    from .errors import FrameTooLong as FrameTooLong
    from .errors import GatewayTimeoutError as GatewayTimeoutError
    from .errors import InternalServerError as InternalServerError
    from .errors import MissingCredentials as MissingCredentials
    from .errors import NotFoundError as NotFoundError
    from .errors import OverloadedError as OverloadedError
    from .errors import PaymentRequiredError as PaymentRequiredError
    from .errors import PermissionDeniedError as PermissionDeniedError
    from .errors import PluginError as PluginError
    from .errors import RateLimitError as RateLimitError
    from .errors import RequestTimeoutError as RequestTimeoutError
    from .errors import RequestTooLargeError as RequestTooLargeError
    from .errors import RequestValidationError as RequestValidationError
    from .errors import ServiceUnavailableError as ServiceUnavailableError
    from .errors import StreamTruncated as StreamTruncated
    from .errors import StructuredOutputError as StructuredOutputError
    from .errors import UnknownProvider as UnknownProvider
    from .errors import UnprocessableEntityError as UnprocessableEntityError
    from .errors import UnsupportedFeature as UnsupportedFeature
    from .losses import Loss as Loss
    from .losses import LossyConversionWarning as LossyConversionWarning
    from .observe import Call as Call
    from .observe import End as End
    from .observe import Observer as Observer
    from .observe import Retrying as Retrying
    from .plugins import PluginManager as PluginManager
    from .provider import ProviderSpec as ProviderSpec
    from .sse import from_sse as from_sse
    from .sse import to_sse as to_sse
    from .stream import AsyncMessageStream as AsyncMessageStream
    from .stream import MessageStream as MessageStream
    from .transport import Timeout as Timeout
    from .types import *  # noqa: F403

# name -> module: where each public name lives.
_HOME = {
    "_default": (
        "amessages",
        "capabilities",
        "messages",
    ),
    "_fetch": ("FetchPolicy",),
    "_known": ("LLMProvider",),
    "_plan": ("Retry",),
    "_signatures": (
        "AsyncMessagesClient",
        "MessagesClient",
    ),
    "_capabilities": (
        "Capabilities",
        "Feature",
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
    "plugins": ("PluginManager",),
    "provider": ("ProviderSpec",),
    "sse": (
        "from_sse",
        "to_sse",
    ),
    "stream": (
        "AsyncMessageStream",
        "MessageStream",
    ),
    "transport": ("Timeout",),
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
