"""Bytes to frames: a framer is a buffer without I/O, one instance for each response.

Feed it the body as it arrives, however it is cut, and it returns the frames that are whole;
`close()` tells it that the bytes have ended. The same bytes give the same frames for every
chunking. Framers split on bytes: U+2028, U+2029 and U+0085 stay inside their strings, and a
character cut in two by a chunk is never decoded by halves. What a frame means, and whether the
stream was complete, is for the decoder to say.

Both text framers wait for one separator (a newline, a blank line). Bytes that were searched once
are not searched again, so that a frame in many small pieces costs time linear in its length.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from .errors import FrameTooLong

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_BOM = b"\xef\xbb\xbf"
_CR = 13
_LF = 10
_FIELDS = frozenset((b"data", b"event", b"id", b"retry"))
_FIELD_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_-]*")


def _no_headers() -> Mapping[str, str]:
    return _NO_HEADERS


# Not frozen: a frozen dataclass takes more than twice as long to build, once for every event.
@dataclass(slots=True)
class Frame:
    """One unit of a provider's stream, before any JSON is parsed.

    `data` is the payload as sent, `event` its name in an SSE stream or "", `headers` what a binary
    framing (`application/vnd.amazon.eventstream`) says beside the payload. SSE's `id` and `retry`
    are not kept: they serve a browser's EventSource, which reconnects by GET and `Last-Event-ID`.
    The answer to a POST can't be taken up again that way, and retries follow the core's own rules.
    """

    data: bytes
    event: str = ""
    headers: Mapping[str, str] = field(default_factory=_no_headers)


class Framer(ABC):
    """Base of all framers. Subclass it for a framing of your own, text or binary.

    A dialect names the class; the core makes one instance for each response. `max_frame` bounds
    what is held in memory, in bytes: no frame, and no unfinished one, may be longer. The default
    of 64 MiB is well above what vendors send in one event (an inline 4K image is 20 to 30 MB of
    base64) and still stops a line that never ends. Override it in a subclass.
    """

    max_frame: ClassVar[int] = 64 * 1024 * 1024

    @abstractmethod
    def feed(self, chunk: bytes) -> Iterable[Frame]:
        """Return the frames that `chunk` makes whole, in order.

        A framer that may meet nonsense does best as a generator: it yields the frames before the
        fault and then raises (ValueError, struct.error, ...; the caller sees a `BadReply`), so that
        how the bytes are cut does not decide whether those frames are seen. Raise `FrameTooLong`.
        """

    @abstractmethod
    def close(self) -> Iterable[Frame]:
        """Return what can still be said now that the bytes have ended; raise `FrameTooLong`.

        The last frame may be cut short: if it can't be decoded, the stream was truncated.
        """

    def check_size(self, size: int) -> None:
        """Raise `FrameTooLong` if `size` bytes are more than `max_frame`.

        Call it before waiting for a frame of that size.
        """
        if size > self.max_frame:
            name = type(self).__name__
            raise FrameTooLong(
                f"{name}: a frame of {size} bytes or more is over the limit of {self.max_frame} "
                f"(max_frame); if the provider means it, let its dialect or row name a subclass "
                f"of {name} with a larger max_frame"
            )


class _Delimited(Framer):
    """Holds the bytes after the last separator until the next one comes."""

    _separator: ClassVar[bytes]

    def __init__(self) -> None:
        self._rest = bytearray()

    def _whole(self, chunk: bytes) -> bytes:
        """Return the bytes up to the last separator, with it; hold those that follow."""
        rest, separator = self._rest, self._separator
        if rest:
            unseen = max(len(rest) + 1 - len(separator), 0)
            rest += chunk
            if separator[-1] not in chunk or rest.find(separator, unseen) < 0:
                self._check_rest()
                return b""
            chunk = bytes(rest)
            rest.clear()
        last = chunk.rfind(separator)
        end = last + len(separator) if last >= 0 else 0
        rest += chunk[end:]
        return chunk[:end] if len(chunk) <= self.max_frame else self._before_fault(chunk[:end])

    def _before_fault(self, whole: bytes) -> bytes:
        """Return what comes before the first frame that is too long; raise if that is nothing.

        The fault goes back into the rest, where the next call meets it and raises: how the bytes
        were cut must not decide whether the frames before it are seen.
        """
        units = whole.split(self._separator)
        for index, unit in enumerate(units):
            if len(unit.strip(b"\n")) > self.max_frame:
                self._rest[:0] = self._separator.join(units[index:])
                whole = self._separator.join([*units[:index], b""])
                break
        if not whole:
            self._check_rest()
        return whole

    def _check_rest(self) -> None:
        # Newlines at the ends are, or may become, parts of blank lines and not of the frame.
        if len(self._rest) > self.max_frame:
            self.check_size(len(self._rest.strip(b"\n")))

    def _take_rest(self) -> bytes:
        self._check_rest()
        rest = bytes(self._rest)
        self._rest.clear()
        return rest


class NDJSON(_Delimited):
    r"""One frame a line, split on `\n` only (`application/x-ndjson`, JSON lines).

    JSON's white space around a line is cut off, a `\r` before the newline with it; blank lines
    are skipped; a last line without its newline is delivered by `close()`.
    """

    _separator = b"\n"

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the lines that `chunk` ends."""
        if self._rest or not chunk.endswith(b"\n") or len(chunk) > self.max_frame:
            chunk = self._whole(chunk)
        elif chunk.find(b"\n") == len(chunk) - 1:  # the usual read is one line
            text = chunk.strip(b" \t\r\n")
            return [Frame(text, "", _NO_HEADERS)] if text else []
        return [
            Frame(text, "", _NO_HEADERS)
            for line in chunk.split(b"\n")
            if (text := line.strip(b" \t\r"))
        ]

    def close(self) -> list[Frame]:
        """Return the last line, if it had no newline."""
        line = self._take_rest().strip(b" \t\r")
        return [Frame(line)] if line else []


class SSE(_Delimited):
    r"""Server-sent events, read as WHATWG HTML 9.2.6 says, with four differences.

    Line ends are `\n`, `\r\n` or `\r`, mixed at will; one byte order mark at the start, comments,
    `id` and `retry` are skipped; several `data` lines are joined by `\n`; an event without data is
    no frame. The differences, so that nothing a model server says is lost:

    1. An event that the end of the bytes cuts off is delivered by `close()`: servers and buffering
       proxies leave out the last blank line. A field's name cut off there says nothing.
    2. Lines that are no fields, such as an error as bare JSON, plain text or HTML in the body of a
       200, make a frame of their own: the run of them, as sent, up to a blank line, a known field
       or the end of the bytes. It ends the event before it and bears its block's event name.
    3. An unknown field, `name: value`, is ignored beside an event, but alone in its block it is a
       frame: `event` is the name, `data` all that follows in the block. Until pull request 16109
       (2025-09) llama.cpp's server sent errors so: `error: {"code":400,...}`.
    4. An event with no name and empty data is no frame: some servers keep connections alive so.

    `max_frame` bounds a block: the bytes between two blank lines, comments included.
    """

    _separator = b"\n\n"

    def __init__(self) -> None:
        super().__init__()
        self._fresh = True  # a byte order mark may still come
        self._after_cr = False  # the last chunk ended in \r: a \n that follows belongs to it
        self._head: bytes | tuple[()] = ()  # how the last event began, up to its JSON's bracket
        self._size = 0
        self._event = ""

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the events that `chunk` ends."""
        if (  # the usual read is one event that begins as the last one did
            chunk.startswith(self._head)
            and not self._rest
            and chunk.find(b"\n", self._size) == len(chunk) - 2
            and chunk[-1] == _LF
            and _CR not in chunk
            and len(chunk) <= self.max_frame
        ):
            return [Frame(chunk[self._size - 1 : -2], self._event, _NO_HEADERS)]
        return self._feed(chunk)

    def _feed(self, chunk: bytes) -> list[Frame]:
        if self._fresh or self._after_cr or _CR in chunk:
            chunk = self._with_newlines(self._without_bom(chunk) if self._fresh else chunk)
        if self._rest or not chunk.endswith(b"\n\n") or len(chunk) > self.max_frame:
            chunk = self._whole(chunk)
        frames = self._split(chunk)
        if self._after_cr:
            self._head = ()
        return frames

    def _split(self, chunk: bytes) -> list[Frame]:
        """Return the events of a chunk that ends with one."""
        frames: list[Frame] = []
        block: list[bytes] = []
        name, event = b"", ""  # the line before the data of most events, and what it says
        for line in chunk.split(b"\n"):
            if line:
                block.append(line)
            elif block:
                # Nearly every event is one line of JSON, or that after its name.
                data = block[-1]
                if not data.startswith(b"data: {") or len(block) > 2:
                    frames += _frames(block)
                elif len(block) == 1:
                    frames.append(Frame(data[6:], "", _NO_HEADERS))
                    name = b""
                elif block[0] == name:
                    frames.append(Frame(data[6:], event, _NO_HEADERS))
                elif block[0].startswith(b"event: "):
                    name, event = block[0], _text(block[0][7:])
                    frames.append(Frame(data[6:], event, _NO_HEADERS))
                else:
                    frames += _frames(block)
                block = []
        if frames:
            self._head = name + b"\ndata: {" if name else b"data: {"
            self._size, self._event = len(self._head), event if name else ""
        return frames

    def close(self) -> list[Frame]:
        """Return the unfinished event, if there is any data in it."""
        *lines, last = self._take_rest().split(b"\n")
        if not any(name.startswith(last) for name in _FIELDS):
            lines.append(last)
        return _frames(lines)

    def _without_bom(self, chunk: bytes) -> bytes:
        head = bytes(self._rest) + chunk
        self._rest.clear()
        if len(head) < len(_BOM) and _BOM.startswith(head):
            self._rest += head
            return b""
        self._fresh = False
        return head.removeprefix(_BOM)

    def _with_newlines(self, chunk: bytes) -> bytes:
        r"""Return `chunk` with every line end as `\n`: in SSE a `\r` is never anything else."""
        if not chunk:
            return chunk
        if self._after_cr:
            chunk = chunk.removeprefix(b"\n")
        self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _frames(block: list[bytes]) -> list[Frame]:
    """Return the frames of the lines between two blank lines."""
    frames: list[Frame] = []
    event = ""
    data: list[bytes] = []
    run: list[bytes] = []  # lines that are no fields
    unknown: list[bytes] = []  # unknown fields
    for line in block:
        name, colon, value = line.partition(b":")
        if name in _FIELDS:
            frames += _taken(run, event)
            value = value.removeprefix(b" ")
            if name == b"data":
                data.append(value)
            elif name == b"event":
                event = _text(value)
        elif not name:
            continue  # a comment
        elif colon and not run and _FIELD_NAME.fullmatch(name):
            unknown.append(line)
        elif run or line.strip():
            frames += _taken(data, event)
            run.append(line)
    if unknown and not (frames or data or run or event):
        name, _, value = b"\n".join(unknown).partition(b":")
        return [Frame(value.removeprefix(b" "), _text(name))]
    return frames + _taken(data or run, event)


def _taken(lines: list[bytes], event: str) -> list[Frame]:
    """Take `lines` away as the data of one frame; there is none if it would say nothing."""
    if not lines:
        return []
    data = b"\n".join(lines)
    lines.clear()
    return [Frame(data, event, _NO_HEADERS)] if data or event else []


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
