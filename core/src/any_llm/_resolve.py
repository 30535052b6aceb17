"""From a call's arguments to its plan: which provider, row, dialect, key, profile and URL."""

from __future__ import annotations

import copy
import fnmatch
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr, TypeAdapter, ValidationError

from ._options import (
    OPTIONS,
    base_url_of,
    betas_of,
    body_of,
    mapping_of,
    on_loss_of,
    retry_of,
    timeout_of,
)
from ._plan import Plan, Retry
from ._tokens import Store
from .auth import ApiKey
from .dialect import CallContext, Dialect, ModelRule
from .errors import ConfigurationError, MissingCredentials, RequestValidationError
from .losses import Loss, OnLoss
from .observe import Call, Observer
from .plugins import PluginManager
from .provider import ProviderSpec
from .transport import Timeout
from .types import MESSAGES_FIELDS, validate_request

if TYPE_CHECKING:
    from ._fetch import FetchPolicy

COMPATIBLE = "openai-compatible"
"""The row for a server that is only known by its address."""


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


@dataclass(slots=True, kw_only=True)
class Arguments:
    """One call's arguments, sorted. `messages` are Messages fields, `extra` a provider's own."""

    model: str
    provider: str | None = None
    api_key: str | None = field(default=None, repr=False)
    api_base: str | None = None
    messages: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)


def sort_arguments(
    model: Any, provider: Any, api_key: Any, api_base: Any, fields: Mapping[str, Any]
) -> Arguments:
    """Sort keywords into Messages fields, options of ours, and the rest."""
    if not isinstance(model, str) or not model:
        raise RequestValidationError(
            [f"model: must be an id such as 'openai:gpt-5', not {model!r:.60}"]
        )
    found = Arguments(
        model=model,
        provider=None if provider is None else str(provider),
        api_key=api_key,
        api_base=api_base,
    )
    for name, value in fields.items():
        if name in OPTIONS:
            found.options[name] = value
        elif name in MESSAGES_FIELDS:
            found.messages[name] = value
        elif value is not None:
            found.others[name] = value
    return found


def split_model(args: Arguments, plugins: PluginManager) -> tuple[str, str]:
    """Return provider id and model id.

    With a provider named the model is passed on whole. `"provider:model"` splits at the first
    colon; with `api_base` alone, a prefix that no plugin offers belongs to the model.
    """
    if args.provider is not None:
        return args.provider, args.model
    prefix, colon, rest = args.model.partition(":")
    if args.api_base is not None and not (colon and rest and plugins.has(prefix)):
        return COMPATIBLE, args.model
    if not colon or not rest or not prefix:
        raise RequestValidationError(
            [
                (
                    f"model: {args.model!r} names no provider; write 'provider:model' "
                    f"(such as 'openai:{args.model.strip(':')}') or pass provider="
                )
            ]
        )
    return prefix, rest


def plan_call(args: Arguments, settings: Settings, *, operation: str, stream: bool) -> Plan:
    """Return the plan of a call. Everything that can be wrong before sending is raised here."""
    options = args.options
    provider, model = split_model(args, settings.plugins)
    spec = settings.plugins.provider(provider)
    dialect = settings.plugins.dialect(spec.dialect)
    call_options, extra = _declared(args, dialect)
    extra_body = body_of("extra_body", options.get("extra_body"))
    request = seen = None
    if operation in {"messages", "count_tokens"}:
        request = validate_request({**args.messages, "model": model})
        # Observers get a copy: what they do to it reaches neither the call nor the caller.
        seen = request.model_copy(deep=True) if settings.observers else request
    values = resolve_settings(spec, settings)
    base_url = _base_url(spec, args, settings, values)
    credential, source = _credential(spec, args, settings, base_url)
    seed = secrets.token_hex(10)
    ctx = CallContext(
        provider=provider,
        model=model,
        stream=stream,
        base_url=base_url,
        profile=resolve_profile(
            dialect,
            spec,
            model,
            settings.options.get(provider, {}),
            mapping_of("quirks", options.get("quirks")),
        ),
        options=call_options,
        settings=values,
        betas=betas_of(options.get("betas")),
        losses=[*args.losses],
        seed=seed,
    )
    chosen = dialect.choose(request, ctx)
    if ("streamed" if stream else "whole") not in chosen.modes:
        ctx.stream = not stream
    for path in request._mended if request is not None else ():
        ctx.report(path, "half a character (a lone surrogate) is sent as U+FFFD")
    for name in extra if operation == "messages" else ():
        ctx.report(name, "no Messages field: sent as it is", "passed_through")
    for name in {**extra, **extra_body} if operation != "messages" else ():
        ctx.report(name, f"no part of {operation}: left out")
    own = {**body_of("", extra), **extra_body}
    parts = urlsplit(base_url)
    call = Call(
        id=seed,
        provider=provider,
        model=model,
        operation=operation,
        stream=stream,
        server=f"{parts.scheme}://{parts.hostname or ''}"
        + (f":{parts.port}" if parts.port else ""),
        request=seen,
        extra=copy.deepcopy(own) if settings.observers else own,
    )
    return Plan(
        call=call,
        ctx=ctx,
        dialect=chosen,
        spec=spec,
        request=request,
        base_url=base_url,
        store=settings.store,
        credential=credential,
        source=source,
        headers={
            **settings.headers,
            **settings.provider_headers.get(provider, {}),
            **mapping_of("extra_headers", options.get("extra_headers")),
        },
        query=mapping_of("extra_query", options.get("extra_query")),
        extra_body=own,
        timeout=timeout_of(options.get("timeout"), settings.timeout),
        retry=retry_of(options.get("max_retries"), settings.retry),
        on_loss=on_loss_of(options.get("on_loss"), settings.on_loss),
        observers=settings.observers,
        fetch=settings.fetch,
    )


# --- options ---------------------------------------------------------------------------------


def _declared(args: Arguments, dialect: Dialect) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split what is no Messages field into the dialect's own options and the provider's."""
    declared = {n: v for n, v in args.others.items() if n in dialect.call_options}
    for name, value in declared.items():
        try:
            _adapter(dialect.call_options[name]).validate_python(value)
        except ValidationError as error:
            raise RequestValidationError([f"{name}: {error.errors()[0]['msg']}"]) from None
    return declared, {n: v for n, v in args.others.items() if n not in declared}


@lru_cache(maxsize=256)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def resolve_profile(
    dialect: Dialect,
    spec: ProviderSpec,
    model: str,
    client: Mapping[str, Any],
    call: Mapping[str, Any],
) -> Any:
    """Return the dialect's typed profile: defaults < row < model rules < client < call."""
    if dialect.profile is None:
        if spec.options or spec.models or client or call:
            raise ConfigurationError(f"{spec.id}: dialect {dialect.name!r} has no quirks to set")
        return None
    key = (id(dialect), id(spec), model)
    kept = None if client or call else _profiles.get(key)
    if kept is not None and kept[0] is dialect and kept[1] is spec:
        return kept[2]
    said = {**spec.options}
    for rule in (*matching(dialect.models, model), *matching(spec.models, model)):
        said.update(rule.options)
    said.update(client)
    said.update(call)
    known = _names(dialect.profile)
    if known and (unknown := said.keys() - known):
        raise ConfigurationError(
            f"{spec.id}: quirks: unknown {', '.join(sorted(unknown))}; dialect {dialect.name!r} "
            f"knows {', '.join(sorted(known))}"
        )
    try:
        profile = _adapter(dialect.profile).validate_python(said)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationError(f"{spec.id}: quirks: {faults}") from None
    if not client and not call:
        if len(_profiles) > 1000:
            _profiles.clear()
        _profiles[key] = (dialect, spec, profile)
    return profile


def _names(profile: type) -> frozenset[str]:
    """The options of a profile; empty where any name will do.

    Asked here, as a class that does not forbid unknown names drops them in silence.
    """
    config = getattr(profile, "model_config", None) or getattr(profile, "__pydantic_config__", {})
    fields = getattr(profile, "model_fields", None) or getattr(profile, "__dataclass_fields__", {})
    return frozenset() if config.get("extra") == "allow" else frozenset(fields)


# Profiles are frozen and follow from row and model alone, so every client may share them.
_profiles: dict[tuple[int, int, str], tuple[Dialect, ProviderSpec, Any]] = {}


def matching(rules: Iterable[ModelRule], model: str) -> Iterable[ModelRule]:
    """Return the rules whose pattern fits the model id, with or without a `vendor/` before it."""
    name = model.lower()
    short = name.rpartition("/")[2]
    for rule in rules:
        pattern = rule.pattern.lower()
        if _fits(name, pattern) or _fits(short, pattern):
            yield rule


def _fits(name: str, pattern: str) -> bool:
    head = pattern.removesuffix("*")
    if _GLOB.isdisjoint(head):  # nearly every pattern: no expression to compile
        return name == head if head == pattern else name.startswith(head)
    return fnmatch.fnmatchcase(name, pattern)


_GLOB = frozenset("*?[")


# --- place and key ---------------------------------------------------------------------------


def resolve_settings(spec: ProviderSpec, settings: Settings) -> dict[str, str]:
    """Return the row's settings: the client's, else the environment's, else the default."""
    said = mapping_of("settings", settings.settings.get(spec.id))
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


def _base_url(
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


def _credential(
    spec: ProviderSpec, args: Arguments, settings: Settings, base_url: str
) -> tuple[SecretStr | None, str]:
    """Return the key and the environment variable that held it, if one did."""
    auth, source = spec.auth, ""
    key: Any = args.api_key or settings.keys.get(spec.id)
    if not key and _may_use_env(spec, base_url):
        source = next((n for n in auth.env if settings.env.get(n)), "")
        key = settings.env[source] if source else None
    if not key:
        if auth.required:
            names = " or ".join(auth.env)
            raise MissingCredentials(
                f"{spec.id}: no API key; pass api_key=" + (f" or set {names}" if names else "")
            )
        return None, ""
    plain = isinstance(key, str) and key.isprintable() and key.isascii()
    if not plain and (isinstance(auth, ApiKey) or not isinstance(key, str)):
        raise ConfigurationError(
            f"{spec.id}: the API key holds characters that no header can carry"
        )  # another Auth's credential may be a document with lines: a key file, a certificate
    return SecretStr(key.strip()), source


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
