"""Recorded exchanges of the corpus as cases of the kit, judged by the corpus's own oracles.

What must come of a recording is what the oracle reads in it, who shares no code with a dialect.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from any_llm.plugin import MESSAGES_FIELDS, status_error
from any_llm.testing import Case, Exchange, Expect, ExpectedError, Recording, ToolCall
from tests.corpus.expected import Failure
from tests.corpus.records import Record, by_id, selection
from tests.corpus.unsayable import Unsayable

HELLO = {"max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}


@dataclass
class Corpus:
    """The recordings of one protocol, their judge, and how their requests read in Messages."""

    protocol: str
    judge: Callable[[Record], Expect]
    to_messages: Callable[[Record], dict[str, Any]]
    host: str

    def case(self, name: str, *, whole: str = "", streamed: str = "") -> Case:
        """One call: the recording of its whole answer, of its streamed one, or both, by id."""
        ids = [f"{self.protocol}-{each}" for each in (whole, streamed) if each]
        found = by_id(selection(self.protocol), *ids)
        first = found[0]
        request, options = self._request(first)
        made = [self._recording(record) for record in found]
        return Case(
            name=name,
            request=request,
            options=options,
            whole=made[0] if whole else None,
            streamed=made[-1] if streamed else None,
            provider=first["provider"],
            source=", ".join(f"{one['repo']}: {one['path']}" for one in found),
            licence=", ".join(dict.fromkeys(one["licence"] for one in found)),
        )

    def _request(self, record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            call = self.to_messages(record)
        except Unsayable:  # what was refused is no request to learn from
            call = {**HELLO, "model": str(record["model"])}
        call.pop("stream", None)
        request = {name: value for name, value in call.items() if name in MESSAGES_FIELDS}
        return request, {name: value for name, value in call.items() if name not in request}

    def _recording(self, record: Record) -> Recording:
        text = record["response_text"]
        body = json.dumps(record["response_json"]) if text is None else text
        own = (record["provider"], record["method"]) == (self.host, "POST")
        exchange = Exchange(
            status=record["status"],
            headers={"content-type": record["content_type"] or "application/json"},
            body=body.encode(),
            path=record["url_path"] if own and not record["url_query"] else None,
        )
        return Recording(exchanges=(exchange,), expect=self.judge(record))


def judged_by(judge: Callable[[Record], Any]) -> Callable[[Record], Expect]:
    """An oracle's word, as a case says it."""

    def read(record: Record) -> Expect:
        expected = judge(record)
        return _error(expected) if isinstance(expected, Failure) else _answer(expected)

    return read


def _answer(said: Any) -> Expect:
    """`said` is an Answer of any oracle: their blocks are pairs of a type and what it holds."""
    usage: dict[str, int] = {}
    if said.usage is not None:
        names = ("input_tokens", "output_tokens", "cache_read_input_tokens")
        counts = {name: getattr(said.usage, name) for name in names}
        counts["output_tokens_details.thinking_tokens"] = said.usage.thinking_tokens
        usage = {name: count for name, count in counts.items() if count is not None}
    return Expect(
        text=_joined(said.blocks, "text"),
        thinking=_joined(said.blocks, "thinking"),
        tools=tuple(
            ToolCall(name=call.name, input=call.arguments)
            for kind, call in said.blocks
            if kind == "tool_use"
        ),
        stop_reason=said.stop_reason,
        stop_sequence=getattr(said, "stop_sequence", None),
        usage=usage,
    )


def _joined(blocks: Any, kind: str) -> str:
    return "".join(held for type_, held in blocks if type_ == kind)


def hello(record: Record) -> dict[str, Any]:
    """A small request for the recorded model, with the tools that the recording's answer may call.

    For protocols whose recorded requests are not put into Messages form.
    """
    tools = (record["request"] or {}).get("tools") or ()
    functions = [tool for tool in tools if tool.get("type") == "function"]
    offered = [{"name": tool["name"], "input_schema": tool["parameters"]} for tool in functions]
    return {**HELLO, "model": str(record["model"]), **({"tools": offered} if offered else {})}


def _error(said: Failure) -> Expect:
    if said.kind == "status":
        kind = type(status_error("", status=said.status, type=said.type)).__name__
        return Expect(error=ExpectedError(kind=kind, type=said.type, status=said.status))
    kind = "StreamTruncated" if said.kind == "incomplete" else "BadReply"
    return Expect(error=ExpectedError(kind=kind))
