"""What models and endpoints of this wire do differently, as typed data.

The defaults are those of Anthropic's newest family, but only where we mend a request: nothing is
refused that a model nobody knows might take. `models.py` says what each family does.
"""

from __future__ import annotations

from typing import Literal

from any_llm.plugin import MessagesProfile


class AnthropicProfile(MessagesProfile):
    """The quirks of one endpoint and model; unknown names are an error."""

    api_version: str = "auto"
    """The `anthropic-version` header. auto: 2026-10-21, or 2023-06-01 for a request that holds
    what the newer version refuses."""

    # --- parameters --------------------------------------------------------------------------
    sampling: Literal["used", "without_thinking", "never"] = "never"
    """When temperature, top_p and top_k are taken. Not taken: the default is left out, any other
    value is left out and reported."""

    # --- thinking ----------------------------------------------------------------------------
    budget: Literal["sent", "adaptive"] = "adaptive"
    """What becomes of thinking with a budget: sent, or asked for without one."""
    adaptive: bool | None = None
    """Adaptive thinking is taken; None = not known, the endpoint says."""
    disabled: Literal["sent", "between_tools"] = "sent"
    """What becomes of thinking that is turned off."""
    unsigned_thinking: Literal["sent", "dropped"] = "dropped"
    """What becomes of reasoning in the history that nobody has signed."""

    # --- tools -------------------------------------------------------------------------------
    forced_tools: bool | None = None
    """tool_choice any and tool are taken; None = not known."""
    forced_refused_with: tuple[str, ...] = ()
    """Types of thinking beside which they are known to be refused."""
    tool_ids: str | None = "[a-zA-Z0-9_-]+"
    """What the id of a call must look like; others are replaced. None = anything."""
    results_first: bool = True
    """Tool results must stand first in what follows their calls; they are brought there."""

    # --- the conversation --------------------------------------------------------------------
    prefill: bool | None = None
    """A last turn of the assistant is continued; None = not known."""
    server_tools: Literal["own", "any"] = "own"
    """Server tools in the history: only Anthropic's own, in pairs; or as they stand."""
    cache_marks: int | None = 4
    """How many cache breakpoints a request may have; the first ones too many are left out."""

    # --- what the endpoint lacks -------------------------------------------------------------
    blocks_refused: tuple[str, ...] = ()
    """Types of blocks that it does not take; they are refused before sending."""
    ignored: tuple[str, ...] = ()
    """Fields that it reads past without a word; they are reported, or refused where the answer
    would not be what was asked for."""
