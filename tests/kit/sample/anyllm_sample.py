"""Sample: a provider with a wire of its own, and one switch for each fault that the kit must see.

The wire: `POST /v1/say` with a JSON body; whole answers are one object with `parts`, streamed ones
are JSON lines with a piece each.
"""

import json
import os
import random
import socket
import time
import uuid
import warnings
from asyncio import get_running_loop
from pathlib import Path

from any_llm import plugin
from any_llm.transport.httpx_ import AsyncHttpxTransport, HTTPOptions, HttpxTransport

FAULT = ""  # the tests write the name of one here

if FAULT == "API of tomorrow":
    ANYLLM_API = (9, 0)
elif FAULT != "no API version":
    ANYLLM_API = (1, 0)
if FAULT == "imports httpx":
    import httpx  # noqa: F401
if FAULT == "network at import":
    socket.getaddrinfo("127.0.0.1", 80)
if FAULT == "prints at import":
    print("sample is here")  # noqa: T201
if FAULT == "environment at import":
    HOME = os.environ.get("HOME")

STOPS = {
    "done": "end_turn",
    "length": "max_tokens",
    "calls": "tool_use",
    "matched": "stop_sequence",
}
LIMITED = {"slow_down": "rate_limit_error", "no_key": "authentication_error"}


class LineFramer(plugin.NDJSON):
    """JSON lines, as the core splits them; wrongly where a fault says so."""

    def __init__(self):
        super().__init__()
        self.kept = ""

    def feed(self, chunk):
        if FAULT == "dies on split UTF-8":
            chunk.decode()
        if FAULT == "replaces split UTF-8":
            chunk = chunk.decode("utf-8", "replace").encode()
        if FAULT == "a chunk is a line":
            return [plugin.Frame(line) for line in chunk.split(b"\n") if line]
        if FAULT == "splits on U+2028":
            self.kept += chunk.decode("utf-8", "surrogateescape")
            *lines, self.kept = self.kept.splitlines(keepends=True) or [""]
            return [plugin.Frame(line.encode("utf-8", "surrogateescape")) for line in lines]
        return super().feed(chunk)

    def close(self):
        if FAULT == "loses the last line without newline":
            return []
        return super().close()


SHARED = []


class SampleStream(plugin.StreamDecoder):
    def __init__(self, ctx):
        super().__init__(ctx)
        self.calls = 0
        self.held = ""
        self.pieces = 0

    def feed(self, frame):
        if FAULT == "skips a garbled frame" and not fine(frame.data):
            return
        said = plugin.loads(frame.data)
        if FAULT == "unknown fields crash" and (more := said.keys() - KNOWN):
            raise MemoryError(more)
        if "error" in said and FAULT != "swallows an error in the stream":
            raise failed(said, self.ctx)
        if "id" in said:
            self.emit.start(id=said["id"], model=said["model"])
        if "think" in said and FAULT != "loses thinking":
            self.emit.thinking(said["think"])
        if "text" in said:
            self.say(said["text"])
        if "call" in said:
            self.call(said["call"])
        if "stop" in said:
            self.emit.text(self.held)
            SHARED.clear()
            self.emit.finish(stop_of(said), usage_of(said), **sequence_of(said))
            if FAULT == "events after the end":
                self.emit._events.append(plugin.PingEvent())
                self.emit._events.append(plugin.RawMessageStopEvent())

    def say(self, text):
        if FAULT == "holds the text back":
            self.held += text
        elif FAULT == "state of all calls":
            SHARED.append(text)
            self.emit.text(text if len(SHARED) == self.pieces + 1 else "")
            self.pieces += 1
        else:
            self.emit.text(text)

    def call(self, said):
        if FAULT == "index gap":
            self.emit._index += 1
        if "name" in said:
            self.calls += 1
            if FAULT == "streams lose the second call" and self.calls > 1:
                return
            name = "call" if FAULT == "one id for all calls" else said["id"]
            self.emit.tool(self.calls, id=name, name=said["name"])
        elif FAULT == "makes up the name of a call" and "id" in said:
            self.calls += 1
            self.emit.tool(self.calls, id=said["id"], name="")
        if self.emit.is_open(self.calls):
            self.emit.tool_json(self.calls, said["with"])

    def close(self):
        if FAULT == "invents end_turn" and self.emit.started and not self.emit.done:
            self.emit.finish("end_turn", plugin.Usage(input_tokens=0, output_tokens=0))


KNOWN = {"id", "model", "text", "think", "call", "stop", "tokens", "parts", "error", "sequence"}


def fine(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


FIELDS = {"system", "temperature", "top_p", "stop_sequences", "tools", "tool_choice"}
FIELDS |= {"max_tokens", "thinking", "metadata"}


class Sample(plugin.Dialect):
    name = "sample"
    framer = LineFramer
    decoder = SampleStream
    fields = frozenset(FIELDS | ({"top_k"} if FAULT == "claims a field" else set()))

    def prepare(self, request, ctx):
        if FAULT == "refuses behind encode" and request.tools:
            ctx.refuse("tools", "not today")
        return (yield from super().prepare(request, ctx))

    def encode(self, request, ctx):
        body = {
            "model": model_of(ctx),
            "say": turns(request, ctx),
            "most": request.max_tokens,
            "stream": ctx.stream,
        }
        for name in ("system", "temperature", "top_p", "stop_sequences", "metadata", "thinking"):
            value = getattr(request, name)
            if value is not None and f"drops {name}" != FAULT:
                body[name] = value
        if request.tools and FAULT != "ignores tools":
            body["tools"] = tools(request)
        if request.tool_choice is not None and FAULT != "drops tool_choice":
            body["pick"] = dict(request.tool_choice)
        return plugin.WireRequest(path="/v1/say", json=self.faulty(body, request))

    def faulty(self, body, request):
        look_around()
        spoil_values(body)
        if FAULT == "unstable ids":
            body["request_id"] = str(uuid.uuid4())
        if FAULT == "counts its calls":
            self.count = getattr(self, "count", 0) + 1
            body["call"] = self.count
        if FAULT == "mutates the request":
            request.messages[0]["seen"] = True
        if FAULT == "drops the provider's arguments":
            body = [body]
        if FAULT == "order of a set":
            body["order"] = list({"alpha", "beta", "gamma", "delta", "epsilon"})
        if FAULT == "adds a field":
            body["verbosity"] = "high"
        return body

    def list_models(self, ctx):
        reply = yield plugin.Send(plugin.WireRequest(path="/v1/models", method="GET"))
        if FAULT == "lists models with a bare error" and not isinstance(reply.json, dict):
            raise RuntimeError("no models")
        return [plugin.ModelInfo(id=one["id"]) for one in reply.json["models"]]

    def decode(self, reply, ctx):
        said = reply.json
        if FAULT == "unknown fields crash" and said.keys() - KNOWN:
            raise MemoryError(said)
        if "error" in said:
            if FAULT == "swallows an error":
                said = {"id": "m", "model": ctx.model, "parts": [], "stop": "done"}
            else:
                raise failed(said, ctx)
        content = [block for part in said["parts"] if (block := block_of(part))]
        if FAULT == "async differs" and in_loop():
            content = content[:1]
        return plugin.MessageResponse(
            id=said["id"],
            model=said["model"],
            content=content,
            stop_reason=stop_of(said),
            usage=usage_of(said),
            **sequence_of(said),
        )

    def error(self, reply, ctx):
        said = reply.body if isinstance(reply.body, dict) else {}
        error = said.get("error")
        error = error if isinstance(error, dict) else {}
        if FAULT == "error needs a body" and not error:
            raise plugin.BadReply("no error in the body")
        kind = LIMITED.get(str(error.get("kind")))
        if FAULT == "wrong error type":
            kind = "invalid_request_error"
        if FAULT == "every error is 500":
            return plugin.status_error("sample: failed", status=500, provider=ctx.provider)
        words = "failed" if FAULT == "keeps the vendor's words back" else None
        made = plugin.wire_error(reply, ctx, error, type=kind, message=words)
        if FAULT == "loses retry-after":
            made.retry_after = 0.0
        if FAULT == "keeps what the key echoes in":
            made.raw = reply.content
        return made


def model_of(ctx):
    if FAULT == "swallows the model":
        return "sample-1"
    return ctx.model.lower() if FAULT == "lowers the model" else ctx.model


def spoil_values(body):
    if FAULT == "caps max_tokens":
        body["most"] = min(body["most"], 4096)
    if FAULT == "forgets a zero" and body.get("temperature") == 0:
        del body["temperature"]
    if FAULT == "clips temperature" and "temperature" in body:
        body["temperature"] = min(body["temperature"], 0.5)
    if FAULT == "rounds temperature" and "temperature" in body:
        body["temperature"] = round(body["temperature"], 1)
    if FAULT == "one block of system" and "system" in body:
        body["system"] = body["system"][:1]


def look_around():
    if FAULT == "reads the environment":
        os.environ.get("SAMPLE_MODE")
    if FAULT == "reads the clock":
        time.time()
    if FAULT == "reads a file":
        Path(__file__).exists()
    if FAULT == "asks the network":
        socket.create_connection(("127.0.0.1", 9), timeout=0.1)
    if FAULT == "depends on chance":
        random.randrange(2)


def in_loop():
    try:
        get_running_loop()
    except RuntimeError:
        return False
    return True


def turns(request, ctx):
    said = []
    for at, turn in enumerate(request.messages):
        content = turn["content"]
        if FAULT == "ASCII in the request" and isinstance(content, str):
            content = content.encode("ascii", "ignore").decode()
        if FAULT == "chokes on its own answer" and turn["role"] == "assistant":
            content = [block for block in content if block["text"]]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        kept = []
        for index, block in enumerate(blocks):
            path = f"messages[{at}].content[{index}]"
            if block["type"] in {"image", "document"}:
                if FAULT == "drops images":
                    continue
                ctx.refuse(path, "a sample sees nothing", "describe it")
            drops = {"cache_control", "is_error" if FAULT == "drops is_error" else ""}
            if "cache_control" in block:
                ctx.report(f"{path}.cache_control", "caches nothing", "hint")
            said_in = faulty_block(block)
            kept.append({name: value for name, value in said_in.items() if name not in drops})
        said.append({"who": turn["role"], "says": kept})
    return said


def faulty_block(block):
    if FAULT == "empties thinking" and block["type"] == "thinking":
        return {"type": "thinking"}
    if FAULT == "needs a result's content" and block["type"] == "tool_result":
        return {**block, "content": block["content"]}
    if FAULT == "strips text" and block["type"] == "text":
        return {**block, "text": block["text"].strip()}
    return block


def tools(request):
    made = []
    for tool in request.tools:
        drops = "description" if FAULT == "drops tool descriptions" else None
        made.append({name: value for name, value in tool.items() if name != drops})
    return made


def block_of(part):
    if "think" in part:
        if FAULT == "loses thinking":
            return None
        return plugin.ThinkingBlock(thinking=part["think"], signature="")
    if "text" in part:
        text = part["text"].strip() if FAULT == "whole differs from streamed" else part["text"]
        if FAULT == "ASCII only":
            text = text.encode("ascii", "replace").decode()
        return plugin.TextBlock(text=text)
    call = part["call"]
    given = plugin.parse_input(call["with"])
    if FAULT == "{} for broken JSON" and not fine(call["with"]):
        given = {}
    name = call.get("name", "f") if FAULT == "makes up the name of a call" else call["name"]
    return plugin.ToolUseBlock(id=call["id"], name=name, input=given)


def stop_of(said):
    word = said.get("stop", "done") if FAULT == "makes up a reason" else said["stop"]
    if FAULT == "unknown stop becomes end_turn":
        return STOPS.get(word, "end_turn")
    if FAULT == "max_tokens lost" and word == "length":
        return "end_turn"
    return STOPS.get(word, word)


def sequence_of(said):
    return {"stop_sequence": said["sequence"]} if "sequence" in said else {}


def usage_of(said):
    if FAULT == "no usage":
        return plugin.Usage(input_tokens=0, output_tokens=0)
    count = said["tokens"]["out"]
    if FAULT == "raises its own error" and not isinstance(count, int):
        raise RuntimeError(count)
    return plugin.Usage(input_tokens=said["tokens"]["in"], output_tokens=count)


def failed(said, ctx):
    error = said["error"]
    return plugin.status_error(
        f"{ctx.provider}: {error['message']}",
        type=LIMITED.get(error["kind"]),
        provider=ctx.provider,
        body=said,
    )


class SampleKey(plugin.ApiKey):
    """A key in a header; elsewhere where a fault says so."""

    def flow(self, request, ctx):
        key = ctx.credential.get_secret_value() if ctx.credential else ""
        if FAULT == "key in the URL":
            request = plugin.HTTPRequest(
                method=request.method,
                url=f"{request.url}?key={key}",
                headers=request.headers,
                content=request.content,
            )
        if FAULT == "key in the body":
            request = plugin.HTTPRequest(
                method=request.method,
                url=request.url,
                headers=request.headers,
                content=request.content[:-1] + b', "key": "%s"}' % key.encode(),
            )
        if FAULT == "key in an error":
            raise plugin.ConfigurationError(f"sample: the key {key} is not signed")
        if FAULT == "key in the log":
            import logging

            logging.getLogger("sample").debug("calling with %s", key)
        if FAULT == "key in a warning":
            warnings.warn(f"calling with {key}", stacklevel=1)
        if FAULT == "key is printed":
            print("calling with", key)  # noqa: T201
        if FAULT == "dialect keeps the key":
            Sample.last_key = key
        if FAULT == "key is not sent":
            return request
        return (yield from super().flow(request, ctx))


class OpenReply(plugin.Reply):
    def __init__(self, inner):
        self.inner, self.status, self.headers = inner, inner.status, inner.headers

    def chunks(self):
        return self.inner.chunks()

    def close(self):
        KEPT.append(self.inner)


KEPT = []


class OpenTransport(HttpxTransport):
    """Closes nothing."""

    def send(self, request, timeout):
        return OpenReply(super().send(request, timeout))


def leaking():
    return plugin.TransportFactory(
        sync=lambda: OpenTransport(HTTPOptions()),
        asynchronous=lambda: AsyncHttpxTransport(HTTPOptions()),
    )


@plugin.hookimpl
def anyllm_providers():
    env = () if FAULT == "no variable for the key" else ("SAMPLE_KEY",)
    key = SampleKey(env=env, header="x-sample-key", prefix="")
    name = "simple" if FAULT == "another id" else "sample"
    url = "https://sample.example"
    moved = leaking() if FAULT == "leaves the connection open" else None
    row = plugin.ProviderSpec(id=name, dialect=Sample(), base_url=url, auth=key, transport=moved)
    return [row]


if FAULT == "misspelt hook":

    def anyllm_dialect():
        return [Sample()]
