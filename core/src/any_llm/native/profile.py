"""Where an endpoint that speaks Messages departs from the format, as typed data."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class MessagesProfile(BaseModel):
    """Where an endpoint departs from Anthropic's; paths are relative to the base URL."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    api_version: str = "2023-06-01"
    """The `anthropic-version` header."""
    path: str = "/v1/messages"
    """Where messages are made."""
    count_path: str = "/v1/messages/count_tokens"
    """Where tokens are counted; empty = nowhere."""
    models_path: str = "/v1/models"
    """Where models are listed; empty = nowhere."""
    one_model: bool = False
    """A path behind that one describes a model, and knows its other names."""
    issuer: str = ""
    """Who signs the reasoning of this endpoint. Empty: signatures stand as they came, which is
    right for one vendor only, Anthropic. A name: they travel in an envelope that says whose they
    are, so that no other endpoint is sent them."""
