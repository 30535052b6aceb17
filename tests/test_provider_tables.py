"""The pages that are made of the rows of providers are current, and a stale one is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

ROOT = Path(__file__).parent.parent
FOLDER = Path("docs/providers")
PAGES = sorted(path.name for path in (ROOT / FOLDER).glob("*.md"))


def tables(root, *words):
    return subprocess.run(  # noqa: S603  # our own script
        [sys.executable, root / "dev" / "provider_tables.py", *words],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def elsewhere(tmp_path):
    """The scripts in a folder of their own, with the pages of today."""
    shutil.copytree(ROOT / "dev", tmp_path / "dev", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER)
    return tmp_path


def test_the_pages_are_current():
    done = tables(ROOT, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("before", [None, "# Something else\n"])
def test_stale_pages_are_told_and_written_anew(elsewhere, before):
    for page in PAGES:
        (elsewhere / FOLDER / page).unlink()
        if before is not None:
            (elsewhere / FOLDER / page).write_text(before)
    done = tables(elsewhere, "--check")
    told = sorted(f"{FOLDER / page}: stale; run dev/provider_tables.py" for page in PAGES)
    assert (done.returncode, sorted(done.stdout.splitlines()), done.stderr) == (1, told, "")
    assert tables(elsewhere).returncode == 0
    for page in PAGES:
        now = (elsewhere / FOLDER / page).read_text("utf-8")
        assert now == (ROOT / FOLDER / page).read_text("utf-8")
    assert tables(elsewhere, "--check").returncode == 0


@pytest.mark.parametrize("page", PAGES)
def test_the_tables_have_the_words_that_they_explain_and_no_others(page):
    said = (ROOT / FOLDER / page).read_text("utf-8")
    _, _, features = said.partition("## What becomes of each feature")
    explained = {line[3:].partition("*")[0] for line in features.splitlines() if line[:3] == "- *"}
    cells = [line.strip("|").split("|")[1:] for line in features.splitlines() if line[:2] == "| "]
    words = {cell.strip() for row in cells[2:] for cell in row} - {""}
    assert len(words) > 3
    assert words <= explained
