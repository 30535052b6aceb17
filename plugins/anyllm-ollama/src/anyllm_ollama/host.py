"""OLLAMA_HOST in every form that Ollama's own client takes, as a URL.

Source: ollama/ollama @fb30760 (2026-08-21), envconfig/config.go, Host and ConnectableHost, and
their tests. Two things differ on purpose: credentials and unknown schemes in the value are errors,
and ollama.com is always called over TLS, because a key goes there.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from any_llm.plugin import CallContext

CLOUD = "ollama.com"
_LOOPBACK = "127.0.0.1"
_PORT = "11434"
_PORTS = {"http": "80", "https": "443"}
_NUMBER = re.compile(r"[+-]?[0-9]+")


def host_url(value: str) -> str:
    """Return the URL that a value of OLLAMA_HOST means; ValueError when it means none."""
    text = value.strip().strip("\"'").strip()
    scheme, found, rest = text.partition("://")
    scheme = scheme.lower()
    if not found:
        scheme, rest, default = "http", text, _PORT
    elif scheme in _PORTS:
        default = _PORTS[scheme]
    else:
        raise ValueError(f"OLLAMA_HOST must begin with http:// or https://, not {scheme}://")
    if "@" in rest:
        raise ValueError("OLLAMA_HOST must hold no credentials; pass api_key= or extra_headers=")
    hostport, _, path = rest.partition("/")
    host, port = _host_and_port(hostport.lower(), default)
    if host == CLOUD and scheme == "http":
        scheme, port = "https", port if port not in {_PORT, "80"} else "443"
    url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}/{path.strip('/')}".rstrip("/")
    try:
        known = urlsplit(url).hostname == host and not set(" []") & set(host)
    except ValueError:
        known = False
    if not known or set("?#") & set(rest):
        raise ValueError("OLLAMA_HOST holds no address that can be called, such as host:11434")
    return url


def check_place(ctx: CallContext) -> None:
    """Refuse ollama.com over plain HTTP, where everybody between would read the key."""
    if on_cloud(ctx) and urlsplit(ctx.base_url).scheme == "http":
        ctx.refuse("api_base", f"{CLOUD} is called over TLS only", "write https://")


def on_cloud(ctx: CallContext) -> bool:
    """Whether the call goes to ollama.com itself."""
    host = urlsplit(ctx.base_url).hostname or ""
    return host == CLOUD or host.endswith(f".{CLOUD}")


def _host_and_port(hostport: str, default: str) -> tuple[str, str]:
    host, port = _split(hostport) or (_bare(hostport), default)
    if not _NUMBER.fullmatch(port) or not 0 <= int(port) <= 65535:
        port = default
    return _connectable(host), str(int(port))


def _split(hostport: str) -> tuple[str, str] | None:
    """Return host and port as Go's net.SplitHostPort does; None where it finds no port."""
    head, colon, port = hostport.rpartition(":")
    if not colon or "[" in port or "]" in port:
        return None
    if head.startswith("["):
        inside = head[1:-1]
        return (inside, port) if head.endswith("]") and not set("[]") & set(inside) else None
    return None if set(":[]") & set(head) else (head, port)


def _bare(hostport: str) -> str:
    try:
        return str(ipaddress.ip_address(hostport.strip("[]")))
    except ValueError:
        return hostport


def _connectable(host: str) -> str:
    """An address that servers bind, but nobody can call, means this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host or _LOOPBACK
    if not address.is_unspecified:
        return host
    return _LOOPBACK if address.version == 4 else "::1"
