"""What a call or a client may be told beside Messages fields: each checked, each with its error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from ._plan import Retry
from .errors import ConfigurationError, RequestValidationError
from .losses import ON_LOSS, OnLoss
from .observe import Observer
from .transport import Timeout
from .types._is_json import is_json, not_json

OPTIONS = frozenset(
    {
        "timeout",
        "max_retries",
        "extra_headers",
        "extra_query",
        "extra_body",
        "on_loss",
        "betas",
        "quirks",
    }
)
"""The keywords of a call that are options."""

_LONGEST = 10_000_000.0  # seconds; the operating system takes no number of seconds without end
_WAITS = ("connect", "read", "write", "pool")


def timeout_of(value: Any, default: Timeout) -> Timeout:
    """Return the waits that a number of seconds, a Timeout or an httpx timeout means."""
    if value is None:
        return default
    if isinstance(value, (int, float)):
        wait = _wait(value)
        return Timeout(connect=min(wait, default.connect or wait), read=wait, write=wait, pool=wait)
    if all(hasattr(value, name) for name in _WAITS):
        waits = [getattr(value, name) for name in _WAITS]
        return Timeout(*(None if wait is None else _wait(wait) for wait in waits))
    raise ConfigurationError(f"timeout: seconds or a Timeout are needed, not {value!r:.60}")


def _wait(value: Any) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and 0 < value <= _LONGEST:
        return float(value)
    raise ConfigurationError(
        f"timeout: seconds must be more than 0 and at most {_LONGEST:.0f}, not {value!r:.60}; "
        "None in a Timeout waits without end"
    )


def retry_of(value: Any, default: Retry) -> Retry:
    """Return the retry rules with `max_retries` set to `value`, unless that is None."""
    if value is None:
        return default
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return replace(default, max_retries=value)
    raise ConfigurationError(f"max_retries: a whole number >= 0 is needed, not {value!r:.60}")


def on_loss_of(value: Any, default: OnLoss) -> OnLoss:
    """Return the policy; anything else than warn, error or ignore is an error."""
    if value is None:
        return default
    if value not in ON_LOSS:
        raise ConfigurationError(f"on_loss: must be one of {', '.join(ON_LOSS)}, not {value!r:.60}")
    return value  # type: ignore[no-any-return]


def mapping_of(name: str, value: Any) -> Mapping[str, Any]:
    """Return a mapping whose keys are text; None is an empty one. Values are never printed."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name}: a mapping is needed, not a {type(value).__name__}")
    if wrong := [key for key in value if not isinstance(key, str)]:
        raise ConfigurationError(f"{name}: its keys must be text, not {wrong[0]!r:.60}")
    return value


def observers_of(value: Any) -> Sequence[Observer]:
    """Return a client's own observers. A class would be told of no call."""
    if not isinstance(value, Iterable):
        kind = type(value).__name__
        raise ConfigurationError(f"observers: a list of observers is needed, not a {kind}")
    found = tuple(value)
    for one in found:
        if not isinstance(one, Observer):
            raise ConfigurationError(
                "observers: an Observer is needed, an object and not its class, not "
                f"{type(one).__name__}"
            )
    return found


def body_of(name: str, value: Any) -> Mapping[str, Any]:
    """Return a mapping that goes into the body. RequestValidationError for what is no JSON."""
    found = mapping_of(name, value)
    if found and not is_json(dict(found)):
        at = f"{name}." if name else ""
        raise RequestValidationError(
            [line for key, part in found.items() for line in not_json(part, at + key)]
        )
    return found


def betas_of(value: Any) -> tuple[str, ...]:
    """Return the names of beta features; a single name may stand alone."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise ConfigurationError(f"betas: a list of names is needed, not {value!r:.60}")


def base_url_of(provider: str, value: Any) -> str:
    """Return a base URL that can be called: a scheme, a host, no credentials."""
    if isinstance(value, str):
        return _checked_url(provider, value)
    return _url_that_can_be_called(provider, value)


def _url_that_can_be_called(provider: str, value: Any) -> str:
    wanted = f"{provider}: api_base must be a URL such as http://localhost:8000/v1"
    if not isinstance(value, str):
        raise ConfigurationError(f"{wanted}, not a {type(value).__name__}")
    try:
        parts = urlsplit(value)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise ConfigurationError(f"{wanted} ({error})") from error
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(
            f"{provider}: api_base must hold no credentials; pass api_key= or extra_headers="
        )
    if not value.isprintable() or " " in value:
        raise ConfigurationError(f"{wanted}, without spaces and control characters")
    if not parts.scheme or (not parts.netloc and parts.path.partition("/")[0].isdigit()):
        raise ConfigurationError(f"{wanted}; {value!r} lacks its http:// or https://")
    if not (host or parts.path) or (parts.scheme in {"http", "https"} and not host) or port == 0:
        raise ConfigurationError(f"{wanted}; {value!r} names no host and port")
    labels = (host or "-").removesuffix(".").split(".")
    if not all(0 < len(label) < 64 for label in labels):  # the resolver would stumble over them
        raise ConfigurationError(f"{wanted}; {value!r:.99} names a host that cannot be")
    return value


_checked_url = lru_cache(maxsize=256)(_url_that_can_be_called)  # calls name the same few
