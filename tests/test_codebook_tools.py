from __future__ import annotations

import json
import subprocess
import sys

import pytest

from aidememoire import code, load_codebook
from aidememoire.codebook import Codebook
from aidememoire.codebook.convert import from_text, to_text
from aidememoire.codebook.regexes import why_unsafe
from aidememoire.errors import CodebookError
from aidememoire.explain import explain
from aidememoire.lint import lint, lint_on


def book(*, patterns=None, **theme) -> Codebook:
    own = {
        "id": "past",
        "family": "memory",
        "definition": "d",
        "patterns": patterns or {"phrases": ["history"]},
        **theme,
    }
    other = {"id": "wide", "family": "memory", "definition": "d", "patterns": {"phrases": ["old"]}}
    negation = {"en": {"words": ["never", "not"], "within": 2}}
    document = {"meta": {"version": "1"}, "themes": [own, other], "negation": negation}
    return Codebook.model_validate({**document, "sha256": json.dumps(document, default=str)})


def messages(codebook: Codebook) -> list[str]:
    return [str(finding) for finding in lint(codebook)]


def test_the_builtin_codebook_has_no_error_and_matches_no_hard_negative():
    findings = lint(load_codebook())
    assert [str(f) for f in findings if f.level == "error"] == []
    assert not any("hard_negatives" in f.where for f in findings)
    # Every positive is found or stands among the known misses.
    assert [str(f) for f in findings if "positives" in f.where] == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"patterns": {"phrases": ["trust (and|,) peace"]}}, "error: past.phrase.1: can never match"),
        ({"patterns": {"phrases": ["peace", "peace"]}}, "error: past.phrase.2: repeats past.phrase.1"),
        ({"patterns": {"phrases": ["(old|new) war", "old war"]}}, "warning: past.phrase.2: everything it finds"),
        ({"patterns": {"phrases": ["past year"], "masks": ["past *"]}}, "error: past.phrase.1: the masks of past hide"),
        ({"positives": ["Nothing to find."]}, "warning: past.positives.1: no rule finds"),
        ({"hard_negatives": ["History teaches."]}, "error: past.hard_negatives.1: past.phrase.1 finds"),
        (
            {"positives": ["History."], "dict_expected": {"positives": [0], "hard_negatives": []}},
            "warning: past.positives.1: is found now",
        ),
    ],
)
def test_lint_names_what_is_wrong(change, says):
    assert any(line.startswith(says) for line in messages(book(**change)))


@pytest.mark.parametrize(
    ("rules", "warned"),
    [
        ({"(old|new) war": "en", "old war": "fr"}, []),
        ({"(old|new) war": "en", "old war": "en"}, ["past.phrase.2"]),
        ({"(old|new) war": "", "old war": "en"}, ["past.phrase.2"]),
        ({"(old|new) war": "en", "old war": ""}, []),
        ({"old war": "en", "new war": "fr", "(old|new) war": ""}, ["past.phrase.1", "past.phrase.2"]),
    ],
)
def test_what_a_rule_finds_is_found_by_others_only_in_its_language(rules, warned):
    phrases = [{"pattern": pattern, "language": language} for pattern, language in rules.items()]
    found = [f for f in lint(book(patterns={"phrases": phrases})) if f.message.startswith("everything it finds")]
    assert [f.where for f in found] == warned


@pytest.mark.parametrize(("language", "wrong"), [("", False), ("en", False), ("ru", True)])
def test_a_rule_that_drops_what_is_negated_needs_words_that_negate_in_its_language(language, wrong):
    phrases = [{"pattern": "legend", "negated": "drop", "language": language}]
    says = (
        "error: past.phrase.1: drops negated hits, but the codebook has no section negation.ru that says what negates"
    )
    assert messages(book(patterns={"phrases": phrases})) == ([says] if wrong else [])


@pytest.mark.parametrize(
    ("patterns", "rule"),
    [
        ({"phrases": ["histor*"], "masks": ["history book"]}, "a mask of some of it hides not all"),
        ({"phrases": ["the past"], "masks": ["past year"]}, "a mask longer than the phrase"),
    ],
)
def test_masks_that_hide_only_a_part_are_no_error(patterns, rule):
    assert messages(book(patterns=patterns)) == [], rule


def test_lint_on_a_corpus_names_rules_that_never_fire_and_those_that_rule(make_corpus):
    text = "\n".join("Our history is long." for _ in range(30)) + "\nWe remember."
    codebook = book(patterns={"phrases": ["history", "remember", "never said"]})
    found = [str(finding) for finding in lint_on(code(make_corpus({"a.txt": text}), codebook))]
    assert "warning: past.phrase.3: never fires on this corpus: never said" in found
    assert "warning: past.phrase.1: makes 30 of the 31 hits of past: history" in found


@pytest.mark.parametrize(
    ("sentence", "outcomes"),
    [
        ("History teaches.", [("past", "fired", "past.phrase.1", "")]),
        ("In the past year.", [("past", "masked", "past.phrase.2", "past year")]),
        ("It is not the legend we tell.", [("past", "negated", "past.phrase.3", "not")]),
        ("A lecture on history.", [("past", "vetoed", "past.phrase.1", "lecture")]),
        ("Nothing.", []),
    ],
)
def test_explain(sentence, outcomes):
    phrases = ["history", "the past", {"pattern": "the legend", "negated": "drop"}]
    codebook = book(patterns={"phrases": phrases, "masks": ["past year"]}, veto=["lecture"])
    assert [(e.theme, e.outcome, e.rule, e.because) for e in explain(sentence, codebook)] == outcomes


@pytest.mark.parametrize(
    ("sentence", "outcome", "because"),
    [
        ("Не not the legend.", "negated", "not"),
        ("Never so, this is not the legend.", "negated", "not"),
        ("Never in those days was it not the legend.", "negated", "not"),
        ("Never mind: not the old men see our lies.", "negated", "not"),
        ("Never will the old, by the grave plot, see our lies.", "negated", "never"),
    ],
)
def test_explain_names_the_negation_or_mask_that_took_the_hit_away(sentence, outcome, because):
    near = {"a": "old", "b": "lies", "within": 9, "negated": "drop", "language": "en"}
    phrases = [{"pattern": "the legend", "negated": "drop", "language": "en"}]
    codebook = book(patterns={"phrases": phrases, "near": [near], "masks": ["grave plot"]})
    words = {"ru": {"words": ["не"], "within": 2}, **{k: v.model_dump() for k, v in codebook.negation.items()}}
    codebook = Codebook.model_validate({**codebook.model_dump(), "negation": words})
    found = [e for e in explain(sentence, codebook) if e.theme == "past"]
    assert [(e.outcome, e.because) for e in found] == [(outcome, because)]


def test_explain_names_implications():
    found = explain("History.", book(parent="wide"))
    assert [(e.theme, e.outcome, e.because, e.value) for e in found] == [
        ("past", "fired", "", 2), ("wide", "implied", "past", 2)
    ]  # fmt: skip


def test_csv_holds_everything():
    codebook = load_codebook()
    converted = to_text(codebook, "csv")
    again = Codebook.model_validate(from_text(converted.text, "csv"))
    assert converted.lost == ()
    assert again == codebook.model_copy(update={"sha256": ""})


def test_csv_cells_are_no_formulas():
    rows = to_text(load_codebook(), "csv").text.splitlines()
    assert any("'@WW2" in row for row in rows)
    assert not any(row.split(",")[2][:1] in {"=", "@", "+"} for row in rows if row.count(",") >= 3)


@pytest.mark.parametrize("form", ["dic", "quanteda"])
def test_word_lists_say_what_they_lose(form):
    phrases = ["falsif* history", "*fascis*", "in {1940-1942}"]
    near = [{"a": "a", "b": "b", "within": 2}]
    codebook = book(patterns={"phrases": phrases, "near": near, "masks": ["m"]}, parent="wide")
    converted = to_text(codebook, form)
    assert "past: 1 proximity rules" in converted.lost
    assert "past: 1 masks" in converted.lost
    assert "past: 1 implied themes" in converted.lost
    assert ("past: 1 phrases with a star inside" in converted.lost) == (form == "dic")
    back = Codebook.model_validate(from_text(converted.text, form))
    words = [rule.pattern for rule in back.theme("past").patterns.phrases]
    assert {"falsif* history", "in 1940", "in 1941", "in 1942"} <= set(words)


@pytest.mark.parametrize(
    ("text", "form", "says"),
    [
        ("a,b\n1,2\n", "csv", "columns theme, field, value, form"),
        ("theme,field,value,form\n,meta,{,json\n", "csv", "not JSON"),
        ("no percent signs", "dic", "between two lines of %"),
        ("%\n1\tpast\n%\nword\t2\n", "dic", "category 2 is not declared"),
        ("- a\n", "quanteda", "a mapping of categories"),
        ("a: [\n", "quanteda", "not valid YAML"),
    ],
)
def test_a_file_of_another_kind_is_refused(text, form, says):
    with pytest.raises(CodebookError, match=says):
        from_text(text, form)


@pytest.mark.parametrize(
    ("regex", "unsafe"),
    [
        (r"^\s*\d{1,3}\s+\d{2}-\d{5}\s", False),
        (r"The meeting (rose|was called to order)", False),
        (r"(a+)+b", True),
        (r"(a|a*)*b", True),
        (r"\s*\s*x", True),
        (r".*.*=", True),
        (r"(\w+)\1", True),
        (r"(?=x)y", True),
        (r"x{1,5000}x{1,5000}y", True),
        (r"(a|aa)*[?]", True),
        (r"(a?){30}a{30}", True),
        (r"(?:a{1,90}){1,90}b", True),
        (r"a{0,90}a{0,90}b", True),
        (r"(", True),
    ],
)
def test_regular_expressions_that_could_hang_are_refused(regex, unsafe, tmp_path):
    assert bool(why_unsafe(regex)) == unsafe
    file = tmp_path / "c.yaml"
    technical = json.dumps({"boilerplate": {"regex": [regex]}})
    theme = json.dumps([{"id": "a", "family": "memory", "definition": "d", "patterns": {"phrases": ["x"]}}])
    file.write_text(f'meta: {{version: "1"}}\ntechnical: {technical}\nthemes: {theme}\n', encoding="utf-8")
    if unsafe:
        with pytest.raises(CodebookError, match=r"c\.yaml:2: technical\.boilerplate\.regex\.0"):
            load_codebook(file)
    else:
        assert load_codebook(file).technical.boilerplate


def call(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "aidememoire", "codebook", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def test_commands(tmp_path):
    assert "0 errors" in call("lint").stdout
    assert "Anti-revisionism" in call("show").stdout
    assert "falsif* (of|) (the|) (history|historical|past)" in call("show", "anti_revisionism").stdout
    assert "no theme 'x'; there are historical_memory" in call("show", "x").stderr
    assert json.loads(call("schema").stdout)["title"] == "Codebook"
    explained = call("explain", "They falsify history.").stdout
    assert 'anti_revisionism = 2: fired: "falsify history" [5:20]' in explained
    there = call("convert", "builtin", "all.csv", cwd=tmp_path)
    assert (there.returncode, there.stderr) == (0, "")
    assert call("convert", "all.csv", "back.yaml", cwd=tmp_path).returncode == 0
    assert load_codebook(tmp_path / "back.yaml").themes == load_codebook().themes
    lossy = call("convert", "builtin", "all.dic", "--format", "dic", cwd=tmp_path)
    assert "not held by dic: historical_memory: 12 proximity rules" in lossy.stderr
    assert call("convert", "absent.dic", "x.yaml", "--format", "dic", cwd=tmp_path).stderr.count("\n") == 1
