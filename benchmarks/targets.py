"""The targets, in the order of the report: what a ratio is of, and how high it may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A line of the table. `at_least` where the higher ratio is the better one."""

    what: str
    limit: float
    at_least: bool = False
    unit: str = ""

    def met(self, ratio: float) -> bool:
        """Whether a measured ratio, to two digits, is within the limit."""
        return round(ratio, 2) >= self.limit if self.at_least else round(ratio, 2) <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}{self.unit}"


TARGETS = {
    "decode": Target("decode only, over splitting and `json.loads`", 1.2),
    "chat": Target("chat stream, over raw HTTP and `json.loads`", 1.15),
    "wires": Target("other streams, over raw HTTP and `json.loads`", 1.25),
    "tls": Target("chat stream over TLS, over raw HTTP and `json.loads`", 1.15),
    "aiohttp": Target("chat stream on the aiohttp transport, over raw stock httpx, TLS", 0.4),
    "whole": Target("whole call with a kept client, over raw post and json", 1.1),
    "module": Target("module function, over a kept client", 1.15),
    "big": Target("200 turns, 50 tools, 2 MB of images, over `post(json=)`", 0.75),
    "at_once": Target("64 calls and 500 streams at once, over raw", 1.2),
    "mozilla": Target("CPU of Mozilla's any-llm-sdk over any_llm, a text delta", 8, at_least=True),
    "litellm": Target("CPU of litellm over any_llm, a text delta", 30, at_least=True),
    "import": Target("`any_llm.messages` over `import pydantic`, beyond a bare start", 1.35),
    "cold": Target("cold process to the first delta, over raw HTTP", 1.4),
    "listing": Target("`any-llm providers` with 50 plugins, beyond a bare start", 300, unit=" ms"),
    "first": Target("first byte to first event, over raw HTTP", 1.1),
    "memory": Target("memory of an open stream beyond the HTTP client's own", 30, unit=" kB"),
    "growth": Target("growth: slope of log cost over log size, three decades", 1.1),
    "other": Target("without a target", float("inf")),
}
