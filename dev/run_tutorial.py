"""Does what docs/tutorial.md tells its reader, exactly as it is printed there.

    python3 dev/run_tutorial.py

Beside our own built wheels, in a new environment: the files are written, the commands run, what
they print is compared. Then the wheel that came of it goes into another new environment, where the
printed tests run against it.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

from environment import CONSTRAINTS, ROOT
from fresh import make, ours

BLOCK = re.compile(r"(?:`([\w./-]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OURS = ("anyllm-core", "anyllm-openai", "anyllm-local", "anyllm-cli")  # what the page installs
SERVER = "python parrot_api.py\n"
PORT = re.compile(r'ThreadingHTTPServer\(\("127.0.0.1", (\d+)\)')


class Reader:
    """Follows the page, block by block, in a folder of its own."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        pinned = {"PIP_CONSTRAINT": str(CONSTRAINTS), "PIP_BUILD_CONSTRAINT": str(CONSTRAINTS)}
        self.env = {**os.environ, **pinned, "PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        self.said = ""
        self.server: subprocess.Popen[bytes] | None = None

    def follow(self, page: str) -> None:
        """Does all of it; a command that fails, or prints something else, ends it."""
        try:
            for file, language, text in BLOCK.findall(page):
                self._do(file, language, text)
        finally:
            if self.server is not None:
                self.server.terminate()
                self.server.wait()

    def _do(self, file: str, language: str, text: str) -> None:
        if file:
            path = self.folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        elif text == SERVER:
            self._serve()
        elif language == "sh":
            print(f"$ {text}", end="", flush=True)
            words = ("bash", "-euo", "pipefail", "-c", text)
            done = subprocess.run(
                words, cwd=self.folder, env=self.env, stdout=subprocess.PIPE, text=True, check=False
            )
            self.said = done.stdout
            if done.returncode:
                sys.exit(f"{self.said}\nthe tutorial's command failed: {text}")
        elif language == "text" and self.said != text:
            sys.exit(f"the tutorial says\n{text}\nbut its reader sees\n{self.said}")

    def _serve(self) -> None:
        program = (self.folder / "parrot_api.py").read_text("utf-8")
        port = int(PORT.findall(program)[0])
        null = subprocess.DEVNULL
        self.server = subprocess.Popen(
            SERVER.split(), cwd=self.folder, env=self.env, stdout=null, stderr=null
        )
        for _ in range(200):
            with suppress(ConnectionRefusedError), closing(socket.socket()) as probe:
                probe.connect(("127.0.0.1", port))
                return
            time.sleep(0.05)
        sys.exit("the tutorial's server does not start")


def main() -> None:
    """Follows the page, then tests the wheel by itself."""
    page = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    with tempfile.TemporaryDirectory() as away:
        home = Path(away)
        built = ours(home / "ours", *OURS)
        core = next(path for path in built if path.name.startswith("anyllm_core-"))
        wanted = f"anyllm-core[testing] @ {core.as_uri()}"
        project = home / "anyllm-parrot"
        project.mkdir()
        others = [path for path in built if path != core]
        Reader(project, make(home / "env", wanted, *others)).follow(page)
        (parrot,) = (project / "dist").glob("*.whl")
        alone = home / "alone"
        shutil.copytree(project / "cases", alone / "cases")
        shutil.copy(project / "test_parrot.py", alone)
        python = make(home / "other", wanted, parrot) / "python"
        subprocess.run([python, "-m", "pytest", "-q"], cwd=alone, check=True)
    print("the tutorial's reader gets what it prints, and its wheel passes the kit alone")


if __name__ == "__main__":
    main()
