"""Every error a caller can meet: one class for each thing the caller can do about it.

Names and types follow the Messages API (`AuthenticationError`, `rate_limit_error`, ...). An error
of a provider is sorted by its HTTP status and the type the provider names, never by words in its
message. A text reads *who: what was wrong, what to do*.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from .types import MessageResponse


class AnyLLMError(Exception):
    """Base of every error that any_llm raises on purpose."""


# --- before anything is sent -----------------------------------------------------------------


class RequestValidationError(AnyLLMError, ValueError):
    """The request is not a Messages request. `errors` holds one line for each fault."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = tuple(errors)
        head = "request: " if len(self.errors) == 1 else f"request: {len(self.errors)} faults\n  "
        super().__init__(head + "\n  ".join(self.errors))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.errors,)


class UnsupportedFeature(AnyLLMError):
    """The provider cannot carry part of the request, and going on would lose it.

    `path` is the field (`messages[0].content[1]`), `provider` the provider's id.
    """

    def __init__(self, message: str, *, path: str = "", provider: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.provider = provider


class UnknownProvider(AnyLLMError):
    """No installed plugin offers this provider id."""


class AmbiguousProvider(AnyLLMError):
    """Several plugins offer this id and none has the better right (its namesake, or by hand)."""


class PluginError(AnyLLMError):
    """A plugin could not be imported, speaks another plugin API or registered something wrong."""


class MissingCredentials(AnyLLMError):
    """No API key was passed and none of the provider's environment variables is set."""


class ConfigurationError(AnyLLMError):
    """A client, row or transport is set up in a way that cannot work."""


# --- after sending ---------------------------------------------------------------------------


class APIError(AnyLLMError):
    """Base of everything that can go wrong once a request was made."""

    def __init__(self, message: str, *, provider: str = "", request_id: str | None = None) -> None:
        super().__init__(message)
        self.provider = provider
        self.request_id = request_id


class APIConnectionError(APIError):
    """No usable answer came back: DNS, connection, TLS or proxy trouble, or a broken body."""


class APITimeoutError(APIConnectionError):
    """Connecting, sending or waiting for the next bytes took longer than the timeout."""


class StreamTruncated(APIConnectionError):
    """The stream ended before the provider said that the message was finished."""


class BadReply(APIError):
    """The provider sent something that its wire format does not allow; nothing is made up."""


class FrameTooLong(BadReply):
    """One line or frame of a stream is longer than the framer's limit."""


class APIStatusError(APIError):
    """The provider refused or failed: an HTTP error, or an error inside a 200 answer.

    `status` is the HTTP status (for an error inside a stream: the one its HTTP twin has), `type`
    the Messages API's error type, `retry_after` seconds or None, `body` the provider's own body
    (parsed JSON, else text), `code` the provider's own error code when it names one.
    """

    status_of_type: ClassVar[int] = 0
    type_of_class: ClassVar[str] = "api_error"

    def __init__(
        self,
        message: str,
        *,
        status: int,
        type: str | None = None,
        code: str | None = None,
        provider: str = "",
        request_id: str | None = None,
        retry_after: float | None = None,
        should_retry: bool | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message, provider=provider, request_id=request_id)
        self.status = status
        self.type = type or self.type_of_class
        self.code = code
        self.retry_after = retry_after
        self.should_retry = should_retry
        self.body = body

    @property
    def status_code(self) -> int:
        """The same as `status`, under the official SDKs' name."""
        return self.status

    @property
    def retryable(self) -> bool:
        """Whether trying again can help: `x-should-retry` first, then 408, 409, 429, >= 500."""
        if self.should_retry is not None:
            return self.should_retry
        if self.type in _NEVER_RETRIED:
            return False
        return self.status in {408, 409, 429} or self.status >= 500

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, dict(self.__dict__))


class BadRequestError(APIStatusError):
    """400: the provider does not accept the request as it stands."""

    status_of_type, type_of_class = 400, "invalid_request_error"


class AuthenticationError(APIStatusError):
    """401: the key is missing, wrong or revoked."""

    status_of_type, type_of_class = 401, "authentication_error"


class PaymentRequiredError(APIStatusError):
    """402, or another status with a billing type: no credit or quota; waiting does not help."""

    status_of_type, type_of_class = 402, "billing_error"


class PermissionDeniedError(APIStatusError):
    """403: the key may not do this."""

    status_of_type, type_of_class = 403, "permission_error"


class NotFoundError(APIStatusError):
    """404: no such model, deployment or path."""

    status_of_type, type_of_class = 404, "not_found_error"


class RequestTimeoutError(APIStatusError):
    """408: the provider waited too long for the request."""

    status_of_type, type_of_class = 408, "timeout_error"


class ConflictError(APIStatusError):
    """409: the request collides with another one."""

    status_of_type, type_of_class = 409, "conflict_error"


class RequestTooLargeError(APIStatusError):
    """413: the request has more bytes than the provider accepts."""

    status_of_type, type_of_class = 413, "request_too_large"


class UnprocessableEntityError(APIStatusError):
    """422: well-formed, but the provider will not process it."""

    status_of_type, type_of_class = 422, "invalid_request_error"


class RateLimitError(APIStatusError):
    """429: too many requests or tokens; `retry_after` says how long to wait when known."""

    status_of_type, type_of_class = 429, "rate_limit_error"


class InternalServerError(APIStatusError):
    """>= 500: the provider failed."""

    status_of_type, type_of_class = 500, "api_error"


class ServiceUnavailableError(InternalServerError):
    """503: the provider is down or starting."""

    status_of_type, type_of_class = 503, "overloaded_error"


class GatewayTimeoutError(InternalServerError):
    """504: the provider took too long."""

    status_of_type, type_of_class = 504, "timeout_error"


class OverloadedError(InternalServerError):
    """529: the provider has too much to do."""

    status_of_type, type_of_class = 529, "overloaded_error"


class StructuredOutputError(APIError):
    """The answer arrived but holds no object of the asked type; `response` is the whole answer.

    `reason` is "max_tokens", "refusal", "invalid" or "empty".
    """

    def __init__(
        self, message: str, *, response: MessageResponse, reason: str, provider: str = ""
    ) -> None:
        super().__init__(message, provider=provider, request_id=response.request_id)
        self.response = response
        self.reason = reason

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, dict(self.__dict__))


# A spent budget stays spent however often one asks.
_NEVER_RETRIED = frozenset({"billing_error"})

_BY_STATUS: dict[int, type[APIStatusError]] = {
    cls.status_of_type: cls
    for cls in (
        BadRequestError,
        AuthenticationError,
        PaymentRequiredError,
        PermissionDeniedError,
        NotFoundError,
        RequestTimeoutError,
        ConflictError,
        RequestTooLargeError,
        UnprocessableEntityError,
        RateLimitError,
        InternalServerError,
        ServiceUnavailableError,
        GatewayTimeoutError,
        OverloadedError,
    )
}
_BY_TYPE: dict[str, type[APIStatusError]] = {
    "invalid_request_error": BadRequestError,
    "authentication_error": AuthenticationError,
    "billing_error": PaymentRequiredError,
    "permission_error": PermissionDeniedError,
    "not_found_error": NotFoundError,
    "conflict_error": ConflictError,
    "request_too_large": RequestTooLargeError,
    "rate_limit_error": RateLimitError,
    "api_error": InternalServerError,
    "timeout_error": GatewayTimeoutError,
    "overloaded_error": OverloadedError,
}


def status_error(
    message: str, *, status: int | None = None, type: str | None = None, **facts: Any
) -> APIStatusError:
    """Return the error of the class that `status` and `type` (a Messages error type) mean.

    The type decides; the status refines it where both agree (422, 408, 503) and stands in for an
    unknown or missing type. Without a status (an error inside a stream) it is the type's own.
    """
    cls = _BY_TYPE.get(type or "")
    named = _BY_STATUS.get(status or 0)
    if cls is None or (named is not None and named.type_of_class == cls.type_of_class):
        cls = named or cls or _family(status)
    return cls(message, status=status or cls.status_of_type, type=type, **facts)


def _family(status: int | None) -> type[APIStatusError]:
    if status is None or status >= 500:
        return InternalServerError
    return BadRequestError if 400 <= status < 500 else APIStatusError


def _rebuild(cls: type[APIError], args: tuple[Any, ...], state: dict[str, Any]) -> APIError:
    # Exceptions cross process borders by pickle; keyword-only arguments need this way back.
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error
