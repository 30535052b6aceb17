"""What becomes of each feature of the Messages API on this wire, asked of the dialect itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from chat_features import FIELDS, KNOBS, TURNS, USER, Pair
from provider_rows import code, section
from provider_rows import table as markdown

from any_llm._resolve import resolve_profile
from any_llm.plugin import CallContext, Loss, UnsupportedFeature, validate_request
from anyllm_openai.chat.dialect import ChatCompletions
from anyllm_openai.rows import ROWS

DIALECT = ChatCompletions()
SPECS = {row.spec.id: row.spec for row in ROWS}
COLUMNS = (
    ("openai-compatible", ""),
    ("openai", "gpt-4o"),
    ("openai", "gpt-5.6-sol"),
    ("azure", "a deployment"),
    ("openrouter", ""),
    ("groq", "openai/gpt-oss-120b"),
    ("mistral", "mistral-medium-latest"),
    ("deepseek", "deepseek-v4-pro"),
    ("vllm", ""),
    ("llamacpp", ""),
)
GROUPS = {
    "Fields of a request": FIELDS,
    "In a user turn": USER,
    "System prompt and earlier turns": TURNS,
    "Inside of fields": KNOBS,
}
_TEXT = """\
Two requests that differ in one thing, and what became of the difference:

- *carried*: it is in the request that is sent;
- *emulated*: it is done in another way, which is reported (`LossyConversionWarning` and `losses`);
- *reported*: the request goes without it, and says so (`on_loss="error"` refuses it instead);
- *noted*: a hint that changes no answer, such as a cache mark, is left out and stands in `losses`;
- *refused*: `UnsupportedFeature` is raised before anything is sent.

`quirks=` changes what a server is taken for, and so the words below.
"""
_WORDS = {"lossy": "reported", "emulated": "emulated", "hint": "noted", "passed_through": "carried"}
# These fields stand below, value by value.
_BELOW = frozenset({"thinking", "output_config", "tool_choice"})


def table() -> str:
    """Return the section of the page."""
    heads = [code(row) + (f"<br>{model}" if model else "") for row, model in COLUMNS]
    rows: list[list[str]] = []
    for title, features in GROUPS.items():
        rows.append([f"**{title}**", *[""] * len(COLUMNS)])
        for name, pair in features.items():
            if name in _BELOW:
                continue
            cells = [becomes(row, model or "a-model", pair) for row, model in COLUMNS]
            rows.append([name if features is not FIELDS else code(name), *cells])
    return section("What becomes of each feature", f"{_TEXT}\n{markdown(['', *heads], rows)}")


def becomes(provider: str, model: str, pair: Pair) -> str:
    """Return what becomes of the difference between two requests."""
    try:
        body, losses = encode(provider, model, pair[1])
    except UnsupportedFeature:
        return "refused"
    plain, known = encode(provider, model, pair[0])
    more = Counter(losses) - Counter(known)
    said = {_WORDS[loss.severity] for loss in more or losses}
    if loud := said & {"reported", "emulated"}:
        return max(loud)
    return "carried" if body != plain else "noted"


def encode(provider: str, model: str, fields: Mapping[str, Any]) -> tuple[Any, list[Loss]]:
    """Return the body that would be sent, and what was reported."""
    base = {"model": model, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
    request = validate_request({**base, **fields})
    spec = SPECS[provider]
    profile = resolve_profile(DIALECT, spec, model, {}, {})
    ctx = CallContext(provider=provider, model=request.model, profile=profile)
    return DIALECT.encode(request, ctx).json, ctx.losses
