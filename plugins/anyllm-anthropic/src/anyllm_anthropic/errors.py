"""Errors of the Messages API that its own status does not tell apart."""

from __future__ import annotations

from any_llm.plugin import APIStatusError

# A spent budget stays spent until somebody raises it: official Python SDK 2.12, _error_classes.py.
_SPENT = frozenset(
    {
        "contract_spend_limit_reached",
        "enforced_spend_limit_reached",
        "linked_organization_spend_limit_reached",
    }
)


def sorted_out(error: APIStatusError) -> APIStatusError:
    """Return the error, marked as not worth another try where waiting does not help.

    The API answers 429 when a limit on spending is reached, without a retry-after.
    """
    if error.code in _SPENT and error.should_retry is None and error.retry_after is None:
        error.should_retry = False
    return error
