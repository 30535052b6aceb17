from __future__ import annotations

import os

import pytest

from any_llm import ConfigurationError
from anyllm_local import EngineSettings
from anyllm_local.settings import _quota, default_threads, row_settings


def test_an_empty_query_means_the_defaults():
    assert EngineSettings.from_query("") == EngineSettings()
    assert EngineSettings.from_query("n_ctx=&threads=&seed=") == EngineSettings()


def test_a_query_sets_every_setting():
    said = EngineSettings.from_query("n_ctx=512&threads=2&parallel=3&seed=0&verbosity=1")
    assert said == EngineSettings(n_ctx=512, threads=2, parallel=3, seed=0, verbosity=1)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("threads=0", "setting threads: a whole number from 1 on is needed, not '0'"),
        ("threads=-1", "not '-1'"),
        ("n_ctx=lots", "setting n_ctx: a whole number from 64 on"),
        ("n_ctx=99999999999", "setting n_ctx"),
        ("seed=%D9%A3x", "setting seed"),
        ("gpu=1", "setting gpu: there is no such setting; there are n_ctx, threads"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(query, words):
    with pytest.raises(ConfigurationError) as caught:
        EngineSettings.from_query(query)
    assert words in str(caught.value)


def test_the_row_reads_each_setting_from_the_environment():
    rows = {setting.name: setting for setting in row_settings()}
    assert set(rows) == {"n_ctx", "threads", "parallel", "seed", "verbosity"}
    assert rows["threads"].env == ("ANYLLM_LOCAL_THREADS",)
    assert rows["threads"].parse("04") == "4"
    with pytest.raises(ValueError, match="from 64 on"):
        rows["n_ctx"].parse("1")


@pytest.mark.parametrize(("processors", "threads"), [(1, 1), (2, 1), (3, 2)])
def test_one_processor_is_left_to_others(monkeypatch, processors, threads):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)), raising=False)
    monkeypatch.setattr("anyllm_local.settings._quota", lambda _: None)
    assert default_threads() == threads


@pytest.mark.parametrize(
    ("text", "processors"),
    [
        ("max 100000\n", None),
        ("150000 100000\n", 2),
        ("10000 100000\n", 1),
        ("", None),
        ("1 0", None),
    ],
)
def test_a_containers_share_of_processors(tmp_path, text, processors):
    (tmp_path / "cpu.max").write_text(text)
    assert _quota(tmp_path / "cpu.max") == processors


def test_where_there_are_no_containers(tmp_path):
    assert _quota(tmp_path / "cpu.max") is None
