from __future__ import annotations

from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from tests.contracts.support import Colour
from tests.contracts.watching import Recorder


@pytest.fixture(scope="session")
def portals() -> Iterator[dict[str, BlockingPortal]]:
    """An event loop of each kind, running in a thread of its own."""
    with start_blocking_portal("asyncio") as asyncio, start_blocking_portal("trio") as trio:
        yield {"asyncio": asyncio, "trio": trio}


@pytest.fixture(params=["sync", "asyncio", "trio"])
def colour(request: pytest.FixtureRequest, portals: dict[str, BlockingPortal]) -> Iterator[Colour]:
    """The sync client, and the async one in a real loop of each kind."""
    made = Colour(request.param, portals.get(request.param))
    yield made
    made.close()


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Both loops, for tests that are async themselves."""
    return request.param


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()
