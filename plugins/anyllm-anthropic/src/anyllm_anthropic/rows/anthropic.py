"""Anthropic itself."""

from __future__ import annotations

from any_llm.plugin import Setting

from ..auth import SETTING, AnthropicKey, way_of
from .row import Row, no_slash, row

ROWS: tuple[Row, ...] = (
    row(
        "anthropic",
        "{base_url}",
        docs="https://platform.claude.com/docs/en/api/messages",
        facts={"official Python SDK 2.12, resources/models.py: aliases too": {"one_model": True}},
        auth=AnthropicKey(),
        settings=(
            Setting(
                name="base_url",
                env=("ANTHROPIC_BASE_URL",),
                default="https://api.anthropic.com",
                parse=no_slash,
            ),
            Setting(name=SETTING, default="", parse=lambda value: way_of(value) if value else ""),
        ),
    ),
)
