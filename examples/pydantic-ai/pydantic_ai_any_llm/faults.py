"""any_llm's errors as pydantic-ai's: the same sorting under other names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic_ai import exceptions

import any_llm

# The first that fits counts: from the particular to the general.
_CATEGORIES: tuple[tuple[type[any_llm.APIStatusError], Any], ...] = (
    (any_llm.RateLimitError, exceptions.ModelRateLimitError),
    (any_llm.PaymentRequiredError, exceptions.ModelQuotaExceededError),
    (any_llm.OverloadedError, exceptions.ModelOverloadedError),
    (any_llm.ServiceUnavailableError, exceptions.ModelUnavailableError),
    (any_llm.InternalServerError, exceptions.ModelServerError),
    (any_llm.AuthenticationError, exceptions.ModelAuthenticationError),
    (any_llm.PermissionDeniedError, exceptions.ModelAuthenticationError),
    (any_llm.NotFoundError, exceptions.ModelNotFoundError),
    (any_llm.APIStatusError, exceptions.ModelRequestRejectedError),
)


@contextmanager
def translated(model: str, *, in_stream: bool = False) -> Iterator[None]:
    """Raise any_llm's errors as those that pydantic-ai knows, with the first as their cause."""
    try:
        yield
    except any_llm.APIStatusError as error:
        category = next(ours for theirs, ours in _CATEGORIES if isinstance(error, theirs))
        raise exceptions.ModelHTTPError.for_category(
            category,
            status_code=error.status,
            model_name=model,
            body=error.body,
            provider_error_code=error.code,
            provider_error_type=error.type,
            retry_after=error.retry_after,
            in_stream=in_stream,
        ) from error
    except any_llm.APITimeoutError as error:
        raise exceptions.ModelTimeoutError(model, str(error), in_stream=in_stream) from error
    except any_llm.APIConnectionError as error:
        raise exceptions.ModelConnectionError(model, str(error), in_stream=in_stream) from error
    except any_llm.APIError as error:
        raise exceptions.UnexpectedModelBehavior(str(error)) from error
    except any_llm.AnyLLMError as error:  # before anything was sent
        raise exceptions.UserError(str(error)) from error
