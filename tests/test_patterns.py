from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidememoire.codebook.patterns import MAX_PHRASES, Element, PatternError, expand

LEXICONS = {"WAR": ["world war (ii|two)", "@OLD"], "OLD": ["great war"], "LOOP": ["@LOOP x"]}


def phrases(pattern: str) -> list[str]:
    return [" ".join(element.text for element in phrase) for phrase in expand(pattern, LEXICONS)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("history", ["history"]),
        ("falsif* history", ["falsif* history"]),
        ("(the|) past", ["the past", "past"]),
        ("coloni(s|z)ed", ["colonised", "colonized"]),
        ("a (b (c|d)|e)", ["a b c", "a b d", "a e"]),
        ("lessons of @WAR", ["lessons of world war ii", "lessons of world war two", "lessons of great war"]),
        ("republic of * as", ["republic of * as"]),
        ("war of {1700-1955}", ["war of 1700-1955"]),
        ("anti-fascist U.N. Russia’s", ["anti fascist un russia"]),
        ("(almost |nearly |)* million", ["almost * million", "nearly * million", "* million"]),
        ("same (a|a)", ["same a"]),
        ("friendship (and|,)", ["friendship and"]),
    ],
)
def test_expansion(pattern, expected):
    assert phrases(pattern) == expected


def test_kinds_of_elements():
    (phrase,) = expand("war * of {1900-1950} gl*", {})
    assert [element.kind for element in phrase] == ["literal", "any", "literal", "year", "glob"]
    assert phrase[3] == Element("year", "1900-1950")


@pytest.mark.parametrize(
    ("pattern", "position", "says"),
    [
        ("(a|b", 1, "never closed"),
        ("a) b", 2, "without '('"),
        ("a|b", 2, "outside brackets"),
        ("the @WARS", 5, "unknown lexicon WARS; there are LOOP, OLD, WAR"),
        ("@war", 1, "name of a lexicon in capitals"),
        ("@LOOP", 1, "contains itself"),
        ("{1900}", 1, "earlier year first"),
        ("{1950-1900}", 1, "earlier year first"),
        ("%", 1, "nothing to match"),
        ("(a|b|c|d|e|f|g|h|i|j) " * 5, 110, f"more than {MAX_PHRASES:,}"),
    ],
)
def test_mistakes_are_named_with_their_position(pattern, position, says):
    with pytest.raises(PatternError, match=f"character {position}:") as error:
        expand(pattern, LEXICONS)
    assert says in str(error.value)


@given(st.text(alphabet="ab (|)*@{}W19-,", max_size=25))
def test_no_pattern_does_anything_but_expand_or_be_refused(pattern):
    try:
        found = expand(pattern, LEXICONS)
    except PatternError as error:
        found, position = (), error.position
    else:
        position = 0
    assert 0 <= position <= len(pattern)
    assert all(phrase for phrase in found)
