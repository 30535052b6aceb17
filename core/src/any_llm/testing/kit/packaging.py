"""The plugin as a distribution: found, named, dated, and quiet while it is imported."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

from ... import hookspecs
from ...errors import AnyLLMError
from .base import SuiteBase
from .checks import Check, kit_test

GROUP = "any_llm.providers"
_HOOKS = frozenset(name for name in vars(hookspecs) if name.startswith("anyllm_"))

# What a plugin has no use for while it is imported: the core does the HTTP, when a call needs it.
_HEAVY = (
    *("httpx", "httpx2", "requests", "aiohttp", "urllib3", "grpc", "websockets"),
    *("openai", "anthropic", "google.genai", "google.generativeai", "vertexai", "ollama"),
    *("mistralai", "groq", "cohere", "together", "boto3", "botocore", "huggingface_hub"),
    *("litellm", "langchain", "langchain_core", "torch", "transformers"),
)

# Runs in a process of its own. The core is there before, so that what is seen is the plugin's.
_PROBE = """
import importlib, json, os, sys, threading
import any_llm.plugin
name = sys.argv[1]
top = name.partition(".")[0]
found = {"said": [], "read": []}
kinds = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system")
sys.addaudithook(lambda event, args: event in kinds and found["said"].append(event))
environ = type(os.environ)
inner = environ.__getitem__
def seen(self, key):
    frame = sys._getframe(1)
    while frame and frame.f_globals.get("__name__") in ("os", "collections.abc"):
        frame = frame.f_back
    if frame and frame.f_globals.get("__name__", "").partition(".")[0] == top:
        found["read"].append(key)
    return inner(self, key)
environ.__getitem__ = seen
before, threads = dict(os.environ), threading.active_count()
importlib.import_module(name)
found["changed"] = dict(os.environ) != before
found["threads"] = threading.active_count() - threads
found["modules"] = sorted(sys.modules)
sys.__stderr__.write("\\n#found " + json.dumps(found))
"""


class Packaging(SuiteBase):
    """Tests of the distribution."""

    @kit_test()
    def test_entry_point_is_named_as_the_provider(self, check: Check) -> None:
        """The distribution has an entry point in `any_llm.providers`, named as the provider."""
        check.that(
            _entry(self) is not None,
            f"{self.distribution or '(no distribution)'}: has no entry point {self.provider!r} in "
            f"group {GROUP!r}; add it to pyproject.toml and install it, and set `distribution`",
        )

    @kit_test()
    def test_plugin_registers_the_provider(self, check: Check) -> None:
        """What the entry point names loads, and registers a row of that id and its dialect."""
        try:
            stage = self.stage()
        except AnyLLMError as error:
            check.that(holds=False, otherwise=str(error))
        else:
            check.equal(stage.spec.id, self.provider, "the id of the row")

    @kit_test()
    def test_api_version_is_stated(self, check: Check) -> None:
        """The plugin says for which version of the plugin API it was written: `ANYLLM_API`."""
        stated: Any = getattr(_module(self), "ANYLLM_API", None)
        fits = isinstance(stated, tuple) and len(stated) == 2 and stated[:1] == hookspecs.API[:1]
        check.that(
            fits and stated <= hookspecs.API,
            f"ANYLLM_API is {stated!r}; write the version it was made for, such as "
            f"ANYLLM_API = {hookspecs.API}",
        )

    @kit_test()
    def test_hooks_are_known(self, check: Check) -> None:
        """The plugin has no function that looks like a hook and is none."""
        plugin = _plugin(self)
        for name in dir(plugin):
            value = getattr(plugin, name)
            if name.startswith("anyllm_") and not isinstance(value, ModuleType):
                known = ", ".join(sorted(_HOOKS))
                check.that(name in _HOOKS, f"{name}: no hook of this any_llm; known are {known}")

    @kit_test()
    def test_key_has_a_variable(self, check: Check) -> None:
        """A key that is required can be given in the environment, by a variable that is named."""
        auth = self.stage().spec.auth
        check.that(
            bool(auth.env) or not auth.required,
            "the row requires a key and names no variable that may hold it; "
            'write auth=ApiKey(env=("ACME_API_KEY",))',
        )

    @kit_test()
    def test_import_does_nothing(self, check: Check) -> None:
        """Importing the plugin brings no HTTP library and no SDK, and touches nothing outside.

        No network, no process, no thread, nothing printed, no variable of the environment read.
        """
        name = _module(self).__name__
        paths = os.pathsep.join(path for path in sys.path if path)
        done = subprocess.run(  # noqa: S603  # this Python, and the module under test
            [sys.executable, "-c", _PROBE, name],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": paths},
        )
        before, mark, found = done.stderr.partition("\n#found ")
        check.that(bool(mark), f"{name}: cannot be imported by itself: {done.stderr[-800:]}")
        if not mark:
            return
        seen: dict[str, Any] = json.loads(found)
        heavy = [heavy for heavy in _HEAVY if heavy in seen["modules"]]
        check.that(not heavy, f"importing {name} imports {', '.join(heavy)}; import it when needed")
        check.that(not seen["said"], f"importing {name} causes {', '.join(seen['said'])}")
        check.that(not seen["read"], f"importing {name} reads {', '.join(seen['read'])}")
        check.that(not seen["changed"], f"importing {name} changes the environment")
        check.that(not seen["threads"], f"importing {name} starts a thread")
        check.that(not done.stdout, f"importing {name} prints {done.stdout[:200]!r}")
        check.that(not before, f"importing {name} prints {before[:200]!r}")


def _entry(suite: SuiteBase) -> EntryPoint | None:
    for entry in entry_points(group=GROUP, name=suite.provider):
        if entry.dist is not None and _same(entry.dist.name, suite.distribution):
            return entry
    return None


def _same(one: str, other: str) -> bool:
    return re.sub(r"[-_.]+", "-", one).lower() == re.sub(r"[-_.]+", "-", other).lower()


def _plugin(suite: SuiteBase) -> Any:
    if suite.plugin is not None:
        return suite.plugin
    entry = _entry(suite)
    if entry is None:
        raise AssertionError(f"no entry point {suite.provider!r} of {suite.distribution!r}")
    return entry.load()


def _module(suite: SuiteBase) -> ModuleType:
    plugin = _plugin(suite)
    name = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    return sys.modules[name]
