"""Tools for testing: a replay server that speaks real HTTP."""

from .replay import Answer, Received, ReplayServer

__all__ = ["Answer", "Received", "ReplayServer"]
