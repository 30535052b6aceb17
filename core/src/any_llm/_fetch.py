"""Fetching what a request only names by URL: off by default, bounded, and never with a key.

A dialect asks with `Fetch`; the client's `FetchPolicy` decides. Each hop's host is resolved first,
every address must be public, and the request goes to the address that was checked, so that a name
which changes its address in between gains nothing.
"""

from __future__ import annotations

import fnmatch
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from ._steps import Chunk, Head, IOFlow, Lookup, Shut
from .auth import HTTPRequest
from .dialect import Fetched
from .errors import APIConnectionError, UnsupportedFeature
from .transport import Timeout


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """What may be fetched on behalf of a request.

    `max_bytes` of the body, `media_types` as globs, `hosts` as globs (None: any), at most
    `max_redirects` hops, `timeout` seconds for each wait. `private_addresses` also allows
    loopback, link-local and private networks: only where every caller is trusted.
    """

    max_bytes: int = 20_000_000
    media_types: tuple[str, ...] = ("image/*", "application/pdf", "text/plain")
    hosts: tuple[str, ...] | None = None
    schemes: tuple[str, ...] = ("https",)
    max_redirects: int = 3
    timeout: float = 30.0
    private_addresses: bool = False


Refuse = Callable[[str], UnsupportedFeature]
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def fetch(
    url: str, path: str, provider: str, policy: FetchPolicy | None, timeout: Timeout
) -> IOFlow:
    """Return `Fetched`, or raise UnsupportedFeature naming the request's field `path`."""

    def refuse(what: str) -> UnsupportedFeature:
        return UnsupportedFeature(f"{provider}: {path}: {what}", path=path, provider=provider)

    if policy is None:
        raise refuse(
            "this provider takes no URLs and fetching is off; send the bytes as base64, or allow "
            "it with Client(fetch=FetchPolicy(...))"
        )
    waits = replace(timeout, connect=policy.timeout, read=policy.timeout)
    for _ in range(policy.max_redirects + 1):
        request = yield from _checked(url, policy, refuse)
        reply = yield Head(request, waits, plain=True)
        try:
            location = reply.headers.get("location")
            if reply.status in _REDIRECTS and location:
                url = _joined(url, location)
                continue
            if reply.status != 200:
                raise refuse(f"the URL answered {reply.status}")
            return (yield from _body(reply, policy, refuse))
        finally:
            yield Shut(reply)
    raise refuse(f"the URL redirects more than {policy.max_redirects} times")


def _checked(url: str, policy: FetchPolicy, refuse: Refuse) -> IOFlow:
    """Return the request for `url`, bound to an address that the policy allows."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise refuse("this is not a URL") from None
    if parts.scheme not in policy.schemes or not host:
        raise refuse(f"only {' and '.join(policy.schemes)} URLs are fetched")
    if parts.username or parts.password:
        raise refuse("a URL with credentials is not fetched")
    if policy.hosts is not None and not any(fnmatch.fnmatch(host, h) for h in policy.hosts):
        raise refuse(f"host {host!r} is not among those that may be fetched")
    try:
        addresses = yield Lookup(host, port)
    except (OSError, ValueError) as error:  # ValueError: no name that DNS could know
        raise APIConnectionError(f"cannot resolve {host!r:.300}: {error}") from error
    for address in addresses:
        if not policy.private_addresses and not _public(address):
            raise refuse(f"host {host!r} has an address that is not public")
    suffix = "" if port == _PORTS.get(parts.scheme) else f":{port}"
    place = _literal(addresses[0]) + suffix
    return HTTPRequest(
        method="GET",
        url=urlunsplit((parts.scheme, place, parts.path or "/", parts.query, "")),
        headers={
            "host": _literal(host) + suffix,
            "accept": ", ".join(policy.media_types),
            "accept-encoding": "identity",  # what is packed may unpack to any size
        },
        sni=host,
    )


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # no URL, which the next hop finds


_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_UNICAST = ipaddress.IPv6Network("2000::/3")
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")  # RFC 6890: for protocols, not for hosts


def _public(address: str) -> bool:
    """Whether an address is public, and the IPv4 address as well that an IPv6 one may lead to."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    found = [ip]
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            found = [ip.ipv4_mapped]
        elif ip.sixtofour is not None:
            found.append(ip.sixtofour)
        elif ip in _NAT64:
            found.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        elif ip not in _UNICAST or ip.teredo is not None:
            return False  # site-local, IPv4-compatible, translated: not what a public host has
    return all(one.is_global and not one.is_multicast and one not in _PROTOCOLS for one in found)


def _body(reply: Any, policy: FetchPolicy, refuse: Refuse) -> IOFlow:
    media_type = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not any(fnmatch.fnmatch(media_type, allowed) for allowed in policy.media_types):
        raise refuse(f"the URL holds {media_type or 'something unnamed'}, which is not allowed")
    if reply.headers.get("content-encoding", "identity") != "identity":
        raise refuse("what the URL holds is compressed, although that was not asked for")
    length = reply.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > policy.max_bytes:
        raise refuse(f"the URL holds more than {policy.max_bytes} bytes")
    pieces, size, chunks = [], 0, reply.chunks()
    while (chunk := (yield Chunk(chunks))) is not None:
        pieces.append(chunk)
        size += len(chunk)
        if size > policy.max_bytes:
            raise refuse(f"the URL holds more than {policy.max_bytes} bytes")
    return Fetched(b"".join(pieces), media_type)
