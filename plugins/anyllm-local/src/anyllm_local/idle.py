"""Waiting until an engine has nothing to do."""

from __future__ import annotations

import time
from contextlib import suppress

from any_llm.plugin import APIConnectionError, Timeout, loads

from .answer import Answer
from .llama import Door
from .talk import Talk

_PATIENCE = 10.0  # seconds: one batch of a large model, and llama.cpp looks once a second
_QUICK = Timeout(connect=1.0, read=1.0, write=1.0)


def wait_until_idle(door: Door) -> bool:
    """Return True once no request is worked on, False when that takes too long."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with suppress(APIConnectionError):  # too busy to say
            if not _busy(door):
                return True
        time.sleep(0.02)
    return False


def _busy(door: Door) -> bool:
    answer = Answer.ask(door, Talk(door, "GET", "/slots", {}, b""), _QUICK)
    return any(slot["is_processing"] for slot in loads(answer.read()))
