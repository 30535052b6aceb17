"""The sample provider as an installed distribution, with one fault or none."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).parent / "sample" / "anyllm_sample.py"
NAME = "anyllm_sample"


@contextmanager
def sample(directory: Path, fault: str = "") -> Iterator[None]:
    """Put the sample on the path, as pip would: its module and its metadata."""
    mark = 'FAULT = ""'
    source = SOURCE.read_text("utf-8")
    assert mark in source
    (directory / f"{NAME}.py").write_text(source.replace(mark, f"FAULT = {fault!r}"), "utf-8")
    info = directory / f"{NAME}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: anyllm-sample\nVersion: 1.0\n")
    offered = "specimen" if fault == "entry point of another name" else "sample"
    (info / "entry_points.txt").write_text(f"[any_llm.providers]\n{offered} = {NAME}\n")
    sys.path.insert(0, str(directory))
    importlib.invalidate_caches()
    sys.modules.pop(NAME, None)
    try:
        yield
    finally:
        sys.path.remove(str(directory))
        sys.modules.pop(NAME, None)
        importlib.invalidate_caches()
