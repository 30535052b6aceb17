from __future__ import annotations

from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal

from tests.contracts.support import Colour


@pytest.fixture(params=["sync", "asyncio", "trio"])
def colour(request: pytest.FixtureRequest) -> Iterator[Colour]:
    """The sync client, and the async one in a real loop of each kind."""
    if request.param == "sync":
        made = Colour("sync", None)
        yield made
        made.close()
        return
    with start_blocking_portal(request.param) as portal:
        made = Colour(request.param, portal)
        yield made
        made.close()


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Both loops, for tests that are async themselves."""
    return request.param
