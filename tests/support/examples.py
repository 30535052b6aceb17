"""How many examples a property tries."""

from __future__ import annotations

from hypothesis import settings


def examples(most: int) -> settings:
    """Return settings with `most` examples; the profile's number is what it takes per hundred."""
    return settings(
        max_examples=max(10, most * settings.default.max_examples // 100), deadline=None
    )
