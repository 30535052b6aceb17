"""`any-llm QUESTION`: the options of a question."""

from __future__ import annotations

import json
from typing import IO, Any

import click

from .settings import DEFAULT_MAX_TOKENS, settle


@click.command(short_help="Ask one question (this is what happens without a command).")
@click.argument("question", nargs=-1)
@click.option("-m", "--model", metavar="PROVIDER:MODEL", help="Who answers, such as openai:gpt-5.")
@click.option("-s", "--system", metavar="TEXT", help="The system prompt.")
@click.option(
    "--max-tokens",
    type=click.IntRange(min=1),
    show_default=str(DEFAULT_MAX_TOKENS),
    help="The longest answer, in tokens.",
)
@click.option("--temperature", type=float, help="How freely the model chooses its words.")
@click.option(
    "--schema",
    type=click.File("rb"),
    help="A JSON schema that the answer, then JSON, has to fit.",
)
@click.option("--json", "face", flag_value="json", help="Print the whole message as JSON.")
@click.option("--events", "face", flag_value="events", help="Print each stream event as JSON.")
@click.option("--thinking", is_flag=True, help="Show the thinking that the model sends, dimmed.")
@click.option(
    "--api-base", metavar="URL", help="Another server; without a provider a compatible one."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="The longest wait for the next bytes.",
)
@click.option(
    "--on-loss",
    type=click.Choice(["warn", "error", "ignore"]),
    default="warn",
    show_default=True,
    help="What to do when the provider cannot carry part of the request.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say what was used, and all that was lost.")
@click.pass_context
def ask(
    ctx: click.Context,
    /,
    *,
    question: tuple[str, ...],
    model: str | None,
    system: str | None,
    max_tokens: int | None,
    api_base: str | None,
    schema: IO[bytes] | None,
    face: str | None,
    **options: Any,
) -> None:
    """Ask one question; without words or with `-` it is read from standard input.

    With both, what is piped in follows the words as their context.
    """
    from .answer import answer
    from .question import question_of

    settings = settle(model, system, max_tokens, api_base)
    output_config = None if schema is None else {"format": _format(schema)}
    ctx.exit(
        answer(
            question_of(question),
            settings,
            face=face or "text",
            output_config=output_config,
            **options,
        )
    )


def _format(file: IO[bytes]) -> dict[str, Any]:
    try:
        schema = json.load(file)
    except ValueError as error:
        raise click.BadParameter(f"{file.name}: no JSON: {error}", param_hint="--schema") from error
    return {"type": "json_schema", "schema": schema}
