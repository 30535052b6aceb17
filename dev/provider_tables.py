"""Writes the pages of docs/providers from the rows that the plugins offer.

    python dev/provider_tables.py            # writes what has changed
    python dev/provider_tables.py --check    # fails when a page is stale

It needs an environment that holds the workspace (see dev/environment.py). Address, keys, quirks
and their sources come from the rows; what becomes of each feature of the Messages API is found out
by asking the dialect.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import provider_features
import provider_rows

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "providers"

_HEAD = """\
# OpenAI-compatible servers

<!-- Written by dev/provider_tables.py from the rows of anyllm-openai. Do not edit. -->

`pip install anyllm-core anyllm-openai` brings the providers of this page. They speak Chat
Completions (`POST /chat/completions`), each a little differently. What is known of each is a row
of data: where it lives, how it authenticates, and its quirks, with the source of every one.

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

`quirks=` of a call wins over `Client(quirks={"groq": {...}})`, that over the rules for a model,
those over the row, the row over the defaults.
"""


def pages() -> dict[str, str]:
    """Return the pages by their file names."""
    parts = (
        _HEAD,
        provider_rows.addresses(),
        provider_rows.quirks(),
        provider_rows.differences(),
        provider_features.table(),
    )
    return {"openai-compatible.md": "\n".join(parts)}


def stale(wanted: Mapping[str, str]) -> list[Path]:
    """Return the pages that do not say what they should."""
    found = {PAGES / name: text for name, text in wanted.items()}
    return [
        path
        for path, text in found.items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Run from the command line; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing, fail when stale")
    check = parser.parse_args(arguments).check
    wanted = pages()
    late = stale(wanted)
    for path in late:
        what = "stale; run dev/provider_tables.py" if check else "written"
        print(f"{path.relative_to(ROOT)}: {what}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path.name], encoding="utf-8")
    return 1 if check and late else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
