"""Effort words: a server's nearest one for each of Messages'."""

from __future__ import annotations

from .profile import ChatProfile

# openai 3.54, types/shared/reasoning_effort.py, weakest first.
_WORDS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_RANK = {word: rank for rank, word in enumerate(_WORDS)}

# any-llm 1.40 utils/messages_compat.py, without "minimal", which gpt-5.6 refuses.
_BUDGETS = ((2048, "low"), (8192, "medium"), (24576, "high"))


def bucket(budget_tokens: int) -> str:
    """Return the effort that stands for a budget of thinking tokens."""
    return next((word for most, word in _BUDGETS if budget_tokens <= most), "xhigh")


def nearest(word: str, profile: ChatProfile) -> str:
    """Return the server's word for an effort.

    A word that nobody knows, or any word where the server's are not known, stays as it is.
    """
    said = profile.effort_words.get(word, word)
    known = [each for each in profile.efforts or () if each in _RANK and each != "none"]
    if said in known or said not in _RANK or not known:
        return said
    rank = _RANK[said]
    return min(known, key=lambda each: (abs(_RANK[each] - rank), -_RANK[each]))


def weakest(profile: ChatProfile) -> str | None:
    """Return the least effort that the model is known to take."""
    return next(iter(profile.efforts or ()), None)


def can_be_off(profile: ChatProfile) -> bool:
    """Whether a request can turn thinking off, as far as one knows."""
    if profile.thinking == "reasoning_effort":
        said = profile.efforts is None or "none" in profile.efforts
        return said and profile.effort_field is not None
    return profile.thinking not in {"always", "none"}
