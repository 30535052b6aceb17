"""docs/providers/openai.md: OpenAI itself and Azure, over Responses and Chat Completions."""

from __future__ import annotations

from provider_page import Column, Page

from anyllm_openai.rows import ROWS
from anyllm_openai.wires import OpenAI

_HEAD = """\
`pip install anyllm-core anyllm-openai` brings OpenAI, Azure OpenAI and Microsoft Foundry.

```python
import any_llm

any_llm.messages("openai:gpt-5.6-sol", [{"role": "user", "content": "Hello"}], 1000)
```

## Two wires

At `api.openai.com`, its regions and Azure's own addresses a call goes over the Responses API
(`POST /responses`): it carries reasoning from turn to turn, takes pictures and files in tool
results and keeps the order of what a model said. Any other address speaks [Chat
Completions](openai-compatible.md). `wire_api` says otherwise, in a call or for a client:

```python
any_llm.messages(..., wire_api="chat")
any_llm.Client(quirks={"openai": {"wire_api": "chat"}})
```

- **Nothing is stored.** Every request says `store: false`; `extra_body={"store": True}` says
  otherwise. What a model thought comes back encrypted, in the signature of a thinking block; give
  the answer's `content` back as it is and the model goes on from there.
- **A summary of the thinking comes only if thinking is asked for,** unless its `display` is
  `omitted`. OpenAI shows summaries to verified organisations; others get a 400 that names
  `reasoning.summary`: `quirks={"summaries": None}` leaves it out.
- **Stop sequences** exist in Chat Completions only, and reasoning models refuse them there too. A
  request with some goes over Chat Completions where the model takes them and is refused where it
  does not. `cut_stop_sequences=True` (of a call, or as a quirk) has the text cut on this side
  instead: reported as emulated, and the tokens behind the cut are paid.
- **`max_tokens=0`** fills the prompt cache of models that have breakpoints (gpt-5.6 and later).
  The API takes no other number below 16.
- **`count_tokens()`** asks `POST /responses/input_tokens`; over Chat Completions it is refused.
- **Web search** (`web_search_20250305` and later) is OpenAI's own search: its calls and sources
  come back as Messages blocks and go back as they were.
- **What Messages has no place for** stands in `provider_extras` of an answer: `blocks` (by the
  index of a block: `phase`, annotations with their offsets, log probabilities), `output` (items of
  other tools: code interpreter, file search, MCP, pictures), and fields such as `moderation`. Each
  item there is in `losses` too.
- **On Azure** a deployment's name hides its model. Where it looks like a model's name it is taken
  for that model; otherwise encrypted reasoning is asked for when a request says something about
  thinking. Foundry's project endpoints (`/api/projects/`) get reasoning back with its id, which
  they demand and OpenAI does not find; `quirks={"send_item_ids": ...}` says otherwise.
- **Not known for certain:** `phase` of earlier turns is inferred (in a turn with calls everything
  is commentary, else the last text is the final answer), as all recorded answers have it.

`quirks=` of a call wins over `Client(quirks={"openai": {...}})`, that over the rules for a model,
those over the row, the row over the defaults.
"""

_ROWS = [row for row in ROWS if row.spec.id in {"openai", "azure"}]
_AZURE = {"endpoint": "https://resource.openai.azure.com"}
_CHAT = {"wire_api": "chat"}

PAGE = Page(
    file="openai.md",
    title="OpenAI and Azure",
    source="the rows of anyllm-openai",
    head=_HEAD,
    dialect=OpenAI(),
    rows=[row.spec for row in _ROWS],
    facts={row.spec.id: row.facts for row in _ROWS},
    columns=(
        Column(row="openai", model="gpt-5.6-sol"),
        Column(row="openai", model="gpt-5-mini"),
        Column(row="openai", model="gpt-4o"),
        Column(row="azure", model="a deployment", settings=_AZURE),
        Column(row="openai", model="gpt-5.6-sol", call=_CHAT, note="chat"),
        Column(row="openai", model="gpt-4o", call=_CHAT, note="chat"),
        Column(row="azure", model="a deployment", call=_CHAT, settings=_AZURE, note="chat"),
    ),
    remarks="The columns are Responses where they do not say chat.",
)
