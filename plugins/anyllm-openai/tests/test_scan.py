"""The end of a JSON value, found in pieces."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anyllm_openai.common.scan import JSONEnd

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
objects = st.dictionaries(st.text(max_size=4), json_values, max_size=4)


@given(objects, st.booleans(), st.lists(st.integers(0, 200), max_size=6), st.sampled_from(" \n\t"))
def test_the_end_is_found_wherever_the_text_is_cut(value, ascii_only, cuts, space):
    text = space + json.dumps(value, ensure_ascii=ascii_only)
    end, at = JSONEnd(), 0
    for cut in sorted({min(each, len(text)) for each in cuts} | {len(text)}):
        found = end.feed(text[at:cut])
        assert (found >= 0) == (cut == len(text) and cut > at)
        at = cut
    assert found == len(text) - max([0, *(c for c in cuts if c < len(text))])


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("{}", 2),
        ("{}{}", 2),
        ('{"a": "}"} x', 10),
        (r'{"a": "\\"}', 11),
        (r'{"a": "\"}', -1),
        ("[1, {}]", 7),
        ('"text"', 6),
        ("null", -1),
        ("12", -1),
        ("", -1),
        ("  ", -1),
        ("{", -1),
    ],
)
def test_ends(text, end):
    assert JSONEnd().feed(text) == end


def test_bare_words_and_numbers_have_no_visible_end():
    scan = JSONEnd()
    assert (scan.feed(" nu"), scan.begun, scan.bare) == (-1, True, True)
    assert JSONEnd().bare is False


def test_an_escape_cut_in_two():
    scan = JSONEnd()
    assert [scan.feed(piece) for piece in ('{"a": "\\', '"', '"}')] == [-1, -1, 2]
