"""Plugins that are broken: each is the error of the call that asks for it, and of no other."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from any_llm import hookspecs
from any_llm.errors import AmbiguousProvider, PluginError, UnknownProvider
from any_llm.plugins import PluginManager

from tests.core.installed import RAISES, ROWS, Site, only

params = pytest.mark.parametrize


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    yield from only(tmp_path, monkeypatch)


HEAD = "from any_llm.plugin import *\n"


def returns(hook: str, value: str) -> str:
    """The source of a plugin whose `hook` returns `value`."""
    return f"{HEAD}@hookimpl\ndef anyllm_{hook}():\n    return {value}\n"


def row(**fields: str) -> str:
    """The source of a row, with `fields` put over good ones."""
    good = {"id": "'x'", "dialect": "'d'", "base_url": "'http://x'"} | fields
    return f"ProviderSpec({', '.join(f'{key}={value}' for key, value in good.items())})"


def states(version: str) -> str:
    """The source of a plugin that is right but for its ANYLLM_API."""
    return f"{ROWS.format(ids=['x'])}\nANYLLM_API = {version}\n"


D = """
class D(Dialect):
    name = "d"
    def encode(self, request, ctx): ...
    def decode(self, reply, ctx): ...
"""
GONE = "; repair or uninstall it"
HOOKS = "anyllm_providers, anyllm_dialects, anyllm_transports, anyllm_observers"

# The plugin's source, what the error says after naming the plugin, the class of its cause.
FAULTS = [
    (RAISES, f"could not be loaded: RuntimeError: imported{GONE}", RuntimeError),
    (
        "import nope_sdk",
        f"could not be loaded: ModuleNotFoundError: No module named 'nope_sdk'{GONE}",
        ModuleNotFoundError,
    ),
    ("raise SystemExit(3)", f"could not be loaded: SystemExit: 3{GONE}", SystemExit),
    ("def", "could not be loaded: SyntaxError: invalid syntax", SyntaxError),
    (
        f"{HEAD}@hookimpl\ndef anyllm_providers():\n    raise LookupError('no')",
        f"could not be loaded: LookupError: no{GONE}",
        LookupError,
    ),
    (
        f"{HEAD}@hookimpl\ndef anyllm_providers():\n    yield 1/0",
        f"could not be loaded: ZeroDivisionError: division by zero{GONE}",
        ZeroDivisionError,
    ),
    # what pluggy finds
    (
        returns("provider", "[]"),
        "could not be loaded: PluginValidationError: unknown hook 'anyllm_provider' in plugin",
        hookspecs.pluggy.PluginValidationError,
    ),
    (
        f"{HEAD}@hookimpl\ndef anyllm_providers(settings):\n    return []",
        "could not be loaded: PluginValidationError: Plugin 'acme_x' for hook 'anyllm_providers'",
        hookspecs.pluggy.PluginValidationError,
    ),
    # what pluggy does not find
    (
        "def anyllm_providers():\n    return []",
        "its anyllm_providers is not marked; put @any_llm.plugin.hookimpl above it",
        PluginError,
    ),
    ("", f"it implements no hook; it needs one of {HOOKS}", PluginError),
    (returns("providers", "[]"), "it does not register what its entry point says", None),
    (returns("providers", "None"), "it does not register what its entry point says", None),
    (returns("dialects", "[]"), "it does not register what its entry point says", None),
    # the plugin API's version
    (
        states("(2, 0)"),
        "it needs plugin API 2.0 and this any_llm has 1.0; upgrade anyllm-core",
        PluginError,
    ),
    (
        states("(1, 1)"),
        "it needs plugin API 1.1 and this any_llm has 1.0; upgrade anyllm-core",
        PluginError,
    ),
    (
        states("(0, 9)"),
        "it needs plugin API 0.9 and this any_llm has 1.0; upgrade the plugin",
        PluginError,
    ),
    *[
        (
            states(text),
            f"its ANYLLM_API must be two numbers such as (1, 0), not {text}",
            PluginError,
        )
        for text in ("'1.0'", "(1,)", "(1, 0, 0)", "(1, '0')", "(1, 0.0)", "(True, 0)", "None")
    ],
    # wrong things registered
    *[
        (
            returns(hook, value).replace("@hookimpl", f"{D}@hookimpl"),
            f"it registers {says}",
            PluginError,
        )
        for hook, value, says in [
            ("providers", row(), "an object of type ProviderSpec where a sequence from "
                                 "anyllm_providers belongs"),
            ("providers", "'x'", "an object of type str where a sequence from"),
            ("providers", "{'x': 1}", "an object of type dict where a sequence from"),
            ("providers", "[{'api_key': 'sk-1'}]", "an object of type dict where a ProviderSpec"),
            ("providers", "[ProviderSpec]", "the class ProviderSpec where a ProviderSpec belongs"),
            ("providers", f"[{row()}, {row()}]", "provider 'x' twice"),
            ("providers", f"[{row(id='1')}]", "an object of type int where the name of a provider"),
            ("providers", f"[{row(id=repr(''))}]", "an object of type str where the name of a "),
            ("providers", f"[{row(id=repr('a:b'))}]", "provider 'a:b': an id can hold no colon"),
            ("providers", f"[{row(dialect='D')}]", "the class D where a Dialect or the name of "
                                                   "one, in row 'x' belongs"),
            ("providers", f"[{row(base_url='None')}]", "an object of type NoneType where a base "
                                                       "URL, in row 'x' belongs"),
            ("providers", f"[{row(transport='print')}]", "an object of type builtin_function_or_"
             "method where a TransportFactory, in row 'x' belongs"),
            ("dialects", "[D]", "the class D where a Dialect (an object, not its class) belongs"),
            ("dialects", "[D(), D()]", "dialect 'd' twice"),
            ("observers", "[Observer]", "the class Observer where an Observer (an object, not its"),
            ("transports", "[TransportFactory()]", "an object of type list where a mapping from"),
            ("transports", "{'foo': 1}", "an object of type int where a TransportFactory belongs"),
            ("transports", "{'foo://': TransportFactory()}", "an object of type str where a URL "),
            ("transports", "{'a': TransportFactory(), 'A': TransportFactory()}",
             "transport 'a' twice"),
        ]
    ],  # fmt: skip
    *[
        (
            returns("transports", f"{{{scheme!r}: TransportFactory()}}"),
            f"it claims the URL scheme {scheme!r}, which is the core's; give the row a transport "
            "of its own instead",
            PluginError,
        )
        for scheme in ("http", "HTTPS")
    ],
]


@params(("source", "says", "cause"), FAULTS)
def test_a_fault_is_the_error_of_its_plugin_and_of_no_other(
    site: Site, source: str, says: str, cause: type[BaseException] | None
) -> None:
    module = site.add("acme-x", "x", source=source, version="2.1")
    site.add("fine", "fine")
    plugins = PluginManager(env={})
    with pytest.raises(PluginError) as caught:
        plugins.provider("x")
    assert str(caught.value).startswith(f"provider 'x': plugin acme_x (acme-x 2.1): {says}")
    assert "sk-1" not in str(caught.value)
    assert caught.value.__cause__ is None if cause is None else type(caught.value.__cause__) is cause
    assert plugins.provider("fine").id == "fine"
    if module in sys.modules:
        with pytest.raises(PluginError, match="^plugin acme_x, registered by hand: ") as by_hand:
            plugins.register(sys.modules[module])
