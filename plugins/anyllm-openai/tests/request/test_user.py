"""Blocks of a user turn -> parts."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature

PNG = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
PNG_URL = "data:image/png;base64,iVBORw0KGgo="
PDF = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQ="}
PDF_URL = "data:application/pdf;base64,JVBERi0xLjQ="
WEB = {"type": "url", "url": "https://x.example/a.png"}


def text(said, **more):
    return {"type": "text", "text": said, **more}


def image(source, **more):
    return {"type": "image", "source": source, **more}


def document(source, **more):
    return {"type": "document", "source": source, **more}


def user(*blocks):
    return [{"role": "user", "content": list(blocks)}]


def url_part(url, **more):
    return {"type": "image_url", "image_url": {"url": url, **more}}


SEARCH = {
    "type": "search_result",
    "source": "https://x.example",
    "title": 'A "title"',
    "content": [text("one"), text("two")],
}
SEARCH_TEXT = (
    '<search_result source="https://x.example" title="A &quot;title&quot;">\n'
    "one\n\ntwo\n</search_result>"
)


def golden(id, blocks, content, losses=(), provider="openai-compatible", **quirks):
    return pytest.param((blocks, content, list(losses), provider, quirks), id=id)


GOLDEN = [
    golden("one-text", [text("a")], "a"),
    golden("two-texts", [text("a"), text("b")], [text("a"), text("b")]),
    golden("two-texts-as-string", [text("a"), text("b")], "a\n\nb", string_content=True),
    golden("empty-text-beside", [text(""), text("b")], "b"),
    golden("empty", [text("")], ""),
    golden("nothing", [], ""),
    golden("image", [image(PNG)], [url_part(PNG_URL)]),
    golden("image-url", [image(WEB)], [url_part(WEB["url"])]),
    golden("image-detail", [image(PNG)], [url_part(PNG_URL, detail="high")], image_detail="high"),
    golden(
        "image-between-texts",
        [text("a"), image(PNG), text("b")],
        [text("a"), url_part(PNG_URL), text("b")],
    ),
    golden(
        "image-transformations",
        [image(PNG, transformations={"oversized_image": "error"})],
        [url_part(PNG_URL)],
        [("messages[0].content[0].transformations", "lossy")],
    ),
    golden(
        "cited-text",
        [text("a", citations=[{"type": "char_location"}])],
        "a",
        [("messages[0].content[0].citations", "hint")],
    ),
    golden(
        "marked-text",
        [text("a", cache_control={"type": "ephemeral"})],
        "a",
        [("messages[0].content[0].cache_control", "hint")],
    ),
    golden(
        "marked-text-for-openrouter",
        [text("a", cache_control={"type": "ephemeral"}), image(PNG, cache_control={"type": "x"})],
        [
            text("a", cache_control={"type": "ephemeral"}),
            url_part(PNG_URL) | {"cache_control": {"type": "x"}},
        ],
        provider="openrouter",
    ),
    golden(
        "text-document",
        [document({"type": "text", "media_type": "text/plain", "data": "body"})],
        "<document>\nbody\n</document>",
        [("messages[0].content[0]", "emulated")],
    ),
    golden(
        "titled-document",
        [document({"type": "text", "data": "body"}, title="T & U", context="c")],
        '<document title="T &amp; U" context="c">\nbody\n</document>',
        [("messages[0].content[0]", "emulated")],
    ),
    golden(
        "content-document",
        [document({"type": "content", "content": "body"}, title="T")],
        '<document title="T">\nbody\n</document>',
        [("messages[0].content[0]", "emulated")],
    ),
    golden(
        "content-document-with-image",
        [document({"type": "content", "content": [text("a"), image(PNG)]}, title="T")],
        [text('<document title="T">'), text("a"), url_part(PNG_URL), text("</document>")],
        [("messages[0].content[0]", "emulated")],
    ),
    golden(
        "cited-document",
        [document({"type": "text", "data": "b"}, citations={"enabled": True})],
        "<document>\nb\n</document>",
        [("messages[0].content[0].citations", "lossy"), ("messages[0].content[0]", "emulated")],
    ),
    golden("search-result", [SEARCH], SEARCH_TEXT, [("messages[0].content[0]", "emulated")]),
    golden(
        "pdf",
        [document(PDF)],
        [{"type": "file", "file": {"filename": "document.pdf", "file_data": PDF_URL}}],
        provider="openai",
    ),
    golden(
        "pdf-title-and-context",
        [document(PDF, title="Report", context="of May")],
        [
            text("Context of the next document: of May"),
            {"type": "file", "file": {"filename": "Report.pdf", "file_data": PDF_URL}},
        ],
        [("messages[0].content[0].context", "emulated")],
        provider="openai",
    ),
    golden(
        "file-id",
        [document({"type": "file", "file_id": "file-1"})],
        [{"type": "file", "file": {"file_id": "file-1"}}],
        provider="openai",
    ),
    golden(
        "pdf-url-openrouter",
        [document({"type": "url", "url": "https://x.example/a.pdf"})],
        [
            {
                "type": "file",
                "file": {"filename": "document.pdf", "file_data": "https://x.example/a.pdf"},
            }
        ],
        provider="openrouter",
    ),
]


@pytest.mark.parametrize("case", GOLDEN)
def test_golden(encode, case):
    blocks, content, losses, provider, quirks = case
    got = encode(provider, quirks=quirks, messages=user(*blocks))
    assert got.messages == [{"role": "user", "content": content}]
    assert got.losses == losses


def test_mistral_reads_documents_by_url(encode):
    got = encode("mistral", judged=False, messages=user(document(PDF, title="T"), document(PDF)))
    part = {"type": "document_url", "document_url": PDF_URL}
    named = {**part, "document_name": "T"}
    assert got.messages == [{"role": "user", "content": [named, part]}]
    assert got.losses == []


def test_breakpoints_on_any_part(encode):
    mark = {"cache_control": {"type": "ephemeral"}}
    point = {"prompt_cache_breakpoint": {"mode": "explicit"}}
    blocks = [text("a", **mark), image(PNG, **mark), document(PDF, **mark)]
    got = encode("openai", model="gpt-5.6-sol", messages=user(*blocks))
    assert got.messages[0]["content"] == [
        text("a", **point),
        url_part(PNG_URL) | point,
        {"type": "file", "file": {"filename": "document.pdf", "file_data": PDF_URL}} | point,
    ]
    assert got.losses == []


REFUSED = [
    ("empty-image", image({**PNG, "data": ""}), {}, ".source.data"),
    ("image-file", image({"type": "file", "file_id": "f"}), {}, ".source"),
    ("image-odd-source", image({"type": "clipboard"}), {}, ".source"),
    ("no-images", image(PNG), {"images": "none"}, ""),
    ("no-image-urls", image(WEB), {"images": "data"}, ".source"),
    ("strings-only", image(PNG), {"string_content": True}, ""),
    ("pdf", document(PDF), {}, ".source"),
    ("pdf-url", document({"type": "url", "url": "u"}), {"pdf": "file"}, ".source"),
    (
        "odd-file",
        document({**PDF, "media_type": "text/csv"}),
        {"pdf": "file"},
        ".source.media_type",
    ),
    ("document-file", document({"type": "file", "file_id": "f"}), {"pdf": "file"}, ".source"),
    ("empty-pdf", document({**PDF, "data": ""}), {"pdf": "file"}, ".source.data"),
    ("upload", {"type": "container_upload", "file_id": "f"}, {}, ""),
    ("unknown", {"type": "brand_new", "x": 1}, {}, ""),
    ("thinking", {"type": "thinking", "thinking": "t", "signature": "s"}, {}, ""),
]


@pytest.mark.parametrize(
    ("block", "quirks", "where"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED]
)
def test_refused(encode, block, quirks, where):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(quirks=quirks, messages=user(text("a"), block))
    assert caught.value.path == f"messages[0].content[1]{where}"


def test_neighbours_of_one_role_are_one_turn(encode):
    said = [{"role": "user", "content": "a"}, {"role": "user", "content": [text("b")]}]
    assert encode(messages=said).messages == [{"role": "user", "content": [text("a"), text("b")]}]


def test_unknown_key_of_a_block_is_reported(encode):
    got = encode(messages=user(text("a", brand_new=1)))
    assert got.losses == [("messages[0].content[0].brand_new", "lossy")]
