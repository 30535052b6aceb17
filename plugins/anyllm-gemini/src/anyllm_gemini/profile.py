"""What models and hosts of this wire do differently, as typed data.

The defaults are those of the newest family on the Gemini API; `models.py` says what older models
take. A row, a model rule, the client and the call (`quirks=`) each put their own over them.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"]


class GeminiProfile(BaseModel):
    """The quirks of one host and model; unknown names are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # --- the host ----------------------------------------------------------------------------
    issuer: str = "gemini"
    """Whose thought signatures this host takes: the Gemini API and Vertex AI refuse each other's
    ("Corrupted thought signature", pydantic-ai 2.68 models/google.py, verified 2026-10-27)."""
    api_version: str | None = "v1beta"
    """Put before the path unless the address ends in a version; None = the address is complete."""
    models_path: str = "/models"
    """Where models live below the address."""
    lists_models: bool = True
    """`GET` on that path lists them."""
    count: Literal["wrapped", "flat"] = "wrapped"
    """countTokens takes a `generateContentRequest`, or its fields directly."""
    service_tier: Literal["body", "headers"] = "body"
    """How a tier is asked for: as `serviceTier`, or by Vertex AI's request headers."""
    exclude_domains: bool = False
    """Google search takes `excludeDomains`."""
    server_tool_invocations: bool = True
    """Search beside functions needs `includeServerSideToolInvocations`."""

    # --- thinking ----------------------------------------------------------------------------
    thinking: Literal["level", "budget", "none"] = "level"
    """How much thinking is asked for: as `thinkingLevel`, as `thinkingBudget`, not at all."""
    levels: tuple[Level, ...] = ("LOW", "MEDIUM", "HIGH")
    """The levels the model takes, least first."""
    budget_min: int = Field(default=0, ge=0)
    """The least budget of thinking tokens above zero."""
    budget_max: int = Field(default=24576, ge=0)
    """The most."""
    budget_off: bool = True
    """A budget of 0 turns thinking off."""
    signatures: bool = True
    """The first call of a model turn must carry a thought signature."""
    signed_text: bool = True
    """Signatures of plain text are handed on; they are optional when they come back."""

    # --- parameters --------------------------------------------------------------------------
    sampling: Literal["used", "ignored"] = "ignored"
    """What the model does with temperature, topP and topK."""
    stop_max: int | None = Field(default=5, ge=0)
    """How many stop sequences are accepted; None = no known limit."""

    # --- tools -------------------------------------------------------------------------------
    tool_schema: Literal["json", "openapi"] = "json"
    """Schemas as `parametersJsonSchema` and `responseJsonSchema`, or as OpenAPI `parameters` and
    `responseSchema` for gateways that know nothing else."""
    tool_name_max: int = Field(default=128, ge=16)
    """The longest name of a function."""
    validated: bool = True
    """Function calling has the mode VALIDATED, which holds calls to their schemas."""
    combines: bool = True
    """Functions may stand beside Google's own tools or a schema of the answer."""
    call_ids: bool = True
    """Calls and results carry ids."""
    result_media: tuple[str, ...] = (
        "image/png",
        "image/jpeg",
        "image/webp",
        "application/pdf",
        "text/plain",
    )
    """Media types that may stand inside a function's response."""

    # --- the answer --------------------------------------------------------------------------
    media_output: Literal["refuse", "block"] = "refuse"
    """Pictures and sound in an answer, which Messages has no block for: an error, or a block of
    type image, audio, video or document with a base64 source."""
