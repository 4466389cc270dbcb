from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidememoire.tokens import form_of, tokenise


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("The anti-fascist war/peace", ["the", "anti", "fascist", "war", "peace"]),
        ("U.N. and the U.S.A. and U.N.'s", ["un", "and", "the", "usa", "and", "un"]),
        ("the U.S.’s, 'U.N.' and U.N.Charter", ["the", "us", "un", "and", "un", "charter"]),
        ("Russia’s peoples' O’Brien don't", ["russia", "peoples", "o'brien", "don't"]),
        ("STRASSE Straße İstanbul", ["strasse", "strasse", "istanbul"]),
        ("ﬁnal cafe\u0301 №", ["final", "café"]),
        ("история Великой войны", ["история", "великой", "войны"]),
        ("中国人民 says", ["中", "国", "人", "民", "says"]),
        ("snake_case 1,500", ["snake", "case", "1", "500"]),
        ("", []),
        ("...", []),
    ],
)
def test_forms(text, forms):
    assert [token.form for token in tokenise(text)] == forms


@pytest.mark.parametrize(
    ("text", "crosses"),
    [
        ("peace and war", [False, False, False]),
        ("peace, war", [False, True]),
        ("peace (war) now", [False, True, True]),
        ("peace - war", [False, True]),
        ("peace — war", [False, True]),
        ("peace-war", [False, False]),
        ("peace—war", [False, False]),
        ("peace——war", [False, True]),
        ("Mr. Oren", [False, False]),
        ('peace" said', [False, False]),
        ("peace，war", [False, True]),
    ],
)
def test_where_a_phrase_may_not_cross(text, crosses):
    assert [token.after_break for token in tokenise(text)] == crosses


@given(st.text(max_size=80))
def test_offsets_are_in_order_and_lead_back_to_the_token(text):
    last = 0
    for token in tokenise(text):
        assert last <= token.start < token.end <= len(text)
        assert form_of(text[token.start : token.end]) == token.form
        last = token.end


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_span_is_tokenised_as_if_it_stood_alone_behind_white_space(before, text):
    whole = before + " \n " + text
    shift = len(before) + 3
    alone = [(t.form, t.start + shift, t.end + shift) for t in tokenise(text)]
    assert [(t.form, t.start, t.end) for t in tokenise(whole, shift)] == alone
