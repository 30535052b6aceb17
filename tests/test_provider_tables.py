"""The pages that are made of the rows of providers are current, and a stale one is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = Path("docs/providers/openai-compatible.md")


def tables(root, *words):
    return subprocess.run(  # noqa: S603  # our own script
        [sys.executable, root / "dev" / "provider_tables.py", *words],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_pages_are_current():
    done = tables(ROOT, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_stale_page_is_told_and_written_anew(tmp_path):
    (tmp_path / "dev").mkdir()
    for name in ("provider_tables.py", "provider_rows.py", "provider_features.py"):
        shutil.copy(ROOT / "dev" / name, tmp_path / "dev")
    shutil.copy(ROOT / "dev" / "chat_features.py", tmp_path / "dev")
    for before in (None, "# Something else\n"):
        if before is not None:
            (tmp_path / PAGE).write_text(before)
        done = tables(tmp_path, "--check")
        assert (done.returncode, done.stderr) == (1, "")
        assert "openai-compatible.md: stale" in done.stdout
        assert tables(tmp_path).returncode == 0
        assert (tmp_path / PAGE).read_text("utf-8") == (ROOT / PAGE).read_text("utf-8")
    assert tables(tmp_path, "--check").returncode == 0
