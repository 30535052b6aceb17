"""Words of the GenAI semantic conventions that any_llm calls otherwise.

Source: OpenTelemetry semantic conventions 1.42.0 and, since they moved there, the repository
semantic-conventions-genai before its first release (read 2026-11-28). Everything in them has the
status "Development".
"""

from __future__ import annotations

from urllib.parse import urlsplit

from any_llm.plugin import Call

# `gen_ai.provider.name`: "If one of them applies, then the respective value MUST be used".
_PROVIDERS = {
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "moonshot": "moonshot_ai",
    "vertex": "gcp.vertex_ai",
    "watsonx": "ibm.watsonx.ai",
    "xai": "x_ai",
}
# `gen_ai.operation.name`: the conventions have no word for the others, so theirs is ours.
_OPERATIONS = {"messages": "chat", "models": "list_models"}
# The finish reasons of `gen-ai-output-messages.json`.
_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_call",
    "refusal": "content_filter",
}
_PORTS = {"http": 80, "https": 443}

ERROR = "error"
"""The finish reason of an answer that never came to its end."""


def provider_name(call: Call) -> str:
    """Return the well-known name of the provider, else its id."""
    return _PROVIDERS.get(call.provider, call.provider)


def operation_name(call: Call) -> str:
    """Return `chat` for a Messages call, else what is done."""
    return _OPERATIONS.get(call.operation, call.operation)


def finish_reason(stop_reason: str | None) -> str:
    """Return the conventions' word for a stop reason; one that nobody knows stays as it is."""
    return _REASONS.get(stop_reason, stop_reason) if stop_reason else ERROR


def span_name(call: Call) -> str:
    """Return `{operation} {model}`; the list of models has no model."""
    name = operation_name(call)
    return name if call.operation == "models" else f"{name} {call.model}"


def server(call: Call) -> tuple[str, int] | None:
    """Return address and port of the server, None for an engine inside the process."""
    parts = urlsplit(call.server)
    if parts.scheme not in _PORTS:
        return None
    return parts.hostname or "", parts.port or _PORTS[parts.scheme]
