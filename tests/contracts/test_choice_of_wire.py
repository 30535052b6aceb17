"""A vendor that speaks two wires: its dialect hands each call to the one that fits."""

from __future__ import annotations

from any_llm import plugin
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import HELLO, Plain, manager, plain_answer, row

TOOL = {"name": "t", "input_schema": {"type": "object"}}


class Other(Plain):
    """The same wire under another path, with another word for its end."""

    name = "other"

    def encode(self, request, ctx):
        wire = super().encode(request, ctx)
        return plugin.WireRequest(path="/other", json=wire.json)

    def decode(self, reply, ctx):
        message = super().decode(reply, ctx)
        message.stop_reason = "max_tokens"
        return message

    def list_models(self, ctx):
        yield plugin.Send(plugin.WireRequest(path="/other/models", method="GET"))
        return [plugin.ModelInfo(id="m")]


class Either(Plain):
    """Speaks itself, but the other wire with tools and where there is no request."""

    name = "either"
    other = Other()

    def choose(self, request, ctx):
        return self.other if request is None or request.tools else self


def answer(request):
    return Answer.of([]) if request.method == "GET" else plain_answer(request)


def test_the_request_decides_for_whole_and_streamed_calls(colour):
    with ReplayServer(answer=answer) as server:
        client = colour.client(manager(row(server, dialect=Either())))
        for tools, path, stop in ((None, "/say", "end_turn"), ([TOOL], "/other", "max_tokens")):
            whole = client.messages("stand-in:m", HELLO, 9, tools=tools)
            assert (whole.text, whole.stop_reason) == ("hello", stop)
            with client.stream("stand-in:m", HELLO, 9, tools=tools) as stream:
                assert stream.get_final_message().text == "hello"
            assert [each.path for each in server.requests[-2:]] == [path, path]


def test_an_operation_without_a_request_can_be_handed_on_too(colour):
    with ReplayServer(answer=answer) as server:
        client = colour.client(manager(row(server, dialect=Either())))
        assert [model.id for model in client.models.list(provider="stand-in")] == ["m"]
        assert server.requests[0].path == "/other/models"


class Whole(Other):
    """A wire that only answers whole."""

    name = "whole"
    modes = frozenset({"whole"})


class EitherWhole(Either):
    name = "either-whole"
    other = Whole()


def test_the_chosen_wire_says_whether_it_streams(colour):
    with ReplayServer(answer=answer) as server:
        client = colour.client(manager(row(server, dialect=EitherWhole())), on_loss="ignore")
        with client.stream("stand-in:m", HELLO, 9, tools=[TOOL]) as stream:
            assert stream.get_final_message().text == "hello"
        assert server.requests[0].json["stream"] is False
