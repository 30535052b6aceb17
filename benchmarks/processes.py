"""The processes of a run: the server, and the workers that are told what to do."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from benchmarks import environments

Cost = Mapping[str, Any]


def variables() -> dict[str, str]:
    """Return the environment of every process: no proxies, no keys, the tree to import from.

    Nobody watches: observers cost what they cost, and telemetry is installed with the workspace.
    """
    kept = {n: v for n, v in os.environ.items() if n in {"PATH", "HOME", "LANG", "TMPDIR"}}
    ours = {"PYTHONPATH": str(environments.ROOT), "PYTHONHASHSEED": "0"}
    ours["ANYLLM_DISABLE_PLUGINS"] = "anyllm-otel"
    return {**kept, **ours, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}  # it would fetch one


@dataclass(frozen=True, slots=True)
class Server:
    """The loopback server's addresses, and the file of its certificate's authority."""

    http: str
    https: str
    ca: str

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Server]:
        """Start it; it stops when this is left."""
        python, folder = environments.ours(), environments.HOME
        subprocess.run(
            [python, "-m", "benchmarks.certificate", folder],
            check=True,
            env=variables(),
            cwd=environments.ROOT,
        )
        with subprocess.Popen(
            [python, "-m", "benchmarks.server", folder / "server.pem"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=variables(),
            cwd=environments.ROOT,
        ) as process:
            assert process.stdout
            plain, tls = (process.stdout.readline().strip() for _ in range(2))
            ca = str(folder / "ca.pem")
            yield cls(f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{tls}", ca)
            assert process.stdin
            process.stdin.close()


class Worker:
    """A process with one driver."""

    def __init__(self, driver: str, server: Server) -> None:
        self._driver = driver
        self._process = subprocess.Popen(
            [environments.of(driver), "-m", "benchmarks.worker", driver, server.ca],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=variables(),
            cwd=environments.ROOT,
        )

    def work(self, work: str, place: tuple[str, str, str], times: int) -> Cost:
        """Have it work, and return what that cost."""
        stdin, stdout = self._pipes()
        try:
            stdin.write(json.dumps({"work": work, "place": place, "times": times}) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise RuntimeError(f"{self._driver}: {self._end()[-2000:]}")
        cost: Cost = json.loads(line)
        return cost

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin
        assert self._process.stdout
        return self._process.stdin, self._process.stdout

    def _end(self) -> str:
        return self._process.communicate()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.kill()  # it has answered, or cannot
        self._end()


def cold(python: Path, program: str, *arguments: str) -> Cost:
    """Run a program in a new interpreter and return its CPU seconds, start and end included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [python, "-c", program, *arguments],
        check=True,
        env=variables(),
        cwd=environments.HOME,
        stdout=sys.stderr,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "units": 1}
