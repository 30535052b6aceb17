"""The pages of the documentation, as tests read them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


class Block(NamedTuple):
    """A fenced block: what stands behind its fence, the first word of that, and its text."""

    info: str
    language: str
    text: str


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page's text, in order."""
    fenced = re.findall(r"^ *```([^\n]*)\n(.*?)^ *```$", page, re.MULTILINE | re.DOTALL)
    return [Block(info.strip(), info.split(" ")[0].strip(), text) for info, text in fenced]
