"""Recordings that a comparison leaves out, each with its reason. Nothing else is left out."""

from __future__ import annotations

_MANY = "a finishReason in a chunk that is not the last: to a reader, a cut behind it is the end"
_TWICE = "the same thought signature twice, which is billed twice: the second is dropped"
_ADDRESS = "an address inside a response, which Google may drop: it stands behind the response"
_OFF = "a budget of 0 for Gemini 2.5 Pro, which thought nevertheless: the least budget is sent"
_BESIDE = "a title beside $ref, where Google's reference allows nothing: dropped"
_STRICT = "VALIDATED for Gemini 2.0, which takes the word; nobody says that it keeps it: refused"

CUTS = dict.fromkeys(
    (
        "gemini-5e4283e3f1d96884572f",
        "gemini-787e586d0cd0166cb0bf",
        "gemini-9acd05be85ae1230a51c",
        "gemini-9c94d56d80a4ff09481f",
        "gemini-a9fa7d76eaa185a52906",
    ),
    _MANY,
)
"""Not expected to be complete or an error wherever they are cut."""

REQUESTS = {
    **dict.fromkeys(
        (
            "gemini-07e08aa916f69d508b83",
            "gemini-a5ff2f9d1c99c80fe0b2",
            "gemini-d88ca53453043152530d",
        ),
        _TWICE,
    ),
    **dict.fromkeys(
        (
            "gemini-0b8264cfa0e3ccd46d89",
            "gemini-5decdea5152ee8d35e2f",
            "gemini-d0faaca78712b67f7c9d",
            "gemini-f4ed36786584bd9d945c",
        ),
        _ADDRESS,
    ),
    **dict.fromkeys(("gemini-55eb712cdc4ed82d5ba4", "gemini-606296450442e1f176e8"), _OFF),
    **dict.fromkeys(("gemini-acaf289982e2a919714b", "gemini-d8279870412ffa122e73"), _BESIDE),
}
"""Requests that are encoded otherwise than they were accepted."""

REFUSED = dict.fromkeys(("gemini-32a6bc37ee3888fe61c8", "gemini-a5357bafa814aa720787"), _STRICT)
"""Requests that were accepted and are refused."""

UNSAYABLE = {
    "no request recorded": "nothing to encode",
    "the provider did not accept it": "an error proves nothing",
    "media of the user: audio": "Messages has no audio",
    "media of the user: video": "Messages has no video",
    "media of the user: text": "a text file as data: in Messages a document's base64 is a PDF",
    "how a video is to be read": "Messages has no video",
    "media asked for": "pictures and sound as an answer are outside Messages",
    "media of the model": "a picture that the model made earlier",
    "a result without its call": "the name of a call that was never made",
    "a call without its result": "Messages servers refuse such a history",
    "a signature alone": "not to be given back (pydantic-ai 2.68)",
    "a choice among some of the functions": "tool_choice names one or leaves it open",
    "a budget for a model that has levels": "the dialect sends a level (mapping 1.3)",
    "thinking asked of a model that does not think": "nothing is sent",
    "a tool of Google's: urlContext": "fetching pages is not possible on this wire yet",
    "a tool of Google's: url_context": "fetching pages is not possible on this wire yet",
    "a tool of Google's: fileSearch": "Messages has no such tool",
}
"""Why a request has no Messages form, and what that means."""
