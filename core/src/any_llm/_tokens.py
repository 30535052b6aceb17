"""What a client keeps between calls: tokens, and answers that dialects asked to keep."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Any

from .auth import Token

# A token that ends within this time may end on its way, so it is fetched anew.
_MARGIN = timedelta(seconds=30)


class Store:
    """Values by key. Each operation is one dict access, so threads need no further lock."""

    def __init__(self) -> None:
        self._tokens: dict[Hashable, Token] = {}
        self._values: dict[Hashable, Any] = {}

    def token(self, key: Hashable, now: datetime) -> Token | None:
        """Return the kept token if it is good for a while yet."""
        token = self._tokens.get(key)
        if token is None or (token.expires_at is not None and token.expires_at - now < _MARGIN):
            return None
        return token

    def keep_token(self, key: Hashable, token: Token) -> None:
        """Keep a token."""
        self._tokens[key] = token

    def drop_token(self, key: Hashable, token: Token) -> None:
        """Forget `token`, unless somebody else has fetched a newer one meanwhile."""
        if self._tokens.get(key) is token:
            del self._tokens[key]

    def get(self, key: Hashable) -> tuple[Any] | None:
        """Return the kept value in a tuple, None if there is none."""
        return self._values.get(key)

    def keep(self, key: Hashable, value: Any) -> None:
        """Keep a value."""
        self._values[key] = (value,)
