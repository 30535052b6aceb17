"""docs/providers/ollama.md: Ollama on this machine, and ollama.com."""

from __future__ import annotations

from typing import Any

from provider_page import FEATURES, Column, Page

from any_llm._features import PNG, SAID, TOOL, Pair, text, turn, user
from anyllm_ollama.dialect import OllamaChat
from anyllm_ollama.rows import ROWS
from anyllm_ollama.signature import OWN

_HEAD = """\
`pip install anyllm-core anyllm-ollama` brings Ollama's own chat API (`POST /api/chat`).

```python
import any_llm

any_llm.messages("ollama:qwen3:8b", [{"role": "user", "content": "Hello"}], 100, num_ctx=8192)
```

`OLLAMA_HOST` says where the server is, in every form that Ollama's own client takes. A key from the
environment goes to ollama.com alone, and there only over TLS; `api_key=` goes where the call goes.
Ollama's options (`num_ctx`, `seed`, `min_p`, ...) and `keep_alive`, `truncate`, `shift`, `logprobs`
and `top_logprobs` are keywords of a call. A prompt that is too long is an error, since
`truncate: false` is sent: by itself the server drops the oldest messages and does not say so.

`quirks=` of a call wins over `Client(quirks={"ollama": {...}})`, that over the rules for a model,
those over the row, the row over the defaults.
"""
_REMARKS = """\
Whether a model can think, call tools or see is known to the server alone, which answers 400 where
it cannot; only gpt-oss has rules of its own. A picture behind a URL is fetched where the client has
a `FetchPolicy`."""
_LOOSE = {"type": "object", "properties": {"a": {"type": "string", "minLength": 2}}}
_MORE: dict[str, Pair] = {
    "`num_ctx=`": ({}, {"num_ctx": 8192}),
    "`keep_alive=`": ({}, {"keep_alive": "10m"}),
    "`truncate=`": ({}, {"truncate": True}),
    "`logprobs=`": ({}, {"logprobs": True}),
    "thinking of its own": (
        SAID,
        turn({"type": "thinking", "thinking": "t", "signature": OWN}, text("a")),
    ),
    "picture behind text": (user(text("a"), text("b")), user(text("a"), PNG, text("b"))),
    "tool: a keyword that the server forgets": (
        {"tools": [TOOL]},
        {"tools": [{**TOOL, "input_schema": _LOOSE}]},
    ),
    "output_config: effort, with thinking": (
        {"thinking": {"type": "adaptive"}},
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}},
    ),
}
_EMULATED: dict[str, Any] = {"quirks": {"forced_tool": "format"}}

PAGE = Page(
    file="ollama.md",
    title="Ollama",
    source="the rows of anyllm-ollama",
    head=_HEAD,
    dialect=OllamaChat(),
    rows=ROWS,
    columns=(
        Column(row="ollama", model="llama3.2"),
        Column(row="ollama", model="qwen3:8b", note="thinks"),
        Column(row="ollama", model="gpt-oss:20b"),
        Column(row="ollama", model="llama3.2", call=_EMULATED, note='`forced_tool="format"`'),
        Column(row="ollama", model="gpt-oss:120b-cloud"),
        Column(row="ollama-cloud", model="qwen3-coder:480b"),
        Column(row="ollama-cloud", model="gpt-oss:120b"),
    ),
    features={**FEATURES, "Ollama's own": _MORE},
    defaults="The defaults are those of a server of one's own and a model that no rule names.",
    remarks=_REMARKS,
)
