"""docs/hooks.md declares what plugins may use; here each declaration is held against the code."""

import __future__

import ast
import collections.abc
import dataclasses
import functools
import inspect
import re
import textwrap
import typing
from abc import ABC, abstractmethod

import pytest

import any_llm
from any_llm import hookspecs, plugin
from any_llm.plugins import _claims
from tests.support.pages import DOCS, blocks

PAGE = (DOCS / "hooks.md").read_text()
STUBS = {
    node.name: node
    for block in blocks(PAGE)
    if block.language == "python"
    for node in ast.parse(block.text).body
}
HOOKS = {name for name in vars(hookspecs) if name.startswith("anyllm_")}
WORDS = {
    **{name: getattr(typing, name) for name in typing.__all__},
    **{name: getattr(collections.abc, name) for name in collections.abc.__all__},
    **{name: getattr(plugin, name) for name in plugin.__all__},
    **{value.__name__: value for value in (ABC, abstractmethod, functools.cached_property)},
    **{value.__name__: value for value in (dataclasses.dataclass, dataclasses.field)},
}


def declared(node):
    """Run one declaration of the page, its annotations left as text like those of the code."""
    space = dict(WORDS)
    flag = __future__.annotations.compiler_flag
    exec(compile(ast.Module([node], []), "hooks.md", "exec", flag), space)  # noqa: S102  # our page
    return space[node.name]


def members(cls):
    """Return what a class itself declares and shows: methods, attributes, fields; as text."""
    if dataclasses.is_dataclass(cls):
        fields = inspect.signature(cls).parameters.values()
        found = {
            "(fields)": [str(field) for field in fields if field.name[0] != "_"],
            "(frozen)": cls.__dataclass_params__.frozen,
        }
        hidden = {field.name for field in dataclasses.fields(cls)} | {"__init__"}
    else:
        notes = inspect.get_annotations(cls).items()
        found = {name: [text] for name, text in notes if name[0] != "_"}
        hidden = {"model_config"}
        for name, default in getattr(cls, "model_fields", {}).items():  # pydantic takes them away
            found[name] = [*found[name], *shape(default.default)]
    for name, value in vars(cls).items():
        if name not in hidden and (name == "__init__" or name[0] != "_"):
            found[name] = found.get(name, []) + shape(value)
    return found


def shape(value):
    """Return what kind of member it is, and its signature or value."""
    function = next(
        (
            f
            for at in ("fget", "func", "__func__")
            if inspect.isfunction(f := getattr(value, at, 0))
        ),
        value,
    )
    if not inspect.isfunction(function):
        return ["value", repr(value)]
    abstract = getattr(value, "__isabstractmethod__", False)
    return [type(value).__name__, abstract, str(inspect.signature(function))]


def difference(node):
    """Return what the page says of a name, and what the code has: equal if all is well."""
    has = getattr(hookspecs if node.name in HOOKS else plugin, node.name)
    says = declared(node)
    if inspect.isfunction(says):
        return inspect.signature(says), inspect.signature(has)
    assert issubclass(has, says.__bases__)
    stated, found = members(says), members(has)
    for name in stated.keys() - found.keys():  # an attribute that __init__ sets
        if f"self.{name} = " in inspect.getsource(has.__init__):
            del stated[name]
    return stated, found


@pytest.mark.parametrize("name", sorted(STUBS))
def test_what_the_page_declares_is_what_the_code_has(name):
    says, has = difference(STUBS[name])
    assert says == has, f"docs/hooks.md and the code differ in {name}: bring them together"


@pytest.mark.parametrize(
    "drifted",
    [
        "def anyllm_providers(config: str) -> Sequence[ProviderSpec]: ...",
        "@dataclass(frozen=True)\nclass Loss:\n    path: str\n    what: str",
        "@dataclass\nclass Send:\n    request: WireRequest",
        "class Transport(ABC):\n    def send(self, request: HTTPRequest) -> Reply: ...",
    ],
)
def test_a_page_that_drifted_is_noticed(drifted):
    says, has = difference(ast.parse(drifted).body[0])
    assert says != has


def test_every_hook_and_every_public_name_is_on_the_page_and_no_other():
    assert {name for name in STUBS if name.startswith("anyllm_")} == HOOKS
    assert set(STUBS) - HOOKS <= set(plugin.__all__)
    said = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", PAGE)))) | set(STUBS)
    assert set(plugin.__all__) - said == set(), "docs/hooks.md does not name these"


def test_groups_and_variables_are_the_ones_that_are_read():
    groups = set(re.findall(r"any_llm\.(?:providers|dialects|plugins)\b", PAGE))
    assert groups == set(_claims.KINDS)
    assert set(re.findall(r"ANYLLM_[A-Z_]*PLUGINS", PAGE)) == {_claims.ALLOW, _claims.DENY}


def test_the_version_on_the_page_is_the_version_of_the_code():
    page = (DOCS / "plugin-versions.md").read_text()
    first = next(block.text for block in blocks(page) if block.language == "python")
    assert first == f"ANYLLM_API = {hookspecs.API}\n"


def test_the_program_that_discovers_nothing_runs_as_printed():
    page = (DOCS / "plugin-security.md").read_text()
    program = textwrap.dedent(next(text for _, language, text in blocks(page) if language))
    space = {}
    exec(program, space)  # noqa: S102  # our own page
    with space["client"] as client, pytest.raises(any_llm.UnknownProvider, match="autoload=False"):
        client.messages("local:default", [{"role": "user", "content": "Hello"}], 10)
