"""Ctrl-C, a reader that has seen enough, and a disk that is full."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from any_llm.testing import ReplayServer

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and pipes of POSIX")

SAID = b"The sky"


@pytest.fixture(params=["answering", "silent"])
def when(request, command):
    """A server that stops in mid-answer, or before its first word."""
    message = command.message(SAID.decode(), " is blue")
    return message.slow(3) if request.param == "answering" else message.slow(0)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_stops_the_request(command, when) -> None:
    with ReplayServer(when) as server:
        child = command.start("-m", "acme:m1", "--api-base", server.url, "Why?")
        with child:
            if when.after:
                assert child.stdout.read(len(SAID)) == SAID
            else:
                assert child.stderr.readline() == b"model: acme:m1 (-m)\n"
                while not server.requests:
                    assert child.poll() is None
                    time.sleep(0.01)
            child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=30)
        assert server.wait_closed()
        assert server.closed_early == 1
    assert child.returncode == 130
    assert out == (b"\n" if when.after else b"")
    assert b"Traceback" not in err
    assert err.count(b"\n") == (1 if when.after else 0)


def test_a_reader_that_goes_away_ends_the_request_quietly(command) -> None:
    frames = 400
    message = command.message(*["word "] * frames)
    sizes = [len(frame) for frame in message.frames()]
    with ReplayServer(message.answer(pieces=sizes, delay=0.01)) as server:
        child = command.start("-m", "acme:m1", "--api-base", server.url, "Why?")
        with child:
            assert child.stdout.read(5) == b"word "
            child.stdout.close()
            err = child.stderr.read()
            code = child.wait(timeout=30)
        assert server.wait_closed()
        assert server.closed_early == 1
    assert (code, err) == (141, b"model: acme:m1 (-m)\n")


def test_head_is_no_error_for_a_list_either(command) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(  # noqa: S603  # it is what is tested
        command.line("providers"),
        stdout=write,
        stderr=subprocess.PIPE,
        env=command.environment(),
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_is_one_line(command) -> None:
    with ReplayServer(command.message("ok").answer()) as server, open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(  # noqa: S603  # it is what is tested
            command.line("-m", "acme:m1", "--api-base", server.url, "Why?"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=command.environment(),
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"model: acme:m1 (-m)\nerror: No space left on device\n"
