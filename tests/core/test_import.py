"""What `import any_llm` brings: every public name, and nothing heavy until a call needs it."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import pkgutil
import subprocess
import sys
import types
from typing import Any, get_args

import pytest

import any_llm
from any_llm import plugin

# What a call needs and an import does not: HTTP, event loops, and the way to plugins.
HEAVY = {"httpx", "httpx2", "anyio", "trio", "asyncio", "pluggy", "ssl", "importlib.metadata"}
PUBLIC = [name for name in any_llm.__all__ if not name.startswith("_")]


def loaded(source: str) -> set[str]:
    """The modules that a new interpreter has imported after `source`."""
    program = f"{source}\nimport json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run(  # noqa: S603  # our own programs
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_importing_the_package_imports_almost_nothing() -> None:
    mine = {name for name in loaded("import any_llm") if name.partition(".")[0] == "any_llm"}
    assert mine == {"any_llm"}


def test_the_schema_needs_no_http_no_loop_and_no_plugins() -> None:
    found = loaded("import any_llm; any_llm.MessageResponse, any_llm.RateLimitError")
    assert "any_llm.types" in found
    assert not found & HEAVY


def test_naming_the_functions_imports_neither_the_schema_nor_pydantic() -> None:
    found = loaded("import any_llm; any_llm.messages, any_llm.amessages, any_llm.capabilities")
    assert not found & {"pydantic", "any_llm.types", "any_llm.client", *HEAVY}


def test_a_sync_client_needs_no_event_loop() -> None:
    assert "asyncio" not in loaded("import any_llm; any_llm.Client()")


def test_messages_and_a_client_need_no_http_library_before_a_call() -> None:
    found = loaded("import any_llm; any_llm.messages, any_llm.amessages; any_llm.Client()")
    assert not found & {"httpx", "httpx2", "httpcore", "httpcore2", "anyio", "trio"}
    plugins = {name.partition(".")[0] for name in found if name.startswith("anyllm_")}
    assert plugins <= {"anyllm_otel"}  # an observer has to be there before the first call


def test_every_public_name_is_there() -> None:
    assert sorted(set(any_llm.__all__)) == list(any_llm.__all__)
    for name in any_llm.__all__:
        assert getattr(any_llm, name) is not None
    assert set(any_llm.__all__) <= set(dir(any_llm))
    assert "__version__" in dir(any_llm)
    with pytest.raises(AttributeError, match="module 'any_llm' has no attribute 'nonsense'"):
        _ = any_llm.nonsense  # type: ignore[attr-defined]
    namespace: dict[str, Any] = {}
    exec("from any_llm import *", namespace)  # noqa: S102  # what a user may write
    assert set(any_llm.__all__) <= namespace.keys()


def test_what_checkers_see_is_what_there_is() -> None:
    """The names under TYPE_CHECKING and those that are loaded late are the same."""
    source = inspect.getsource(any_llm)
    listed = source.partition("if TYPE_CHECKING:")[2].partition("_HOME =")[0]
    for name in any_llm.__all__:
        home = any_llm._MODULE[name]
        assert home == "types" or f" {name}" in listed, name
    assert "from .types import *" in listed
    schema = {name for name, home in any_llm._MODULE.items() if home == "types"}
    assert schema == set(importlib.import_module("any_llm.types").__all__)


def test_the_plugin_authors_names_are_there() -> None:
    assert len(set(plugin.__all__)) == len(plugin.__all__)
    for name in plugin.__all__:
        assert getattr(plugin, name) is not None


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_described(name: str) -> None:
    value = getattr(any_llm, name)
    if not isinstance(value, type | types.FunctionType | types.MethodType):
        assert name in UNDESCRIBABLE, name  # a union, a dict: described where it is defined
        return
    text = inspect.getdoc(value)
    assert text, name
    assert not text.startswith(f"{name}("), name  # what dataclasses write themselves
    if not isinstance(value, type):
        return
    for part, member in vars(value).items():
        if part.startswith("_") or part in vars(object):
            continue
        if isinstance(member, types.FunctionType | property | classmethod):
            assert inspect.getdoc(getattr(value, part)) or inspect.getdoc(member), f"{name}.{part}"


UNDESCRIBABLE = {
    name
    for name in any_llm.__all__
    if get_args(getattr(any_llm, name)) or isinstance(getattr(any_llm, name), frozenset)
}


# Modules that only an extra of the core makes use of.
EXTRAS = {"any_llm.transport._aiohttp_client": "aiohttp"}


def test_every_module_says_what_it_is_for() -> None:
    for found in pkgutil.walk_packages(any_llm.__path__, "any_llm."):
        extra = EXTRAS.get(found.name)
        if extra is not None and importlib.util.find_spec(extra) is None:
            continue
        module = importlib.import_module(found.name)
        assert (module.__doc__ or "").strip(), found.name
