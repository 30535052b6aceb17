"""Everything a plugin author needs, and nothing else. These names follow the plugin API version."""

from ._json import dumps, loads
from .accumulate import INVALID_JSON, Accumulator, input_json, parse_input
from .auth import ApiKey, Auth, AuthContext, AuthFlow, GetToken, HTTPRequest, Token
from .dialect import (
    Cached,
    CallContext,
    Dialect,
    Fetch,
    Fetched,
    ModelRule,
    Send,
    Step,
    StreamDecoder,
    WireReply,
    WireRequest,
    request_id,
    retry_delay,
    wire_error,
)
from .emit import Emitter
from .envelope import Envelope
from .errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    BadReply,
    ConfigurationError,
    StreamTruncated,
    UnsupportedFeature,
    status_error,
)
from .framing import NDJSON, SSE, Frame, Framer
from .grammar import GrammarError
from .hookspecs import hookimpl
from .losses import Loss
from .native import MessagesDecoder, MessagesDialect, MessagesProfile
from .observe import Call, End, Observer, Retrying
from .provider import ProviderSpec, Setting
from .transport import (
    AsyncReply,
    AsyncTransport,
    Reply,
    Timeout,
    Transport,
    TransportFactory,
)
from .types import *  # noqa: F403  # the schema, whole: every public type is an author's tool
from .types import __all__ as _types

__all__ = [  # noqa: PLE0604  # strings all the same
    "INVALID_JSON",
    "NDJSON",
    "SSE",
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "Accumulator",
    "ApiKey",
    "AsyncReply",
    "AsyncTransport",
    "Auth",
    "AuthContext",
    "AuthFlow",
    "BadReply",
    "Cached",
    "Call",
    "CallContext",
    "ConfigurationError",
    "Dialect",
    "Emitter",
    "End",
    "Envelope",
    "Fetch",
    "Fetched",
    "Frame",
    "Framer",
    "GetToken",
    "GrammarError",
    "HTTPRequest",
    "Loss",
    "MessagesDecoder",
    "MessagesDialect",
    "MessagesProfile",
    "ModelRule",
    "Observer",
    "ProviderSpec",
    "Reply",
    "Retrying",
    "Send",
    "Setting",
    "Step",
    "StreamDecoder",
    "StreamTruncated",
    "Timeout",
    "Token",
    "Transport",
    "TransportFactory",
    "UnsupportedFeature",
    "WireReply",
    "WireRequest",
    "dumps",
    "hookimpl",
    "input_json",
    "loads",
    "parse_input",
    "request_id",
    "retry_delay",
    "status_error",
    "wire_error",
    *_types,
]
