"""What every error says, whoever raised it: who it comes from, and no secret."""

from __future__ import annotations

from typing import Any

from ._plan import Plan
from .errors import APIError

# Header names that bear a credential which the caller put there himself.
_CREDENTIALS = ("authorization", "api-key", "x-api-key", "x-goog-api-key")
# What people pass to a server that wants any key ("none", "ollama") is a word, not a secret.
_SHORTEST = 8


def explain(plan: Plan, error: BaseException) -> None:
    """Make sure an API error names its provider and holds no key and no token of this call.

    Some servers and gateways repeat the credential they refuse.
    """
    if not isinstance(error, APIError):
        return
    if not error.provider:
        error.provider = plan.ctx.provider
        error.args = (f"{error.provider}: {error.args[0]}", *error.args[1:])
    for secret in _secrets(plan):
        _clean(error, secret)


def _secrets(plan: Plan) -> list[str]:
    """The call's secrets, longest first: a token may hold the key it was made from."""
    known = [*plan.tokens, *([plan.credential] if plan.credential else [])]
    values = [secret.get_secret_value() for secret in known]
    for name, value in plan.headers.items():
        if name.lower() in _CREDENTIALS:
            values.append(value.rpartition(" ")[2])
    return sorted({v for v in values if len(v) >= _SHORTEST}, key=len, reverse=True)


def _clean(error: BaseException, secret: str) -> None:
    error.args = tuple(_redact(arg, secret) for arg in error.args)
    for name, value in vars(error).items():
        setattr(error, name, _redact(value, secret))
    cause = error.__cause__
    if cause is not None and _says(cause, secret):
        # Its text cannot be changed, so only its kind is told.
        error.__cause__ = ValueError(f"{type(cause).__name__}; its text held a key: left out")
    context = error.__context__
    if context is not None and (context is cause or _says(context, secret)):
        error.__context__ = error.__cause__


def _says(error: BaseException | None, secret: str) -> bool:
    """Whether an exception, or what it came from, would print `secret`."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if secret in str(error) or secret in repr(error) or secret in repr(vars(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _redact(value: Any, secret: str) -> Any:
    if isinstance(value, str):
        return value.replace(secret, "[key]")
    if isinstance(value, dict):
        return {_redact(k, secret): _redact(v, secret) for k, v in value.items()}
    return [_redact(item, secret) for item in value] if isinstance(value, list) else value
