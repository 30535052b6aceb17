from __future__ import annotations

from any_llm.testing.fixtures import replay_server

__all__ = ["replay_server"]
