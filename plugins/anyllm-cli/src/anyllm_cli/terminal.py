"""What people see: the answer on standard output, what is said about it on standard error.

On a terminal rich dims what is said; in a pipe, with NO_COLOR or with TERM=dumb everything is
plain. The answer is written as it comes, and not rendered: rewriting a screen flickers, and a copy
of it should be what the model wrote.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

# A model, or whoever wrote what it reads, must not be able to steer the terminal: what is left of
# an escape sequence is its visible name. A carriage return could overwrite a line, and is nothing
# beside a newline.
_STEERING: dict[int, int | None] = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    ord("\r"): None,
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}


def printable(text: str) -> str:
    """Return `text` with control characters made visible."""
    return text.translate(_STEERING)


def line_of(error: Exception) -> str:
    """Return an error as one line, with the provider's id of the exchange if there was one."""
    text = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
    found = getattr(error, "request_id", None)
    return f"{text} (request id {found})" if found else text


def on_terminal(stream: IO[str] | None) -> bool:
    """Return whether a standard stream is a terminal; it is None when it was closed."""
    return stream is not None and stream.isatty()


def styled(stream: IO[str] | None) -> bool:
    """Return whether colours and cursor movements are welcome there."""
    env = os.environ  # rich before 14 would move the cursor of a dumb terminal
    return on_terminal(stream) and not env.get("NO_COLOR") and env.get("TERM") != "dumb"


def console(*, stderr: bool) -> Console:
    """Return a rich console that writes text as it is."""
    from rich.console import Console

    colours = styled(sys.stderr if stderr else sys.stdout)
    return Console(
        stderr=stderr,
        color_system="auto" if colours else None,
        markup=False,
        emoji=False,
        highlight=False,
    )


def say(text: str, *, style: str = "dim", end: str = "\n") -> None:
    """Write something about the answer to standard error."""
    text = printable(text)
    if styled(sys.stderr):
        console(stderr=True).print(text, style=style, end=end, soft_wrap=True)
    else:
        click.echo(text + end, err=True, nl=False)


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Show on a styled terminal that something is awaited, as long as the block runs."""
    if not styled(sys.stderr):
        yield
        return
    from rich.text import Text

    with console(stderr=True).status(Text(printable(text), style="dim")):
        yield


class Output:
    """Standard output: every piece is flushed, so that a reader sees it at once."""

    def __init__(self) -> None:
        if sys.stdout is None:
            raise click.ClickException("standard output is closed")
        self._terminal = sys.stdout.isatty()
        self._open_line = False
        self._open_thought = False
        if isinstance(sys.stdout, io.TextIOWrapper):
            # An answer may hold what the locale's encoding does not.
            sys.stdout.reconfigure(errors="backslashreplace")

    def text(self, piece: str) -> None:
        """Write a piece of the answer."""
        if not piece:
            return
        self._end_thought()
        self._open_line = not piece.endswith("\n")
        sys.stdout.write(printable(piece) if self._terminal else piece)
        sys.stdout.flush()

    def thought(self, piece: str) -> None:
        """Write a piece of the model's thinking, to standard error."""
        if piece:
            self._open_thought = True
            say(piece, end="")

    def json(self, line: str) -> None:
        """Write a JSON text and a newline; JSON is UTF-8 whatever the locale is."""
        text = printable(line) if self._terminal else line
        sys.stdout.buffer.write(text.encode() + b"\n")
        sys.stdout.buffer.flush()

    def end(self) -> None:
        """End the last line, if it has not ended."""
        self._end_thought()
        if self._open_line:
            self.text("\n")

    def _end_thought(self) -> None:
        if self._open_thought:
            self._open_thought = False
            say("")


def hush() -> None:
    """Let a standard stream that cannot be written to end in nothing.

    The interpreter flushes both once more when it exits, and would complain.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            with suppress(OSError):  # a stream without a descriptor, in a test
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
