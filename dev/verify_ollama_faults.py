"""Check anyllm-ollama against a server that fails on purpose, and print a report.

    .venv/bin/python dev/verify_ollama_faults.py

The server is aimock (from npm, needs node 20), whose Ollama API drops, garbles, disconnects and
limits requests when it is told to. Every answer, whole and streamed, must be right or a typed
error. The exit status is 1 when a check fails.
"""

from __future__ import annotations

import sys

from peer import Report
from peer_faults import against_aimock

import anyllm_ollama


def main() -> int:
    """Run from the command line."""
    report = Report()
    against_aimock(report, anyllm_ollama, "ollama:m", "OLLAMA_HOST")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
