"""Recordings that a comparison leaves out, each with its reason. Nothing else is left out."""

from __future__ import annotations

_SPLICED = (
    "a fixture that begins a second message inside the first: no message of the API's grammar"
)
_UNSTOPPED = "a fixture without the content_block_stop of a call that was cut: the API sends one"

BROKEN: dict[str, str] = {
    "anthropic-261fdb360fbfa7197b0c": _SPLICED,
    "anthropic-ed7f8425694345a7102b": _UNSTOPPED,
}
"""Streams that are a BadReply; the official SDK would fold them."""

CUT: dict[str, str] = {
    "anthropic-5da85f5e7e8a99965cad": "recorded up to the stop of its last block only",
}
"""Streams that are a StreamTruncated."""
