"""Small programs in processes of their own, where every warning is an error.

The provider `msgs` is installed for them: a module and a .dist-info in a folder on their path.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PLUGIN = """
from any_llm.plugin import ApiKey, hookimpl
from tests.support.wire import row

@hookimpl
def anyllm_providers():
    key = ApiKey(env=("OPENAI_API_KEY",), required=False)
    return [row(), row(id="openai-compatible", base_url="", auth=key)]
"""
ENTRIES = """
[any_llm.providers]
msgs = msgs_plugin
openai-compatible = msgs_plugin
"""
PRELUDE = """
import asyncio, gc, os, sys, threading, time
import any_llm, trio
from any_llm import AsyncClient, Client, amessages, messages
from tests.support.colours import asked, options

URL = sys.argv[1]
WHOLE = asked({"api_base": URL, "api_key": "a-key"})
STREAM = {**WHOLE, "stream": True}
"""


def install(folder: Path) -> None:
    """Put the plugin of provider `msgs`, distribution msgs-plugin, into `folder`."""
    (folder / "msgs_plugin.py").write_text(PLUGIN, encoding="utf-8")
    info = folder / "msgs_plugin-1.0.dist-info"
    info.mkdir(exist_ok=True)
    metadata = "Metadata-Version: 2.1\nName: msgs-plugin\nVersion: 1.0\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "entry_points.txt").write_text(ENTRIES, encoding="utf-8")


def run_program(folder: Path, source: str, url: str = "", **env: str) -> list[str]:
    """Run `source` after the prelude; return the lines it printed.

    It must exit with 0 and say nothing on stderr.
    """
    install(folder)
    done = subprocess.run(  # noqa: S603  # our own programs
        [sys.executable, "-X", "dev", "-W", "error", "-c", PRELUDE + source, url],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if "PROXY" not in name.upper()},
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
            "ANYLLM_PLUGINS": "msgs-plugin",
            **env,
        },
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.splitlines()
