"""`any-llm record`: a real exchange becomes a case for testing a provider, without secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any, Literal

import click

from .settings import DEFAULT_MAX_TOKENS
from .terminal import Output, say

_MODES: dict[str, tuple[Literal["whole", "streamed"], ...]] = {
    "both": ("whole", "streamed"),
    "whole": ("whole",),
    "streamed": ("streamed",),
}


@click.command(short_help="Record an exchange as a test case, without secrets.")
@click.argument("question", nargs=-1)
@click.option("-m", "--model", metavar="PROVIDER:MODEL", required=True, help="Who answers.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The file; else it is printed."
)
@click.option("-s", "--system", metavar="TEXT", help="The system prompt.")
@click.option("--max-tokens", type=click.IntRange(min=1), show_default=str(DEFAULT_MAX_TOKENS))
@click.option(
    "--request",
    type=click.File("rb"),
    help="A JSON object with fields of the Messages request: messages, tools, thinking, ...",
)
@click.option("--mode", type=click.Choice([*_MODES]), default="both", show_default=True)
@click.option("--api-base", metavar="URL", help="Another server.")
@click.option("--name", default="", help="What the case shows.")
@click.option("--source", default="", help="Where it was recorded.")
@click.option("--licence", default="", help="Under which terms it may be passed on.")
def record(
    *,
    question: tuple[str, ...],
    model: str,
    output: Path | None,
    system: str | None,
    max_tokens: int | None,
    request: IO[bytes] | None,
    mode: str,
    **options: Any,
) -> None:
    """Ask, whole and streamed, and write what was sent and answered as a case of any_llm.testing.

    Keys, tokens and whose account it is are taken out, wherever the server repeats them; read the
    file all the same before you pass it on. What must come of the answer is what any_llm makes of
    it now: read that too.
    """
    from any_llm import testing

    from .question import question_of

    said = _fields(request)
    if question or "messages" not in said:
        said["messages"] = [{"role": "user", "content": question_of(question)}]
    if system is not None:
        said["system"] = system
    if max_tokens is not None or "max_tokens" not in said:
        said["max_tokens"] = max_tokens or DEFAULT_MAX_TOKENS
    said.pop("model", None)
    case = testing.record(model, modes=_MODES[mode], **said, **options)
    if output is None:
        Output().json(json.dumps(case.as_json(), indent=2, ensure_ascii=False))
        return
    case.dump(output)
    say(f"{output}: {' and '.join(case.modes)} recorded; read it before you pass it on")


def _fields(file: IO[bytes] | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        said = json.load(file)
    except ValueError as error:
        raise click.BadParameter(
            f"{file.name}: no JSON: {error}", param_hint="--request"
        ) from error
    if not isinstance(said, dict):
        raise click.BadParameter(f"{file.name}: must hold an object", param_hint="--request")
    return said
