"""What a provider's row says: its dialect, where it lives, and whether there is a key for it."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from typing import Any
from urllib.parse import urlsplit

import any_llm
from any_llm.plugin import Auth, Setting

from .terminal import line_of


def details_of(manager: any_llm.PluginManager, id: str) -> dict[str, Any]:
    """Return `dialect`, `url` and `key` of provider `id`, importing its plugin.

    The key itself is never among them: `key` says which variables it is looked for in, whether
    one is set and whether one is needed. Where something is wrong with the plugin there is an
    `error` instead.
    """
    try:
        with redirect_stdout(sys.stderr):  # a plugin that prints must not spoil the list
            spec = manager.provider(id)
            dialect = manager.dialect(spec.dialect)
        url = _url(spec)
    except any_llm.AnyLLMError as error:
        return _broken(line_of(error))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        return _broken(f"provider {id!r}: its base URL cannot be filled in: {error}")
    return {"dialect": dialect.name, "url": url, "key": _key(spec.auth)}


def _broken(error: str) -> dict[str, Any]:
    return {"dialect": None, "url": None, "key": None, "error": error}


def _key(auth: Auth) -> dict[str, Any]:
    present = any(os.environ.get(name) for name in auth.env)
    return {"variables": list(auth.env), "present": present, "required": auth.required}


class _Places(dict[str, str]):
    """A setting that has no value stays a place in the URL."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _url(spec: any_llm.ProviderSpec) -> str:
    values = {setting.name: _value(setting) for setting in spec.settings}
    known = {name: value for name, value in values.items() if value is not None}
    # A variable may hold more than an address: what could be a secret is not shown.
    parts = urlsplit(spec.base_url.format_map(_Places(known)))
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _value(setting: Setting) -> str | None:
    found = next((os.environ[name] for name in setting.env if os.environ.get(name)), None)
    if found is None:
        found = setting.default
    return setting.parse(found) if found is not None and setting.parse else found
