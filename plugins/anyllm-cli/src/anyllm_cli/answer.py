"""One call: the request, the answer in one of its faces, and what is said about it."""

from __future__ import annotations

import warnings
from typing import Any, TypeAlias

import any_llm

from .settings import Settings
from .terminal import Output, say, waiting

FINISHED = frozenset({"end_turn", "stop_sequence"})
UNFINISHED = 3

_WHY = {
    "model_context_window_exceeded": "the model's context window is full",
    "pause_turn": "the provider paused it",
    "refusal": "the model refused",
    "tool_use": "the model asks for a tool, and it was given none",
}
_QUIET = frozenset({"hint", "passed_through"})  # losses that only -v tells

Stream: TypeAlias = any_llm.MessageStream[any_llm.MessageResponse]


def answer(
    question: str,
    settings: Settings,
    *,
    face: str,
    thinking: bool,
    on_loss: str,
    verbose: bool,
    **options: Any,
) -> int:
    """Ask, show the answer as it comes and return the exit code. Raises any_llm's errors."""
    say(f"model: {settings.model} ({settings.why})")
    out = Output()
    # What was lost is said below; where the answer lost something the core would also warn.
    with warnings.catch_warnings(), any_llm.Client() as client:
        warnings.simplefilter("ignore", any_llm.LossyConversionWarning)
        with waiting(f"waiting for {settings.model}"):
            stream = client.stream(
                settings.model,
                [{"role": "user", "content": question}],
                settings.max_tokens,
                system=settings.system or None,
                api_base=settings.api_base,
                on_loss="error" if on_loss == "error" else "ignore",
                **options,
            )
        with stream:
            try:
                show(stream, out, face=face, thinking=thinking)
            finally:
                out.end()
                if on_loss != "ignore":
                    say_losses(stream, verbose=verbose)
        return verdict(stream.snapshot, settings, verbose=verbose)


def show(stream: Stream, out: Output, *, face: str, thinking: bool) -> None:
    """Read the stream to its end and write it as `face` has it: text, events or json."""
    if face == "events":
        for event in stream:
            out.json(event.model_dump_json())
    elif face == "json":
        out.json(stream.get_final_message().model_dump_json(indent=2))
    else:
        for event in stream:
            _show_text(event, out, thinking=thinking)


def _show_text(event: any_llm.MessageStreamEvent, out: Output, *, thinking: bool) -> None:
    match event:
        case any_llm.RawContentBlockDeltaEvent(delta=any_llm.TextDelta(text=text)):
            out.text(text)
        case any_llm.RawContentBlockStartEvent(content_block=any_llm.TextBlock(text=text)):
            out.text(text)  # a block may come with its first words
        case any_llm.RawContentBlockDeltaEvent(delta=any_llm.ThinkingDelta(thinking=thought)):
            if thinking:
                out.thought(thought)


def say_losses(stream: Stream, *, verbose: bool) -> None:
    """Say what did not go across as asked, each thing once."""
    told = [loss for loss in stream.losses if verbose or loss.severity not in _QUIET]
    for line in dict.fromkeys(map(str, told)):
        say(f"note: {line}", style="yellow")


def verdict(message: any_llm.MessageResponse, settings: Settings, *, verbose: bool) -> int:
    """Say how the answer ended and return the exit code: an unfinished one must not look whole."""
    if verbose:
        say(_facts(message))
    if not message.text.strip():
        say("note: the answer holds no text", style="yellow")
    if message.stop_reason in FINISHED:
        return 0
    say(f"note: the answer is not finished: {_why(message, settings)}", style="yellow")
    return UNFINISHED


def _why(message: any_llm.MessageResponse, settings: Settings) -> str:
    if message.stop_reason == "max_tokens":
        return f"it reached --max-tokens {settings.max_tokens}"
    why = _WHY.get(str(message.stop_reason), f"it stopped for {message.stop_reason!r}")
    more = message.stop_details and message.stop_details.explanation
    return f"{why}: {' '.join(more.split())}" if more else why


def _facts(message: any_llm.MessageResponse) -> str:
    used = message.usage
    facts = [f"{used.input_tokens} tokens in, {used.output_tokens} out", f"model {message.model}"]
    if message.request_id:
        facts.append(f"request id {message.request_id}")
    return f"usage: {', '.join(facts)}; stopped for {message.stop_reason}"
