"""The rows of a page as Markdown: addresses, quirks, sources."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, get_args, get_origin

from provider_page import Page
from pydantic import BaseModel

from any_llm.plugin import ApiKey, Auth, ModelRule, ProviderSpec


def addresses(page: Page) -> str:
    """Return the table of providers: where they live and how they authenticate."""
    head = ("provider", "base URL", "address from", "key from", "header", "facts read")
    return section("Providers", table(head, map(_address, page.rows)))


def quirks(page: Page) -> str:
    """Return the table of all quirks: their defaults and what they mean; "" if there are none."""
    profile = page.dialect.profile
    if profile is None:
        return ""
    assert issubclass(profile, BaseModel)
    said = _docstrings(profile)
    cells = [
        (
            code(name),
            _choices(field.annotation),
            value(field.get_default(call_default_factory=True, validated_data={})),
            said[name],
        )
        for name, field in profile.model_fields.items()
    ]
    text = f"{page.defaults}\n\n"
    return section("Quirks", text + table(("quirk", "values", "default", "meaning"), cells))


def differences(page: Page) -> str:
    """Return what each provider does differently, with the source of every quirk."""
    told = [_provider(spec, page) for spec in page.rows]
    if rules := list(_rules(page.dialect.models)):
        told.append(f"### Models, wherever they run\n\n{table(_MODELS, rules)}\n")
    return section("What each does differently", "\n".join(told).rstrip("\n"))


def section(title: str, text: str) -> str:
    """Return a section of a page."""
    return f"## {title}\n\n{text}\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in lines
    )


def code(text: str) -> str:
    """Return text as code; a cell with nothing stays empty."""
    return f"`{text}`" if text else ""


def value(said: Any) -> str:
    """Return a quirk's value as one writes it in Python."""
    return code(repr(said).replace("'", '"'))


def _address(spec: ProviderSpec) -> tuple[str, ...]:
    variables = [variable for setting in spec.settings for variable in setting.env]
    return (
        f"[{code(spec.id)}]({spec.docs})",
        code(_url(spec)) or "`api_base=`",
        ", ".join(map(code, variables)),
        _keys(spec.auth),
        _header(spec.auth) + ("" if spec.auth.required else ", if there is one"),
        spec.checked,
    )


def _url(spec: ProviderSpec) -> str:
    """Return the base URL with the defaults of its settings; `<name>` for one without."""
    values: dict[str, str] = {}
    for setting in spec.settings:
        if setting.default is None:
            values[setting.name] = f"<{setting.name}>"
        else:
            values[setting.name] = (setting.parse or str)(setting.default)
    return spec.base_url.format_map(values)


def _keys(auth: Auth) -> str:
    """Return where a key may come from, and where alone one from the environment goes."""
    said = ", ".join(map(code, auth.env)) or "`api_key=`"
    return f"{said}, for {', '.join(auth.hosts)} alone" if auth.hosts else said


def _header(auth: Auth) -> str:
    if isinstance(auth, ApiKey):
        return code(f"{auth.header}: {auth.prefix}<key>")
    return code(type(auth).__name__)


def _provider(spec: ProviderSpec, page: Page) -> str:
    own = {f"{spec.docs}, {spec.checked}": spec.options} if spec.options else {}
    facts = page.facts.get(spec.id, own)
    cells = [("all", _options(said), linked(source)) for source, said in facts.items()]
    cells += _rules(spec.models)
    said = table(_MODELS, cells) if cells else _NOTHING
    return f"### {spec.id}\n\n{said}\n"


_MODELS = ("models", "quirks", "source")
_NOTHING = "Nothing is known to differ from the defaults."


def _rules(rules: Iterable[ModelRule]) -> Iterator[tuple[str, str, str]]:
    """Yield neighbouring rules that say the same as one."""

    def same(rule: ModelRule) -> tuple[str, str]:
        return _options(rule.options), rule.source

    for (options, source), group in groupby(rules, same):
        yield ", ".join(code(rule.pattern) for rule in group), options, linked(source)


def _options(options: Mapping[str, Any]) -> str:
    return "<br>".join(f"{code(name)}: {value(said)}" for name, said in options.items())


def linked(source: str) -> str:
    """Return a source with its web address as a link."""
    return re.sub(r"https?://[^\s,;:]+[^\s,;:.]", lambda found: f"<{found[0]}>", source)


def _docstrings(profile: type[BaseModel]) -> dict[str, str]:
    """Return the docstring of each quirk, which Python itself does not keep."""
    found: dict[str, str] = {}
    for kind in reversed(profile.__mro__):
        if issubclass(kind, BaseModel) and kind is not BaseModel:
            found |= _own_docstrings(kind)
    return found


def _own_docstrings(profile: type[BaseModel]) -> dict[str, str]:
    [kept] = ast.parse(textwrap.dedent(inspect.getsource(profile))).body
    assert isinstance(kept, ast.ClassDef)
    found: dict[str, str] = {}
    name = ""
    for node in kept.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and name:
            found[name] = inspect.cleandoc(str(node.value.value)).replace("\n", " ")
    return found


def _choices(annotation: Any) -> str:
    """Return the words that a quirk may have; nothing where it may be anything of its type."""
    if get_origin(annotation) is tuple:
        return ""
    words = [word for word in _words(annotation) if not isinstance(word, bool)]
    return ", ".join(value(word) for word in words) if any(map(str, words)) else ""


def _words(annotation: Any) -> Iterator[Any]:
    for part in get_args(annotation):
        if isinstance(part, str):
            yield part
        elif get_origin(part) is not None:
            yield from _words(part)
