from __future__ import annotations

import pytest

from tests.contracts.conftest import colour, portals  # noqa: F401  # fixtures, used by name
from tests.support.otel import Telemetry


@pytest.fixture
def telemetry() -> Telemetry:
    """An observer with providers of its own, and what they were told."""
    return Telemetry()
