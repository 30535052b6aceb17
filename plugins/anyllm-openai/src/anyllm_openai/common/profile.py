"""What servers of this wire do differently, as typed data.

The defaults are those of a server nobody knows: what most accept, and nothing that a strict one
refuses. A row, a model rule, the client and the call (`quirks=`) each put their own over them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ReasoningField = Literal[
    "reasoning_content",
    "reasoning",
    "reasoning_text",
    "thinking",
    "reasoning_details",
    "content",
    "tags",
]
"""Where a message holds its reasoning. `content` is a list of parts with `thinking` among them;
`tags` is `<think>...</think>` before the text."""


class ChatProfile(BaseModel):
    """The quirks of one server and model; unknown names are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    # --- parameters --------------------------------------------------------------------------
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """The one field that bounds the answer."""
    sampling: Literal["always", "without_thinking", "never"] = "always"
    """When `temperature` and `top_p` are accepted."""
    top_k: bool = False
    """Takes `top_k`."""
    stop_max: int | None = Field(default=None, ge=0)
    """How many `stop` sequences are accepted: None = no known limit, 0 = none at all."""
    stream_usage: bool = True
    """Takes `stream_options: {"include_usage": true}`."""
    user_id_field: Literal["safety_identifier", "user"] | None = None
    """Where `metadata.user_id` goes; None = nowhere."""
    service_tiers: Mapping[str, str] = Field(default_factory=dict)
    """Messages' service tiers and speeds -> this host's `service_tier`; empty = no such field."""
    cache: Literal["none", "breakpoints", "cache_control"] = "none"
    """Cache marks: not said, as `prompt_cache_breakpoint` on parts, or as `cache_control`."""
    extra: Mapping[str, Any] = Field(default_factory=dict)
    """Body fields that this host needs in every request."""

    # --- thinking ----------------------------------------------------------------------------
    thinking: Literal[
        "reasoning_effort",
        "reasoning",
        "thinking",
        "adaptive",
        "enable_thinking",
        "chat_template_kwargs",
        "always",
        "none",
    ] = "reasoning_effort"
    """How thinking is turned on and off: the effort word alone; `reasoning: {"enabled"}`;
    `thinking: {"type"}` with enabled or adaptive for on; `enable_thinking`; the template's
    `enable_thinking`; it can't be turned off (always); the model does not think (none)."""
    thinks_unasked: bool = True
    """Thinks when the request says nothing about it (of models that think at all)."""
    effort_field: Literal["reasoning_effort", "reasoning.effort"] | None = "reasoning_effort"
    """Where an effort word goes; None = nowhere."""
    efforts: tuple[str, ...] | None = None
    """The words it takes, weakest first; None = not known: words go as they are."""
    effort_words: Mapping[str, str] = Field(default_factory=dict)
    """Words that are spelled differently here."""
    budget_field: str | None = None
    """Where `thinking.budget_tokens` goes as a number: `name` or `object.name`."""
    tools_and_effort: Literal["any", "unset", "none"] = "any"
    """With tools: any effort; only an unsaid one; only the word none."""
    reasoning_in: tuple[ReasoningField, ...] = (
        "reasoning_content",
        "reasoning",
        "reasoning_text",
        "thinking",
        "reasoning_details",
        "content",
    )
    """Where an answer's reasoning is looked for, first match first."""
    reasoning_out: Literal["auto", "none"] | ReasoningField = "auto"
    """Where earlier reasoning goes back: the field it came in, nowhere, or always this one."""
    reasoning_required: Literal["never", "tool_calls", "always"] = "never"
    """Which assistant turns are refused without reasoning while thinking is on."""
    think_tags: bool = False
    """Reasoning stands in the text as `<think>...</think>` and is taken out of it."""
    thought_signatures: bool = False
    """Calls carry `extra_content.google.thought_signature`, which must come back."""

    # --- messages ----------------------------------------------------------------------------
    system_role: Literal["system", "developer"] = "system"
    """The role of the system prompt."""
    system_later: Literal["in_place", "user", "first"] = "user"
    """A system turn inside the conversation: as it stands, as marked user text, or put first."""
    string_content: bool = False
    """Takes text as a string only, never a list of parts."""
    empty_content: Literal["null", "empty"] = "null"
    """The content of an assistant turn that only calls tools: null or ""."""
    prefill: Literal["refuse", "native", "continue_final_message", "prefix", "partial"] = "refuse"
    """A last assistant turn: refused, continued as it is, by vLLM's flags, or marked so."""
    user_after_tool: bool = True
    """A user turn may follow a tool result directly."""
    images: Literal["any", "data", "none"] = "any"
    """Pictures: by URL and inline, inline only, not at all."""
    image_detail: str | None = None
    """The `detail` that goes with every picture; None = left to the server."""
    pdf: Literal["none", "file", "document_url"] = "none"
    """The part that carries a PDF."""
    pdf_urls: bool = False
    """That part also takes a web address."""
    pdf_url_names: bool = True
    """A PDF by its address may have a name."""
    file_ids: bool = False
    """Documents may be named by the id of an uploaded file."""
    image_ids: bool = False
    """Pictures may be named so too."""

    # --- tools -------------------------------------------------------------------------------
    tools: bool = True
    """Takes tools at all."""
    tool_choice_any: str | None = "required"
    """The word for "some tool"; None = there is none."""
    tool_choice_tool: bool = True
    """One tool can be demanded by name."""
    tool_choice_none: str | None = "none"
    """The word for "no tool"; None = there is none, so the tools stay at home."""
    tool_choice_thinking: bool = True
    """A choice may be forced while the model thinks."""
    parallel_tool_calls: bool = True
    """Takes `parallel_tool_calls: false`."""
    strict_tools: Literal["transform", "pass", "refuse"] = "pass"
    """`strict: true` on tools: with the strict subset of the schema, as it is, not possible."""
    tool_results: Literal["text", "parts"] = "text"
    """What a tool message may hold: text, or pictures and documents too."""
    tool_id_max: int | None = Field(default=64, ge=9)
    """The longest id of a call; longer ones are shortened on call and result alike."""
    tool_id_pattern: str | None = None
    """What an id of a call must match as a whole; others are replaced likewise."""
    expand_parallel: bool = False
    """The model may wrap its calls in `multi_tool_use.parallel`."""

    # --- structured output -------------------------------------------------------------------
    json_schema: Literal["json_schema", "json_object", "none"] = "json_schema"
    """`response_format`: a schema, JSON without one (the schema goes into the prompt), neither."""
    json_schema_strict: Literal["transform", "send", "omit"] = "omit"
    """`strict` in it: true with the strict subset, true with the schema as it is, not said."""
    json_schema_with_tools: bool = True
    """A schema and tools may stand in one request."""
    json_schema_stream: bool = True
    """An answer with a schema may be streamed."""

    # --- the answer --------------------------------------------------------------------------
    stop_sequence_fields: tuple[str, ...] = ("stop_reason", "matched_stop")
    """Fields of a choice that may name the stop sequence that was met."""
