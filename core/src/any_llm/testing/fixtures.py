"""Fixtures for pytest. Import what you use into a `conftest.py`; nothing registers itself.

from any_llm.testing.fixtures import replay_server

def test_it(replay_server):
server = replay_server(Answer.error(503), Answer.of({"id": "m"}))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeAlias

import pytest

from .replay import Answer, Received, ReplayServer

StartServer: TypeAlias = Callable[..., ReplayServer]
"""Starts a server; takes what `ReplayServer` takes. It stops when the test is over."""


@pytest.fixture
def replay_server() -> Iterator[StartServer]:
    """A function that starts a ReplayServer; call it as often as servers are needed."""
    with ExitStack() as stack:

        def start(
            *answers: Answer, answer: Callable[[Received], Answer] | None = None
        ) -> ReplayServer:
            return stack.enter_context(ReplayServer(*answers, answer=answer))

        yield start
