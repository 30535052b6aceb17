"""docs/providers/openai-compatible.md: the rows of anyllm-openai but OpenAI's own."""

from __future__ import annotations

from provider_page import Column, Page

from anyllm_openai.rows import ROWS
from anyllm_openai.wires import OpenAI

_HEAD = """\
`pip install anyllm-core anyllm-openai` brings the providers of this page ([OpenAI itself and
Azure](openai.md) have their own). They speak Chat Completions (`POST /chat/completions`), each a
little differently. What is known of each is a row of data: where it lives, how it authenticates,
and its quirks, with the source of every one.

```python
import any_llm

any_llm.messages("groq:openai/gpt-oss-120b", [{"role": "user", "content": "Hello"}], 100)
```

A server that has no row needs only its address, with the `/v1` that belongs to it. It gets no key
but the one that is passed:

```python
any_llm.messages(
    "qwen3:8b",
    [{"role": "user", "content": "Hello"}],
    100,
    api_base="http://localhost:9000/v1",
    quirks={"top_k": True, "thinking": "chat_template_kwargs"},
)
```

Some of them have OpenAI's other wire too: `wire_api="responses"` of a call, or
`Client(quirks={"xai": {"wire_api": "responses"}})`, speaks it to them.

`quirks=` of a call wins over `Client(quirks={"groq": {...}})`, that over the rules for a model,
those over the row, the row over the defaults.
"""

_ROWS = [row for row in ROWS if row.spec.id not in {"openai", "azure"}]

PAGE = Page(
    file="openai-compatible.md",
    title="OpenAI-compatible servers",
    source="the rows of anyllm-openai",
    head=_HEAD,
    dialect=OpenAI(),
    rows=[row.spec for row in _ROWS],
    facts={row.spec.id: row.facts for row in _ROWS},
    columns=(
        Column(row="openai-compatible", call={"api_base": "http://127.0.0.1:9000/v1"}),
        Column(row="openrouter"),
        Column(row="groq", model="openai/gpt-oss-120b"),
        Column(row="mistral", model="mistral-medium-latest"),
        Column(row="deepseek", model="deepseek-v4-pro"),
        Column(row="vllm"),
        Column(row="llamacpp"),
    ),
    remarks="`quirks=` changes what a server is taken for, and so the words below.",
)
