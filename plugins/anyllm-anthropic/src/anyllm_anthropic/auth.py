"""Anthropic's two headers for a credential, and which one a credential goes into."""

from __future__ import annotations

from dataclasses import dataclass

from any_llm.plugin import ApiKey, AuthContext, AuthFlow, HTTPRequest

API_KEY, AUTH_TOKEN = "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"
SETTING = "auth"
WAYS = ("x-api-key", "bearer")


def way_of(value: str) -> str:
    """Return one of WAYS; ValueError for anything else."""
    way = value.strip().lower()
    if way not in WAYS:
        raise ValueError(f"must be x-api-key or bearer, not {value!r:.40}")
    return way


@dataclass(frozen=True, slots=True, kw_only=True)
class AnthropicKey(ApiKey):
    """A key as `x-api-key`, a token as `authorization: Bearer`.

    What ANTHROPIC_AUTH_TOKEN holds is a token, everything else is a key, unless the row's setting
    `auth` says which. Only one header is sent: with both, the API reads x-api-key alone.
    """

    env: tuple[str, ...] = (API_KEY, AUTH_TOKEN)
    header: str = "x-api-key"
    prefix: str = ""

    def flow(self, request: HTTPRequest, ctx: AuthContext) -> AuthFlow:
        """Return the request with the credential in its header."""
        if ctx.credential is None:
            return request
        secret = ctx.credential.get_secret_value()
        way = ctx.settings.get(SETTING) or ("bearer" if ctx.source == AUTH_TOKEN else "x-api-key")
        if way == "bearer":
            return request.with_headers({"authorization": f"Bearer {secret}"})
        return request.with_headers({"x-api-key": secret})
        yield  # a generator that needs no token
