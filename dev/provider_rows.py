"""The rows of OpenAI-compatible providers as Markdown: addresses, quirks, sources."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, get_args, get_origin

from any_llm.plugin import ApiKey, ModelRule, ProviderSpec
from anyllm_openai.common import profile
from anyllm_openai.common.profile import ChatProfile
from anyllm_openai.rows import ROWS, Row


def addresses() -> str:
    """Return the table of providers: where they live and how they authenticate."""
    head = ("provider", "base URL", "address from", "key from", "header", "facts read")
    return section("Providers", table(head, [_address(row.spec) for row in ROWS]))


def quirks() -> str:
    """Return the table of all quirks: their defaults and what they mean."""
    said = _docstrings()
    cells = [
        (
            code(name),
            _choices(field.annotation),
            value(field.get_default(call_default_factory=True, validated_data={})),
            said[name],
        )
        for name, field in ChatProfile.model_fields.items()
    ]
    text = "The defaults are those of a server that nobody has listed.\n\n"
    return section("Quirks", text + table(("quirk", "values", "default", "meaning"), cells))


def differences() -> str:
    """Return what each provider does differently, with the source of every quirk."""
    return section("What each does differently", "\n".join(map(_provider, ROWS)).rstrip("\n"))


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
    auth = spec.auth
    assert isinstance(auth, ApiKey)
    places = {setting.name: setting for setting in spec.settings}
    url = spec.base_url
    for name, setting in places.items():
        url = url.replace(f"{{{name}}}", setting.default or f"<{name}>")
    variables = [variable for setting in places.values() for variable in setting.env]
    return (
        f"[{code(spec.id)}]({spec.docs})",
        code(url) or "`api_base=`",
        ", ".join(map(code, variables)),
        ", ".join(map(code, auth.env)) or "`api_key=`",
        code(f"{auth.header}: {auth.prefix}<key>") + ("" if auth.required else ", if there is one"),
        spec.checked,
    )


def _provider(row: Row) -> str:
    cells = [("all", _options(said), linked(source)) for source, said in row.facts.items()]
    cells += _rules(row.spec.models)
    said = table(("models", "quirks", "source"), cells) if cells else _NOTHING
    return f"### {row.spec.id}\n\n{said}\n"


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


def _docstrings() -> dict[str, str]:
    """Return the docstring of each quirk, which Python itself does not keep."""
    tree = ast.parse(inspect.getsource(profile))
    kept = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "ChatProfile")
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
