"""What an answer says beyond Messages survives in `provider_extras`, whole and streamed."""

from __future__ import annotations

import pytest

from tests.support.chat_replies import DONE, chunk, completion, read, read_whole

CITED = {
    "type": "url_citation",
    "url_citation": {"url": "https://a.test", "title": "A", "start_index": 0, "end_index": 2},
}


def extras(got):
    return getattr(got.message, "provider_extras", None)


def test_an_answer_that_says_nothing_more_has_none():
    body = completion(
        {"content": "Hi", "annotations": [], "reasoning": None, "tool_calls": []},
        object="chat.completion",
        created=1,
        service_tier="default",
        system_fingerprint=None,
        obfuscation="xyz",
    )
    assert extras(read_whole(body)) is None
    assert extras(read(chunk({"content": "Hi"}, "stop", system_fingerprint="", created=1))) is None


def test_fields_of_the_top_level():
    said = {"system_fingerprint": "fp_1", "timings": {"n": 1}, "citations": ["https://a.test"]}
    whole = read_whole(completion({"content": "Hi"}, **said))
    assert extras(whole) == said
    first = chunk({"content": "H"}, system_fingerprint="fp_1", citations=["https://a.test"])
    last = chunk({"content": "i"}, "stop", **said)
    assert read(first, last, DONE).message == whole.message


def test_of_a_repeated_field_the_last_word_counts_and_objects_add_up():
    got = read(
        chunk({"content": "a"}, cost=1, x_groq={"id": "r"}, images=[1]),
        chunk({"content": "b"}, cost=None, x_groq={"seed": 5}, images=[1, 2]),
        chunk({}, "stop", cost=3),
    )
    assert extras(got) == {"cost": 3, "x_groq": {"id": "r", "seed": 5}, "images": [1, 2]}


def test_logprobs_are_joined():
    def with_logprobs(each, *tokens):
        content = [{"token": token, "logprob": -0.1} for token in tokens]
        each["choices"][0]["logprobs"] = {"content": content, "refusal": None}
        return each

    whole = read_whole(with_logprobs(completion({"content": "ab"}), "a", "b"))
    assert [one["token"] for one in extras(whole)["logprobs"]["content"]] == ["a", "b"]
    first = with_logprobs(chunk({"content": "a"}), "a")
    second = with_logprobs(chunk({"content": "b"}), "b")
    last = chunk({}, "stop")
    last["choices"][0]["logprobs"] = None
    assert read(first, second, last).message == whole.message


def test_filter_results_and_other_fields_of_a_choice():
    body = completion({"content": "Hi"}, "content_filter", prompt_filter_results=[{"index": 0}])
    body["choices"][0] |= {"content_filter_results": {"hate": {"filtered": True}}, "seed": 0}
    got = read_whole(body)
    assert extras(got) == {
        "prompt_filter_results": [{"index": 0}],
        "content_filter_results": {"hate": {"filtered": True}},
        "seed": 0,
    }
    before = {"id": "", "model": "", "choices": [], "prompt_filter_results": [{"index": 0}]}
    last = chunk({}, "content_filter")
    last["choices"][0] |= {"content_filter_results": {"hate": {"filtered": True}}, "seed": 0}
    assert read(before, chunk({"content": "Hi"}), last, DONE).message == got.message


def test_fields_of_a_message():
    whole = read_whole(completion({"content": "Hi", "executed_tools": [1, 2], "channel": "final"}))
    assert extras(whole) == {"executed_tools": [1, 2], "channel": "final"}
    first = chunk({"content": "H", "channel": "final", "executed_tools": [1]})
    second = chunk({"content": "i", "channel": "final", "executed_tools": [2]}, "stop")
    assert read(first, second).message == whole.message


def test_one_name_on_two_levels():
    body = completion({"content": "Hi", "seed": 3}, seed=1)
    body["choices"][0]["seed"] = 2
    assert extras(read_whole(body)) == {"seed": 1, "choice.seed": 2, "message.seed": 3}


@pytest.mark.parametrize("name", ["audio", "images"])
def test_audio_and_pictures_are_kept_and_reported(name):
    got = read_whole(completion({"content": "Hi", name: [{"data": "AAAA"}]}))
    assert extras(got) == {name: [{"data": "AAAA"}]}
    assert [loss.path for loss in got.losses if loss.severity == "lossy"] == [name]


def test_audio_grows():
    whole = read_whole(completion({"audio": {"id": "a", "data": "AABB", "transcript": "Hi you"}}))
    first = chunk({"audio": {"id": "a", "data": "AA", "transcript": "Hi "}})
    second = chunk({"audio": {"data": "BB", "transcript": "you"}}, "stop")
    streamed = read(first, second)
    assert streamed.message == whole.message
    assert [loss.path for loss in streamed.losses if loss.severity == "lossy"] == ["audio"]


# --- citations (mapping 5.4) -----------------------------------------------------------------


def citations(got):
    return [c.model_dump() for block in got.message.content for c in block.citations or ()]


EXPECTED = {
    "type": "web_search_result_location",
    "url": "https://a.test",
    "title": "A",
    "cited_text": "",
    "encrypted_index": "",
}


def test_annotations_become_citations_and_stay_in_the_extras():
    whole = read_whole(completion({"content": "Hi", "annotations": [CITED]}))
    assert citations(whole) == [EXPECTED]
    assert extras(whole) == {"annotations": [CITED]}
    streamed = read(
        chunk({"content": "H"}),
        chunk({"content": "i"}),
        chunk({"content": "", "annotations": [CITED]}),
        chunk({}, "stop"),
    )
    assert streamed.message == whole.message


def test_annotations_before_the_text_wait_for_it():
    got = read(
        chunk({"content": "", "annotations": [CITED]}),
        chunk({"reasoning_content": "hm"}),
        chunk({"content": "Hi"}),
        chunk({}, "stop"),
    )
    assert got.blocks == [("thinking", "hm"), ("text", "Hi")]
    assert [c.url for c in got.message.content[1].citations] == ["https://a.test"]


def test_annotations_without_a_text_are_reported():
    got = read(chunk({"annotations": [CITED]}), chunk({}, "stop"))
    assert got.blocks == []
    assert extras(got) == {"annotations": [CITED]}
    assert [loss.path for loss in got.losses if loss.severity == "lossy"] == ["annotations"]


def test_flat_annotations():
    flat = {"type": "url_citation", "url": "https://a.test", "title": "A", "site_name": "a"}
    assert citations(read_whole(completion({"content": "Hi", "annotations": [flat]}))) == [EXPECTED]


def test_annotations_of_another_kind_are_kept_and_reported():
    note = {"type": "file_citation", "file_citation": {"file_id": "f"}}
    got = read_whole(completion({"content": "Hi", "annotations": [note]}))
    assert citations(got) == []
    assert extras(got) == {"annotations": [note]}
    assert [loss.path for loss in got.losses if loss.severity == "lossy"] == ["annotations"]
