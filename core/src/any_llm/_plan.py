"""Everything about one call that is settled before its first byte leaves."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pydantic import SecretStr

from ._tokens import Store
from .dialect import CallContext, Dialect, retry_delay
from .errors import AnyLLMError, APIConnectionError, APIStatusError
from .losses import OnLoss
from .observe import Call, Observer
from .provider import ProviderSpec
from .transport import Timeout
from .types import MessagesRequest

if TYPE_CHECKING:
    from ._fetch import FetchPolicy


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a failed call is tried again, and how long it waits: the official SDKs' rules.

    `max_retries` more attempts after 408, 409, 429, >= 500 and connection errors, unless the
    provider says `x-should-retry: false`; it waits what the provider asks for, up to `longest`
    seconds (for more the error is raised, with `retry_after`), else 0.5 s doubling up to 8 s,
    less up to a quarter at random.
    """

    max_retries: int = 2
    longest: float = 60.0

    def delay(self, attempt: int, error: AnyLLMError) -> float | None:
        """Return the seconds to wait after failed attempt number `attempt` (from 1); None: stop."""
        if attempt > self.max_retries or not _can_help(error):
            return None
        asked = error.retry_after if isinstance(error, APIStatusError) else None
        if asked:
            return asked if asked <= self.longest else None
        pause: float = min(8.0, 0.5 * 2.0 ** (attempt - 1))
        return pause * (1 - 0.25 * random.random())  # noqa: S311  # jitter, not a secret


def _can_help(error: AnyLLMError) -> bool:
    if isinstance(error, APIStatusError):
        return error.retryable
    return isinstance(error, APIConnectionError)


def asked_delay(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `retry-after` asks for, an HTTP date included."""
    seconds = retry_delay(headers)
    if seconds is not None or "retry-after" not in headers:
        return seconds
    try:
        date = parsedate_to_datetime(headers["retry-after"])
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())


@dataclass(slots=True, kw_only=True)
class Plan:
    """One call: who, what, how. Its repr shows no credential and no header."""

    call: Call | None  # what observers are told; None where there are none
    ctx: CallContext
    dialect: Dialect
    spec: ProviderSpec
    request: MessagesRequest | None
    base_url: str
    store: Store = field(repr=False)
    credential: SecretStr | None = None
    source: str = ""  # the environment variable that held it
    tokens: list[SecretStr] = field(default_factory=list)  # that were used: no error may hold one
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    extra_body: Mapping[str, object] = field(default_factory=dict)
    timeout: Timeout = field(default_factory=Timeout)
    retry: Retry = Retry()
    on_loss: OnLoss = "warn"
    observers: Sequence[Observer] = ()
    fetch: FetchPolicy | None = None
