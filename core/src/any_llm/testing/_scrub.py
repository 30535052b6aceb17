"""Taking secrets out of recordings, in every form a server may give them back.

What is taken out is replaced by as many `x`: lengths, and so the sizes of the network's pieces and
the offsets of binary frames, stay what they were.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

SHORTEST = 8
"""What is shorter is no secret but a word (`none`, `ollama`): taking it out would eat the text."""

KEPT = frozenset(
    {
        "content-type",
        "request-id",
        "retry-after",
        "retry-after-ms",
        "x-request-id",
        "x-should-retry",
    }
)
"""The headers of an answer that a recording keeps: what a client reads, nothing of whose it is."""

_TELLS = 12
"""So many letters of a longer secret, and half of it, are a secret still."""

# Names of headers, query parameters and settings that prove who somebody is, or say it.
_PROOF = "auth|key|token|secret|cookie|credential|signature|password|session|^sig$"
_PERSON = "org|project|account|tenant|user|customer|workspace|resource|subscription|endpoint|host"
_TELLING = re.compile(f"{_PROOF}|{_PERSON}", re.IGNORECASE)
_INNOCENT = re.compile("tokens$|ratelimit|^user-agent$|^host$", re.IGNORECASE)

# What looks like a credential or an account's id of a well-known vendor, whosever it is.
_SHAPES = re.compile(
    r"""\b(?:sk|pk|rk|gsk|xai|hf|nvapi|pplx|csk|tgp|ghp|gho|github_pat)[-_](?=[\w-]*\d)[\w-]{16,}
    | \b(?:org|proj|user|acct)[-_](?=[a-z]*\d|[a-z]*[A-Z])[A-Za-z0-9]{16,}
    | \bAIza[\w-]{30,}
    | \bya29\.[\w.-]{20,}
    | \bAKIA[A-Z0-9]{12,}
    | \beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}
    | (?<=Bearer\ )[\w.~+/=-]{8,}""",
    re.VERBOSE | re.ASCII,
)
# What masks are made of, as text, as UTF-8 read byte by byte, and as JSON escapes it: sk-ab****wxyz
_MASK = re.compile(
    r"[*•·]{2,}|…+|\.{3,}|[xX]{4,}|(?:\xe2\x80\xa2|\xc2\xb7){2,}|(?:\xe2\x80\xa6)+|(?:\\u202[26])+"
)


def secrets_of(named: Iterable[tuple[str, str]]) -> set[str]:
    """Return what is secret among pairs of a name and its value: headers, query, settings."""
    found: set[str] = set()
    for name, value in named:
        if _TELLING.search(name) and not _INNOCENT.search(name):
            found |= {value, *re.split(r"[\s,;=]+", value)}
    return {value for value in found if len(value) >= SHORTEST}


class Scrubber:
    """Takes `secrets` out of text, bytes and JSON data."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted({s for s in secrets if len(s) >= SHORTEST}, key=len, reverse=True)
        forms = [form for secret in self._secrets for form in _forms(secret)]
        self._known = re.compile("|".join(forms)) if forms else None

    def text(self, text: str) -> str:
        """Return `text` without them, of the same length."""
        while (less := self._once(text)) != text:  # crossing out may uncover the rest of a mask
            text = less
        return text

    def _once(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(_crossed_out, text)
        for secret in self._secrets:
            text = _without_ends(_unmask(text, secret), secret)
        return _SHAPES.sub(_crossed_out, text)

    def body(self, body: bytes) -> bytes:
        """Return `body` without them, of the same length, whatever its encoding is."""
        # Byte by byte: a secret is ASCII, and stands in UTF-8 as it is.
        return self.text(body.decode("latin-1")).encode("latin-1")

    def value(self, value: Any) -> Any:
        """Return JSON data without them, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.value(part) for name, part in value.items()}
        return [self.value(part) for part in value] if isinstance(value, list | tuple) else value

    def kept(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers that a recording keeps."""
        return {name: self.text(value) for name, value in headers.items() if name in KEPT}

    def finds(self, text: str) -> bool:
        """Whether `text` holds one of them."""
        return self.text(text) != text


def _crossed_out(match: re.Match[str]) -> str:
    return "x" * len(match[0])


def _forms(secret: str) -> list[str]:
    """Return patterns of a secret: as it is or escaped letter by letter, in base64, in hex."""
    raw = secret.encode()
    packed = [piece for shift in range(3) if len(piece := _base64(raw, shift)) >= SHORTEST]
    both = {form for piece in packed for form in (piece, piece.translate(_URL_SAFE))}
    digits = f"(?i:{'[ :-]?'.join(f'{byte:02x}' for byte in raw)})"
    return ["".join(map(_letter, secret)), *("".join(map(_letter, form)) for form in both), digits]


_URL_SAFE = str.maketrans("+/", "-_")


def _base64(raw: bytes, shift: int) -> str:
    """The letters of base64 that `raw` alone decides, `shift` bytes into a group of three."""
    text = base64.b64encode(bytes(shift) + raw).decode()
    return text[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]


# HTML's names for the letters that it escapes, and its ampersand as JSON and HTML escape it again.
_NAMES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_AMP = r"(?:&(?:amp;)?|\\+u0026)"


@lru_cache(maxsize=512)
def _letter(letter: str) -> str:
    """A pattern for one letter: itself, or as JSON, URLs, HTML and programs escape it."""
    code = ord(letter)
    wide = f"{code:x}"
    ways = [
        r"\\?" + re.escape(letter),
        rf"(?i:\\+u0*{wide})",
        rf"(?i:\\+x{code:02x})",
        rf"(?i:%(?:25)*{code:02x})",
        rf"{_AMP}(?i:\#(?:0*{code}|x0*{wide});)",
    ]
    if letter in _NAMES:
        ways.append(f"{_AMP}{_NAMES[letter]};")
    return f"(?:{'|'.join(ways)})"


def _without_ends(text: str, secret: str) -> str:
    """Take out the beginning or the end of a secret where half of it, or more, stands alone."""
    least = max(_TELLS, len(secret) // 2)
    if len(secret) <= least:
        return text
    for part, forwards in ((secret[:least], True), (secret[-least:], False)):
        while (start := text.find(part)) >= 0:
            end = start + least
            if forwards:
                end += _common(text[end:], secret[least:])
            else:
                start -= _common(text[:start][::-1], secret[:-least][::-1])
            text = text[:start] + "x" * (end - start) + text[end:]
    return text


def _common(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _unmask(text: str, secret: str) -> str:
    """Take out what a mask leaves of a secret: its first letters, its last ones."""
    found: list[tuple[int, int]] = []
    sizes = range(len(secret), 2, -1)
    for mask in _MASK.finditer(text):
        head = next((n for n in sizes if text.endswith(secret[:n], 0, mask.start())), 0)
        tail = next((n for n in sizes if text.startswith(secret[-n:], mask.end())), 0)
        if head + tail > 3:  # three letters alone are anybody's
            found.append((mask.start() - head, mask.end() + tail))
    for start, end in reversed(found):
        text = text[:start] + "x" * (end - start) + text[end:]
    return text
