"""Recordings that a comparison leaves out, each with its reason. Nothing else is left out."""

from __future__ import annotations

_AUDIO = "the answer is audio, which Messages has no block for: it stands in provider_extras"
_LATE = "content after finish_reason: to a reader, a cut between the two is the end of the answer"

CHAT_ANSWERS = dict.fromkeys(
    (
        "openai-chat-0e34decc7377a217a80e",
        "openai-chat-3a99e5b9c70c80b0437b",
        "openai-chat-4853ad96b9c7f87506ef",
        "openai-chat-57c296329cbbbc0dc92a",
        "openai-chat-5b05c79a47aef2a31d90",
        "openai-chat-6a08dfa7bca5e882cfec",
        "openai-chat-7315432b649d71546e22",
        "openai-chat-752dddd367ca0e9b54b7",
        "openai-chat-a283fd76cc7f7ea77dac",
        "openai-chat-b6b61422406a6a6be327",
        "openai-chat-cdd573481621299f0373",
        "openai-chat-d5735eec7e7e54751692",
        "openai-chat-e1dc630fda490d302aa5",
        "openai-chat-fc22e9b7581e6e81fd42",
    ),
    _AUDIO,
)
"""Not compared with what the oracle says of the answer."""

CHAT_CUTS = dict.fromkeys(
    ("openai-chat-56d2e1f273fffa4bcc2c", "openai-chat-cf884fd8c0e901941bdf"), _LATE
)
"""Not expected to be complete or an error wherever it is cut."""
