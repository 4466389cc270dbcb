from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidememoire.cleantext import CleanText


@given(st.text(alphabet="ab-\n .", max_size=60))
def test_every_cleaned_character_leads_back_to_the_raw_one(raw):
    cleaned = CleanText.of(raw).sub(r"-\n", "").sub(r"\n", " ").sub(r"a(?=b)", "").sub(r" +", " ").sub("bb", "b")
    for at, character in enumerate(cleaned.text):
        behind = raw[cleaned.raw_offset(at)]
        assert behind == character or (character == " " and behind == "\n")


@given(st.text(alphabet="ab \n", max_size=40), st.data())
def test_cut_keeps_the_way_back(raw, data):
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    cut = CleanText.of(raw).cut(start, end)
    assert cut.text == raw[start:end]
    assert cut.raw_slice(0, len(cut.text)) == raw[start:end]


def test_raw_slice_shows_what_was_joined():
    cleaned = CleanText.of("the co-\noperation of").sub(r"-\n", "")
    assert cleaned.text == "the cooperation of"
    assert cleaned.raw_slice(4, 15) == "co-\noperation"
    assert cleaned.raw_slice(5, 5) == ""


def test_a_longer_replacement_is_refused():
    with pytest.raises(ValueError, match="longer than 'a'"):
        CleanText.of("a").sub("a", "bb")
