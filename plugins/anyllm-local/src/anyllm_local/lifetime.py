"""What becomes of loaded engines when the process forks, and when it ends."""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from any_llm.plugin import ConfigurationError


class Loaded(Protocol):
    """An engine that has a server running, or is about to."""

    def close(self) -> None:
        """Cut its connections and end its threads."""

    def forget(self) -> None:
        """Let go of what belongs to the parent process, without ending it."""


_loaded: set[Loaded] = set()
_state = {"watching": False, "ending": False, "forked": False}


def enter(engine: Loaded) -> None:
    """Say that `engine` is about to load. ConfigurationError while the process ends."""
    if _state["ending"]:
        raise ConfigurationError(
            "local: the process is ending and loads no model any more; end its threads first"
        )
    if not _state["watching"]:
        _state["watching"] = True
        atexit.register(_end)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_forked)
    _loaded.add(engine)


def leave(engine: Loaded) -> None:
    """Say that `engine` is closed."""
    _loaded.discard(engine)


def may_destroy() -> bool:
    """Whether a server can be destroyed: not in a forked child.

    llama.cpp has one thread for all servers of a process. A child inherits the belief that it runs,
    and destroying a server of its own would wait for it, which aborts the process.
    """
    return not _state["forked"]


def _end() -> None:
    # A process that exits while llama.cpp computes crashes in its static destructors.
    _state["ending"] = True
    for engine in list(_loaded):
        engine.close()
    if _state["forked"]:
        _exit_at_once()


def _forked() -> None:
    """In the child: a server's threads stay in the parent, so the engines start again unloaded."""
    for engine in _loaded:
        engine.forget()
    _loaded.clear()
    _state["forked"] = True


def _exit_at_once() -> None:
    # llama.cpp's static destructors wait for threads that the child does not have. glibc calls what
    # on_exit has registered with the exit status, latest first, so that _exit comes before them,
    # when Python has ended and everything of its own is flushed. macOS does not wait there.
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.on_exit(ctypes.cast(libc._exit, ctypes.c_void_p), None)


@contextmanager
def interrupts_later() -> Iterator[None]:
    """Keep Ctrl-C back until the block is through; then it is what it would have been."""
    handler = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if not main or not callable(handler):  # only the main thread is ever interrupted
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if came:
        handler(*came[0])
