"""any_llm's errors, each of which is LangChain's for the same condition too.

LangChain asks of integrations that whoever catches either catches both. So an error becomes one of
a class that inherits from the two, with all that it said.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from langchain_core import exceptions

import any_llm

_SAME: dict[type[any_llm.APIError], type[exceptions.ModelError]] = {
    any_llm.BadRequestError: exceptions.ModelInvalidRequestError,
    any_llm.ConflictError: exceptions.ModelInvalidRequestError,
    any_llm.RequestTooLargeError: exceptions.ModelInvalidRequestError,
    any_llm.UnprocessableEntityError: exceptions.ModelInvalidRequestError,
    any_llm.AuthenticationError: exceptions.ModelAuthenticationError,
    any_llm.PaymentRequiredError: exceptions.ModelPermissionDeniedError,
    any_llm.PermissionDeniedError: exceptions.ModelPermissionDeniedError,
    any_llm.NotFoundError: exceptions.ModelNotFoundError,
    any_llm.RateLimitError: exceptions.ModelRateLimitError,
    any_llm.RequestTimeoutError: exceptions.ModelTimeoutError,
    any_llm.InternalServerError: exceptions.ModelAPIError,
    any_llm.ServiceUnavailableError: exceptions.ModelAPIError,
    any_llm.GatewayTimeoutError: exceptions.ModelAPIError,
    any_llm.OverloadedError: exceptions.ModelAPIError,
    any_llm.APIConnectionError: exceptions.ModelConnectionError,
    any_llm.StreamTruncated: exceptions.ModelConnectionError,
    any_llm.APITimeoutError: exceptions.ModelTimeoutError,
}
_BOTH: dict[type[any_llm.APIError], type[any_llm.APIError]] = {
    ours: type(ours.__name__, (ours, theirs), {"__module__": __name__, "__doc__": ours.__doc__})
    for ours, theirs in _SAME.items()
}
globals().update({both.__name__: both for both in _BOTH.values()})  # where pickle finds them


@contextmanager
def translated() -> Iterator[None]:
    """Raise any_llm's errors as errors of both. What LangChain has no word for stays what it is."""
    try:
        yield
    except any_llm.APIError as error:
        both = _BOTH.get(type(error))
        if both is None:
            raise
        made = both.__new__(both)
        made.args = error.args
        made.__dict__.update(error.__dict__)
        raise made from error
