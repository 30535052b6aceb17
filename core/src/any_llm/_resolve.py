"""From a call's arguments to its plan: which provider, row, dialect, key, profile and URL."""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from ._arguments import Arguments, split_model
from ._options import betas_of, body_of, mapping_of, on_loss_of, retry_of, timeout_of
from ._place import Settings, base_url_for, credential_for, resolve_settings
from ._plan import Plan
from ._profile import adapter, resolve_profile
from .dialect import CallContext, Dialect
from .errors import RequestValidationError
from .observe import Call
from .types import MessagesRequest
from .types.request import mended_request


def plan_call(args: Arguments, settings: Settings, *, operation: str, stream: bool) -> Plan:
    """Return the plan of a call. Everything that can be wrong before sending is raised here."""
    options = args.options
    provider, model = split_model(args, settings.plugins)
    spec = settings.plugins.provider(provider)
    dialect = settings.plugins.dialect(spec.dialect)
    call_options, extra = _declared(args, dialect) if args.others else ({}, {})
    extra_body = body_of("extra_body", options.get("extra_body"))
    request, mended = None, list[str]()
    if operation in {"messages", "count_tokens"}:
        request = mended_request({**args.messages, "model": model}, mended)
    values = resolve_settings(spec, settings)
    base_url = base_url_for(spec, args, settings, values)
    credential, source = credential_for(spec, args, settings, base_url)
    ctx = CallContext(
        provider=provider,
        model=model,
        operation=operation,
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
        seed=_fresh(),
    )
    chosen = dialect.choose(request, ctx)
    if ("streamed" if stream else "whole") not in chosen.modes:
        ctx.stream = not stream
    for path in mended:
        ctx.report(path, "half a character (a lone surrogate) is sent as U+FFFD")
    own = _own(ctx, extra, extra_body) if extra or extra_body else {}
    return Plan(
        call=_told(ctx, request, own, stream=stream) if settings.observers else None,
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


_chance = random.Random()  # noqa: S311  # names calls; the system's own source is a call into it
if hasattr(os, "register_at_fork"):  # a child would give its calls the names of its parent's
    os.register_at_fork(after_in_child=_chance.seed)


def _fresh() -> str:
    """Return the name of a call, which no other has: 20 hexadecimal digits."""
    return f"{_chance.getrandbits(80):020x}"


def _own(
    ctx: CallContext, extra: Mapping[str, Any], extra_body: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what goes into the body as it is, and report it."""
    if ctx.operation == "messages":
        for name in extra:
            ctx.report(name, "no Messages field: sent as it is", "passed_through")
    else:
        for name in {**extra, **extra_body}:
            ctx.report(name, f"no part of {ctx.operation}: left out")
    return {**body_of("", extra), **extra_body}


def _told(
    ctx: CallContext, request: MessagesRequest | None, own: dict[str, Any], *, stream: bool
) -> Call:
    """Return what observers are told: copies, so that what they do to them changes no call."""
    return Call(
        id=ctx.seed,
        provider=ctx.provider,
        model=ctx.model,
        operation=ctx.operation,
        stream=stream,
        server=_server(ctx.base_url),
        request=None if request is None else request.model_copy(deep=True),
        extra=copy.deepcopy(own),
    )


@lru_cache(maxsize=256)
def _server(base_url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(base_url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}"


def _declared(args: Arguments, dialect: Dialect) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split what is no Messages field into the dialect's own options and the provider's."""
    declared: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in args.others.items():
        if name not in dialect.call_options:
            extra[name] = value
            continue
        try:
            adapter(dialect.call_options[name]).validate_python(value)
        except ValidationError as error:
            raise RequestValidationError([f"{name}: {error.errors()[0]['msg']}"]) from None
        declared[name] = value
    return declared, extra
