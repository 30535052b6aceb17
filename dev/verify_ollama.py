"""Check anyllm-ollama against a real server of Ollama's API, and print a report.

    .venv/bin/python dev/verify_ollama.py

Ollama itself is in no package index, so the peer is ollama-proxy-plus (from the index, in an
environment of its own), in front of llama.cpp with the small model of anyllm-local in this
process. It runs anyllm-core, anyllm-ollama and anyllm-local as they are installed here. The exit
status is 1 when a check fails.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from peer import Report, free_port, from_pypi, running, small_model
from peer_checks import Checks

import anyllm_ollama

PEER = "ollama-proxy-plus==0.1.0"
MODEL = "smollm/smollm2"


@contextmanager
def proxy(base_url: str, key: str) -> Iterator[str]:
    """Run the peer in front of an OpenAI-compatible server; yield its address."""
    address = f"127.0.0.1:{free_port()}"
    environment = {
        "PROVIDERS_SMOLLM_BASE_URL": base_url,
        "PROVIDERS_SMOLLM_API_KEY": key,
        "EXTRA_MODELS": MODEL,
    }
    host, _, port = address.partition(":")
    command = [from_pypi(PEER) / "ollama-proxy", "serve", "--host", host, "--port", port]
    version = f"http://{address}/api/version"
    with running(command, version, environment):
        with urllib.request.urlopen(version) as answer:  # our own loopback address
            print(f"peer: {PEER}, which says it is Ollama {json.load(answer)['version']}")
        yield address


def main() -> int:
    """Run from the command line."""
    report = Report()
    with (
        small_model() as (base_url, key),
        proxy(base_url, key) as address,
        Checks(anyllm_ollama, f"ollama:{MODEL}", {"OLLAMA_HOST": address}) as checks,
    ):
        checks.run(report, num_ctx=1024, seed=7)
        checks.run_errors(report, "nobody/m")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
