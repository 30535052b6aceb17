"""Credentials, added to the final bytes just before they leave.

An `Auth` sees the finished HTTP request and nothing above it; dialects and observers never see a
key. A flow may first ask for a token: the core keeps tokens per client and credential, fetches one
once however many calls wait for it, and fetches once more when the provider answers 401.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import SecretStr

from .dialect import WireReply


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPRequest:
    """The final request: absolute URL, headers, bytes. Its repr shows no header values."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
    sni: str | None = None  # the TLS name, when the URL names an address that was checked

    def with_headers(self, headers: Mapping[str, str]) -> HTTPRequest:
        """Return the request with `headers` (lower-case names) put over its own."""
        return HTTPRequest(
            method=self.method,
            url=self.url,
            headers={**self.headers, **headers},
            content=self.content,
            sni=self.sni,
        )


@dataclass(frozen=True, slots=True)
class Token:
    """A short-lived credential and when it ends (aware datetime; None = with the client)."""

    value: SecretStr
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GetToken:
    """Ask for the token of `key`; `read` finds it in the answer to `request` when none is kept."""

    key: Hashable
    request: HTTPRequest
    read: Callable[[WireReply], Token]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthContext:
    """What a flow may use: the credential, the row's settings, the time.

    `source` is the environment variable that held the credential; empty when it was passed.
    """

    credential: SecretStr | None
    settings: Mapping[str, str]
    now: datetime
    source: str = ""


AuthFlow = Generator[GetToken, Token, HTTPRequest]


class Auth(ABC):
    """How requests are signed. Subclasses are frozen and hold no secret themselves.

    `env` names the variables that may hold the credential; `required` says whether a call without
    one is an error; `hosts`, when given, are the only hosts a key from the environment goes to.
    """

    env: tuple[str, ...]
    required: bool
    hosts: tuple[str, ...]

    @abstractmethod
    def flow(self, request: HTTPRequest, ctx: AuthContext) -> AuthFlow:
        """Return the signed request; yield `GetToken` for a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(Auth):
    """A key in a header; by default `authorization: Bearer <key>`."""

    env: tuple[str, ...] = ()
    header: str = "authorization"
    prefix: str = "Bearer "
    required: bool = True
    hosts: tuple[str, ...] = ()

    def flow(self, request: HTTPRequest, ctx: AuthContext) -> AuthFlow:
        """Return the request with the key in its header, or as it is when there is none."""
        if ctx.credential is None:
            return request
        key = ctx.credential.get_secret_value()
        return request.with_headers({self.header: self.prefix + key})
        yield  # a generator that needs no token
