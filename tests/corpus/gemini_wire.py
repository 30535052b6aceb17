"""Take a whole Gemini body apart: the chunks of a stream, the parts of all of them.

Unlike a decoder this looks at the complete text at once and keeps every chunk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .records import Record

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Body:
    """The JSON objects of an answer, in order; `torn`: what follows them is no JSON."""

    chunks: tuple[Json, ...]
    torn: bool = False


def body_of(record: Record) -> Body:
    """Return what a recording says, whether it was a stream, an array or one object."""
    if record["response_text"] is None:
        said = record["response_json"]
        return Body(chunks=tuple(said) if isinstance(said, list) else (said,))
    return split(record["response_text"])


def split(text: str) -> Body:
    """Split the text of a stream: server-sent events, or a JSON array of all chunks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip().startswith("["):
        return _array(text)
    found: list[Json] = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        datas = [line[5:] for line in lines if line.startswith("data:")]
        bare = [line for line in lines if line and not line.startswith(("data:", ":"))]
        for said in (_values(datas), _values(bare)):
            if said is None:
                return Body(chunks=tuple(found), torn=True)
            found += said
    return Body(chunks=tuple(found))


def _array(text: str) -> Body:
    try:
        return Body(chunks=tuple(json.loads(text)))
    except ValueError:
        return Body(chunks=(), torn=True)


def _values(lines: list[str]) -> list[Json] | None:
    """Return the JSON that the lines hold: together one value, else one each."""
    if not lines:
        return []
    try:
        said = json.loads("\n".join(lines))
        return said if isinstance(said, list) else [said]
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in lines]
    except ValueError:
        return None


def first_candidates(body: Body) -> list[Json]:
    """Return candidate 0 of each chunk that has one; others are outside Messages."""
    return [
        candidate
        for chunk in body.chunks
        for candidate in chunk.get("candidates") or []
        if candidate.get("index", 0) == 0
    ]


def parts_of(body: Body) -> list[Json]:
    """Return all parts of the answer, in order."""
    return [
        part
        for candidate in first_candidates(body)
        for part in (candidate.get("content") or {}).get("parts") or []
    ]


def last_of(dicts: list[Json], key: str) -> Any:
    """Return the last value of `key` that is said."""
    return next((each[key] for each in reversed(dicts) if each.get(key)), None)
