"""Endpoints as data: where they live, how they authenticate, what they do differently.

`ROWS` holds each row with the source of every fact, for the table in the docs. An endpoint that
speaks Messages beside another API has `-messages` in its id.
"""

from __future__ import annotations

from . import anthropic, hosts, servers
from .row import Row

ROWS: tuple[Row, ...] = (*anthropic.ROWS, *hosts.ROWS, *servers.ROWS)

__all__ = ["ROWS", "Row"]
