"""The question: the words of the command line, and what is piped in."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

import click

from .terminal import on_terminal, say

PATIENCE = 2.0  # seconds until a silent pipe is mentioned


def question_of(words: Sequence[str]) -> str:
    """Return the question: the words, then what is piped in, with an empty line between.

    `-` alone, or nothing, means that standard input is the question. UsageError when there is
    none.
    """
    asked = " ".join(words)
    if asked == "-":
        return _some(_standard_input())
    piped = "" if sys.stdin is None or on_terminal(sys.stdin) else _standard_input()
    return _some("\n\n".join(part for part in (_decoded(asked), piped) if part.strip()))


def _some(question: str) -> str:
    if not question.strip():
        raise click.UsageError("no question; give one as an argument, or pipe one in")
    return question


def _decoded(asked: str) -> str:
    # What the locale could not read of the command line stands there byte by byte.
    try:
        return asked.encode("utf-8", "surrogateescape").decode()
    except UnicodeError as error:
        raise click.UsageError(f"the question is no UTF-8 text: {error}") from error


def _standard_input() -> str:
    if sys.stdin is None:
        return ""
    # Some pipes stay open and silent: whoever sits in front of one should know what is awaited.
    hint = threading.Timer(
        PATIENCE, say, ["reading standard input to its end; </dev/null has none"]
    )
    hint.daemon = True
    hint.start()
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"standard input is no UTF-8 text: {error}") from error
    finally:
        hint.cancel()
