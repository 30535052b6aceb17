"""What differs between models and servers of this wire, as typed data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from any_llm.plugin import ModelRule


class OllamaProfile(BaseModel):
    """The quirks of a server and model; unknown names are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    thinks_always: bool = False
    """The model cannot be kept from thinking, and is told a level instead of true or false."""
    think_levels: tuple[str, ...] = ("low", "medium", "high", "max")
    """The levels that `think` takes, weakest first; empty = true and false only."""
    think_unasked: Literal["off", "unset"] = "off"
    """What a request that says nothing about thinking sends: `think: false`, as Messages means
    it, or nothing, so that the server decides."""
    truncate: bool | None = False
    """Whether the server may drop the oldest messages of a prompt that is too long; None = left
    to the server. False is answered with an error instead."""
    keep_alive: str | int | float | None = None
    """How long the model stays loaded after a call: "10m", seconds, -1 = for good."""
    options: Mapping[str, Any] = Field(default_factory=dict)
    """Options of every call, such as `num_ctx`; what a call says itself comes first."""
    forced_tool: Literal["refuse", "format"] = "refuse"
    """A tool that must be called: not possible on this wire, or drawn from an answer that is held
    to the tool's schema by `format`."""
    prefill: Literal["send", "refuse"] = "send"
    """A last assistant turn: sent, and most models go on from it, or refused."""
    holds_format: bool = True
    """The server holds the answer to `format`; ollama.com takes it and does not."""


MODELS: Sequence[ModelRule] = (
    ModelRule(
        "gpt-oss*",
        {"thinks_always": True, "think_levels": ("low", "medium", "high")},
        "ollama/ollama @fb30760 docs/capabilities/thinking.mdx, 2026-08-21",
    ),
    *(
        ModelRule(
            pattern,
            {"holds_format": False},
            "ollama/ollama @fb30760 docs/capabilities/structured-outputs.mdx, 2026-08-21",
        )
        for pattern in ("*-cloud", "*:cloud")
    ),
)
