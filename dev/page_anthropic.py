"""docs/providers/anthropic.md: Anthropic, and other endpoints that speak the Messages API."""

from __future__ import annotations

from typing import Any

from provider_page import FEATURES, Column, Page

from any_llm._features import HI, SAID, TOOL, Pair, result, text, turn, use, user
from any_llm.plugin import Envelope
from anyllm_anthropic.dialect import Anthropic
from anyllm_anthropic.rows import ROWS

_HEAD = """\
`pip install anyllm-core anyllm-anthropic` brings Anthropic's models, and other endpoints that speak
the Messages API (`POST /v1/messages`). What goes in comes out: fields, blocks, events and errors
that nobody knows yet pass through as they are.

```python
import any_llm

any_llm.messages("anthropic:claude-sonnet-4-6", [{"role": "user", "content": "Hello"}], 100)
any_llm.messages("deepseek-messages:deepseek-v4-pro", [{"role": "user", "content": "Hello"}], 100)
```

`betas=["..."]` names beta features. `api_version=` is a keyword of a call; left out, a request is
written for 2026-10-21, or for 2023-06-01 when it holds what only that one takes: sampling values, a
document directly in a turn of the assistant, citations on text of the user.

A key goes as `x-api-key`; what `ANTHROPIC_AUTH_TOKEN` holds goes as `authorization: Bearer`. To
send a credential that is passed as Bearer: `Client(settings={"anthropic": {"auth": "bearer"}})`.

Reasoning of Anthropic's models stands in histories as it came. That of other endpoints stands in an
envelope with their name and goes back to them alone. `quirks=` of a call wins over
`Client(quirks={"anthropic": {...}})`, that over the rules for a model, those over the row, the row
over the defaults.

Claude on Bedrock and on Vertex AI needs signed requests and has no row yet.
"""
_REMARKS = """\
Unknown models are treated as the newest family: what it is known to refuse is left out and told,
but nothing is refused on their behalf. Where a local server has another model behind it, what the
model takes is known to the server alone."""


def _signed(signature: str) -> dict[str, Any]:
    return turn({"type": "thinking", "thinking": "t", "signature": signature}, text("a"))


def _called(identity: str) -> dict[str, Any]:
    return turn(use(id=identity), after=result(tool_use_id=identity))


_DOCUMENT = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "d"},
}
_CITED = [{"type": "char_location", "cited_text": "c"}]
_SEARCH = {"type": "server_tool_use", "id": "ws_1", "name": "web_search", "input": {}}
_FOUND = {"type": "web_search_tool_result", "tool_use_id": "ws_1", "content": []}
_THINK = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
_FORCED = {"tools": [TOOL], "tool_choice": {"type": "any"}}

_OWN: dict[str, Pair] = {
    "temperature at its default": ({}, {"temperature": 1.0}),
    "temperature while thinking": (_THINK, {**_THINK, "temperature": 0.5}),
    "tool_choice any while thinking": ({"tools": [TOOL], **_THINK}, {**_FORCED, **_THINK}),
    "prefill": ({}, {"messages": [HI, {"role": "assistant", "content": "It is"}]}),
    "document in the assistant's turn": (SAID, turn(text("a"), _DOCUMENT)),
    "citations on text of the user": (user(text("a")), user(text("a", citations=_CITED))),
    "thinking signed by Anthropic": (SAID, _signed("EqUDCkYI")),
    "thinking signed by nobody": (SAID, _signed("")),
    "thinking of another provider": (SAID, _signed(Envelope("gemini", {"x": 1}).seal())),
    "an id of a call that Anthropic refuses": (_called("t"), _called("functions.f:0")),
    "a search of another provider": (SAID, turn(_SEARCH, _FOUND, text("a"))),
    "a block that nobody knows": (SAID, turn(text("a"), {"type": "poem"})),
    "`betas=`": ({}, {"betas": ["b"]}),
    "`api_version=`": ({}, {"api_version": "2023-06-01"}),
}

PAGE = Page(
    file="anthropic.md",
    title="Anthropic and other Messages endpoints",
    source="the rows of anyllm-anthropic",
    head=_HEAD,
    dialect=Anthropic(),
    rows=[row.spec for row in ROWS],
    columns=(
        *(
            Column(row="anthropic", model=model)
            for model in (
                *("claude-sonnet-4-5", "claude-sonnet-4-6", "claude-opus-4-8"),
                *("claude-sonnet-5-5", "claude-opus-9"),
            )
        ),
        *(Column(row=row.spec.id) for row in ROWS if row.spec.id != "anthropic"),
    ),
    facts={row.spec.id: row.facts for row in ROWS},
    features={**FEATURES, "Of this wire": _OWN},
    defaults="The defaults are those of Anthropic's newest models, which is also what a model that "
    "no rule names is taken for.",
    remarks=_REMARKS,
)
