"""One call as a generator: it decides, a driver does the I/O.

`exchange` converts, signs, sends, retries and decodes. It ends with a whole message, or for a
streamed call with the open stream as soon as its first events are there: what fails before that
is raised by the call and may be retried, what fails later is raised by the iteration and is not.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from ._explain import explain
from ._flows import perform
from ._pipeline import NONSENSE, Pipeline, why
from ._plan import Plan
from ._send import excerpt, http_request, refusal, retried
from ._signing import signed
from ._steps import Body, Chunk, IOFlow, Shut
from .accumulate import Accumulator, events_of
from .auth import HTTPRequest
from .dialect import Flow, WireReply, request_id
from .errors import AnyLLMError, APIError, BadReply
from .framing import SSE, Framer
from .losses import Loss, OnLoss, apply_policy
from .observe import End, Outcome, notify
from .types import MessageResponse, MessagesRequest, MessageStreamEvent


@dataclass(slots=True)
class Opened:
    """A stream whose first events are there; with no pipeline it is all there, as `message`."""

    events: list[MessageStreamEvent]
    losses: list[Loss]
    pipeline: Any = None  # a Pipeline, or what stands for one: see _composed
    reply: Any = None
    chunks: Any = None
    request_id: str | None = None
    message: MessageResponse | None = None
    plan: Plan | None = None


def exchange(plan: Plan, *, stream: bool) -> Generator[Any, Any, MessageResponse | Opened]:
    """Run a Messages call; `stream` says what the caller wants, `ctx.stream` what the wire does."""
    return observed(plan, lambda: _messages(plan, stream=stream))


def operation(plan: Plan, flow: Flow) -> IOFlow:
    """Run another operation of a dialect (count_tokens, models): a flow that ends in its result."""
    return observed(plan, lambda: _finish_operation(plan, flow))


def observed(plan: Plan, flow: Callable[[], IOFlow]) -> IOFlow:
    """Run `flow` and tell the observers how it ended, unless it ended in an open stream."""
    try:
        result = yield from flow()
    except BaseException as error:
        explain(plan, error)
        if plan.observers:
            outcome: Outcome = "failed" if isinstance(error, Exception) else "cancelled"
            end = End(outcome=outcome, losses=tuple(plan.ctx.losses), error=error)
            notify(plan.observers, "on_end", plan.call, end)
        raise
    if plan.observers and not isinstance(result, Opened):
        message = result.model_copy(deep=True) if isinstance(result, MessageResponse) else None
        end = End(outcome="completed", losses=tuple(plan.ctx.losses), message=message)
        notify(plan.observers, "on_end", plan.call, end)
    return result


# --- the parts of a Messages call ------------------------------------------------------------


def _messages(plan: Plan, *, stream: bool) -> Generator[Any, Any, MessageResponse | Opened]:
    assert plan.request is not None
    wire = yield from perform(plan, plan.dialect.prepare(plan.request, plan.ctx))
    _unread(plan, plan.request)
    if plan.ctx.stream is not stream:
        _emulated(plan, stream=stream)  # known before sending, so that on_loss can refuse it
    apply_policy(plan.ctx.losses, plan.on_loss, plan.ctx.provider)
    before = len(plan.ctx.losses)
    request = http_request(plan, wire)
    if plan.observers:
        notify(plan.observers, "on_request", plan.call)
    opened: MessageResponse | Opened = yield from retried(
        plan, lambda: _attempt(plan, request, stream=stream)
    )
    try:
        apply_policy(plan.ctx.losses[before:], late_policy(plan), plan.ctx.provider)
    except BaseException:  # a warning that the program's filters turn into an error
        if isinstance(opened, Opened) and opened.reply is not None:
            yield Shut(opened.reply)
        raise
    return opened


def _emulated(plan: Plan, *, stream: bool) -> None:
    """Report once that the answer comes the other way than it was asked for."""
    what = "answers whole; its message is replayed" if stream else "streams; its answer is folded"
    loss = Loss("stream", f"this backend {what}", "emulated")
    if loss not in plan.ctx.losses:
        plan.ctx.losses.append(loss)


def _unread(plan: Plan, request: MessagesRequest) -> None:
    """Report what the dialect did not look at."""
    dialect, ctx = plan.dialect, plan.ctx
    if ctx.betas and not dialect.carries_betas:
        ctx.report("betas", "not carried: this wire has no betas")
    if dialect.fields is not None:
        for name in request.fields():
            if name not in dialect.fields and name not in _ALWAYS_READ:
                ctx.report(name, "not carried: this provider does not read it")


# The model and the mode are in the context of the call, so every dialect has them.
_ALWAYS_READ = frozenset({"model", "messages", "stream"})


def late_policy(plan: Plan) -> OnLoss:
    """The policy for what an answer loses: it is paid for and whole, so it is never refused."""
    return "warn" if plan.on_loss == "error" else plan.on_loss


def _attempt(plan: Plan, request: HTTPRequest, *, stream: bool) -> IOFlow:
    # A retry starts from a clean state: what the failed attempt lost is not this one's.
    kept, state = len(plan.ctx.losses), dict(plan.ctx.state)
    reply = None
    try:
        # What will read the answer is made before it is asked for, not when it is there.
        pipeline = _pipeline(plan) if plan.ctx.stream and _has_decoder(plan) else None
        reply = yield from signed(plan, request)
        if reply.status >= 300:
            raise (yield from refusal(plan, reply))
        kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        if _is_stream(plan, kind):
            pipeline = pipeline or _pipeline(plan)
            return (yield from _open(plan, pipeline, reply, stream=stream))
        content = yield Body(reply)
        message = _decode(
            plan, WireReply(status=reply.status, headers=reply.headers, content=content)
        )
    except BaseException:
        if reply is not None:
            yield Shut(reply)
        del plan.ctx.losses[kept:]
        plan.ctx.state = state
        raise
    if not getattr(reply, "closed", False):  # HTTP's own, read whole, is: no step for nothing
        yield Shut(reply)
    message._got(request_id(reply.headers), tuple(plan.ctx.losses))
    if not stream:
        return message
    _emulated(plan, stream=True)
    return Opened(
        events_of(message),
        plan.ctx.losses,
        request_id=message.request_id,
        message=message,
        plan=plan,
    )


def _is_stream(plan: Plan, content_type: str) -> bool:
    """Believe the answer's own type where it is plain, else what was asked for."""
    if content_type == "text/event-stream":
        return _has_decoder(plan)
    sse = _framer(plan) is SSE
    return plan.ctx.stream and not (sse and content_type in {"application/json", "text/html"})


def _has_decoder(plan: Plan) -> bool:
    return hasattr(plan.dialect, "decoder")  # one that only answers whole may have none


def _framer(plan: Plan) -> type[Framer]:
    return plan.spec.framer or plan.dialect.framer


def _pipeline(plan: Plan) -> Pipeline:
    sums = Accumulator(
        lambda index: plan.ctx.report(f"content[{index}].input", "broken JSON, kept as it came")
    )
    return Pipeline(_framer(plan)(), plan.dialect.decoder(plan.ctx), sums)


def _open(plan: Plan, pipeline: Pipeline, reply: Any, *, stream: bool) -> IOFlow:
    """Read until the first events are there, or to the end when the caller wants it whole."""
    chunks = reply.chunks()
    events: list[MessageStreamEvent] = []
    while not (pipeline.done or (stream and pipeline.started)):
        chunk = yield Chunk(chunks)
        batch = pipeline.finish() if chunk is None else pipeline.feed(chunk)
        if stream:
            events += batch  # a ping may come before the message
        if pipeline.error and not (stream and pipeline.started):
            raise pipeline.error
    found = request_id(reply.headers)
    if stream:
        return Opened(events, plan.ctx.losses, pipeline, reply, chunks, found, plan=plan)
    _emulated(plan, stream=False)
    yield Shut(reply)
    message = pipeline.snapshot()
    message._got(found, tuple(plan.ctx.losses))
    return message


def _decode(plan: Plan, reply: WireReply) -> MessageResponse:
    try:
        return plan.dialect.decode(reply, plan.ctx)
    except AnyLLMError as error:
        if isinstance(error, APIError) and error.request_id is None:
            error.request_id = request_id(reply.headers)
        raise
    except NONSENSE as error:
        raise BadReply(
            f"cannot read the answer ({why(error)}): {excerpt(reply)}",
            request_id=request_id(reply.headers),
        ) from error


def _finish_operation(plan: Plan, flow: Flow) -> IOFlow:
    if plan.observers:
        notify(plan.observers, "on_request", plan.call)
    result = yield from perform(plan, flow)
    apply_policy(plan.ctx.losses, plan.on_loss, plan.ctx.provider)
    return result
