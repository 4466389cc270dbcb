from __future__ import annotations

import pytest

from aidememoire.codebook import load_codebook
from aidememoire.codebook.model import Codebook
from aidememoire.matching import PlainMatcher, compile_rules


def codebook(**patterns) -> Codebook:
    veto = patterns.pop("veto", ())
    theme = {"id": "theme", "family": "memory", "definition": "d", "patterns": patterns, "veto": veto}
    return Codebook.model_validate({"meta": {"version": "1"}, "themes": [theme], "lexicons": {"W": ["the war"]}})


def hits(text: str, **patterns) -> list[tuple[str, str]]:
    rules = compile_rules(codebook(**patterns))
    return [(rules[m.rule].id, text[m.start : m.end]) for m in PlainMatcher(rules).match(text, [(0, len(text))])]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("falsif* history", "They falsify HISTORY today", ["falsify HISTORY"]),
        ("falsif* history", "They falsify, history says", []),
        ("falsif* history", "They falsify our history", []),
        ("anti fascist war", "the Anti-Fascist War", ["Anti-Fascist War"]),
        ("end of @W", "the end of the war", ["end of the war"]),
        ("in {1900-1950}", "in 1945 and in 1990", ["in 1945"]),
        ("* million lives", "lost 20 million lives", ["20 million lives"]),
        ("the (great|) war", "the great war, the war", ["the great war", "the war"]),
        ("never (never|)", "never never never", ["never never", "never"]),
        ("(world|) war", "world war", ["world war"]),
        ("*fascis*", "antifascists and fascism", ["antifascists", "fascism"]),
        ("us", "The U.S. helped us", ["U.S.", "us"]),
    ],
)
def test_phrases(pattern, text, found):
    assert [words for _, words in hits(text, phrases=[pattern])] == found


def test_masked_tokens_cannot_match_and_a_phrase_does_not_cross_them():
    assert hits("the past year", phrases=["the past"], masks=["past year"]) == []
    assert hits("lessons of the past", phrases=["the past"], masks=["past year"]) == [("theme.phrase.1", "the past")]
    assert hits("a b c", phrases=["a * c"], masks=["b"]) == []


def test_proximity():
    near = {"a": ["distort*"], "b": ["history", "past"], "within": 2}
    assert hits("distort our common history", near=[near]) == [("theme.near.1", "distort our common history")]
    assert hits("distort our long common history", near=[near]) == []
    assert hits("history, they distort", near=[near]) == [("theme.near.1", "history, they distort")]
    assert hits("history, they distort", near=[{**near, "order": "ab"}]) == []
    # the nearer of two is taken
    assert hits("past distort x history", near=[near]) == [("theme.near.1", "past distort")]


def test_sides_that_share_tokens_are_not_joined():
    near = {"a": ["lessons of history"], "b": ["history"], "within": 5}
    assert hits("lessons of history", near=[near]) == []
    assert len(hits("lessons of history teach history", near=[near])) == 1


def test_vetoes_are_found_whatever_is_masked():
    found = hits("thank the president", phrases=["thank"], masks=["the president"], veto=["president"])
    assert found == [("theme.phrase.1", "thank"), ("theme.veto.1", "president")]


def test_hits_stay_in_their_sentence():
    text = "We remember. History teaches."
    rules = compile_rules(
        codebook(phrases=["remember history"], near=[{"a": ["remember"], "b": ["history"], "within": 9}])
    )
    assert PlainMatcher(rules).match(text, [(0, 12), (13, 29)]) == []
    assert len(PlainMatcher(rules).match(text, [(0, 29)])) == 2


@pytest.mark.parametrize("field", ["positives", "hard_negatives"])
def test_builtin_examples_come_out_as_the_codebook_says(field):
    book = load_codebook()
    rules = compile_rules(book)
    matcher = PlainMatcher(rules)
    wrong = []
    n = 0
    for theme in book.themes:
        for example, expected in zip(getattr(theme, field), getattr(theme.dict_expected, field), strict=True):
            found = {
                rules[m.rule].kind
                for m in matcher.match(example, [(0, len(example))])
                if rules[m.rule].theme == theme.id
            }
            n += 1
            if bool(found & {"phrase", "near"} and "veto" not in found) != bool(expected):
                wrong.append((theme.id, example))
    assert n == 64
    assert not wrong
