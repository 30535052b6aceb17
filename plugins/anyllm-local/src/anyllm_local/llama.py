"""Starting llama.cpp in this process: the only file that imports xllamacpp.

What is known about `xllamacpp.Server` 2026.10.11549 (its sources, and measured on Linux):

- The constructor loads the model, starts llama.cpp's threads and an HTTP server on loopback, and
  holds the interpreter's lock while it does. The destructor ends the threads, holding it too, and
  waits for ever for a request whose client is still connected.
- A process that ends while llama.cpp computes crashes. So clients go first, then the server.
- Why a load failed is only in llama.cpp's log.
"""

from __future__ import annotations

import ctypes
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from any_llm.plugin import ConfigurationError

from .model import Model
from .settings import EngineSettings, default_threads

WHEELS = (
    "Linux on x86_64 and aarch64 (glibc 2.17 or newer), macOS 13 or newer on x86_64 and arm64, "
    "Windows on x86_64"
)
"""What xllamacpp 2026.10.11549 has wheels for, by their tags."""

# Tokens of a prompt between two looks at the queue: an abandoned request ends no sooner.
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Door:
    """Where a running engine listens. The key keeps other users of the machine out."""

    host: str
    port: int
    key: str = field(repr=False)

    @property
    def address(self) -> str:
        """The base URL."""
        return f"http://{self.host}:{self.port}"


def start(model: Model, settings: EngineSettings) -> tuple[object, Door]:
    """Load `model` and return the running server and its door.

    ConfigurationError when xllamacpp is missing or cannot load the file.
    """
    xllamacpp = _xllamacpp()
    params = xllamacpp.CommonParams()
    key = secrets.token_urlsafe(32)
    _place(params, model, key)
    _size(params, settings)
    if model.packaged:
        _sample(params.sampling)
    if settings.seed is not None:
        params.sampling.seed = settings.seed
    try:
        server = xllamacpp.Server(params)
    except (RuntimeError, ValueError, MemoryError) as error:
        raise ConfigurationError(
            f"local: llama.cpp cannot load {model.path}: the file is incomplete, needs more memory "
            "than there is, or is of a kind this version does not know; set "
            "ANYLLM_LOCAL_VERBOSITY=2 and its log on stderr says which"
        ) from error
    address = urlsplit(server.listening_address)
    return server, Door(str(address.hostname), address.port or 0, key)


def abandon(server: object) -> None:
    """Make sure that the server is never destroyed: what it would wait for cannot come."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(server))


def _xllamacpp() -> Any:
    try:
        import xllamacpp
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "local: xllamacpp, which brings llama.cpp, is not installed; run 'pip install "
            f"anyllm-local' (it has wheels for {WHEELS})"
        ) from error
    except ImportError as error:
        raise ConfigurationError(
            f"local: xllamacpp is installed but cannot be loaded: {error}; on Linux it needs the "
            "system's OpenMP library (Debian: 'apt install libgomp1')"
        ) from error
    return xllamacpp


def _place(params: Any, model: Model, key: str) -> None:
    params.model.path = str(model.path)
    params.model_alias = {model.name}  # the `model` of its answers
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.ui = False
    params.offline = True


def _size(params: Any, settings: EngineSettings) -> None:
    # Every request has n_ctx to itself. One cache for all would be smaller, but then requests
    # that are fine alone fail together: "Context size has been exceeded".
    params.n_parallel = settings.parallel
    params.n_ctx = settings.n_ctx * settings.parallel
    params.n_batch = params.n_ubatch = _BATCH
    params.cache_ram_mib = 0  # else it keeps up to 8 GiB of old prompts
    params.verbosity = settings.verbosity
    threads = settings.threads or default_threads()
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads


def _sample(sampling: Any) -> None:
    """Sampling for a model of 135M parameters where the request does not say otherwise.

    Temperature and top_p are its model card's (SmolLM2-135M-Instruct, 2024-11). With these alone
    it falls into loops: of four answers with 600 tokens, only 9 to 69 % of the six-word sequences
    were distinct. With the two penalties 97 % and more were, and short answers stay as they are,
    which a repetition penalty of 1.05 does not achieve.
    """
    sampling.temp = 0.2
    sampling.top_p = 0.9
    sampling.dry_multiplier = 0.8
    sampling.dry_penalty_last_n = 1024
    sampling.penalty_freq = 0.1
    sampling.penalty_last_n = 256
