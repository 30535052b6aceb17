"""Whole programs: loops, threads, forks and exits, with not a word on stderr.

They run under `-X dev -W error`: a warning, an unclosed socket or a task that was never awaited
is a failure.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

import pytest

from any_llm.testing import Answer, Received, ReplayServer
from tests.support.programs import run_program
from tests.support.wire import events, message, sse

BODY = sse(*events())


def answer(request: Received) -> Answer:
    """Streams where a stream is asked for, in pieces; it hangs after the end for `hang`."""
    if request.json.get("stream"):
        end = "hang" if request.json.get("hang") else "whole"
        return Answer.sse(BODY, pieces=[100], end=end)
    return Answer.of(message())


CLOSED = """
with Client(**options(URL)) as client:
    print(client.messages(**WHOLE).text)
    print(client.messages(**STREAM).get_final_text())
    with client.messages(**STREAM) as stream:
        next(stream)

async def main():
    async with AsyncClient(**options(URL)) as client:
        print((await client.messages(**WHOLE)).text)
        async with client.stream(**WHOLE) as stream:
            print(await stream.get_final_text())
        async with client.stream(**WHOLE) as stream:
            await anext(stream)

asyncio.run(main(), debug=False)
trio.run(main)
"""

LEFT_OPEN = """
client = Client(**options(URL))
print(client.messages(**WHOLE).text)
unread = client.messages(**STREAM, hang=True)
next(unread)
print(messages(**WHOLE).text)
dropped = Client(**options(URL))
print(dropped.messages(**WHOLE).text)
del dropped
gc.collect()
"""

ROOTS = """
print(messages(**WHOLE, client_args={"http_library": LIBRARY}).text)
secure = {**WHOLE, "api_base": URL.replace("http:", "https:"), "max_retries": 0}
try:
    messages(**secure, client_args={"http_library": LIBRARY})
except (any_llm.ConfigurationError, any_llm.APIConnectionError) as error:
    print(type(error).__name__, "No such file" in str(error))
"""

LOOPS = """
client = AsyncClient(**options(URL))

async def main():
    print((await client.messages(**WHOLE)).text)
    print((await amessages(**WHOLE)).text)
    async with await amessages(**STREAM) as stream:
        print(await stream.get_final_text())

asyncio.run(main(), debug=False)
asyncio.run(main(), debug=False)
trio.run(main)
"""

INSIDE_A_LOOP = """
async def main():
    with Client(**options(URL)) as client:
        print(client.messages(**WHOLE).text)
        print(client.messages(**STREAM).get_final_text())

asyncio.run(main(), debug=False)
trio.run(main)
"""

THREADS = """
client = Client(**options(URL))
start = threading.Barrier(20)
texts = []

def ask():
    start.wait()
    texts.append(client.messages(**WHOLE).text)
    texts.append(client.messages(**STREAM).get_final_text())
    texts.append(messages(**WHOLE).text)

threads = [threading.Thread(target=ask) for _ in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
gc.collect()
print(len(texts), set(texts))
"""

TEXT = "Hello there"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (CLOSED, [TEXT] * 6),
        (LEFT_OPEN, [TEXT] * 3),
        (LOOPS, [TEXT] * 9),
        (INSIDE_A_LOOP, [TEXT] * 4),
        (THREADS, [f"60 {{{TEXT!r}}}"]),
    ],
    ids=["closed", "left open", "loops", "inside a loop", "threads"],
)
def test_programs(source: str, lines: list[str], tmp_path: Path) -> None:
    with ReplayServer(answer=answer) as server:
        assert run_program(tmp_path, source, server.url) == lines
        assert server.wait_closed()


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_plain_http_reads_no_roots_and_tls_says_what_is_wrong_with_them(
    library: str, tmp_path: Path
) -> None:
    pytest.importorskip(library)
    source = f"LIBRARY = {library!r}\n{ROOTS}"
    absent = str(tmp_path / "absent.pem")
    with ReplayServer(answer=answer) as server:
        lines = run_program(tmp_path, source, server.url, SSL_CERT_FILE=absent)
    # Before 0.28 httpx looks past a file that is not there: the server is then no TLS server.
    looks_past = library == "httpx" and version("httpx") < "0.28"
    assert lines == [TEXT, "APIConnectionError False" if looks_past else "ConfigurationError True"]


FORK = """
client = Client(**options(URL))
stream = client.messages(**STREAM, hang=True)
next(stream)
client.messages(**WHOLE), messages(**WHOLE)
child = os.fork()
if not child:
    assert client.messages(**WHOLE).text == messages(**WHOLE).text == "Hello there"
    del stream
    gc.collect()
    os._exit(0)  # as multiprocessing does
assert os.waitpid(child, 0)[1] == 0
print(client.messages(**WHOLE).text, messages(**WHOLE).text)
print(sum(event.type == "content_block_delta" for event in zip_until_stop(stream)))
client.close()
"""
UNTIL_STOP = """
def zip_until_stop(stream):
    for event in stream:
        yield event
        if event.type == "message_stop":
            return
"""

HELD_AT_FORK = """
import any_llm._default
import any_llm.client

def import_slowly():
    with any_llm._default._lock:
        held.set()
        release.wait()

held, release = threading.Event(), threading.Event()
thread = threading.Thread(target=import_slowly)
thread.start()
held.wait()
child = os.fork()
if not child:
    print(messages(**WHOLE).text, flush=True)
    os._exit(0)
os.waitpid(child, 0)
release.set()
thread.join()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork(tmp_path: Path) -> None:
    with ReplayServer(answer=answer) as server:
        assert run_program(tmp_path, UNTIL_STOP + FORK, server.url) == [f"{TEXT} {TEXT}", "2"]
        used = [request.connection for request in server.requests]
        assert len(set(used[:3])) == 3  # stream, client, messages()
        assert not set(used[3:5]) & set(used[:3])  # the child's own
        assert set(used[5:]) == set(used[1:3])  # the parent goes on with its own


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_lock_that_another_thread_held_at_the_fork(tmp_path: Path) -> None:
    with ReplayServer(answer=answer) as server:
        # Python >= 3.12 warns of forks in programs with threads.
        source = "import warnings; warnings.simplefilter('ignore', DeprecationWarning)\n"
        assert run_program(tmp_path, source + HELD_AT_FORK, server.url) == [TEXT]


DROPPED_AT_THE_END = """
import warnings
heard = []
warnings.showwarning = lambda message, *_: heard.append(str(message))
warnings.simplefilter("always", ResourceWarning)

async def main():
    client = AsyncClient(**options(URL))
    async for event in await client.messages(**STREAM, hang=True):
        break

async def main_without_a_break():
    stream = await amessages(**STREAM, hang=True)
    await anext(stream)

for run in (lambda m: asyncio.run(m(), debug=False), trio.run):
    for m in (main, main_without_a_break):
        run(m)
        gc.collect()
print(len(heard), set(heard))
"""


def test_a_stream_that_is_dropped_as_its_loop_ends(tmp_path: Path) -> None:
    with ReplayServer(answer=answer) as server:
        said = run_program(tmp_path, DROPPED_AT_THE_END, server.url)
        assert server.wait_closed()
    warned = (
        "msgs: an async stream was dropped without being closed; "
        "use 'async with' or await stream.close()"
    )
    assert said == [f"4 {{{warned!r}}}"]
