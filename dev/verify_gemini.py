"""Check anyllm-gemini against real servers of the Gemini API, and print a report.

    .venv/bin/python dev/verify_gemini.py

Google's own server is out of reach, so the peers are two gateways (from the index, each in an
environment of its own) in front of llama.cpp with the small model of anyllm-local in this process:
llm-rosetta, which is closest to Google's form, and LiteLLM, which also counts tokens. The exit
status is 1 when a check fails.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from peer import Report, free_port, from_pypi, running, small_model
from peer_checks import Checks

import anyllm_gemini

ROSETTA = "llm-rosetta==0.13.0"
LITELLM = "litellm[proxy]==1.106.2"
MODEL = "smollm2"
KEY = "sk-of-the-peer"


@contextmanager
def rosetta(base_url: str, key: str) -> Iterator[str]:
    """Run llm-rosetta in front of an OpenAI-compatible server; yield its address."""
    port = free_port()
    with TemporaryDirectory() as folder:
        server = {"host": "127.0.0.1", "port": port, "open_on_no_keys": True, "data_dir": folder}
        config = {
            "providers": {"openai_chat": {"api_key": key, "base_url": base_url}},
            "models": {MODEL: "openai_chat"},
            "server": server,
        }
        place = Path(folder) / "config.jsonc"
        place.write_text(json.dumps(config), encoding="utf-8")
        command = [from_pypi(ROSETTA) / "llm-rosetta-gateway", "--config", place, "--no-banner"]
        address = f"http://127.0.0.1:{port}"
        with running(command, f"{address}/health/live"):
            print(f"peer: {ROSETTA}")
            yield address


@contextmanager
def litellm(base_url: str, key: str) -> Iterator[str]:
    """Run LiteLLM's proxy in front of an OpenAI-compatible server; yield its address."""
    port = free_port()
    behind = {"model": f"openai/{MODEL}", "api_base": base_url, "api_key": key}
    config = {"model_list": [{"model_name": MODEL, "litellm_params": behind}]}
    with TemporaryDirectory() as folder:
        place = Path(folder) / "config.yaml"
        place.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML too
        command = [from_pypi(LITELLM) / "litellm", "--config", place, "--host", "127.0.0.1"]
        address = f"http://127.0.0.1:{port}"
        environment = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": KEY}
        with running(
            [*command, "--port", str(port), "--telemetry", "False"],
            f"{address}/health/liveliness",
            environment,
        ):
            print(f"peer: {LITELLM}")
            yield address


def checks_of(address: str) -> Checks:
    """Return the checks of the peer at an address."""
    env = {"GOOGLE_GEMINI_BASE_URL": address, "GEMINI_API_KEY": KEY}
    return Checks(anyllm_gemini, f"gemini:{MODEL}", env)


def main() -> int:
    """Run from the command line."""
    report = Report()
    with small_model() as (base_url, key):
        with rosetta(base_url, key) as address, checks_of(address) as checks:
            checks.run(report)
            checks.run_errors(report, "nobody")
        with litellm(base_url, key) as address, checks_of(address) as checks:
            checks.run(report, models=False)
            # LiteLLM looks for `contents` beside `generateContentRequest`, and counts nothing.
            flat = partial(checks.count_tokens, quirks={"count": "flat"})
            report.check('count_tokens, quirks={"count": "flat"}', flat)
            checks.run_errors(report, "nobody")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
