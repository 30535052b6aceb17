"""The command itself: what the first word means, and which exit code an ending has."""

from __future__ import annotations

import platform
import sys
from typing import Any

import click

import any_llm

from . import __version__
from .ask import ask
from .providers import providers
from .record import record
from .settings import config_path
from .terminal import hush, line_of, on_terminal, say

INTERRUPTED, BROKEN_PIPE = 130, 141  # 128 + SIGINT and SIGPIPE, as a shell reports them

_HELP = f"""Ask a language model one question; its answer comes as it is written.

\b
any-llm "Why is the sky blue?"
any-llm -m openai:gpt-5-mini "Why is the sky blue?"
git diff | any-llm "Write a commit message for this change"
any-llm --json - < question.txt
any-llm providers --details
any-llm -- providers    (a question that is the name of a command)

The model is the one of -m, else of the variable ANYLLM_MODEL, else of the settings, else
local:default, a small model on this machine. The settings are the keys model, system, max_tokens
and api_base (for that model) in the file {config_path()}.

API keys come from the environment and never from the command line, which every user of the
machine can read: OPENAI_API_KEY, ANTHROPIC_API_KEY and so on; `any-llm providers --details` says
which one a provider looks for.

The answer goes to standard output, all that is said about it to standard error. Exit codes: 0 the
answer is complete; 1 it failed; 2 the command was used wrongly; 3 the answer is there but not
finished (--max-tokens was reached, the model refused, ...); 130 Ctrl-C.
"""


class Questions(click.Group):
    """A group that takes anything but the name of a command as the question to `ask`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `ask` before arguments that name no command."""
        if not ctx.resilient_parsing:  # which is how a shell asks for completions
            args = self._routed(
                args, {name for param in self.get_params(ctx) for name in param.opts}
            )
        return super().parse_args(ctx, args)

    def _routed(self, args: list[str], own: set[str]) -> list[str]:
        if not args:
            return ["--help"] if on_terminal(sys.stdin) else ["ask"]
        return args if args[0] in self.commands or args[0] in own else ["ask", *args]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; every foreseen ending becomes an exit code, without a traceback."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            if on_terminal(sys.stderr):
                click.echo(err=True)  # the terminal has echoed ^C
            code = INTERRUPTED
        except BrokenPipeError:  # whoever read the answer has seen enough
            code = BROKEN_PIPE
        except any_llm.AnyLLMError as error:
            say(f"error: {line_of(error)}", style="red")
            code = 1
        except OSError as error:  # a full disk, a terminal that is gone
            say(f"error: {error.strerror or error}", style="red")
            code = 1
        hush()
        raise click.exceptions.Exit(code)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both ways to call it."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] [QUESTION]...")
        formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS]", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of `ask` too: they are what is used without naming a command."""
        shown = [p for p in (*ask.params, *self.get_params(ctx)) if isinstance(p, click.Option)]
        records = [record for param in shown if (record := param.get_help_record(ctx))]
        with formatter.section("Options"):
            formatter.write_dl(records)
        self.format_commands(ctx, formatter)


cli = Questions(
    name="any-llm",
    help=_HELP,
    commands=[ask, providers, record],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(
    __version__,
    message=f"any-llm %(version)s (anyllm-core {any_llm.__version__}, "
    f"Python {platform.python_version()})",
)(cli)


def main() -> None:
    """Run `any-llm` with the arguments of this process and exit."""
    cli.main(prog_name="any-llm")
