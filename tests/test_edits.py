"""After an edit of the codebook only what changed is looked for, and the hits are those of the whole codebook."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from aidememoire.codebook import load_codebook
from aidememoire.codebook.model import Codebook
from aidememoire.corpus import Corpus
from aidememoire.keptmatches import matches_of, put_matches
from aidememoire.ledger import keep_sentences
from aidememoire.matched import keep_matches
from aidememoire.matching import Rule, compile_rules
from aidememoire.matching.edits import Edit, definitions, edit_of, merged
from aidememoire.matching.fast import FastMatcher, Vocabulary, build_index
from test_engine import cut_texts, one_rule, plain_rows, regex_rules

Cut = list[tuple[str, list[tuple[int, int]]]]
any_rule = one_rule() | one_rule() | one_rule() | regex_rules


TEXT: Cut = [("a b c A.B. 1941", [(0, 15)])]


def edit_between(old: Sequence[Rule], new: Sequence[Rule]) -> Edit | None:
    return edit_of(definitions(old), definitions(new), new)


def edited_rows(old: list[Rule], new: list[Rule], cut: Cut) -> list[list[tuple[int, ...]]] | None:
    """The hits of ``new`` by way of those of ``old``; None where the edit is too large for that."""
    edit = edit_between(old, new)
    if edit is None:
        return None
    vocabulary = Vocabulary()
    index = build_index([text for text, _ in cut], [np.array(rows).reshape(-1, 2) for _, rows in cut], vocabulary)

    def sentence(text: int, number: int) -> str:
        start, end = cut[text][1][number]
        return cut[text][0][start:end]

    kept = FastMatcher(old, vocabulary).match_index(index, sentence)
    found = FastMatcher(edit.rules, vocabulary).match_index(index, sentence)
    rows = merged(edit, kept, found)
    return [[tuple(row) for row in each.tolist()] for each in rows]


@st.composite
def two_rule_sets(draw: st.DrawFn) -> tuple[list[Rule], list[Rule]]:
    """Rules before and behind an edit: some go, come, change in one field, or change places."""
    old = draw(st.lists(any_rule, min_size=2, max_size=9))
    new = []
    for rule in old:
        what = draw(st.sampled_from(["keep"] * 6 + ["drop", "twice", "change"]))
        fields: dict[str, Any] = {}
        if what == "change":
            other = draw(any_rule)
            names = ["theme", "within", "ordered", "language", "drop_negated", "weight"]
            names += ["sides", "pattern"] if other.kind == rule.kind else []
            name = draw(st.sampled_from(names))
            fields = {name: getattr(other, name)} if name != "pattern" or rule.kind == "regex" else {}
        new += [replace(rule, **fields)] * {"drop": 0, "twice": 2}.get(what, 1)
    new += draw(st.lists(any_rule, max_size=2))
    return old, draw(st.permutations(new)) if draw(st.booleans()) else new


@given(two_rule_sets(), cut_texts())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_edit_gives_the_rows_of_a_full_match(rules, cut):
    old, new = rules
    found = edited_rows(old, new, cut)
    assert found is None or found == plain_rows(new, cut)


def test_an_edit_that_drops_every_rule_leaves_no_hit():
    rule = find(one_rule(), lambda rule: bool(plain_rows([rule], TEXT)[0]))
    assert edited_rows([rule, replace(rule, theme="other")], [], TEXT) == [[]]


def codebook(**changes: Any) -> dict[str, Any]:
    """A codebook in which each part says something about the words a to f."""
    return {
        "meta": {"version": "1"},
        "lexicons": {"ONE": ["a b", "c"], "TWO": ["(@ONE|d)", "e*"]},
        "negation": {"en": {"words": ["not", "no"], "within": 2}, "ru": {"words": ["f"], "within": 1}},
        "technical": {
            "courtesy_formula": {"phrases": ["d e", "@TWO f"]},
            "boilerplate": {"regex": ["^a", r"\sb\s"]},
        },
        "themes": [
            theme("first", phrases=["a b", "@TWO c", {"pattern": "A", "case_sensitive": True}], masks=["b c", "e f"]),
            theme("second", phrases=["a b", {"pattern": "c", "negated": "drop"}], lenient_phrases=["d*", "@ONE"]),
            theme("third", near=[{"a": ["a"], "b": ["@ONE"], "within": 3}, {"a": "b", "b": "f", "within": 2}])
            | {"veto": ["e e"]},
            theme("fourth", without=[{"a": ["d"], "b": ["e", "f"], "within": 2, "negated": "drop"}], masks=["a d"]),
        ],
        **changes,
    }


def theme(name: str, **patterns: Any) -> dict[str, Any]:
    return {"id": name, "family": "memory", "definition": "d", "patterns": patterns}


def _first_phrase(book: dict[str, Any], rule: Any) -> None:
    book["themes"][0]["patterns"]["phrases"][0] = rule


EDITS = {
    "nothing but words": lambda book: book["themes"][0].update(definition="another"),
    "phrase added in front": lambda book: book["themes"][0]["patterns"]["phrases"].insert(0, "f a"),
    "phrase removed": lambda book: book["themes"][1]["patterns"]["phrases"].pop(0),
    "phrase edited": lambda book: _first_phrase(book, "a (b|c)"),
    "phrase to lenient": lambda book: book["themes"][1]["patterns"]["lenient_phrases"].append(
        book["themes"][1]["patterns"]["phrases"].pop()
    ),
    "weight": lambda book: _first_phrase(book, {"pattern": "a b", "weight": 2.0}),
    "facet": lambda book: (
        _first_phrase(book, {"pattern": "a b", "facets": {"mode": "x"}}),
        book["themes"][0].update(facets={"mode": ["x"]}),
    ),
    "language": lambda book: book["themes"][1]["patterns"]["phrases"].append(
        {"pattern": "d", "negated": "drop", "language": "ru"}
    ),
    "negated": lambda book: _first_phrase(book, {"pattern": "a b", "negated": "drop"}),
    "capitals": lambda book: _first_phrase(book, {"pattern": "a b", "case_sensitive": True}),
    "lexicon": lambda book: book["lexicons"]["ONE"].append("f f"),
    "lexicon in a lexicon": lambda book: book["lexicons"]["TWO"].pop(),
    "mask added": lambda book: book["themes"][1]["patterns"].update(masks=["a b c"]),
    "mask removed": lambda book: book["themes"][0]["patterns"]["masks"].pop(),
    "mask of another theme": lambda book: book["themes"][3]["patterns"]["masks"].append("d"),
    "veto": lambda book: book["themes"][2].update(veto=["e f", "e e"]),
    "near": lambda book: book["themes"][2]["patterns"]["near"][0].update(within=5),
    "order": lambda book: book["themes"][2]["patterns"]["near"][0].update(order="ab"),
    "side": lambda book: book["themes"][3]["patterns"]["without"][0].update(b=["e"]),
    "negation words": lambda book: book["negation"]["en"]["words"].append("never"),
    "negation reach": lambda book: book["negation"]["ru"].update(within=4),
    "no negation": lambda book: book.pop("negation"),
    "themes in another order": lambda book: book["themes"].reverse(),
    "theme removed": lambda book: book["themes"].pop(0),
    "theme renamed": lambda book: book["themes"][0].update(id="renamed"),
    "regular expression": lambda book: book["technical"]["boilerplate"]["regex"].insert(0, "(f|e) a"),
    "no courtesy": lambda book: book["technical"].pop("courtesy_formula"),
}


def after(*names: str) -> tuple[Rule, ...]:
    book = copy.deepcopy(codebook())
    for name in names:
        EDITS[name](book)
    return compile_rules(Codebook.model_validate(book))


def sentences(seed: int, n: int = 12) -> list[str]:
    random = np.random.default_rng(seed)
    words = ["a", "b", "c", "d", "e", "f", "A", "not", "never", "B", "eff"]
    glue = np.array([" "] * 8 + [", "])
    return [
        "".join(w + g for w, g in zip(random.choice(words, 14), random.choice(glue, 14), strict=True)) + "."
        for _ in range(n)
    ]


def cut_of(written: list[str]) -> Cut:
    return [(text, [(0, len(text) // 2), (len(text) // 2, len(text))]) for text in written]


@pytest.mark.parametrize("name", EDITS)
def test_each_kind_of_edit(name: str):
    cut = cut_of(sentences(seed=len(name), n=150))
    old, new = list(after()), list(after(name))
    for before, behind in ((old, new), (new, old)):
        found = edited_rows(before, behind, cut)
        assert found == plain_rows(behind, cut)


@given(st.lists(st.sampled_from(sorted(EDITS)), unique=True, max_size=4), st.integers(0, 99))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_edits_together(names, seed):
    try:
        new = list(after(*names))
    except (KeyError, IndexError):  # one edit took away what the next is about
        return
    cut = cut_of(sentences(seed))
    found = edited_rows(list(after()), new, cut)
    assert found is None or found == plain_rows(new, cut)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("nothing but words", []),
        ("weight", []),
        ("facet", []),
        ("themes in another order", []),
        ("phrase added in front", ["mask", "mask", "phrase"]),
        ("lexicon in a lexicon", ["mask", "mask", "phrase", "technical"]),
        ("mask added", ["lenient", "lenient", "mask", "phrase", "phrase", *["negation"] * 3]),
        ("negation reach", ["mask", "phrase", "without", *["negation"] * 3]),
        ("regular expression", ["regex"]),
    ],
)
def test_only_what_changed_is_looked_for(name: str, kinds: list[str]):
    edit = edit_between(after(), after(name))
    assert edit is not None
    assert sorted(rule.kind for rule in edit.rules) == sorted(kinds)


def test_rules_that_say_the_same_share_no_hits():
    rule = Rule("t.phrase.1", "t", "phrase", "a", ())
    edit = edit_between([rule, rule], [rule, rule, rule])
    assert edit is not None
    assert edit.moved.tolist() == [0, 1]
    assert edit.numbers.tolist() == [2]


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number, text in enumerate(sentences(seed=1, n=40)):
        (folder / f"{number}.txt").write_text(f"Text {number}. {text}\n{text}", encoding="utf-8")
    with Corpus.open(tmp_path / "study.db") as corpus:
        corpus.ingest(folder)
        yield corpus


def hits(corpus: Corpus, rules: tuple[Rule, ...], name: str, looked_for: list[int] | None = None) -> Any:
    """Match, and note of each matcher that was made how many rules it has."""

    def engine(chosen: tuple[Rule, ...], vocabulary: Vocabulary) -> FastMatcher:
        if looked_for is not None:
            looked_for.append(len(chosen))
        return FastMatcher(chosen, vocabulary)

    hashes = list(dict.fromkeys(corpus.store.statements()["text_sha256"]))
    keep_sentences(corpus.store, hashes)
    keep_matches(corpus.token_indexes, hashes, (name, "v"), rules, engine=engine)
    return {text: rows.tolist() for text, rows in matches_of(corpus.store, (name, "v"), hashes).items()}


def test_kept_hits_of_edited_codebooks_are_those_of_full_matches(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    hits(corpus, after(), "first")
    made: list[int] = []
    found = {name: hits(corpus, after(name), name, made) for name in EDITS}
    assert sum(made) < sum(len(after(name)) for name in EDITS) / 2
    corpus.store.connection.execute("DELETE FROM match_parts")
    corpus.store.connection.execute("DELETE FROM matched_codebooks")
    monkeypatch.setattr("aidememoire.matched.matched_before", lambda *_: None)
    for name in EDITS:
        assert found[name] == hits(corpus, after(name), name)


def test_an_edit_of_no_rule_looks_at_nothing(corpus: Corpus, tmp_path: Path):
    first = hits(corpus, after(), "first")
    made: list[int] = []
    with Corpus.open(tmp_path / "study.db") as anew:
        assert hits(anew, after("weight", "nothing but words"), "edited", made) == first
        assert len(anew.token_indexes.vocabulary) == 0
    assert made == []


def test_an_edit_of_everything_falls_back_to_the_full_match(corpus: Corpus):
    hits(corpus, after(), "first")
    other = compile_rules(
        Codebook.model_validate(codebook(themes=[theme("new", phrases=["b a", "c d", "e", "f*", "d b", "f c", "e a"])]))
    )
    assert edit_between(after(), other) is None
    made: list[int] = []
    hits(corpus, other, "other", made)
    assert made == [len(other)]


def test_a_codebook_that_was_not_matched_to_the_end_lends_nothing(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("aidememoire.matched.keep_definitions", lambda *_: None)
    hits(corpus, after(), "first")
    monkeypatch.undo()
    made: list[int] = []
    hits(corpus, after("phrase edited"), "edited", made)
    assert made == [len(after("phrase edited"))]


def test_texts_that_the_codebook_before_did_not_see(corpus: Corpus, tmp_path: Path):
    """They have an index from a third codebook, so a batch holds texts of both kinds."""
    hits(corpus, after("phrase removed"), "first")
    with corpus.store.transaction():
        some = dict(list(matches_of(corpus.store, ("first", "v")).items())[::3])
        corpus.store.connection.execute("DELETE FROM match_parts")
        put_matches(corpus.store, ("first", "v"), some)
    made: list[int] = []
    found = hits(corpus, after("phrase edited"), "edited", made)
    assert len(after("phrase edited")) in made
    with Corpus.open(tmp_path / "other.db") as other:
        other.ingest(tmp_path / "texts")
        assert found == hits(other, after("phrase edited"), "edited")


def test_definitions_name_every_field_that_decides_a_hit():
    """A field that a rule gets must be weighed here: does it decide where the rule hits?"""
    assert set(Rule.__slots__) == {
        *("kind", "pattern", "sides", "within", "ordered", "language", "drop_negated", "theme"),  # in a definition
        *("id", "weight", "facets"),  # say what becomes of a hit
    }


def test_builtin_codebook_with_a_phrase_more():
    rules = compile_rules(load_codebook())
    added = replace(rules[3], id="historical_memory.phrase.999", pattern="x", sides=rules[400].sides)
    edit = edit_between(rules, (*rules[:3], added, *rules[3:]))
    assert edit is not None
    assert [rule.id for rule in edit.rules if rule.kind != "mask"] == [added.id]
    assert edit.moved.tolist() == [*range(3), *range(4, len(rules) + 1)]
