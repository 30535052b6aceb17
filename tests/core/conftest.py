from __future__ import annotations

import pytest

from any_llm.testing.fixtures import replay_server

__all__ = ["replay_server"]


@pytest.fixture
def no_proxy_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the proxies of the machine that runs the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
