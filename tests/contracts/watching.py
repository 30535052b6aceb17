"""What the tests of observers share: a recorder, and a watched client of a server."""

from __future__ import annotations

import threading

from any_llm import plugin
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import Plain, manager, plain_answer, plain_lines, row

MODEL = "stand-in:m"
KEY = "sk-stand-in-4711"
LINES = {"content-type": "application/x-ndjson"}
THREE = len(plain_lines("hel")) - len(plain_lines(""))  # bytes that say so much
HANGS = Answer(body=plain_lines("hello"), headers=LINES, pieces=[40], after=THREE, end="hang")


class Recorder(plugin.Observer):
    def __init__(self) -> None:
        self.facts: list[tuple] = []
        self.ended = threading.Event()

    def on_request(self, call):
        self.facts.append(("request", call))

    def on_retry(self, call, retry):
        self.facts.append(("retry", call, retry))

    def on_first_event(self, call):
        self.facts.append(("first", call))

    def on_end(self, call, end):
        self.facts.append(("end", call, end))
        self.ended.set()

    @property
    def order(self) -> list[str]:
        return [fact[0] for fact in self.facts]

    @property
    def end(self) -> plugin.End:
        (end,) = (fact[2] for fact in self.facts if fact[0] == "end")
        return end


class Lossy(Plain):
    def encode(self, request, ctx):
        if request.tools:
            ctx.refuse("tools", "it has none")
        ctx.report("top_k", "gone")
        return super().encode(request, ctx)


class Setting:
    """A server that answers as told, a client watched by a recorder."""

    def __init__(self, colour, recorder, *answers, dialect=None, **options):
        given = list(answers)

        def answer(request):
            one = given.pop(0) if len(given) > 1 else (given or [None])[0]
            return one or plain_answer(request)

        self.server = ReplayServer(answer=answer)
        spec = row(self.server, dialect=dialect or Lossy(), auth=plugin.ApiKey())
        options = {"keys": {"stand-in": KEY}, "on_loss": "ignore", **options}
        self.plugins = manager(spec)
        self.make = lambda: colour.client(self.plugins, observers=[recorder], **options)

    def __enter__(self):
        self.server.__enter__()
        return self.make()

    def __exit__(self, *exc):
        self.server.__exit__(*exc)
