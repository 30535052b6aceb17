"""Backends that know one mode: the core folds a stream, or replays a whole answer, and says so."""

from __future__ import annotations

import pytest

from any_llm import BadReply, Loss, LossyConversionWarning, UnsupportedFeature, plugin
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import HELLO, Plain, PlainDecoder, manager, plain_answer, row


class OnlyStreams(Plain):
    modes = frozenset({"streamed"})

    def decode(self, reply, ctx):
        raise AssertionError("it never answers whole")


class OnlyWhole(Plain):
    modes = frozenset({"whole"})


FOLDED = Loss("stream", "this backend streams; its answer is folded", "emulated")
REPLAYED = Loss("stream", "this backend answers whole; its message is replayed", "emulated")
CASES = {"folded": (OnlyStreams, False, FOLDED), "replayed": (OnlyWhole, True, REPLAYED)}

case = pytest.mark.parametrize(("dialect", "stream", "loss"), CASES.values(), ids=CASES)


@pytest.fixture
def server():
    with ReplayServer(answer=plain_answer) as server:
        yield server


def final(answer):
    """The message of a whole call or a stream, and its losses."""
    message = answer if isinstance(answer, plugin.MessageResponse) else answer.get_final_message()
    assert message.losses == answer.losses
    return message


@case
def test_the_other_mode_gives_the_same_message_and_is_reported(
    colour, server, dialect, stream, loss
):
    client = colour.client(manager(row(server, dialect=dialect())), on_loss="ignore")
    other = final(client.messages("stand-in:m", HELLO, 9, stream=not stream))
    found = final(client.messages("stand-in:m", HELLO, 9, stream=stream))
    assert found == other
    assert (other.losses, found.losses) == ((), (loss,))
    assert [request.json["stream"] for request in server.requests] == [not stream] * 2


@case
def test_it_warns_at_the_call(colour, server, dialect, stream, loss):
    client = colour.client(manager(row(server, dialect=dialect())))
    with pytest.warns(LossyConversionWarning) as caught:
        answer = client.messages("stand-in:m", HELLO, 9, stream=stream)
    assert [str(one.message) for one in caught] == [f"stand-in: {loss}"]
    assert final(answer).text == "hello"  # without a second warning, which would be an error here


@case
def test_on_loss_error_refuses_it_before_anything_is_sent(colour, server, dialect, stream, loss):
    client = colour.client(manager(row(server, dialect=dialect())), on_loss="error")
    with pytest.raises(UnsupportedFeature, match=f"stand-in: {loss}") as caught:
        client.messages("stand-in:m", HELLO, 9, stream=stream)
    assert caught.value.path == "stream"
    assert server.requests == []
    assert final(client.messages("stand-in:m", HELLO, 9, stream=not stream)).text == "hello"


@case
def test_a_retry_reports_it_once(colour, dialect, stream, loss):
    busy = [Answer(status=503, headers={"retry-after-ms": "1"})]

    def answer(request):
        return busy.pop() if busy else plain_answer(request)

    with ReplayServer(answer=answer) as server:
        client = colour.client(manager(row(server, dialect=dialect())), max_retries=1)
        answer = client.messages("stand-in:m", HELLO, 9, stream=stream, on_loss="ignore")
        assert final(answer).losses == (loss,)
        assert len(server.requests) == 2


class SSEDecoder(PlainDecoder):
    pass


class ServerDecides(Plain):
    """Its server may answer otherwise than it was asked; the answer's own type is believed."""

    framer = plugin.SSE
    decoder = SSEDecoder


WHOLE = Answer.of({"id": "m1", "said": "hello", "out": 5})
STREAMED = Answer.sse(
    b'data: {"id": "m1", "done": false, "said": "hello"}\n\n'
    b'data: {"id": "m1", "done": true, "out": 5}\n\n'
)


@pytest.mark.parametrize(
    ("given", "stream", "loss"),
    [(STREAMED, False, FOLDED), (WHOLE, True, REPLAYED)],
    ids=["folded", "replayed"],
)
def test_a_server_that_answers_otherwise_is_reported_too_but_not_refused(
    colour, given, stream, loss
):
    with ReplayServer(given) as server:
        client = colour.client(manager(row(server, dialect=ServerDecides())), on_loss="error")
        with pytest.warns(LossyConversionWarning, match="this backend"):  # it is paid for
            answer = client.messages("stand-in:m", HELLO, 9, stream=stream)
        message = final(answer)
        assert (message.text, message.losses) == ("hello", (loss,))


def test_a_stream_that_a_dialect_cannot_read_is_a_bad_reply(colour):
    class Bare(plugin.Dialect):
        """All that a dialect must have which only answers whole: no decoder."""

        name = "bare"
        modes = frozenset({"whole"})
        encode, decode = Plain.encode, Plain.decode

    with ReplayServer(STREAMED) as server:
        client = colour.client(manager(row(server, dialect=Bare())), on_loss="ignore")
        for stream in (False, True):
            with pytest.raises(BadReply, match="stand-in: cannot read the answer"):
                client.messages("stand-in:m", HELLO, 9, stream=stream)


def test_a_warning_made_an_error_leaves_no_connection(colour):
    class Reports(SSEDecoder):
        def feed(self, frame):
            self.ctx.report("x", "odd")
            super().feed(frame)

    class Odd(ServerDecides):
        decoder = Reports

    cut = Answer.sse(STREAMED.body[:60], end="hang")
    with ReplayServer(cut) as server:
        client = colour.client(manager(row(server, dialect=Odd())))
        with pytest.raises(LossyConversionWarning, match="odd"):
            client.messages("stand-in:m", HELLO, 9, stream=True)
        assert server.wait_closed()
        assert server.closed_early == 1
