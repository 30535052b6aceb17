"""The `any-llm` command: one question, any provider, a streamed answer."""

from __future__ import annotations

__version__ = "0.1.0"
