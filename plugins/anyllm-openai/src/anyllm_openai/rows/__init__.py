"""Vendors as data: where they live, how they authenticate, what they do differently.

A vendor that needs code does not belong here. `ROWS` holds each row with the source of every
fact, for the table in the docs.
"""

from __future__ import annotations

from . import gateways, hosts, labs, openai, servers
from .row import Row

ROWS: tuple[Row, ...] = (
    *openai.ROWS,
    *labs.ROWS,
    *hosts.ROWS,
    *gateways.ROWS,
    *servers.ROWS,
)

__all__ = ["ROWS", "Row"]
