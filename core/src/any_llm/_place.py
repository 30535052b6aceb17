"""What a client holds for its calls, and what follows from it: settings, address and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from ._arguments import COMPATIBLE, Arguments
from ._options import base_url_of, mapping_of
from ._plan import Retry
from ._tokens import Store
from .auth import ApiKey
from .errors import ConfigurationError, MissingCredentials
from .losses import OnLoss
from .observe import Observer
from .plugins import PluginManager
from .provider import ProviderSpec
from .transport import Timeout

if TYPE_CHECKING:
    from ._fetch import FetchPolicy


@dataclass(slots=True, kw_only=True)
class Settings:
    """What a client holds for all of its calls. Its repr shows no key."""

    plugins: PluginManager
    env: Mapping[str, str] = field(repr=False)
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    api_base: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    provider_headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    timeout: Timeout = field(default_factory=Timeout)
    retry: Retry = field(default_factory=Retry)
    on_loss: OnLoss = "warn"
    observers: Sequence[Observer] = ()
    fetch: FetchPolicy | None = None
    store: Store = field(default_factory=Store, repr=False)


def resolve_settings(spec: ProviderSpec, settings: Settings) -> dict[str, str]:
    """Return the row's settings: the client's, else the environment's, else the default."""
    said = mapping_of("settings", settings.settings.get(spec.id))
    if not said and not spec.settings:
        return {}
    known = {setting.name for setting in spec.settings}
    if unknown := said.keys() - known:
        raise ConfigurationError(
            f"{spec.id}: settings: unknown {', '.join(sorted(unknown))}; it has "
            + (", ".join(sorted(known)) or "none")
        )
    values: dict[str, str] = {}
    for setting in spec.settings:
        value = said.get(setting.name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise ConfigurationError(f"{spec.id}: setting {setting.name}: text is needed")
        if value is None:
            value = next(
                (settings.env[n] for n in setting.env if settings.env.get(n)), setting.default
            )
        if value is None:
            continue
        try:
            values[setting.name] = setting.parse(value) if setting.parse else value
        except ValueError as error:
            raise ConfigurationError(f"{spec.id}: setting {setting.name}: {error}") from error
    return values


def base_url_for(
    spec: ProviderSpec, args: Arguments, settings: Settings, values: Mapping[str, str]
) -> str:
    url: Any = settings.api_base.get(spec.id) if args.api_base is None else args.api_base
    if url is None:
        try:
            url = spec.base_url.format_map(values)
        except KeyError as missing:
            env = next((s.env for s in spec.settings if s.name == missing.args[0]), ())
            ways = " or ".join(env)
            raise ConfigurationError(
                f"{spec.id}: setting {missing.args[0]} is missing; pass settings={{{spec.id!r}: "
                f"{{{missing.args[0]!r}: ...}}}}" + (f" or set {ways}" if ways else "")
            ) from None
        if not url:
            raise ConfigurationError(f"{spec.id}: has no address of its own; pass api_base=")
    return base_url_of(spec.id, url)


def credential_for(
    spec: ProviderSpec, args: Arguments, settings: Settings, base_url: str
) -> tuple[SecretStr | None, str]:
    """Return the key and the environment variable that held it, if one did."""
    auth, source = spec.auth, ""
    key: Any = args.api_key or settings.keys.get(spec.id)
    if not key and _may_use_env(spec, base_url):
        source = next((n for n in auth.env if settings.env.get(n, "").strip()), "")
        key = settings.env[source] if source else None
    if not key or (isinstance(key, str) and not key.strip(" \t\r\n")):
        if auth.required:
            raise MissingCredentials(f"{spec.id}: no API key; {_how_to_give(spec, base_url)}")
        return None, ""
    plain = isinstance(key, str) and key.isprintable() and key.isascii()
    if not plain and (isinstance(auth, ApiKey) or not isinstance(key, str)):
        raise ConfigurationError(
            f"{spec.id}: the API key holds characters that no header can carry"
        )  # another Auth's credential may be a document with lines: a key file, a certificate
    return SecretStr(key.strip()), source


def _how_to_give(spec: ProviderSpec, base_url: str) -> str:
    names = " or ".join(spec.auth.env)
    if not names:
        return "pass api_key="
    if _may_use_env(spec, base_url):
        return f"pass api_key= or set {names}"
    parts, hosts = urlsplit(base_url), " and ".join(spec.auth.hosts) or "the host of its row"
    return (
        f"pass api_key=, for what {names} holds goes to {hosts} over https alone, and this is "
        f"{parts.scheme}://{parts.hostname}"
    )


def _may_use_env(spec: ProviderSpec, base_url: str) -> bool:
    """A key from the environment goes to its row's hosts; the unnamed server never gets one."""
    if spec.id == COMPATIBLE:
        return False
    if not spec.auth.hosts:
        return True
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    own = any(host == h or host.endswith("." + h) for h in spec.auth.hosts)
    return own and parts.scheme == "https"
