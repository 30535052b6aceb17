"""Where a model's methods live below the address of the host."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from any_llm.plugin import CallContext

from .profile import GeminiProfile

_VERSIONED = re.compile(r"/v\d[a-z0-9]*$")
# Collections of models other than a host's own; their ids name the collection.
_COLLECTIONS = ("tunedModels/", "endpoints/")
_OWN = ("models/", "publishers/google/models/")


def model_path(ctx: CallContext, method: str) -> str:
    """Return the path of a model's method, such as `/v1beta/models/m:generateContent`."""
    profile: GeminiProfile = ctx.profile
    model = ctx.model
    for prefix in _OWN:
        model = model.removeprefix(prefix)
    if not all(part.strip(".") for part in model.split("/")):
        ctx.refuse("model", f"{model!r:.100} is no model's id", "leave out empty and dotted parts")
    where = "" if model.startswith(_COLLECTIONS) else profile.models_path
    quoted = model.replace("%", "%25")  # the core quotes the rest, and takes % for quoted already
    return f"{version(ctx)}{where}/{quoted}:{method}"


def model_name(ctx: CallContext) -> str:
    """Return the model's resource name, as a body wants it."""
    model = ctx.model
    return model if model.startswith((*_COLLECTIONS, *_OWN)) else f"models/{model}"


def version(ctx: CallContext) -> str:
    """Return `/v1beta`, or nothing where the address has a version of its own."""
    profile: GeminiProfile = ctx.profile
    path = urlsplit(ctx.base_url).path.rstrip("/")
    return (
        "" if profile.api_version is None or _VERSIONED.search(path) else f"/{profile.api_version}"
    )
