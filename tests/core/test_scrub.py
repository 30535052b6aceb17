"""Taking secrets out: in every form that a server may give them back, and nothing else."""

from __future__ import annotations

import base64
import json
import random
import urllib.parse

import pytest

from any_llm.testing._scrub import KEPT, Scrubber, secrets_of

KEY = "sk-ant-api03-Zx9/Qw+8_Er7tY"
WORD = "weather in Paris"


def forms() -> dict[str, str]:
    raw = KEY.encode()
    return {
        "as it is": KEY,
        "JSON, escaped slashes": KEY.replace("/", "\\/"),
        "JSON, all escaped": "".join(f"\\u{ord(c):04x}" for c in KEY),
        "JSON, upper case": "".join(f"\\u{ord(c):04X}" for c in KEY),
        "JSON in JSON": json.dumps(json.dumps("".join(f"\\u{ord(c):04x}" for c in KEY))),
        "in a URL": urllib.parse.quote(KEY, safe=""),
        "in a URL, twice": urllib.parse.quote(urllib.parse.quote(KEY, safe=""), safe=""),
        "in HTML": "".join(f"&#{ord(c)};" for c in KEY),
        "in HTML, hex": "".join(f"&#x{ord(c):x};" for c in KEY),
        "Python's repr": "".join(f"\\x{ord(c):02x}" for c in KEY),
        "hex": raw.hex(),
        "HEX": raw.hex().upper(),
        "base64": base64.b64encode(raw).decode(),
        "base64 for URLs": base64.urlsafe_b64encode(raw).decode(),
        "base64 of a basic credential": base64.b64encode(b"user:" + raw).decode(),
        "base64 of a bearer": base64.b64encode(b"Bearer " + raw + b"\r\n").decode(),
        "base64, escaped": base64.b64encode(b"x" + raw).decode().replace("/", "\\/"),
        "base64, one letter before": base64.b64encode(b"a" + raw + b"z").decode(),
        "base64, two letters before": base64.b64encode(b"ab" + raw + b"yz").decode(),
    }


# Letters that stay because they say what stands beside the key: quotes, `user:`, padding.
BESIDE = {
    "JSON in JSON": 10,
    "base64": 4,
    "base64 for URLs": 4,
    "base64 of a basic credential": 12,
    "base64 of a bearer": 16,
    "base64, escaped": 8,
    "base64, one letter before": 8,
    "base64, two letters before": 9,
}


def leaks(text: str, secret: str = KEY) -> list[str]:
    """Pieces of six letters of the secret that stand in `text`, however it is read."""
    readings = [text, urllib.parse.unquote(urllib.parse.unquote(text))]
    for part in text.split('"'):
        for decode in (base64.b64decode, base64.urlsafe_b64decode):
            try:
                readings.append(decode(part + "=" * (-len(part) % 4)).decode("latin-1"))
            except ValueError:
                continue
    return [
        secret[at : at + 6]
        for at in range(len(secret) - 5)
        if any(secret[at : at + 6] in reading for reading in readings)
    ]


@pytest.mark.parametrize("form", forms())
def test_every_form_goes_and_the_length_stays(form) -> None:
    said = forms()[form]
    text = f'{{"before": "{WORD}", "key": "{said}", "after": "{WORD}"}}'
    found = Scrubber([KEY]).text(text)
    assert len(found) == len(text)
    assert found.count(WORD) == 2
    assert not leaks(found)
    at = text.index(said)
    left = found[at : at + len(said)].replace("x", "")
    assert len(left) <= BESIDE.get(form, 0), left
    assert Scrubber([KEY]).text(found) == found
    assert Scrubber([KEY]).body(text.encode()) == found.encode()


@pytest.mark.parametrize("markup", ["&", "\\u0026", "&amp;"])
def test_html_has_names_for_letters(markup: str) -> None:
    secret = "a&b<c>d\"e'0123"
    said = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for quotes in (("&quot;", "&apos;"), ("&#34;", "&#39;"), ("&#x22;", "&#x27;")):
        text = said.replace('"', quotes[0]).replace("'", quotes[1]).replace("&", markup)
        assert Scrubber([secret]).text(text) == "x" * len(text)


@pytest.mark.parametrize("between", [":", " ", "-"])
def test_hex_may_stand_byte_by_byte(between: str) -> None:
    said = KEY.encode().hex(between)
    assert Scrubber([KEY]).text(f"key {said}.") == f"key {'x' * len(said)}."


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (f"key {KEY[:20]} is wrong", f"key {'x' * 20} is wrong"),
        (f"it ends in {KEY[-14:]}", f"it ends in {'x' * 14}"),
        (f"{KEY[:14]}\n{KEY[14:]}", "x" * 14 + "\n" + "x" * (len(KEY) - 14)),
        (f"keys begin with {KEY[:11]}", f"keys begin with {KEY[:11]}"),
    ],
)
def test_half_of_a_secret_is_one(said: str, left: str) -> None:
    assert Scrubber([KEY]).text(said) == left


def test_base64_has_two_alphabets() -> None:
    secret = "~~~???>>>~~~"
    for said in ("fn5+Pz8/Pj4+fn5+", "fn5-Pz8_Pj4-fn5-", "fn5+Pz8\\/Pj4+fn5+"):
        assert Scrubber([secret]).text(said) == "x" * len(said)


@pytest.mark.parametrize(
    "masked",
    [
        f"{KEY[:8]}****************{KEY[-4:]}",
        f"{KEY[:6]}...{KEY[-4:]}",
        f"{KEY[:10]}…",
        f"••••{KEY[-6:]}",
        f"{KEY[:3]}**{KEY[-3:]}",
        f"{KEY[:12]}XXXXXXXX",
    ],
)
def test_what_a_mask_leaves_goes_too(masked) -> None:
    text = f"Incorrect API key provided: {masked}. You can find it at https://x.example."
    scrubber = Scrubber([KEY])
    for found in (scrubber.text(text), scrubber.body(text.encode()).decode()):
        assert KEY[:4] not in found
        assert KEY[-3:] not in found
        assert found.startswith("Incorrect API key provided: ")
        assert found.endswith(". You can find it at https://x.example.")


@pytest.mark.parametrize(
    "foreign",
    [
        "sk-proj-abcDEF123456789012345678",
        "sk-ant-api03-AAAAbbbb1111CCCC2222",
        "AIzaSyA1234567890abcdefghijklmnopqrstu",
        "gsk_1234567890abcdefGHIJKL",
        "org-AbCdEf1234567890xyz",
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    ],
)
def test_what_looks_like_a_credential_of_anybody_goes(foreign) -> None:
    found = Scrubber([]).text(f'{{"a": "{foreign}"}}')
    assert found == '{"a": "' + "x" * len(foreign) + '"}'


@pytest.mark.parametrize(
    "harmless",
    [
        "user_location_approximate_city",
        "org_name_of_the_customer_field",
        "sk-learn-is-a-library-for-python",
        "toolu_01A09q90qw90lq917835lq9",
        "msg_01XFDUDYJgAACzvnptvVoYEL",
        "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
        "... and so on ...",
        "xxxxx marks the spot",
        "gpt-4o-mini-2024-07-18",
        "the eyJ of a beholder",
    ],
)
def test_what_only_looks_a_little_like_one_stays(harmless) -> None:
    assert Scrubber([KEY]).text(harmless) == harmless


def test_a_word_is_no_secret() -> None:
    assert Scrubber(["ollama", "none", "1234567"]).text("ollama says none") == "ollama says none"


def test_bytes_that_are_no_text_survive() -> None:
    noise = random.Random(4).randbytes(2000)
    body = noise + KEY.encode() + noise
    assert Scrubber([KEY]).body(body) == noise + b"x" * len(KEY) + noise


def test_structures_are_scrubbed_to_the_bottom() -> None:
    value = {"a": [KEY, 1, None, {KEY: {"b": f"<{KEY}>"}}], "c": True}
    x = "x" * len(KEY)
    assert Scrubber([KEY]).value(value) == {"a": [x, 1, None, {x: {"b": f"<{x}>"}}], "c": True}


def test_what_names_of_headers_tell() -> None:
    found = secrets_of(
        [
            ("authorization", f"Bearer {KEY}"),
            ("x-goog-api-key", "AIza-secret-one"),
            ("openai-organization", "acme-research"),
            ("x-amz-security-token", "session-token-two"),
            ("set-cookie", "sid=abcdefghij; Path=/"),
            ("x-ratelimit-limit-tokens", "150000000"),
            ("content-type", "application/json"),
            ("user-agent", "any_llm/0.1.0 python"),
            ("x-title", "My Application"),
        ]
    )
    assert {KEY, "AIza-secret-one", "acme-research", "session-token-two", "abcdefghij"} <= found
    assert not found & {"150000000", "application/json", "any_llm/0.1.0", "My Application"}


def test_only_harmless_headers_are_kept() -> None:
    said = dict.fromkeys(KEPT, "v")
    mine = {"set-cookie": "a", "openai-organization": "b", "cf-ray": "c", "x-account-id": "d"}
    assert Scrubber([]).kept({**said, **mine}) == said
    assert Scrubber([KEY]).kept({"x-request-id": f"req-{KEY}"}) == {
        "x-request-id": "req-" + "x" * len(KEY)
    }
