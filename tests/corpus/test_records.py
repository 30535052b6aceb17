"""The project's selection of recordings: small, with sources and licences named."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.corpus import records

FILES = sorted(records.SELECTION.glob("*.jsonl.gz"))
LICENCES = {"MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_recording_names_its_source_and_a_free_licence(path):
    assert path.stat().st_size < 4_000_000
    page = (records.SELECTION / "SOURCES.md").read_text("utf-8")
    read = list(records.read(path))
    assert read
    assert len({record["id"] for record in read}) == len(read)
    for record in read:
        assert record["path"]
        assert set(record["licence"].split(" OR ")) <= LICENCES
        assert (
            f"[{record['repo']}](https://github.com/{record['repo']}) | {record['licence']}" in page
        )


def test_there_is_a_selection_for_chat():
    assert "openai-chat.jsonl.gz" in {path.name for path in FILES}


def test_a_whole_corpus_is_read_where_the_variable_says(tmp_path, monkeypatch):
    line = json.dumps({"id": "gemini-0"}) + "\n"
    (tmp_path / "gemini.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    monkeypatch.setenv(records.VARIABLE, str(tmp_path))
    assert list(records.available("gemini")) == [{"id": "gemini-0"}]
    assert records.by_id(records.whole("gemini"), "gemini-0") == [{"id": "gemini-0"}]


def test_without_a_corpus_the_selection_is_read(monkeypatch):
    monkeypatch.delenv(records.VARIABLE, raising=False)
    assert next(records.available("openai-chat"))["protocol"] == "openai-chat"
    with pytest.raises(FileNotFoundError, match=records.VARIABLE):
        records.whole("openai-chat")


def test_an_unknown_protocol_is_refused():
    with pytest.raises(ValueError, match="openai-chat"):
        records.selection("smoke-signals")
