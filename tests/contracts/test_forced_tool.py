"""A forced tool call where the backend has none: a JSON schema answer becomes the call.

As with Ollama's `format`. It is an emulation, so it happens only where the caller opted in, and it
is reported.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from any_llm import Loss, LossyConversionWarning, ToolUseBlock, UnsupportedFeature, plugin
from any_llm.testing import Answer, Received, ReplayServer
from tests.contracts.support import HELLO, manager, row

TOOL = {
    "name": "weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
FORCED = {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "weather"}}
OPT_IN = {"quirks": {"forced_tool": "format"}}
SAID = '{"city": "Köln \\"Dom\\""}'
LOSS = Loss("tool_choice", "asked for as a JSON schema answer, which becomes the call", "emulated")


@dataclass(frozen=True, kw_only=True)
class Options:
    forced_tool: str = "refuse"


class Decoder(plugin.StreamDecoder):
    def feed(self, frame: plugin.Frame) -> None:
        said = plugin.loads(frame.data)
        forced = self.ctx.state.get("forced")
        if not self.emit.started:
            self.emit.start(id=self.ctx.new_id("msg_"), model=self.ctx.model)
            if forced:
                self.emit.tool("forced", id=self.ctx.new_id("toolu_"), name=forced)
        if forced:
            self.emit.tool_json("forced", said["text"])
        else:
            self.emit.text(said["text"])
        if said["done"]:
            if forced:
                self.emit.stop("forced")
            self.emit.finish(stop_reason(said, forced), usage(said))


class Format(plugin.Dialect):
    """Answers in text, or in JSON of a schema when `format` is asked for; knows no tools."""

    name = "format"
    framer = plugin.NDJSON
    decoder = Decoder
    profile = Options

    def encode(self, request, ctx):
        body = {"text": request.messages[-1]["content"], "stream": ctx.stream}
        choice = request.tool_choice or {}
        if choice.get("type") == "tool" and ctx.profile.forced_tool == "format":
            (tool,) = (one for one in request.tools if one["name"] == choice["name"])
            body["format"] = tool["input_schema"]
            ctx.state["forced"] = tool["name"]
            ctx.report("tool_choice", LOSS.what, "emulated")
        elif request.tools:
            how = 'pass quirks={"forced_tool": "format"} and force one tool'
            ctx.refuse("tools", "this backend has no tools", how)
        return plugin.WireRequest(path="/generate", json=body)

    def decode(self, reply, ctx):
        said = reply.json
        forced = ctx.state.get("forced")
        if forced:
            given = plugin.parse_input(said["text"])
            if plugin.INVALID_JSON in given:
                ctx.report("content[0].input", "broken JSON, kept as it came")
            block = ToolUseBlock(id=ctx.new_id("toolu_"), name=forced, input=given)
        else:
            block = plugin.TextBlock(text=said["text"])
        return plugin.MessageResponse(
            id=ctx.new_id("msg_"),
            model=ctx.model,
            content=[block],
            stop_reason=stop_reason(said, forced),
            usage=usage(said),
        )


def stop_reason(said: dict, forced: str | None) -> str:
    if said["reason"] == "length":
        return "max_tokens"
    return "tool_use" if forced else "end_turn"


def usage(said: dict) -> plugin.Usage:
    return plugin.Usage(input_tokens=4, output_tokens=said["tokens"])


class Backend:
    """Says `text`, in pieces when streamed."""

    text = SAID
    reason = "stop"

    def answer(self, request: Received) -> Answer:
        end = {"reason": self.reason, "tokens": 9}
        if not request.json["stream"]:
            return Answer.of({"text": self.text, **end})
        pieces = [self.text[at : at + 5] for at in range(0, len(self.text), 5)]
        lines = [{"text": piece, "done": False} for piece in pieces]
        lines.append({"text": "", "done": True, **end})
        body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        return Answer(body=body, headers={}, pieces=[30])


@pytest.fixture
def backend():
    one = Backend()
    with ReplayServer(answer=one.answer) as one.server:
        yield one


def ask(client, *, stream: bool, **more):
    answer = client.messages("stand-in:m", HELLO, 9, stream=stream, **more)
    return answer.get_final_message() if stream else answer


both = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


@both
def test_the_answer_is_the_call(colour, backend, stream):
    client = colour.client(manager(row(backend.server, dialect=Format())), on_loss="ignore")
    message = ask(client, stream=stream, **FORCED, **OPT_IN)
    (block,) = message.content
    assert block.model_dump(exclude={"id"}) == {
        "type": "tool_use",
        "name": "weather",
        "input": {"city": 'Köln "Dom"'},
    }
    assert block.id.startswith("toolu_")
    assert (message.stop_reason, message.losses) == ("tool_use", (LOSS,))
    assert backend.server.requests[0].json["format"] == TOOL["input_schema"]


def test_the_stream_is_that_of_a_call(colour, backend):
    client = colour.client(manager(row(backend.server, dialect=Format())), on_loss="ignore")
    stream = client.messages("stand-in:m", HELLO, 9, stream=True, **FORCED, **OPT_IN)
    assert stream.losses == (LOSS,)
    events = list(stream)
    assert events[1].content_block.type == "tool_use"
    pieces = [e.delta.partial_json for e in events if e.type == "content_block_delta"]
    assert len(pieces) > 3
    assert "".join(pieces) == SAID
    assert [e.type for e in events[-3:]] == ["content_block_stop", "message_delta", "message_stop"]


@both
def test_broken_json_is_kept_and_reported(colour, backend, stream):
    backend.text, backend.reason = '{"city": "Kö', "length"
    client = colour.client(manager(row(backend.server, dialect=Format())), on_loss="ignore")
    message = ask(client, stream=stream, **FORCED, **OPT_IN)
    assert message.content[0].input == {plugin.INVALID_JSON: '{"city": "Kö'}
    assert message.stop_reason == "max_tokens"
    assert [loss.path for loss in message.losses] == ["tool_choice", "content[0].input"]


@both
def test_it_warns_and_on_loss_error_refuses_it(colour, backend, stream):
    client = colour.client(manager(row(backend.server, dialect=Format())))
    with pytest.warns(LossyConversionWarning, match=f"stand-in: {LOSS}"):
        ask(client, stream=stream, **FORCED, **OPT_IN)
    with pytest.raises(UnsupportedFeature, match="tool_choice: asked for as"):
        ask(client, stream=stream, on_loss="error", **FORCED, **OPT_IN)
    assert len(backend.server.requests) == 1


@both
def test_without_the_opt_in_it_is_refused_with_the_way_to_it(colour, backend, stream):
    client = colour.client(manager(row(backend.server, dialect=Format())))
    with pytest.raises(UnsupportedFeature, match="tools: this backend has no tools; pass quirks="):
        ask(client, stream=stream, **FORCED)
    assert backend.server.requests == []


@both
def test_a_retry_does_not_inherit_state(colour, backend, stream):
    """What a failed attempt left in ctx.state is gone; what encode put there stays."""
    seen = []

    class Forgetful(Decoder):
        def feed(self, frame):
            seen.append(dict(self.ctx.state))
            self.ctx.state["attempt"] = "failed"
            self.ctx.report("x", "of the failed attempt")
            if len(seen) == 1:
                raise plugin.status_error("busy", type="overloaded_error", retry_after=0.001)
            super().feed(frame)

    class Twice(Format):
        decoder = Forgetful
        modes = frozenset({"streamed"})

    client = colour.client(
        manager(row(backend.server, dialect=Twice())), on_loss="ignore", max_retries=1
    )
    backend.text = "{}"
    message = ask(client, stream=stream, **FORCED, **OPT_IN)
    assert message.content[0].input == {}
    assert seen[0] == seen[1] == {"forced": "weather"}
    failed = [loss for loss in message.losses if loss.path == "x"]
    assert len(failed) == len(seen) - 1
    assert len(backend.server.requests) == 2
