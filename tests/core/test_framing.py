"""Framing: every rule of the framers, for every way to cut the bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_llm.errors import BadReply, FrameTooLong
from any_llm.framing import NDJSON, SSE, Frame, Framer

params = pytest.mark.parametrize
Said = list[bytes | tuple[str, bytes]]


def read(frames: list[Frame]) -> Said:
    """The data of each frame; of a named one (event, data)."""
    return [(frame.event, frame.data) if frame.event else frame.data for frame in frames]


def run(framer: Framer, chunks: Iterable[bytes]) -> Said:
    """What all frames say, those of `close()` included."""
    return [*(said for chunk in chunks for said in read(framer.feed(chunk))), *read(framer.close())]


def cuts(body: bytes) -> Iterator[list[bytes]]:
    """Whole, one byte at a time with empty chunks between, and cut in two at every place."""
    yield [body]
    yield [piece for i in range(len(body)) for piece in (body[i : i + 1], b"")]
    for i in range(1, len(body)):
        yield [body[:i], body[i:]]


def check(framer: Callable[[], Framer], body: bytes, said: Said) -> None:
    for chunks in cuts(body):
        assert run(framer(), chunks) == said, chunks


JSON = b'{"a": 1}'

SSE_RULES: dict[str, tuple[bytes, Said]] = {
    "lf": (b"data: {}\n\ndata: {}\n\n", [b"{}", b"{}"]),
    "crlf": (b"data: {}\r\n\r\ndata: 2\r\n\r\n", [b"{}", b"2"]),
    "cr": (b"data: {}\r\rdata: 2\r\r", [b"{}", b"2"]),
    "mixed line ends": (b"data: 1\r\n\ndata: 2\n\r\ndata: 3\r\n\r", [b"1", b"2", b"3"]),
    "cr, then lf, is one line end": (b"data: 1\r\ndata: 2\r\n\r\n", [b"1\n2"]),
    "many blank lines": (b"\n\n\ndata: {}\n\n\n\n\ndata: 2\n\n\n", [b"{}", b"2"]),
    "named": (b"event: ping\ndata: {}\n\n", [("ping", b"{}")]),
    "name after data": (b"data: {}\nevent: a\n\n", [("a", b"{}")]),
    "last name counts": (b"event: a\nevent: b\ndata: {}\n\n", [("b", b"{}")]),
    "name does not outlive its event": (b"event: a\n\ndata: {}\n\n", [b"{}"]),
    "name without data": (b"event: ping\n\n", []),
    "name without space": (b"event:a\ndata: {}\n\n", [("a", b"{}")]),
    "name that is no UTF-8": (b"event: \xff\ndata: {}\n\n", [("\ufffd", b"{}")]),
    "comments": (b": hi\n\n:\ndata: {}\n: x\n\n:ping\n\n", [b"{}"]),
    "id and retry": (b"id: 7\nretry: 5\ndata: {}\n\nid\n\nretry:1\n\n", [b"{}"]),
    "multi-line data": (b'data: {"a":\ndata: 1}\n\n', [b'{"a":\n1}']),
    "named multi-line data": (b"event: a\ndata: {\ndata: }\n\n", [("a", b"{\n}")]),
    "no space after the colon": (b"data:{}\n\ndata:2\n\n", [b"{}", b"2"]),
    "one space is cut, not two": (b"data:  {}\n\n", [b" {}"]),
    "colons in the value": (b"data: a: b:c\n\n", [b"a: b:c"]),
    "a field without colon": (b"data\ndata: x\n\n", [b"\nx"]),
    "done": (b"data: [DONE]\n\n", [b"[DONE]"]),
    "empty data, named": (b"event: ping\ndata\n\n", [("ping", b"")]),
    "empty data, no name": (b"data:\n\ndata: \n\ndata\n\n", []),
    "byte order mark": (b"\xef\xbb\xbfdata: {}\n\n", [b"{}"]),
    "a second mark is no mark": (b"\xef\xbb\xbf\xef\xbb\xbfdata: 1\n\n", [b"\xef\xbb\xbfdata: 1"]),
    "a mark inside": (b"data: \xef\xbb\xbf1\n\n", [b"\xef\xbb\xbf1"]),
    "separators of str.splitlines": (
        'data: {"t": "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg"}\n\n'.encode(),
        ['{"t": "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg"}'.encode()],
    ),
    "long characters": ("data: é水😀\n\n".encode(), ["é水😀".encode()]),
    "no bytes": (b"", []),
}
SSE_ENDS: dict[str, tuple[bytes, Said]] = {
    "no blank line": (b"data: 1\n\ndata: 2\n", [b"1", b"2"]),
    "no newline": (b"event: a\ndata: {}", [("a", b"{}")]),
    "carriage return": (b"data: {}\r", [b"{}"]),
    "cut in the data": (b'data: {"a', [b'{"a']),
    "cut in a name": (b"data: 1\nda", [b"1"]),
    "cut in a first name": (b"data: 1\n\neve", [b"1"]),
    "cut before the colon": (b"data: 1\n\ndata", [b"1"]),
    "cut after the colon": (b"data: 1\n\ndata:", [b"1"]),
    "cut after the event's name": (b"event: message_stop\n", []),
    "cut in a comment": (b": OPENROUTER PROC", []),
    "half a mark": (b"\xef\xbb", [b"\xef\xbb"]),
}
STRAYS: dict[str, tuple[bytes, Said]] = {
    "bare JSON": (JSON, [JSON]),
    "bare JSON and a newline": (JSON + b"\n", [JSON]),
    "pretty JSON": (b'{\n  "a": {\n    "b": 503\n  }\n}\n', [b'{\n  "a": {\n    "b": 503\n  }\n}']),
    "JSON with CRLF": (b'[{\r\n "a": 1\r\n}]\r\n', [b'[{\n "a": 1\n}]']),
    "JSON after events": (b"data: 1\n\n" + JSON + b"\n\ndata: 2\n\n", [b"1", JSON, b"2"]),
    "JSON before data": (JSON + b"\ndata: [DONE]\n\n", [JSON, b"[DONE]"]),
    "JSON ends the event before": (b"data: 1\n" + JSON + b"\n\n", [b"1", JSON]),
    "JSON under a name": (b"event: error\n" + JSON + b"\n\n", [("error", JSON)]),
    "text": (b"upstream connect error: reset\n", [b"upstream connect error: reset"]),
    "one word": (b"Unauthorized", [b"Unauthorized"]),
    "HTML": (b"<html>\nbody: x\n</html>\n", [b"<html>\nbody: x\n</html>"]),
    "white space says nothing": (b"  \n\t\n\n", []),
    "unknown field beside data": (b"time: 1\ndata: 1\nx-y: {}\n\n", [b"1"]),
    "unknown field beside a name": (b"event: ping\ntime: 1\n\n", []),
    "unknown field beside empty data": (b"data:\ntime: 1\n\n", []),
    "unknown field alone": (b"error: {}\n\ndata: 1\n\n", [("error", b"{}"), b"1"]),
    "unknown field cut off": (b'data: 1\n\nerror: {"c', [b"1", ("error", b'{"c')]),
    "unknown fields alone": (b"code: 500\nmessage: no\n\n", [("code", b"500\nmessage: no")]),
    "unknown field after JSON and an id": (b"{}\nid: 1\ntime: 1\n\n", [b"{}"]),
    "names are case-sensitive": (b"Data: {}\n\n", [("Data", b"{}")]),
}


@params("body, said", SSE_RULES.values(), ids=SSE_RULES)
def test_sse_however_the_bytes_are_cut(body: bytes, said: Said) -> None:
    check(SSE, body, said)


@params("body, said", SSE_ENDS.values(), ids=SSE_ENDS)
def test_sse_that_ends_early_gives_what_it_has(body: bytes, said: Said) -> None:
    check(SSE, body, said)


@params("body, said", STRAYS.values(), ids=STRAYS)
def test_lines_that_are_no_fields_do_not_vanish(body: bytes, said: Said) -> None:
    check(SSE, body, said)


@params("body", [b"data: {}\n\n", b"data: {}\r\r", b"data: {}\r\n\r", b"data: {}\n\r", b"{}\n\n"])
def test_an_event_is_handed_out_with_its_blank_line(body: bytes) -> None:
    framer = SSE()
    assert framer.feed(body[:-1]) == []
    assert len(framer.feed(body[-1:])) == 1
    assert framer.feed(b"\n") == framer.close() == framer.close() == []


def test_ndjson_however_the_bytes_are_cut() -> None:
    a, b = '{"t": "x\u2028\u2029\x85é\r"}'.encode(), b'{"done": true}'
    said: Said = [a, b]
    for body in (a + b"\n" + b + b"\n", b"\n" + a + b"\r\n\r\n \n\n " + b + b"\t"):
        check(NDJSON, body, said)
    check(NDJSON, b"{}\n" + b[:5], [b"{}", b[:5]])
    check(NDJSON, b" \r\n\x0c\n", [b"\x0c"])
    check(NDJSON, b"{}\r{}\n", [b"{}\r{}"])
    assert [frame.data for frame in NDJSON().feed(b"1\n2\n3")] == [b"1", b"2"]


def test_frame() -> None:
    frame = Frame(b"{}")
    assert (frame.data, frame.event, dict(frame.headers)) == (b"{}", "", {})
    assert frame == SSE().feed(b"data: {}\n\n")[0]
    assert frame != Frame(b"{}", headers={":event-type": "chunk"})
    with pytest.raises(TypeError):
        frame.headers["x"] = "y"  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    with pytest.raises(AttributeError):
        frame.id = "7"  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


# --- limits ----------------------------------------------------------------------------------


class SmallSSE(SSE):
    max_frame = 20


class SmallNDJSON(NDJSON):
    max_frame = 20


def outcome(framer: Framer, chunks: Iterable[bytes]) -> tuple[Said, bool]:
    """What was said, and whether it ended in FrameTooLong, which then stays."""
    said: Said = []
    try:
        for chunk in chunks:
            said += read(framer.feed(chunk))
        return said + read(framer.close()), False
    except FrameTooLong:
        for again in (framer.close, lambda: framer.feed(b"\n\ndata: {}\n\n")):
            with pytest.raises(FrameTooLong):
                again()
        return said, True


@params("small, start, end", [(SmallSSE, b"data: ", b"\n\n"), (SmallNDJSON, b"", b"\n")])
def test_a_frame_as_long_as_the_limit_passes_and_a_byte_more_does_not(
    small: type[Framer], start: bytes, end: bytes
) -> None:
    room = small.max_frame - len(start)
    fits, over = start + b"x" * room, start + b"x" * (room + 1)
    for chunks in cuts((fits + end + b"\n") * 3):
        assert outcome(small(), chunks) == ([b"x" * room] * 3, False)
    for body in (over, over + end, over + end + fits + end):
        for chunks in cuts(fits + end + body):
            assert outcome(small(), chunks) == ([b"x" * room], True), chunks


@params("line", [b"data: x\n", b"stray\n", b": hello\n", b"x: hello\n"])
def test_an_event_without_end_is_stopped(line: bytes) -> None:
    for chunks in cuts(line * 5):
        assert outcome(SmallSSE(), chunks) == ([], True)


@params("small", [SmallSSE, SmallNDJSON])
def test_a_line_without_end_is_stopped_before_it_ends(small: type[Framer]) -> None:
    framer = small()
    for _ in range(small.max_frame):
        assert framer.feed(b"x") == []
    with pytest.raises(FrameTooLong):
        framer.feed(b"x")


def test_too_long_says_who_what_and_what_to_do() -> None:
    assert Framer.max_frame >= 64 * 1024 * 1024
    with pytest.raises(BadReply, match=r"^SmallSSE: .* limit of 20 \(max_frame\); .*subclass"):
        SmallSSE().feed(b"x" * 21)


# --- work ------------------------------------------------------------------------------------


class Meter(bytearray):
    """A buffer that counts the bytes that are searched in it or copied into or out of it."""

    work = 0

    def __iadd__(self, more: Any, /) -> Self:
        self.work += len(more)
        super().__iadd__(more)
        return self

    def __add__(self, more: Any, /) -> bytearray:
        self.work += len(self) + len(more)
        return super().__add__(more)

    def __bytes__(self) -> bytes:
        self.work += len(self)
        return b"".join([self])

    def find(self, sub: Any, start: Any = 0, end: Any = None, /) -> int:
        self.work += len(self) - start
        return super().find(sub, start, end)

    def clear(self) -> None:
        self.work += 1
        super().clear()


@params("piece", [1, 1_000])
@params(
    "kind, start, text, end",
    [
        (SSE, b"data: ", b"x" * 60_000, b"\n\n"),
        (SSE, b"data: ", b"\ndata: ".join([b"x"] * 8_000), b"\n\n"),
        (SSE, b"", b"{\n" * 30_000 + b"}", b"\r\n\r\n"),
        (NDJSON, b"", b"x" * 60_000, b"\n"),
    ],
    ids=["a line", "an event of many lines", "stray lines", "an NDJSON line"],
)
def test_many_pieces_cost_linear_work(
    kind: type[SSE | NDJSON], start: bytes, text: bytes, end: bytes, piece: int
) -> None:
    framer, body = kind(), start + text + end
    meter = framer._rest = Meter()
    chunks = [body[i : i + piece] for i in range(0, len(body), piece)]
    assert run(framer, chunks) == [text.replace(b"\ndata: ", b"\n")]
    assert framer._rest is meter
    assert len(body) // 2 < meter.work < 5 * len(body)


# --- a framing of a stranger -----------------------------------------------------------------


class LengthPrefixed(Framer):
    def __init__(self) -> None:
        self.rest = bytearray()

    def feed(self, chunk: bytes) -> list[Frame]:
        self.rest += chunk
        frames: list[Frame] = []
        while len(self.rest) >= 4:
            size = int.from_bytes(self.rest[:4], "big")
            self.check_size(size)
            if len(self.rest) < 4 + size:
                break
            frames.append(Frame(bytes(self.rest[4 : 4 + size]), headers={":size": str(size)}))
            del self.rest[: 4 + size]
        return frames

    def close(self) -> list[Frame]:
        if self.rest:
            raise BadReply("LengthPrefixed: the stream ends inside a frame")
        return []


def test_a_binary_framing_is_a_small_subclass() -> None:
    body = b"\0\0\0\x02hi\0\0\0\0\0\0\0\x03\n\n\xff"
    check(LengthPrefixed, body, [b"hi", b"", b"\n\n\xff"])
    assert LengthPrefixed().feed(body)[0].headers == {":size": "2"}
    with pytest.raises(FrameTooLong, match="LengthPrefixed: a frame of 4294967295 bytes"):
        LengthPrefixed().feed(b"\xff\xff\xff\xff")
    with pytest.raises(TypeError):
        Framer()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]


# --- against the standard's algorithm --------------------------------------------------------


def whatwg(body: bytes) -> Said:
    """WHATWG HTML 9.2.6 on the whole text, with the differences 1 and 4 of SSE's docstring."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    said: Said = []
    event = data = ""
    for line in [*re.split("\r\n|\n|\r", text), ""]:
        name, _, value = line.partition(":")
        value = value[1:] if value[:1] == " " else value
        if line == "":
            if data and (data[:-1] or event):
                payload = data[:-1].encode()
                said.append((event, payload) if event else payload)
            event = data = ""
        elif name == "event":
            event = value
        elif name == "data":
            data += value + "\n"
    return said


VALUES = st.text('ab{}[]": \t\0é水😀\u2028\u2029\x85\ufeff', max_size=6)
LINE_ENDS = st.sampled_from(["\n", "\r", "\r\n"])
KNOWN = st.sampled_from(["data", "data", "data", "event", "id", "retry", ""])
UNKNOWN = st.sampled_from(["time", "Data", "x-y", "datab", "e_1"])


@st.composite
def fields(draw: st.DrawFn, names: st.SearchStrategy[str]) -> str:
    return draw(names) + draw(st.sampled_from([":", ": "])) + draw(VALUES)


@st.composite
def blocks(draw: st.DrawFn) -> list[str]:
    lines = draw(st.lists(fields(KNOWN) | st.sampled_from(["data", "event", "id"]), max_size=4))
    if any(line.startswith("data") for line in lines):
        lines += draw(st.lists(fields(UNKNOWN), max_size=2))
    return draw(st.permutations(lines))


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    lines = [line for block in draw(st.lists(blocks(), max_size=5)) for line in [*block, ""]]
    one_end = draw(LINE_ENDS | st.none())  # None: a different one for each line
    text = "".join(line + (one_end or draw(LINE_ENDS)) for line in lines)
    mark = draw(st.sampled_from(["", "\ufeff"]))
    return (mark + draw(st.sampled_from([text, text.rstrip("\r\n") + "\n"]))).encode()


@st.composite
def chunked(draw: st.DrawFn, body: st.SearchStrategy[bytes]) -> list[bytes]:
    whole = draw(body)
    at = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    return [whole[i:j] for i, j in zip([0, *at], [*at, len(whole)], strict=True)]


@given(chunked(bodies()))
def test_sse_agrees_with_the_standard(chunks: list[bytes]) -> None:
    assert run(SSE(), chunks) == whatwg(b"".join(chunks))


PIECES = [
    b"data: {",
    b"data:",
    b"event: ",
    b"\n",
    b"\n\n",
    b"\r",
    b"\r\n",
    b"}",
    b"{",
    b"x: 1",
    b":",
]
NOISE = st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=24).map(b"".join)


@given(chunked(NOISE), st.sampled_from([SSE, NDJSON, SmallSSE, SmallNDJSON]))
def test_any_bytes_give_the_same_for_every_chunking(
    chunks: list[bytes], kind: type[Framer]
) -> None:
    whole = b"".join(chunks)
    expected = outcome(kind(), [whole] if whole else [])
    assert outcome(kind(), chunks) == expected
    assert outcome(kind(), [whole[i : i + 1] for i in range(len(whole))]) == expected
