"""Which model, and why: the command line, else the environment, else config.toml, else local."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

DEFAULT_MODEL = "local:default"
DEFAULT_MAX_TOKENS = 1024
VARIABLE = "ANYLLM_MODEL"

_KEYS = {"model": str, "system": str, "max_tokens": int, "api_base": str}
_KINDS = {str: "a string", int: "a whole number > 0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a question is asked with; `why` says where `model` comes from."""

    model: str
    why: str
    system: str | None
    max_tokens: int
    api_base: str | None


class Misconfigured(click.ClickException):
    """The settings cannot be used. Like wrong usage it ends with exit code 2."""

    exit_code = 2


def config_path() -> Path:
    """Return where the settings are: the platform's place, under XDG_CONFIG_HOME on Linux."""
    return Path(click.get_app_dir("any_llm")) / "config.toml"


def settle(
    model: str | None, system: str | None, max_tokens: int | None, api_base: str | None
) -> Settings:
    """Return what the command line says, completed. Misconfigured when the settings are faulty."""
    path = config_path()
    config = _read(path)
    said = {"-m": model, VARIABLE: os.environ.get(VARIABLE), str(path): config.get("model")}
    why, chosen = next(
        ((where, found) for where, found in said.items() if found),
        ("default; -m chooses another", DEFAULT_MODEL),
    )
    if api_base and chosen == DEFAULT_MODEL and not any(said.values()):
        raise click.UsageError("--api-base needs the name of a model there: -m MODEL")
    if why == str(path):
        api_base = api_base or config.get("api_base")  # a server belongs to its model
    return Settings(
        model=chosen,
        why=why,
        system=config.get("system") if system is None else system,
        max_tokens=max_tokens or config.get("max_tokens", DEFAULT_MAX_TOKENS),
        api_base=api_base,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path}: cannot be read: {error}") from error
    import tomllib

    try:
        config = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{path}: no TOML: {error}") from error
    if fault := next((found for item in config.items() if (found := _fault(*item))), None):
        raise Misconfigured(f"{path}: {fault}")
    if "api_base" in config and "model" not in config:
        raise Misconfigured(f"{path}: api_base: needs the model that is there, as model")
    return config


def _fault(name: str, value: object) -> str | None:
    kind = _KEYS.get(name)
    if kind is None:
        return f"{name}: no such setting; there are {', '.join(_KEYS)}, and keys stay in variables"
    if type(value) is not kind or (isinstance(value, int) and value < 1):
        return f"{name}: must be {_KINDS[kind]}, not {value!r}"
    return None
