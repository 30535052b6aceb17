"""Mapping 1.3: turns and their order, pictures, documents, addresses, files."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature
from tests.support.gemini_requests import ASKED, assistant, encode, user

EMPTY = {"role": "user", "parts": [{"text": ""}]}


def image(source):
    return {"type": "image", "source": source}


def document(source, **more):
    return {"type": "document", "source": source, **more}


def base64(media_type, data="aGk="):
    return {"type": "base64", "media_type": media_type, "data": data}


def url(address):
    return {"type": "url", "url": address}


def parts(*blocks, provider="gemini"):
    got = encode(provider, messages=[user(*blocks)])
    [content] = got.contents
    assert content["role"] == "user"
    return content["parts"], got.losses


# --- turns -----------------------------------------------------------------------------------


def test_roles():
    got = encode(messages=[user("a"), assistant("b"), user("c")])
    assert got.contents == [
        {"role": "user", "parts": [{"text": "a"}]},
        {"role": "model", "parts": [{"text": "b"}]},
        {"role": "user", "parts": [{"text": "c"}]},
    ]


def test_neighbours_of_one_role_are_one():
    got = encode(messages=[user("a"), user("b"), assistant("c"), assistant("d"), user("e")])
    assert [len(content["parts"]) for content in got.contents] == [2, 2, 1]


def test_the_model_never_speaks_first():
    got = encode(messages=[assistant("b"), user("hi")])
    assert got.contents == [EMPTY, {"role": "model", "parts": [{"text": "b"}]}, ASKED]


def test_a_prefill_goes_as_it_is():
    got = encode(messages=[user("hi"), assistant("Dear")])
    assert got.contents == [ASKED, {"role": "model", "parts": [{"text": "Dear"}]}]
    assert got.losses == []


def test_a_turn_that_says_nothing_here_is_left_out():
    foreign = {"type": "thinking", "thinking": "hm", "signature": "EqQBCkYIBxgC"}
    got = encode(messages=[user("a"), assistant(foreign), user("b")])
    assert got.contents == [{"role": "user", "parts": [{"text": "a"}, {"text": "b"}]}]
    assert got.losses == [("messages[1].content[0]", "hint")]


def test_empty_texts_are_no_parts():
    assert encode(messages=[user("", "hi", "")]).contents == [ASKED]
    assert encode(messages=[user("")]).contents == [EMPTY]
    assert encode(messages=[{"role": "user", "content": ""}]).contents == [EMPTY]


def test_keys_that_nobody_knows_are_told():
    turn = {"role": "user", "content": [{"type": "text", "text": "hi", "x": 1}], "y": 2}
    assert sorted(encode(messages=[turn]).losses) == [
        ("messages[0].content[0].x", "lossy"),
        ("messages[0].y", "lossy"),
    ]


def test_citations_of_earlier_text_are_not_repeated():
    block = {"type": "text", "text": "b", "citations": [{"type": "char_location"}]}
    got = encode(messages=[user("a"), assistant(block), user("c")])
    assert got.losses == [("messages[1].content[0].citations", "hint")]


# --- media -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["image/png", "image/jpeg", "image/webp", "image/heic", "image/gif"]
)
def test_pictures_as_data(kind):
    inline = {"inlineData": {"mimeType": kind, "data": "aGk="}}
    assert parts("see", image(base64(kind))) == ([{"text": "see"}, inline], [])


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://a.test/b.PNG?x=1", "image/png"),
        ("https://a.test/b.webp", "image/webp"),
        ("https://a.test/b", "image/jpeg"),
        ("https://a.test/b.unknown", "image/jpeg"),
        ("http://127.0.0.1:9/a.png", "image/png"),
        ("gs://bucket/a.jpg", "image/jpeg"),
    ],
)
def test_addresses_are_for_google_to_fetch(address, kind):
    wanted = {"fileData": {"fileUri": address, "mimeType": kind}}
    assert parts(image(url(address))) == ([wanted], [])


def test_data_urls_are_data():
    inline = {"inlineData": {"mimeType": "image/png", "data": "aGk="}}
    assert parts(image(url("data:image/png;base64,aGk%3D"))) == ([inline], [])
    with pytest.raises(UnsupportedFeature, match="base64"):
        parts(image(url("data:image/png,hi")))


def test_documents():
    pdf = {"inlineData": {"mimeType": "application/pdf", "data": "aGk="}}
    assert parts(document(base64("application/pdf"))) == ([pdf], [])
    address = {"fileData": {"fileUri": "https://a.test/x", "mimeType": "application/pdf"}}
    assert parts(document(url("https://a.test/x"))) == ([address], [])
    sound = {"inlineData": {"mimeType": "audio/mp3", "data": "aGk="}}
    assert parts(document(base64("audio/mp3"))) == ([sound], [])


def test_title_and_context_stand_before_the_document():
    said, losses = parts(document(base64("application/pdf"), title="T", context="C"))
    assert said[0] == {"text": "The next document's title: T\nThe next document's context: C"}
    assert list(said[1]) == ["inlineData"]
    assert losses == [("messages[0].content[0]", "emulated")]


def test_documents_of_text():
    source = {"type": "text", "media_type": "text/plain", "data": "words"}
    said, losses = parts(document(source, title='a "b"'))
    assert said == [{"text": '<document title="a &quot;b&quot;">\nwords\n</document>'}]
    assert losses == [("messages[0].content[0]", "emulated")]
    inside = [{"type": "text", "text": "a"}, image(base64("image/png"))]
    said, _ = parts(document({"type": "content", "content": inside}, title="T"))
    assert [list(part) for part in said] == [["text"], ["text"], ["inlineData"]]
    said, _ = parts(document({"type": "content", "content": "a"}))
    assert said == [{"text": "a"}]


def test_citations_of_documents_are_told():
    _, losses = parts(document(base64("application/pdf"), citations={"enabled": True}))
    assert losses == [("messages[0].content[0].citations", "lossy")]
    _, losses = parts(document(base64("application/pdf"), citations={"enabled": False}))
    assert losses == []


def test_files_of_google():
    uri = "https://generativelanguage.googleapis.com/v1beta/files/abc"
    for source, wanted in (
        ({"type": "file", "file_id": uri}, {"fileUri": uri}),
        (
            {"type": "file", "file_id": "gs://b/a.pdf"},
            {"fileUri": "gs://b/a.pdf", "mimeType": "application/pdf"},
        ),
    ):
        assert parts(document(source)) == ([{"fileData": wanted}], [])
    with pytest.raises(UnsupportedFeature, match="Files API"):
        parts(image({"type": "file", "file_id": "file_011CNha8iCJcU1wXNR6q4V8w"}))


def test_search_results_are_text():
    inside = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
    block = {"type": "search_result", "source": "s", "title": "t", "content": inside}
    said, losses = parts({**block, "citations": {"enabled": True}})
    wanted = '<search_result source="s" title="t">\none\n\ntwo\n</search_result>'
    assert said == [{"text": wanted}]
    assert losses == [
        ("messages[0].content[0].citations", "lossy"),
        ("messages[0].content[0]", "emulated"),
    ]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "container_upload", "file_id": "f"},
        {"type": "brand_new"},
        {"type": "audio", "source": base64("audio/mp3")},
        {"type": "thinking", "thinking": "x"},
        {"type": "image", "source": {"type": "brand_new"}},
        {"type": "image", "source": base64("image/png", "")},
    ],
)
def test_what_cannot_go_is_refused(block):
    with pytest.raises(UnsupportedFeature) as raised:
        parts(block)
    assert raised.value.path.startswith("messages[0].content[0]")


def test_keys_of_media_that_nobody_knows_are_told():
    block = {**image({**base64("image/png"), "a": 1}), "transformations": {"b": 1}}
    _, losses = parts(block)
    assert sorted(losses) == [
        ("messages[0].content[0].source.a", "lossy"),
        ("messages[0].content[0].transformations", "lossy"),
    ]
