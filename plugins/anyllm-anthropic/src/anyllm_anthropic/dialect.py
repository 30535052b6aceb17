"""The dialect: the Messages API as Anthropic serves it, and as others do.

What is mended here, what is refused and what is left to the API follows one principle, which
stands in docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import (
    APIStatusError,
    CallContext,
    MessagesDialect,
    MessagesRequest,
    WireReply,
)

from . import cache, choice, lacking, sampling, thinking, version
from .errors import sorted_out
from .foreign import without_foreign
from .ids import fitting_ids
from .models import MODELS
from .profile import AnthropicProfile
from .turns import prefill, results_first


class Anthropic(MessagesDialect):
    """Messages as they are, with the rules of Anthropic's API and of its models.

    What endpoints and families of models do differently is `AnthropicProfile`: rows, `MODELS` and
    `quirks=` set it. `api_version=` of a call names the version.
    """

    name = "anthropic"
    profile = AnthropicProfile
    models = MODELS
    call_options = version.CALL_OPTIONS

    def body(self, request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
        """Return the body; UnsupportedFeature for what is known to be refused."""
        body = super().body(request, ctx)
        turns = without_foreign(body["messages"], ctx)
        turns = results_first(fitting_ids(turns, ctx), ctx)
        body["messages"] = prefill(turns, ctx)
        thinking.settle(body, ctx)
        choice.check(body, ctx)
        sampling.settle(body, ctx)
        cache.settle(body, ctx)
        lacking.check(body, ctx)
        version.check(body, ctx)
        return body

    def api_version(self, body: Mapping[str, Any], ctx: CallContext) -> str:
        """Return the newest version that takes all of the body, or the one asked for."""
        return version.api_version(body, ctx)

    def error(self, reply: WireReply, ctx: CallContext) -> APIStatusError:
        """Return the typed error; one about a spent budget is not tried again."""
        return sorted_out(super().error(reply, ctx))
