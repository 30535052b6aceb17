"""Read recordings of real provider traffic: the project's selection, or a whole corpus.

A recording is a plain dict, one exchange with a provider. The keys that matter here:

- `id`, `repo`, `path`, `licence`: where it comes from;
- `protocol`, `provider`, `model`, `url_path`, `status`: the exchange;
- `request`: the parsed body that was sent, or None;
- `response_json`: the parsed answer, or `response_text`: the raw body of a stream or error page;
- `features`, `oddities`: what is in it, in words.

Both places hold one gzipped file of JSON lines for each protocol, `<protocol>.jsonl.gz`.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]

PROTOCOLS = ("openai-chat", "openai-responses", "gemini", "ollama", "anthropic")
VARIABLE = "ANYLLM_CORPUS"
SELECTION = Path(__file__).parent / "data"


def read(path: Path) -> Iterator[Record]:
    """Yield the recordings of one gzipped file of JSON lines, in the file's order."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield json.loads(line)


def selection(protocol: str) -> list[Record]:
    """Return the project's own selection for `protocol` (ValueError for an unknown protocol)."""
    return list(read(SELECTION / _name(protocol)))


def corpus_directory() -> Path | None:
    """Return the directory of the whole corpus, as ANYLLM_CORPUS names it, or None."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def whole(protocol: str) -> Iterator[Record]:
    """Yield every recording of `protocol` in the whole corpus.

    FileNotFoundError when ANYLLM_CORPUS is unset or its directory lacks the file.
    """
    directory = corpus_directory()
    if directory is None:
        raise FileNotFoundError(f"corpus: {VARIABLE} names no directory; set it to one")
    return read(directory / _name(protocol))


def available(protocol: str) -> Iterator[Record]:
    """Yield the whole corpus where ANYLLM_CORPUS names one, else the project's selection."""
    if corpus_directory() is not None:
        return whole(protocol)
    return iter(selection(protocol))


def body_of(record: Record) -> bytes:
    """Return the recorded body as bytes."""
    text = record["response_text"]
    return (json.dumps(record["response_json"]) if text is None else text).encode()


def by_id(records: Iterable[Record], *ids: str) -> list[Record]:
    """Return the recordings with these ids, in the order of `ids` (KeyError for a missing one)."""
    found = {record["id"]: record for record in records if record["id"] in ids}
    return [found[each] for each in ids]


def _name(protocol: str) -> str:
    if protocol not in PROTOCOLS:
        raise ValueError(f"corpus: no protocol {protocol!r}; there are {', '.join(PROTOCOLS)}")
    return f"{protocol}.jsonl.gz"
