"""What a whole process does: what it prints, how it ends, what its children can do."""

from __future__ import annotations

import os
import sys

import pytest

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def test_nothing_is_printed(run):
    done = run(
        """
local.complete(CHAT, chat(3))
b"".join(local.stream(CHAT, chat(3, stream=True)))
local.complete(CHAT, b"{")
local.complete(CHAT, chat(3, "word " * 3000))
next(local.stream(CHAT, chat(200, stream=True)))
local.close()
"""
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_verbosity_lets_llama_cpp_speak(run):
    done = run('engine("default", EngineSettings(n_ctx=512, verbosity=3)).load()')
    assert (done.returncode, done.stdout) == (0, "")
    assert "model loaded" in done.stderr


@pytest.mark.parametrize(
    "program",
    [
        "local.load()",
        "stream = local.stream(CHAT, chat(1500, stream=True)); next(stream)",
        "next(local.stream(CHAT, chat(1500, stream=True)))",
        "threading.Thread(target=local.complete, args=(CHAT, chat(8))).start()",
    ],
    ids=["unused", "open stream", "dropped stream", "thread"],
)
def test_a_process_ends_cleanly(run, program):
    done = run(program + "\nsys.exit(3)")
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")


@pytest.mark.parametrize(
    "text",
    ["Hi", pytest.param("word " * 1500, marks=pytest.mark.slow)],
    ids=["answering", "reading the prompt"],
)
def test_a_process_ends_while_a_daemon_waits(run, text):
    done = run(
        f"""
def wait():
    try:
        local.complete(CHAT, chat(400, {text!r}))
    except Exception as error:
        print(type(error).__name__)
local.load()
threading.Thread(target=wait, daemon=True).start()
while not busy():
    pass
"""
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout in {"", "APIConnectionError\n"}  # it may be gone before it can print


@pytest.mark.skipif(sys.platform == "win32", reason="no signals to oneself")
def test_ctrl_c_ends_a_call_and_its_generation(run):
    done = run(
        """
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
local.load()
def interrupt():
    while not busy():
        pass
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    local.complete(CHAT, chat(1500))
except KeyboardInterrupt:
    print("interrupted", local.complete(CHAT, chat(1))[0])
"""
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted 200\n", "")


FORK = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)  # of fork() beside threads
def child(work):
    pid = os.fork()
    if pid == 0:
        work()
        sys.exit(5)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""


@forks
def test_a_forked_child_loads_its_own_engine(run):
    done = run(
        FORK
        + """
parents = local.load()
def work():
    assert local.loaded is None
    assert local.complete(CHAT, chat(3))[0] == 200
    assert local.load() != parents
print(child(work), child(lambda: None), local.complete(CHAT, chat(3))[0], local.load() == parents)
"""
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "5 5 200 True\n", "")


@forks
@pytest.mark.slow
def test_a_fork_during_a_stream_leaves_the_stream_alone(run):
    done = run(
        FORK
        + """
stream = local.stream(CHAT, chat(40, stream=True))
next(stream)
def work():
    global stream
    stream.close()
    del stream
    assert local.complete(CHAT, chat(3))[0] == 200
print(child(work), b"".join(stream).endswith(b"data: [DONE]\\n\\n"))
"""
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "5 True\n", "")


@forks
@pytest.mark.slow
def test_a_child_of_a_child_and_a_pool(run):
    done = run(
        FORK
        + """
import multiprocessing
def status(n):
    return local.complete(CHAT, chat(n))[0]
def work():
    assert status(2) == 200
    assert child(lambda: status(2)) == 5
local.load()
print(child(work))
with multiprocessing.get_context("fork").Pool(1) as pool:
    print(pool.map(status, [1, 2]))
"""
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "5\n[200, 200]\n", "")
