"""Frames that repeat each other but for one text, read without parsing their JSON.

Nearly all of a stream is one frame over and over: the same id, model and keys around another few
letters. A stencil is such a frame with holes: one for the text, others where the wire writes what
nobody reads (a sequence number, random padding). It is made from a frame that was read with care,
and it is tried on that frame: with other values in its holes its JSON must mean the same but for
those values. So what it reads is what a parser would have read; anything else it leaves alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from pydantic_core import from_json

from .framing import Frame

Path = tuple[str | int, ...]  # the keys and indexes that lead to a value, from the top

_LONGEST = 16_384  # bytes: a frame with so much in it says more than a few letters
_WORTH = 4  # frames that a new form must fit to have paid for itself
_PATIENCE = 4  # forms in a row that did not: this stream does not repeat itself
_ZERO = ord("0")


class _Hole(NamedTuple):
    """A value in the bytes of a frame: a string without its quotes, or a whole number."""

    begin: int
    end: int
    holds: Callable[[bytes], bool]  # whether bytes may stand there


class _Free(NamedTuple):
    """A hole whose value nobody reads, and the bytes that follow it."""

    holds: Callable[[bytes], bool]
    mark: bytes
    size: int


class Stencil:
    """Reads the frames that follow one it learned and are like it.

    A decoder asks `read` first. What that leaves alone it reads with care; if that frame held one
    text and nothing else that the decoder would read, it lets the stencil `learn` it. A frame that
    is left alone ends a run: what was learned is tried again when a frame like it was read with
    care, so that between two frames of a run nothing else can have changed what a text means.

    `free` are the paths of values that may differ too, as no decoder reads them.
    """

    def __init__(self, *free: tuple[str | int, ...]) -> None:
        self._last: dict[Path, Any] = dict.fromkeys(free)
        self._free: frozenset[Path] = frozenset()  # those that were seen to differ: holes cost time
        self._seen: Path = ()  # where the last frame that was shown had its text
        self._path: Path = ()
        self._event = ""
        self._head = b""
        self._start = 0
        self._before: tuple[_Free, ...] = ()
        self._mark = b""
        self._size = 0
        self._after: tuple[_Free, ...] = ()
        self.learns = True
        """Whether learning is worth a try: not where the frames of a stream are all different."""
        self._runs = False
        self._more: Callable[[str], None]
        self._fits = _WORTH
        self._vain = 0
        self._last_read = b""

    def read(self, frame: Frame) -> bool:
        """Hand on the text in a frame that goes on with the run; False for any other frame."""
        if not self._runs:
            return False
        text = self._text(frame)
        if text is None:
            self._runs = False
            return False
        self._fits += 1
        self._last_read = frame.data
        self._more(text)
        return True

    def last_read(self) -> bytes:
        """Return the last frame that was read since this was asked, b"" if there was none.

        For a wire where the last value in a free hole counts, and not each.
        """
        data, self._last_read = self._last_read, b""
        return data

    def learn(
        self,
        frame: Frame,
        said: Mapping[str, Any],
        path: tuple[str | int, ...],
        more: Callable[[str], None],
    ) -> None:
        """Begin a run with a frame whose JSON is `said`, and whose one text stands at `path`.

        `more` is called with the text of each frame that goes on with it. A new form is learned
        from the second frame in a row: many streams have no third, and two show what differs.
        Where a frame can't be learned, no run begins.
        """
        self._more = more
        self._runs = (path == self._path and self._text(frame) is not None) or (
            self._is_second(said, path) and self._take_form(frame, said, path)
        )

    # --- fitting -----------------------------------------------------------------------------

    def _text(self, frame: Frame) -> str | None:
        """Return the text in a frame of the form learned last, None if it has another form."""
        data = frame.data
        if not data.startswith(self._head) or frame.event != self._event:
            return None
        begin = _behind(data, self._start, self._before) if self._before else self._start
        if self._after:
            end = data.find(self._mark, begin)
            fits = _behind(data, end + self._size, self._after) == len(data)
        else:
            fits = data.endswith(self._mark)
            if not fits:
                data = _unpadded(data)
                fits = data.endswith(self._mark)
            end = len(data) - self._size
        if not fits or begin < 0 or end < begin:
            return None
        try:
            text: str = from_json(data[begin - 1 : end + 1])
        except ValueError:
            return None
        return text

    # --- learning ----------------------------------------------------------------------------

    def _is_second(self, said: Mapping[str, Any], path: Path) -> bool:
        """Whether the frame shown before had its text there too; what differs is then free."""
        second, self._seen = path == self._seen, path
        last, self._last = self._last, {each: _value(said, each) for each in self._last}
        if second:
            self._free = self._free.union(
                [each for each, value in last.items() if value not in (None, self._last[each])]
            )
        return second

    def _take_form(self, frame: Frame, said: Mapping[str, Any], path: Path) -> bool:
        self._vain = 0 if self._fits >= _WORTH else self._vain + 1
        self._fits, self._path = 0, ()
        self.learns = self._vain < _PATIENCE
        data = _unpadded(frame.data)
        text = _hole(data, said, path) if len(data) <= _LONGEST else None
        if text is None or not isinstance(_value(said, path), str):
            return False
        free = [(each, hole) for each in self._free if (hole := _hole(data, said, each))]
        found = sorted([(path, text), *free], key=lambda each: each[1].begin)
        if not _proven(data, said, found):
            return False
        self._event, self._path = frame.event, path
        self._cut(data, text, [hole for _, hole in found])
        return True

    def _cut(self, data: bytes, text: _Hole, holes: Sequence[_Hole]) -> None:
        place = holes.index(text)
        ends = [hole.begin for hole in holes[1:]] + [len(data)]
        marks = [data[hole.end : end] for hole, end in zip(holes, ends, strict=True)]
        free = [_Free(hole.holds, m, len(m)) for hole, m in zip(holes, marks, strict=True)]
        self._head, self._start = data[: holes[0].begin], holes[0].begin
        self._before, self._after = tuple(free[:place]), tuple(free[place + 1 :])
        self._mark, self._size = marks[place], len(marks[place])


def _behind(data: bytes, at: int, holes: Sequence[_Free]) -> int:
    """Return the place behind these holes and what follows them, -1 if they do not fit."""
    for holds, mark, size in holes:
        end = data.find(mark, at)
        if end <= at or not holds(data[at:end]):
            return -1
        at = end + size
    return at


def _unpadded(data: bytes) -> bytes:
    """Return a frame without blanks before its last bracket, Anthropic's random padding."""
    return data[:-1].rstrip(b" ") + data[-1:] if data.endswith(b" }") else data


def _is_string(inner: bytes) -> bool:
    """Whether these bytes are a string of JSON when they stand between quotes."""
    try:
        from_json(b'"%b"' % inner)
    except ValueError:
        return False
    return True


def _is_count(digits: bytes) -> bool:
    """Whether these bytes are a whole number above 0, which often means that none was counted."""
    return digits.isdigit() and digits[0] != _ZERO


@cache
def _member(key: str) -> re.Pattern[bytes]:
    """What finds the string or number that stands under a key."""
    name = re.escape(key.encode())
    return re.compile(rb'"%b"[ \t\r\n]*:[ \t\r\n]*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([0-9]+))' % name)


def _hole(data: bytes, said: Mapping[str, Any], path: Path) -> _Hole | None:
    """Return where the value at `path` stands, None unless its key stands there once.

    That letters and digits are a string is quickly known; most padding is nothing else.
    """
    key = path[-1]
    if not isinstance(key, str) or _value(said, path) is None:
        return None
    found = [*_member(key).finditer(data)]
    if len(found) != 1:
        return None
    inner = found[0][1]
    if inner is None:
        return _Hole(*found[0].span(2), _is_count)
    return _Hole(*found[0].span(1), bytes.isalnum if inner.isalnum() else _is_string)


def _value(said: Any, path: Path) -> Any:
    """Return the string or the number at `path`, None if there is neither."""
    try:
        for key in path:
            said = said[key]
    except (LookupError, TypeError):
        return None
    return said if type(said) in (str, int) else None


def _proven(data: bytes, said: Mapping[str, Any], holes: Sequence[tuple[Path, _Hole]]) -> bool:
    """Whether a frame with other values in its holes says the same but for those values."""
    probe, at = b"", 0
    for _, hole in holes:
        probe += data[at : hole.end] + b"1"
        at = hole.end
    try:
        other = from_json(probe + data[at:])
    except ValueError:
        return False
    for path, _ in holes:
        old, new = _value(said, path), _value(other, path)
        if new != (f"{old}1" if isinstance(old, str) else old * 10 + 1):
            return False
        _put(other, path, old)
    return bool(other == said)


def _put(said: Any, path: Path, value: Any) -> None:
    for key in path[:-1]:
        said = said[key]
    said[path[-1]] = value
