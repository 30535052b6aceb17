"""Pick the recordings that the project keeps from a whole corpus of provider traffic.

    python dev/select_corpus.py CORPUS PROTOCOL [--budget BYTES]

CORPUS is a directory of `<protocol>.jsonl.gz` files and a README.md. The selection has every
feature, oddity, provider, source and shape of body at least once, cheapest records first, and all
recordings that the corpus README or a test of this project names. It goes to
`tests/corpus/data/<protocol>.jsonl.gz`, with the sources and licences in SOURCES.md beside it.
The same corpus and tests give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import heapq
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "corpus" / "data"

# How many recordings each kind of facet should have, where the corpus has as many.
WANTED = {"feature": 10, "oddity": 8, "provider": 8, "repo": 3, "status": 3}
# Values of these keys are vocabulary, worth having each of; others are only told by their type.
WORDS = frozenset(
    (
        *("finish_reason", "finishReason", "done_reason", "stop_reason", "native_finish_reason"),
        *("type", "role", "object", "tool_choice", "effort", "reasoning_effort", "service_tier"),
    )
)
# Under these keys stand the user's own names, not the wire's.
OPAQUE = frozenset(
    (
        *("parameters", "schema", "input_schema", "properties", "arguments", "args"),
        *("metadata", "logprobs", "headers"),
    )
)
DEPTH = 7


class Candidate(NamedTuple):
    """A recording: its line, what it shows, and what it costs in the compressed file."""

    id: str
    line: bytes
    facets: frozenset[str]
    cost: int


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("protocol")
    parser.add_argument("--budget", type=int, default=3_000_000, help="bytes, compressed")
    arguments = parser.parse_args()
    path = arguments.corpus / f"{arguments.protocol}.jsonl.gz"
    if not path.is_file():
        print(f"select_corpus: no {path}; name the directory of the corpus", file=sys.stderr)
        return 2
    candidates = [candidate(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    named = named_ids(arguments.corpus / "README.md", arguments.protocol)
    chosen = choose(candidates, named, arguments.budget)
    target = DATA / path.name
    size = write(chosen, target)
    (DATA / "SOURCES.md").write_text(sources(DATA), encoding="utf-8")
    every = frozenset[str]().union(*(each.facets for each in candidates))
    shown = frozenset[str]().union(*(each.facets for each in chosen))
    print(f"{len(chosen)} of {len(candidates)} recordings, {size} bytes, in {target.name}")
    print(f"{len(shown)} of {len(every)} facets; missing: {sorted(every - shown)[:20]}")
    return 0


def candidate(line: bytes) -> Candidate:
    """Read one line of a corpus file."""
    record = json.loads(line)
    return Candidate(
        id=record["id"],
        line=line,
        facets=frozenset(facets(record)),
        cost=len(gzip.compress(line, 6, mtime=0)),
    )


def facets(record: dict[str, Any]) -> Iterator[str]:
    """Yield what a recording shows: its labels, and the shapes of what was sent and answered."""
    yield from (f"feature:{name}" for name in record["features"])
    yield from (f"oddity:{name}" for name in record["oddities"])
    yield f"provider:{record['provider']}:{bool(record['stream'])}"
    for key in ("repo", "licence", "status", "provenance"):
        yield f"{key}:{record[key]}"
    yield from (f"sent{shape}" for shape in shapes(record["request"]))
    yield from (f"turns:{pair}" for pair in turns(record["request"]))
    if record["response_text"] is None:
        yield from (f"answered{shape}" for shape in shapes(record["response_json"]))
    else:
        for payload in payloads(record["response_text"]):
            yield from (f"streamed{shape}" for shape in shapes(payload))


def turns(request: Any) -> Iterator[str]:
    """Yield the pairs of roles or item types that follow each other in a request."""
    for key in ("messages", "input", "contents"):
        items = request.get(key) if isinstance(request, dict) else None
        if isinstance(items, list):
            said = [
                item.get("role") or item.get("type") for item in items if isinstance(item, dict)
            ]
            yield from (f"{before}>{after}" for before, after in pairwise(said))


def shapes(value: Any, path: str = "", depth: int = 0) -> Iterator[str]:
    """Yield each path of `value` with the type that stands there, lists counted as one place."""
    if isinstance(value, dict) and depth < DEPTH:
        for key, inner in value.items():
            if key in OPAQUE:
                yield f"{path}.{key}"
            elif key in WORDS and isinstance(inner, str):
                yield f"{path}.{key}={inner[:30]}"
            else:
                yield from shapes(inner, f"{path}.{key}", depth + 1)
    elif isinstance(value, list) and depth < DEPTH:
        for inner in value:
            yield from shapes(inner, f"{path}[]", depth + 1)
    else:
        yield f"{path}:{type(value).__name__}"


def payloads(text: str) -> Iterator[Any]:
    """Yield the JSON values of a stream of server-sent events or JSON lines."""
    for line in text.split("\n"):
        try:
            yield json.loads(line.removeprefix("data:"))
        except ValueError:
            continue


def named_ids(readme: Path, protocol: str) -> frozenset[str]:
    """Return the ids that the corpus README and this project's tests name."""
    short = re.findall(r"[0-9a-f]{20}", readme.read_text("utf-8")) if readme.is_file() else []
    found = {f"{protocol}-{each}" for each in short}
    for path in sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("plugins/*/tests/**/*.py")]):
        found.update(re.findall(rf"{protocol}-[0-9a-f]{{20}}", path.read_text("utf-8")))
    return frozenset(found)


def choose(candidates: list[Candidate], named: frozenset[str], budget: int) -> list[Candidate]:
    """Return the named recordings, then those that show most for their bytes, within `budget`."""
    chosen = {each.id: each for each in candidates if each.id in named}
    need = Counter(facet for each in candidates for facet in each.facets)
    need = Counter({facet: min(n, WANTED.get(kind(facet), 1)) for facet, n in need.items()})
    for each in chosen.values():
        need.subtract(each.facets)
    spent = sum(each.cost for each in chosen.values())
    heap = [(-worth(each, need), each.id, each) for each in candidates if each.id not in chosen]
    heapq.heapify(heap)
    while heap and heap[0][0] < 0:
        _, _, best = heapq.heappop(heap)
        now = -worth(best, need)
        if heap and now > heap[0][0]:  # what was chosen since makes it worth less
            heapq.heappush(heap, (now, best.id, best))
        elif now < 0 and spent + best.cost <= budget:
            chosen[best.id] = best
            need.subtract(best.facets)
            spent += best.cost
    return sorted(chosen.values(), key=lambda each: each.id)


def worth(each: Candidate, need: Counter[str]) -> float:
    """Return how many wanted facets a recording shows for each compressed byte."""
    return sum(need[facet] > 0 for facet in each.facets) / each.cost


def kind(facet: str) -> str:
    """Return the kind of a facet, as WANTED names it."""
    return facet.partition(":")[0]


def write(chosen: list[Candidate], target: Path) -> int:
    """Write the recordings as they are, and return the size of the file in bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    file = io.BytesIO()
    # gzip.compress names another operating system on each Python version; this names none.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as lines:
        lines.writelines(each.line + b"\n" for each in chosen)
    return target.write_bytes(file.getvalue())


def sources(directory: Path) -> str:
    """Return the page that names the source and licence of every recording in `directory`."""
    page = [
        "# Sources of the recorded traffic",
        "",
        "Each recording was taken from the tests of a public repository and is kept as it was",
        "published there; `repo`, `path` and `licence` stand in each record. Written by",
        "`dev/select_corpus.py`.",
    ]
    for path in sorted(directory.glob("*.jsonl.gz")):
        records = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        counts = Counter((record["repo"], record["licence"]) for record in records)
        page += [
            "",
            f"## {path.name}",
            "",
            "| repository | licence | recordings |",
            "|---|---|---|",
        ]
        page += [
            f"| [{repo}](https://github.com/{repo}) | {licence} | {count} |"
            for (repo, licence), count in sorted(counts.items())
        ]
    return "\n".join(page) + "\n"


if __name__ == "__main__":
    sys.exit(main())
