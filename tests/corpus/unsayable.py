"""The one exception of the request converters: Messages cannot say this."""

from __future__ import annotations


class Unsayable(Exception):
    """A recorded request holds what Messages has no words for; the text names what."""
