"""The Messages dialect itself: pass-through of the schema's own wire.

It lives in the core because it is the schema; a provider that speaks Messages is a row with
`dialect="messages"`, or subclasses this for a variant. Known fields and unknown ones go out as
they are; known events and unknown ones come back as they are, checked against the grammar.

Source: Messages API reference and the official Python SDK 2.12 (2026-11-20).
"""

from .decoder import MessagesDecoder
from .dialect import MessagesDialect
from .profile import MessagesProfile

__all__ = ["MessagesDecoder", "MessagesDialect", "MessagesProfile"]
