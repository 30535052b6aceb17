"""What an engine may be told, and how many threads it takes when it is told nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, fields
from math import ceil
from pathlib import Path
from urllib.parse import parse_qsl

from any_llm.plugin import ConfigurationError, Setting

_LEAST = {"n_ctx": 64, "threads": 1, "parallel": 1, "seed": 0, "verbosity": 0}
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """How a model is loaded. Two calls with equal settings share one loaded model.

    `n_ctx` is the room for prompt and answer of one request, in tokens; memory grows with it.
    `threads` compute (None: one fewer than there are processors). `parallel` requests are worked
    on at a time, each with `n_ctx` of its own; further ones wait. `seed` makes sampling repeatable
    for requests that name none. `verbosity` lets llama.cpp log on stderr: 1 errors, 2 warnings,
    3 information.
    """

    n_ctx: int = 8192
    threads: int | None = None
    parallel: int = 1
    seed: int | None = None
    verbosity: int = 0

    @classmethod
    def from_query(cls, query: str) -> EngineSettings:
        """Read the settings from a URL's query; an empty value means the default.

        ConfigurationError for a name or value that cannot be meant.
        """
        said: dict[str, int] = {}
        for name, value in parse_qsl(query):
            try:
                said[name] = int(whole(name, value))
            except ValueError as error:
                raise ConfigurationError(f"local: setting {name}: {error}") from None
        return cls(**said)


def whole(name: str, value: str) -> str:
    """Return `value` if it is a number that the setting `name` can have, or is empty.

    ValueError says what is wrong.
    """
    if name not in _LEAST:
        raise ValueError(f"there is no such setting; there are {', '.join(_LEAST)}")
    if value == "":
        return value
    if not value.isdecimal() or not _LEAST[name] <= int(value) <= _MOST:
        raise ValueError(f"a whole number from {_LEAST[name]} on is needed, not {value!r:.40}")
    return str(int(value))


def row_settings() -> Iterable[Setting]:
    """Yield the settings of the provider's row: `ANYLLM_LOCAL_THREADS` and so on."""
    for field in fields(EngineSettings):
        name = field.name
        yield Setting(
            name=name,
            env=(f"ANYLLM_LOCAL_{name.upper()}",),
            default="",
            parse=lambda value, name=name: whole(name, value),  # type: ignore[misc]
        )


def default_threads() -> int:
    """Return one fewer than the processors this process may use, at least 1.

    llama.cpp's threads spin while they wait for each other. With as many as there are processors,
    any other busy process takes one from under them and every step waits for it: measured on two
    processors, 20 tokens took 32 s with two threads and 0.5 s with one.
    """
    return max(1, _processors() - 1)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    return min(count, _quota(Path("/sys/fs/cgroup/cpu.max")) or count)


def _quota(limit: Path) -> int | None:
    """Read how many processors a container may use at a time (cgroup v2: `50000 100000`)."""
    try:
        allowed, period = limit.read_text().split()
        return max(1, ceil(int(allowed) / int(period)))
    except (OSError, ValueError, ZeroDivisionError):
        return None  # another system, or no limit
