"""docs/llms.txt is a map of all pages, for readers that are programs."""

import re

from tests.support.pages import DOCS

MAP = (DOCS / "llms.txt").read_text()
LINKS = re.findall(r"^- \[([^\]]+)\]\(([^)]+)\): \S", MAP, re.MULTILINE)


def test_the_map_names_every_page_once_and_nothing_else():
    pages = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))
    assert sorted(target for _, target in LINKS) == pages, "give docs/llms.txt a line for each"


def test_the_map_has_the_form_of_llms_txt():
    """A title, a summary as a quotation, and below sections nothing but links with notes."""
    title, _, summary, *rest = MAP.splitlines()
    assert title == "# any_llm"
    assert summary.startswith("> ")
    sections = "\n".join(rest).split("\n## ")[1:]
    lines = [line for section in sections for line in section.splitlines()[1:] if line]
    assert len(lines) == len(LINKS)
