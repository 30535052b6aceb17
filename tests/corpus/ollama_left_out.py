"""Recordings that a comparison leaves out, each with its reason. Nothing else is left out."""

from __future__ import annotations

_GENERATE = "/api/generate is another endpoint: its answers are no chat"
_MODELS = "a list or a description of models: see test_ollama_models.py"
_LEVELS = "think: false to gpt-oss, which ignores it; the dialect asks for the lowest level instead"
_NO_CALLS = "the client lost the calls of its history: results stand there without any"

ANSWERS: dict[str, str] = {
    **dict.fromkeys(("/api/generate",), _GENERATE),
    **dict.fromkeys(("/api/tags", "/api/show", "/api/ps"), _MODELS),
}
"""By path. Not compared with what the oracle says of the answer."""

REQUESTS: dict[str, str] = dict.fromkeys(
    ("ollama-27e75546720a38c58a01", "ollama-994797269fbf30e27556"), _LEVELS
)
"""Not expected to be encoded as they were recorded."""

UNSAYABLE: dict[str, str] = {
    "an empty turn of the assistant: its calls were lost before it was sent": _NO_CALLS,
    "no request recorded": "nothing to encode",
    "the server did not accept it": "an error is no model of what to send",
    **{f"{path} is not /api/chat": reason for path, reason in ANSWERS.items()},
}
"""Why a recorded request has no Messages form -> why that is right."""
