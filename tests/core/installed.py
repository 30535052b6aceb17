"""Distributions that are really installed: modules and .dist-info on a path of their own.

Plugins come in as any other package does, through importlib.metadata. The distributions of the
environment that runs the tests are hidden, so that a test sees what it installed and nothing else.
"""

from __future__ import annotations

import importlib
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator, Mapping
from importlib.machinery import PathFinder
from importlib.metadata import Distribution, DistributionFinder
from pathlib import Path

import pytest

ROWS = """
from any_llm.plugin import *
ANYLLM_API = (1, 0)
@hookimpl
def anyllm_providers():
    return [ProviderSpec(id=id, dialect="d", base_url="http://" + __name__) for id in {ids!r}]
"""
RAISES = 'raise RuntimeError("imported")'


class Site:
    """A directory on sys.path to install distributions into."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self.finder = OnlyHere(self)
        self._monkeypatch = monkeypatch

    def add(
        self,
        name: str,
        *ids: str,
        source: str | None = None,
        version: str = "1.0",
        module: str | None = None,
        **groups: Mapping[str, str] | Iterable[str],
    ) -> str:
        """Install distribution `name` with one module; return the module's name.

        It claims the providers `ids` and, by default, registers a row for each whose base URL is
        `http://<module>`. `groups` are further entry points: names, or names and values.
        """
        module = module or name.lower().replace("-", "_")
        self._hide(module)
        text = ROWS.format(ids=ids) if source is None else textwrap.dedent(source)
        (self.path / f"{module}.py").write_text(text, encoding="utf-8")
        lines = []
        for group, entries in {"providers": ids, **groups}.items():
            pairs = entries if isinstance(entries, Mapping) else dict.fromkeys(entries, module)
            lines += [f"[any_llm.{group}]", *(f"{key} = {value}" for key, value in pairs.items())]
        self.metadata(name, "\n".join(lines), version=version)
        return module

    def _hide(self, module: str) -> None:
        """Let go of a real plugin of this name that another test has imported."""
        for name in [n for n in sys.modules if n == module or n.startswith(f"{module}.")]:
            self._monkeypatch.delitem(sys.modules, name)

    def metadata(self, name: str, entry_points: str | bytes, *, version: str = "1.0") -> Path:
        """Install only the metadata of a distribution."""
        info = self.path / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (info / "METADATA").write_text(text, encoding="utf-8")
        raw = entry_points.encode() if isinstance(entry_points, str) else entry_points
        (info / "entry_points.txt").write_bytes(raw)
        importlib.invalidate_caches()
        return info

    def imported(self) -> set[str]:
        """Return the modules of this site that have been imported."""
        files = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
        return {name for name, file in files.items() if file and Path(file).parent == self.path}


class OnlyHere:
    """The standard finder of sys.path, which finds the distributions of one site only.

    `scans` counts how often all of them were asked for.
    """

    find_spec = PathFinder.find_spec
    invalidate_caches = staticmethod(PathFinder.invalidate_caches)

    def __init__(self, site: Site) -> None:
        self.site = site
        self.scans = 0
        self.pause = 0.0  # seconds a scan takes longer, so that others can come in between

    def find_distributions(self, context: DistributionFinder.Context) -> Iterable[Distribution]:
        self.scans += context.name is None
        time.sleep(self.pause)
        path = [entry for entry in sys.path if Path(entry).is_relative_to(self.site.path)]
        return PathFinder.find_distributions(
            DistributionFinder.Context(name=context.name, path=path)
        )


def only(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Put an empty site on sys.path, as the only place where distributions are found."""
    site = Site(path, monkeypatch)
    others = [finder for finder in sys.meta_path if not hasattr(finder, "find_distributions")]
    monkeypatch.setattr(sys, "meta_path", [*others, site.finder])
    monkeypatch.syspath_prepend(path)
    yield site
    for name in site.imported():
        del sys.modules[name]
