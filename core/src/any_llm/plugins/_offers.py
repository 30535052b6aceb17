"""What one plugin registers: its hooks are validated and called once, its answers are checked.

Every plugin gets a pluggy manager of its own. So a misspelt hook or a wrong answer is that plugin's
error and nobody else's, and what a plugin offers stays with the plugin: whether one of its rows is
used is decided by the id's own claim, never by the plugin having been loaded for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pluggy

from .. import hookspecs
from ..auth import Auth
from ..dialect import Dialect
from ..errors import PluginError
from ..observe import Observer
from ..provider import ProviderSpec, Setting
from ..transport import TransportFactory
from ._claims import BUILT_IN, DIALECTS, PROVIDERS

_T = TypeVar("_T")

# What a plugin without ANYLLM_API was written for: nobody states a version before there are two.
FIRST_API = (1, 0)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")  # RFC 3986, section 3.1, in lower case
_HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("anyllm_"))


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """What one plugin registered, checked. Two of them are the same only if they are one object."""

    plugin: object
    name: str
    providers: Mapping[str, ProviderSpec]
    dialects: Mapping[str, Dialect]
    transports: Mapping[str, TransportFactory]
    observers: tuple[Observer, ...]
    ids: frozenset[tuple[str, str]]  # (entry-point group, id) of its rows and dialects


def collect(plugin: object, name: str, stated: object) -> Offers:
    """Call the hooks of `plugin` and return what it registers.

    `stated` is its ANYLLM_API. PluginError says what is wrong with the plugin; whatever its own
    code raises comes through.
    """
    _handshake(stated)
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    _check_marks(manager, plugin)
    hooks = manager.hook
    providers = _unique("provider", map(_row, _each(hooks.anyllm_providers)))
    dialects = _unique("dialect", map(_dialect, _each(hooks.anyllm_dialects)))
    return Offers(
        plugin=plugin,
        name=name,
        providers=providers,
        dialects=dialects,
        transports=_unique("transport", map(_transport, _pairs(hooks.anyllm_transports))),
        observers=tuple(map(_observer, _each(hooks.anyllm_observers))),
        ids=frozenset(
            {(PROVIDERS, key) for key in providers} | {(DIALECTS, key) for key in dialects}
        ),
    )


def _handshake(stated: object) -> None:
    match stated:
        case (int() as major, int() as minor) if type(major) is type(minor) is int:
            pass
        case _:
            raise PluginError(f"its ANYLLM_API must be two numbers such as (1, 0), not {stated!r}")
    core_major, core_minor = hookspecs.API
    if (major, minor) > hookspecs.API:
        remedy = "upgrade anyllm-core"
    elif major < core_major:
        remedy = "upgrade the plugin"
    else:
        return
    raise PluginError(
        f"it needs plugin API {major}.{minor} and this any_llm has {core_major}.{core_minor}; "
        f"{remedy}"
    )


def _check_marks(manager: pluggy.PluginManager, plugin: object) -> None:
    # pluggy passes over a function without its mark, and the plugin would offer less than it says.
    for name in _HOOKS:
        if hasattr(plugin, name) and manager.parse_hookimpl_opts(plugin, name) is None:
            raise PluginError(f"its {name} is not marked; put @any_llm.plugin.hookimpl above it")
    if not manager.get_hookcallers(plugin):
        raise PluginError(f"it implements no hook; it needs one of {', '.join(_HOOKS)}")


def _each(hook: pluggy.HookCaller) -> Iterator[Any]:
    for answer in hook():
        if not isinstance(answer, Iterable) or isinstance(answer, str | bytes | Mapping):
            raise _wrong(answer, f"a sequence from {hook.name}")
        yield from answer


def _pairs(hook: pluggy.HookCaller) -> Iterator[tuple[Any, Any]]:
    for answer in hook():
        if not isinstance(answer, Mapping):
            raise _wrong(answer, f"a mapping from {hook.name}")
        yield from answer.items()


def _unique(kind: str, named: Iterable[tuple[Any, _T]]) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for name, value in named:
        if not isinstance(name, str) or not name:
            raise _wrong(name, f"the name of a {kind}")
        if name in found:
            raise PluginError(f"it registers {kind} {name!r} twice")
        found[name] = value
    return found


def _row(value: object) -> tuple[object, ProviderSpec]:
    if not isinstance(value, ProviderSpec):
        raise _wrong(value, "a ProviderSpec")
    if ":" in str(value.id):
        raise PluginError(f"it registers provider {value.id!r}: an id can hold no colon")
    if not isinstance(value.dialect, str | Dialect):
        raise _wrong(value.dialect, f"a Dialect or the name of one, in row {value.id!r}")
    if not isinstance(value.base_url, str):
        raise _wrong(value.base_url, f"a base URL, in row {value.id!r}")
    if not isinstance(value.auth, Auth):
        raise _wrong(value.auth, f"an Auth, in row {value.id!r}")
    if not all(isinstance(setting, Setting) for setting in value.settings):
        raise _wrong(value.settings, f"a list of Setting, in row {value.id!r}")
    if not isinstance(value.transport, TransportFactory | None):
        raise _wrong(value.transport, f"a TransportFactory, in row {value.id!r}")
    return value.id, value


def _dialect(value: object) -> tuple[object, Dialect]:
    if not isinstance(value, Dialect):
        raise _wrong(value, "a Dialect (an object, not its class)")
    return value.name, value


def _transport(pair: tuple[object, object]) -> tuple[str, TransportFactory]:
    scheme, factory = pair
    if not isinstance(scheme, str) or not _SCHEME.fullmatch(scheme.lower()):
        raise _wrong(scheme, "a URL scheme")
    if scheme.lower() in BUILT_IN:
        raise PluginError(
            f"it claims the URL scheme {scheme!r}, which is the core's; "
            f"give the row a transport of its own instead"
        )
    if not isinstance(factory, TransportFactory):
        raise _wrong(factory, "a TransportFactory")
    return scheme.lower(), factory


def _observer(value: object) -> Observer:
    if not isinstance(value, Observer):
        raise _wrong(value, "an Observer (an object, not its class)")
    return value


def _wrong(value: object, wanted: str) -> PluginError:
    # By type only: what a plugin holds may be a secret.
    of = "the class" if isinstance(value, type) else "an object of type"
    name = value.__name__ if isinstance(value, type) else type(value).__name__
    return PluginError(f"it registers {of} {name} where {wanted} belongs")
