"""Fixtures for pytest. Import what you use into a `conftest.py`; nothing registers itself.

from any_llm.testing.fixtures import replay_server

def test_it(replay_server):
server = replay_server(Answer.error(503), Answer.of({"id": "m"}))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest

from .replay import Answer, Received, ReplayServer


class StartServer(Protocol):
    """Starts a server with these answers; it stops when the test is over."""

    def __call__(
        self, *answers: Answer, answer: Callable[[Received], Answer] | None = None
    ) -> ReplayServer:
        """Return the running server."""


@pytest.fixture
def replay_server() -> Iterator[StartServer]:
    """A function that starts a ReplayServer; call it as often as servers are needed."""
    with ExitStack() as stack:

        def start(
            *answers: Answer, answer: Callable[[Received], Answer] | None = None
        ) -> ReplayServer:
            return stack.enter_context(ReplayServer(*answers, answer=answer))

        yield start
