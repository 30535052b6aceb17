"""Seeing whether code looks at the world: environment, clock, chance, files, sockets.

Nothing is replaced: Python's profiler hook is told of each call, and what a conversion may not
call is noted. Imports that a call sets off are not its own doing and are left out.
"""

from __future__ import annotations

import _random
import _socket
import datetime as dt
import gc
import os
import sys
from collections.abc import Generator
from types import CodeType, FrameType, TracebackType
from typing import Any, Self

_ENVIRON: dict[CodeType, str] = {
    getattr(type(os.environ), name).__code__: f"os.environ ({name.strip('_')})"
    for name in ("__getitem__", "__setitem__", "__delitem__", "__iter__", "copy")
}
_MODULES = {"time", "posix", "nt", "_socket", "_ssl", "select", "_uuid"}
_HARMLESS = {"fspath"}
_NOW = {"now", "utcnow", "today"}


class Watch:
    """`with Watch() as seen:` and then `seen.calls` are the forbidden calls, in words."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._importing = 0
        self._before: Any = None
        self._collects = False

    def __enter__(self) -> Self:
        # A collection runs finalisers and callbacks of anybody's: they are not the conversion's.
        self._collects = gc.isenabled()
        gc.disable()
        self._before = sys.getprofile()
        sys.setprofile(self._see)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.setprofile(self._before)
        if self._collects:
            gc.enable()
        self._importing = 0

    def flow(self, inner: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Watch a generator while it runs, and not what is done between its steps."""
        answer: Any = None
        failed: BaseException | None = None
        while True:
            with self:
                try:
                    step = inner.throw(failed) if failed is not None else inner.send(answer)
                except StopIteration as stop:
                    return stop.value
            answer = failed = None
            try:
                answer = yield step
            except Exception as error:  # noqa: BLE001  # it belongs to the generator inside
                failed = error

    def _see(self, frame: FrameType, event: str, arg: Any) -> None:
        if event in {"call", "return"}:
            code = frame.f_code
            if code.co_filename.startswith("<frozen importlib"):
                self._importing += 1 if event == "call" else -1
            elif event == "call" and code in _ENVIRON and self._importing <= 0:
                self.calls.append(_ENVIRON[code])
        elif event == "c_call" and self._importing <= 0 and (name := _forbidden(arg)):
            self.calls.append(name)


def _forbidden(function: Any) -> str | None:
    name, module = function.__name__, getattr(function, "__module__", None)
    owner = getattr(function, "__self__", None)
    if module in _MODULES and name not in _HARMLESS:
        return f"{module}.{name}"
    if module == "_io" and name == "open":
        return "open"
    if name in _NOW and isinstance(owner, type) and issubclass(owner, dt.date):
        return f"{owner.__name__}.{name}"
    if isinstance(owner, _random.Random):
        return f"random.{name}"
    if isinstance(owner, _socket.socket):
        return f"socket.{name}"
    return None
