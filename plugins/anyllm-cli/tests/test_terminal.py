"""The face on a terminal: a real one, with two ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time

import pytest

from any_llm.testing import ReplayServer

pytestmark = pytest.mark.slow  # seconds; test_stopping.py runs it on every Python

pty = pytest.importorskip("pty", reason="pseudo-terminals are POSIX's")


class Terminal:
    """A pseudo-terminal; `text` is all that was shown, once the writers have gone."""

    def __init__(self) -> None:
        self._ours, self.theirs = pty.openpty()
        self._shown = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._ours, 4096)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            self._shown += piece
        os.close(self._ours)

    def text(self) -> str:
        os.close(self.theirs)
        self._reader.join()
        return self._shown.decode().replace("\r\n", "\n")


def show(command, *args: str, **env: str) -> tuple[int, str, str]:
    """Run with one terminal for each output; return the exit code and what they showed."""
    out, err = Terminal(), Terminal()
    done = subprocess.run(  # noqa: S603  # it is what is tested
        command.line(*args),
        stdin=subprocess.DEVNULL,
        stdout=out.theirs,
        stderr=err.theirs,
        env=command.environment(**{"TERM": "xterm-256color", "COLUMNS": "100", **env}),
        check=False,
    )
    return done.returncode, out.text(), err.text()


def test_what_is_said_is_dimmed_and_the_answer_is_plain(command) -> None:
    message = command.message("The *sky*", " is\n blue.", thinking="Well,\nlook")
    with ReplayServer(message.answer()) as server:
        args = ["-m", "acme:m1", "--api-base", server.url, "Why?", "--temperature", "1"]
        code, out, err = show(command, *args, "--thinking")
    assert (code, out) == (0, "The *sky* is\n blue.\n")
    for styled in ("[2mmodel: ", "[2mwaiting for ", "[2mWell,", "[33mnote: temperature: "):
        assert "\x1b" + styled in err
    assert re.sub(r"\x1b\[[0-9;]*m", "", err).endswith(
        "Well,\nlook\nnote: temperature: this model has none: dropped\n"
    )
    assert err.count("\x1b[?25l") == err.count("\x1b[?25h")  # the cursor is back


def test_a_model_cannot_steer_the_terminal(command) -> None:
    with ReplayServer(command.message("a\x1b]0;title\x07\tb\r\n\x9b2Jc\x7f").answer()) as server:
        args = ["-m", "acme:m1", "--api-base", server.url, "Why?"]
        assert show(command, *args)[1] == "a␛]0;title␇\tb\n\ufffd2Jc␡\n"
        assert "\x9b" not in show(command, *args, "--events")[1]
        assert command.run(*args).stdout == "a\x1b]0;title\x07\tb\r\n\x9b2Jc\x7f\n"


@pytest.mark.parametrize("plain", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["no_color", "dumb"])
def test_without_colours_nothing_is_an_escape_sequence(command, plain) -> None:
    with ReplayServer(command.message("Blue.", stop_reason="max_tokens").answer()) as server:
        args = ["-m", "acme:m1", "--api-base", server.url, "Why?"]
        code, out, err = show(command, *args, **plain)
    assert (code, out) == (3, "Blue.\n")
    assert err == (
        "model: acme:m1 (-m)\nnote: the answer is not finished: it reached --max-tokens 1024\n"
    )
    code, out, err = show(command, "providers", **plain)
    assert (code, err) == (0, "")
    assert "acme" in out
    assert "\x1b" not in out


def test_the_providers_are_a_coloured_table(command) -> None:
    code, out, err = show(command, "providers")
    assert (code, err) == (0, "")
    line = next(line for line in out.splitlines() if "acme" in line)
    assert "\x1b[32m" in line
    assert line.count("acme") == 2
    assert "installed" in line


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_while_waiting_leaves_the_terminal_as_it_was(command) -> None:
    err = Terminal()
    with ReplayServer(command.message("Blue.").slow(0)) as server:
        with subprocess.Popen(  # noqa: S603  # it is what is tested
            command.line("-m", "acme:m1", "--api-base", server.url, "Why?"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=err.theirs,
            env=command.environment(TERM="xterm-256color"),
        ) as child:
            while not server.requests:
                assert child.poll() is None
                time.sleep(0.01)
            child.send_signal(signal.SIGINT)
            assert child.wait(timeout=30) == 130
        assert server.wait_closed()
    shown = err.text()
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1
    assert shown.endswith("\n")
    assert "Traceback" not in shown


def test_a_bare_command_is_a_request_for_help(command) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(  # noqa: S603  # it is what is tested
        command.line(),
        stdin=theirs,
        capture_output=True,
        env=command.environment(),
        check=False,
    )
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Usage: ")
