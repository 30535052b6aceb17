"""The file format of recorded cases."""

import json
from pathlib import Path
from typing import Any

import pytest

from any_llm.testing import (
    Case,
    CaseError,
    Exchange,
    Expect,
    ExpectedError,
    Recording,
    ToolCall,
    load_cases,
)

REQUEST = {
    "model": "m",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "é\u2028"}],
}
ANSWER = Recording(
    exchanges=(
        Exchange(
            headers={"content-type": "application/json"},
            body=b'{"a": 1}',
            path="/v1/say?x=1",
            sent={"say": [1, None, 2.5]},
        ),
    ),
    expect=Expect(
        text="hi",
        tools=(ToolCall(name="t", input={"x": {"y": [1]}}),),
        stop_reason="tool_use",
        usage={"input_tokens": 3},
        blocks=("text", "tool_use"),
    ),
)
REFUSED = Recording(
    exchanges=(
        Exchange(status=503),
        Exchange(status=429, headers={"retry-after": "2"}, body=b"\xff\xfe"),
    ),
    expect=Expect(
        error=ExpectedError(
            kind="RateLimitError", type="rate_limit_error", status=429, retry_after=2.0
        )
    ),
)


def say(**more: Any) -> dict[str, Any]:
    """A file's JSON, with `more` put over a case that is right."""
    said = Case(name="n", request=REQUEST, whole=ANSWER).as_json()
    return {**said, **more}


def test_comes_back_equal(tmp_path: Path):
    case = Case(
        name="both",
        request=REQUEST,
        options={"quirks": {"a": True}},
        whole=ANSWER,
        streamed=REFUSED,
        provider="acme",
        source="somewhere",
        licence="MIT",
        recorded="2026-11-28",
    )
    case.dump(tmp_path / "both.json")
    assert Case.load(tmp_path / "both.json") == case
    assert case.modes == ("whole", "streamed")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"data: 1\n\ndata: 2\r\n\r\n",
        b"no end",
        "U+2028 \u2028 and \x85 end no line\n".encode(),
        b"\xc3",
        bytes(range(256)),
    ],
)
def test_body_keeps_its_bytes(body: bytes, tmp_path: Path):
    recording = Recording(exchanges=(Exchange(body=body),), expect=Expect(stop_reason="end_turn"))
    Case(name="n", request=REQUEST, streamed=recording).dump(tmp_path / "n.json")
    found = Case.load(tmp_path / "n.json").streamed
    assert found is not None
    assert found.exchanges[0].body == body


def test_file_is_what_the_docs_say():
    assert say() == {
        "format": 1,
        "name": "n",
        "request": REQUEST,
        "whole": {
            "exchanges": [
                {
                    "headers": {"content-type": "application/json"},
                    "body": ['{"a": 1}'],
                    "path": "/v1/say?x=1",
                    "sent": {"say": [1, None, 2.5]},
                }
            ],
            "expect": {
                "text": "hi",
                "tools": [{"name": "t", "input": {"x": {"y": [1]}}}],
                "stop_reason": "tool_use",
                "usage": {"input_tokens": 3},
                "blocks": ["text", "tool_use"],
            },
        },
    }


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"format": 2}, "up to format 1"),
        ({"format": None}, "format None"),
        ({"format": True}, "format True"),
        ({"surprise": 1}, "surprise"),
        ({"whole": None}, "neither `whole` nor `streamed`"),
        ({"request": {}}, "request.model"),
        ({"whole": {"exchanges": [], "expect": {"stop_reason": "x"}}}, "at least one exchange"),
        ({"whole": {"exchanges": [{}], "expect": {"text": "x"}}}, "stop_reason or error"),
        ({"whole": {"exchanges": [{"body": "x"}], "expect": {}}}, "list of lines"),
        ({"whole": {"exchanges": [{}], "expect": {"txt": "x"}}}, "txt"),
        ({"name": None}, "name"),
    ],
)
def test_what_it_does_not_know_is_an_error(more: dict[str, Any], says: str, tmp_path: Path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(say(**more)))
    with pytest.raises(CaseError, match=says) as caught:
        Case.load(path)
    assert str(path) in str(caught.value)


def test_no_json(tmp_path: Path):
    (tmp_path / "case.json").write_text("{")
    with pytest.raises(CaseError, match=r"case\.json"):
        load_cases(tmp_path)


def test_cases_come_by_name(tmp_path: Path):
    for name in ("b", "a"):
        Case(name=name, request=REQUEST, whole=ANSWER).dump(tmp_path / f"{name}.json")
    assert [case.name for case in load_cases(tmp_path)] == ["a", "b"]


def test_a_directory_without_cases_is_an_error(tmp_path: Path):
    with pytest.raises(CaseError, match="holds no case"):
        load_cases(tmp_path / "nowhere")
