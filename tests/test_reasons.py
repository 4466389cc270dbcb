"""Why a theme is coded: the parts add up to what the coder says, and nothing of it can break a page."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from aidememoire import cli_codebook, code_sentences, codesentences, load_codebook, reasons
from aidememoire.errors import CodebookError
from aidememoire.model.coder import Coder, calibrated, forms_of, strengths
from aidememoire.model.reasons import contributions
from aidememoire.model.weights import load

SENTENCES = (
    "Attempts to falsify the history of the Second World War are unacceptable.",
    "In 1939 our country was attacked, and those who fell are sacred to us.",
    "It rained.",
    "",
)
BOOK = load_codebook()


@pytest.fixture(autouse=True)
def coder(monkeypatch):
    """The coder that ships, taken for one of today's codebook: whether it is, test_model says."""
    found = Coder(replace(load(), codebook_sha256=BOOK.sha256), BOOK)
    for module in (codesentences, reasons):
        monkeypatch.setattr(module, "shipped_coder", lambda: found)
    return found


@pytest.mark.parametrize("sentence", SENTENCES)
def test_contributions_add_up_to_the_log_odds(coder, sentence):
    forms = [forms_of(sentence)]
    read = coder.marker.read([sentence], forms, [2015], ["They falsify history."])
    wanted = strengths(coder.trained, forms, read.marks)[0]
    for number in range(len(coder.trained.heads)):
        found = contributions(coder.trained, forms[0], read.marks[0], number)
        assert sum(found.values()) == pytest.approx(wanted[number], abs=1e-4)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("theme", [head.theme for head in load().heads])
def test_an_explanation_agrees_with_the_codes(coder, sentence, theme):
    explained = reasons.explain_sentence(sentence, theme, year=2015)
    score = code_sentences([sentence], year=2015, scores=True).loc[0, theme]
    lenders = [each.id for each in BOOK.themes if theme in each.lends_to]
    if not lenders:
        assert explained.coded == code_sentences([sentence], year=2015).loc[0, theme]
        assert math.isnan(explained.probability) == (explained.speaker == "rules")
        assert explained.speaker == "rules" or explained.probability == pytest.approx(score, abs=1e-5)
    head = coder.trained.heads[[head.theme for head in coder.trained.heads].index(theme)]
    shown = (*explained.speaks_for, *explained.speaks_against)
    strength = explained.others + sum(each.weight for each in shown)
    if explained.speaker == "model":
        assert calibrated(head.model, strength, None) == pytest.approx(explained.probability, abs=1e-5)
    weights = [abs(each.weight) for each in explained.speaks_for]
    assert weights == sorted(weights, reverse=True)
    assert all(each.weight < 0 for each in explained.speaks_against)
    assert len(explained.speaks_for) <= 6


def test_features_have_names_that_can_be_read():
    explained = reasons.explain_sentence(SENTENCES[0], "anti_revisionism", most=40)
    names = {each.name for each in (*explained.speaks_for, *explained.speaks_against)}
    assert {"word vectors", "'histori'", "code anti_revisionism 2"} <= names
    assert [row.outcome for row in explained.rules][:1] == ["fired"]
    text = str(explained)
    assert text.startswith("anti_revisionism: coded by ")
    assert "rule fired: 'falsify the history" in text


def test_a_theme_without_a_trained_coder_is_explained_by_its_rules():
    explained = reasons.explain_sentence("It rained.", "peace_stability")
    assert (explained.speaker, explained.coded, explained.speaks_for) == ("rules", False, ())
    assert math.isnan(explained.probability)
    assert str(explained) == "peace_stability: not coded by the rules"


def test_an_unknown_theme_is_named_with_what_there_is():
    with pytest.raises(CodebookError, match="no theme 'weather'; there are historical_memory"):
        reasons.explain_sentence("It rained.", "weather")


def test_nothing_in_a_sentence_becomes_markup():
    explained = reasons.explain_sentence("<script>alert(1)</script> falsify <b>history</b> & war", "anti_revisionism")
    html = explained._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b>history" not in html


def explained(*arguments):
    return CliRunner().invoke(cli_codebook.app, ["explain", *arguments], catch_exceptions=False).stdout


def test_the_command_shows_the_model_beside_the_rules():
    told = explained(SENTENCES[0], "--year", "2015")
    assert "anti_revisionism = 2: fired" in told
    assert "\ntrained coder:\n" in told
    assert "\nanti_revisionism: coded by " in told
    nothing = explained("It rained.")
    assert "no rule matches\ntrained coder: codes nothing; the likeliest theme is\n" in nothing


def test_the_command_is_silent_on_a_model_of_another_codebook(tmp_path):
    (tmp_path / "own.yaml").write_text(
        'meta: {version: "1"}\nthemes:\n  - {id: rain, family: other, definition: d, patterns: {phrases: [rained]}}\n'
    )
    told = explained("It rained.", "--codebook", str(tmp_path / "own.yaml"))
    assert told.startswith("rain = 2: fired")
    assert "trained coder" not in told
