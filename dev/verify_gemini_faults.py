"""Check anyllm-gemini against servers that fail on purpose, and print a report.

    .venv/bin/python dev/verify_gemini_faults.py

The servers are aimock (from npm, needs node 20) and llmock (from PyPI), whose Gemini APIs drop,
garble, cut, stall and limit answers when they are told to, and call tools when they are not. Every
answer, whole and streamed, must be right or a typed error. The exit status is 1 when a check fails.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from peer import Report, free_port, from_pypi, running
from peer_faults import Asker, against_aimock, judged

import anyllm_gemini

LLMOCK = "llmock==0.2.2"
KEY = "sk-of-the-peer"
MODEL = "gemini:gemini-2.5-pro"
# llmock's options -> what may come of a whole answer, and of a stream.
FAULTS = {
    "--error-rate 400=1": ({"BadRequestError"}, {"BadRequestError"}),
    "--error-rate 403=1": ({"PermissionDeniedError"}, {"PermissionDeniedError"}),
    "--error-rate 429=1": ({"RateLimitError"}, {"RateLimitError"}),
    "--error-rate 500=1": ({"InternalServerError"}, {"InternalServerError"}),
    "--error-rate 503=1": ({"ServiceUnavailableError"}, {"ServiceUnavailableError"}),
    "--context-window 5": ({"BadRequestError"}, {"BadRequestError"}),
    "--stream-fault malformed=1": (set(), {"BadReply"}),
    "--stream-fault truncate=1": (set(), {"StreamTruncated"}),
    "--stream-fault disconnect=1": (set(), {"APIConnectionError"}),
    "--stream-fault stall=1": (set(), {"APITimeoutError"}),
}
ASKED = "Say something about the sea, and of the wind"


@contextmanager
def llmock(*arguments: str) -> Iterator[Asker]:
    """Run llmock; yield who asks it."""
    port = free_port()
    command = [from_pypi(LLMOCK) / "llmock", "serve", "--host", "127.0.0.1", "--port", str(port)]
    address = f"http://127.0.0.1:{port}/gemini"
    with running([*command, *arguments], f"{address}/v1beta/models"):
        env = {"GOOGLE_GEMINI_BASE_URL": address, "GEMINI_API_KEY": KEY}
        asker = Asker(anyllm_gemini, MODEL, env)
        with asker.client:
            yield asker


def against_llmock(report: Report) -> None:
    """Ask llmock: healthy, calling tools, out of requests, and with each of its faults."""
    print(f"peer: {LLMOCK}")
    with llmock("--tool-mode", "off", "--response-style", "echo") as asker:
        whole, streamed = asker.both(ASKED)
        judged(report, "healthy", (whole, streamed), {whole} if "sea" in whole else set())
        report.check("models", lambda: f"{len(asker.client.models.list('gemini'))} models")
    with llmock() as asker:
        judged(report, "calls tools", asker.both(ASKED), {"f({})", "f({}), g({})"})
    with llmock("--rpm", "1") as asker:
        asker.whole(ASKED)
        judged(report, "out of requests", asker.both(ASKED), {"RateLimitError"})
    for options, (whole_may, stream_may) in FAULTS.items():
        with llmock("--tool-mode", "off", *options.split()) as asker:
            if whole_may:
                judged(report, f"{options}, whole", [asker.whole(ASKED)], whole_may)
            judged(report, f"{options}, streamed", [asker.streamed(ASKED)], stream_may)


def main() -> int:
    """Run from the command line."""
    report = Report()
    against_llmock(report)
    against_aimock(report, anyllm_gemini, MODEL, "GOOGLE_GEMINI_BASE_URL", "http://")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
