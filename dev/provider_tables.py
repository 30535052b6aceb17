"""Writes the pages of docs/providers from the rows that the plugins offer.

    python dev/provider_tables.py            # writes what has changed
    python dev/provider_tables.py --check    # fails when a page is stale

It needs an environment that holds the workspace (see dev/environment.py). Address, keys, quirks
and their sources come from the rows; what becomes of each feature of the Messages API is found out
by asking the dialect. A page is a `Page` (provider_page.py) in a file of its own, and a place in
`PAGES`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import page_anthropic
import page_gemini
import page_ollama
import page_openai
import page_openai_chat
import provider_features
import provider_rows
from provider_page import Page

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "providers"
PAGES = (
    page_openai.PAGE,
    page_openai_chat.PAGE,
    page_anthropic.PAGE,
    page_gemini.PAGE,
    page_ollama.PAGE,
)

_MARK = "<!-- Written by dev/provider_tables.py from {}. Do not edit. -->"


def pages() -> dict[str, str]:
    """Return the pages by their file names."""
    return {page.file: text_of(page) for page in PAGES}


def text_of(page: Page) -> str:
    """Return the Markdown of a page."""
    parts = (
        f"# {page.title}\n\n{_MARK.format(page.source)}\n\n{page.head}",
        provider_rows.addresses(page),
        provider_rows.quirks(page),
        provider_rows.differences(page),
        provider_features.section_of(page),
    )
    return "\n".join(part for part in parts if part)


def stale(wanted: Mapping[str, str]) -> list[Path]:
    """Return the pages that do not say what they should."""
    found = {FOLDER / name: text for name, text in wanted.items()}
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
