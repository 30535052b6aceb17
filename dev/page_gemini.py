"""docs/providers/gemini.md: the Gemini API and Vertex AI."""

from __future__ import annotations

from typing import Any

from provider_page import FEATURES, Column, Page

from any_llm._features import PNG, SAID, TOOL, Pair, text, turn, user
from any_llm.plugin import Envelope
from anyllm_gemini.dialect import Gemini
from anyllm_gemini.rows import ROWS

_HEAD = """\
`pip install anyllm-core anyllm-gemini` brings Google's models, natively: `generateContent` and
`streamGenerateContent` of the Gemini API (`v1beta`) and of Vertex AI. Tokens and models are asked
of `:countTokens` and `GET /models`; Vertex AI has no such list.

```python
import any_llm

any_llm.messages("gemini:gemini-3.5-flash", [{"role": "user", "content": "Hello"}], 100)
```

Vertex AI needs a project, and takes an access token as its key (`gcloud auth print-access-token`):

```python
client = any_llm.Client(settings={"vertex": {"project": "my-project", "location": "europe-west4"}})
client.messages("vertex:gemini-3.5-flash", [{"role": "user", "content": "Hello"}], 100)
```

`cached_content=` is a keyword of a call: the name of an explicit cache, which holds system prompt
and tools. `quirks=` of a call wins over `Client(quirks={"gemini": {...}})`, that over the rules for
a model, those over the row, the row over the defaults.
"""
_SEARCH: dict[str, Any] = {"type": "web_search_20260318", "name": "web_search"}
_CODE: dict[str, Any] = {"type": "code_execution_20260120", "name": "code_execution"}
_PROJECT = {"project": "p"}


def _tools(*tools: dict[str, Any]) -> dict[str, Any]:
    return {"tools": list(tools)}


def _search(**more: Any) -> dict[str, Any]:
    return _tools({**_SEARCH, **more})


def _own(issuer: str) -> dict[str, Any]:
    """Return a request that gives back reasoning signed by a host of this wire."""
    signed = Envelope(issuer, {"own": "AAAA"}).seal()
    return turn({"type": "thinking", "thinking": "t", "signature": signed}, text("a"))


def _file(uri: str) -> dict[str, Any]:
    return {"type": "document", "source": {"type": "file", "file_id": uri}}


_GOOGLES: dict[str, Pair] = {
    "web_search": ({}, _search()),
    "web_search beside functions": (_tools(TOOL), _tools(TOOL, _SEARCH)),
    "web_search: max_uses": (_search(), _search(max_uses=3)),
    "web_search: allowed_domains": (_search(), _search(allowed_domains=["a.example"])),
    "web_search: blocked_domains": (_search(), _search(blocked_domains=["a.example"])),
    "web_search: user_location": (_search(), _search(user_location={"type": "approximate"})),
    "code_execution": ({}, _tools(_CODE)),
    "web_fetch": ({}, _tools({"type": "web_fetch_20260309", "name": "web_fetch"})),
    "thinking signed by the Gemini API": (SAID, _own("gemini")),
    "thinking signed by Vertex AI": (SAID, _own("vertex")),
    "a file of Google's Files API": (
        user(text("a")),
        user(text("a"), _file("https://g.example/f")),
    ),
    "a file_id of another provider": (user(text("a")), user(text("a"), _file("file_01"))),
    "image in the assistant's turn": (SAID, turn(text("a"), PNG)),
    "output_config: format beside functions": (
        _tools(TOOL),
        {
            **_tools(TOOL),
            "output_config": {"format": {"type": "json_schema", "schema": TOOL["input_schema"]}},
        },
    ),
    "`cached_content=`": ({}, {"cached_content": "cachedContents/c"}),
}

PAGE = Page(
    file="gemini.md",
    title="Gemini and Vertex AI",
    source="the rows of anyllm-gemini",
    head=_HEAD,
    dialect=Gemini(),
    rows=ROWS,
    columns=(
        Column(row="gemini", model="gemini-2.0-flash"),
        Column(row="gemini", model="gemini-2.5-flash"),
        Column(row="gemini", model="gemini-2.5-pro"),
        Column(row="gemini", model="gemini-3-pro-preview"),
        Column(row="gemini", model="gemini-3.5-flash"),
        Column(row="gemini", model="gemini-3.8-flash"),
        Column(row="vertex", model="gemini-2.5-flash", settings=_PROJECT),
        Column(row="vertex", model="gemini-3.8-flash", settings=_PROJECT),
    ),
    features={**FEATURES, "Google's own": _GOOGLES},
    defaults="The defaults are those of the newest models on the Gemini API, which is also what a "
    "model that no rule names is taken for.",
)
