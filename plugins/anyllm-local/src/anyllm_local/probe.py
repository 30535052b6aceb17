"""What an engine says about itself, asked at its own door."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from any_llm.plugin import APIConnectionError, Timeout, loads

from .answer import Answer
from .llama import Door
from .talk import Talk

# Seconds. A stream notices at its next token that its client has gone. For other requests llama.cpp
# looks after each second in which no request had a result; a question of ours is such a request.
_PAUSES = (0.05, *[1.2] * 8)
_QUICK = Timeout(connect=1.0, read=1.0, write=1.0)


def takes_tools(door: Door) -> bool:
    """Whether the model's chat template shows it tools. llama.cpp drops them in silence if not."""
    return bool(_get(door, "/props", Timeout())["chat_template_caps"]["supports_tools"])


def wait_until_idle(door: Door) -> bool:
    """Return True once no request is worked on, False when that takes too long."""
    for pause in _PAUSES:
        with suppress(APIConnectionError):  # too busy to say
            if not any(slot["is_processing"] for slot in _get(door, "/slots", _QUICK)):
                return True
        time.sleep(pause)
    return False


def _get(door: Door, path: str, timeout: Timeout) -> Any:
    return loads(Answer.ask(door, Talk(door, "GET", path, {}, b""), timeout).read())
