"""The fast engine gives the rows of the plain matcher, whatever the text and the rules."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aidememoire.characters import character_classes
from aidememoire.codebook import load_codebook
from aidememoire.codebook.patterns import expand
from aidememoire.matching import Match, PlainMatcher, Rule, compile_rules
from aidememoire.matching.fast import (
    FastMatcher,
    Vocabulary,
    build_index,
    compiled,
    from_blobs,
    is_compiled,
    kernels,
    to_blobs,
)
from aidememoire.matching.fast.elements import Forms, Stems
from aidememoire.matching.fast.furniture import fragments
from aidememoire.tokens import form_of, tokenise

# Few words and every kind of glue, so that rules meet, overlap, mask and negate each other all the time.
WORDS = (
    "d’A.B. l'É.B. E\u0301.B. И\u0306.О. A.B.中 "
    "a b ab aba not no A AB B's a’b a'b U.N. U.N.’s u.n.a U.S.A x.y 1945 1999 19 ١٩٤٥ é e\u0301 Ａ ß SS ſ İ i̇ ı "
    "中 中国 国 война ВОЙНА 😀 ² ½ Ⅷ ʼa a‘b ﷺ \u0301 \ue000 snake_case long-word internationalisation intern\u00adal"
).split()
GLUE = [" ", " ", " ", " ", ", ", ". ", "; ", " - ", " – ", "-", "—", " -- ", "——", " (", ") ", "，", "\n", "\t",
        "\u00a0", "_", "\0", "'", "’s ", "", ".", "..", '" ', "/", "،", "\x85", " " * 300]  # fmt: skip
ELEMENTS = [
    *"a b ab not no A AB un usa 1945 é ß ss i 中 国 война * {1900-1950} a* *b *a* a*b b*a*b * inter*".split(),
    "*isation", "internationalisation", "國*", "a'b", "*\u0301", "в*а",
]  # fmt: skip
KINDS = ["phrase", "phrase", "lenient", "near", "near", "facet", "without", "mask", "veto", "negation", "technical"]

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GLUE)), max_size=14).map(
    lambda pairs: "".join(word + glue for word, glue in pairs)
) | st.text(max_size=30)
patterns = st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=3).map(" ".join)
sides = st.lists(patterns, min_size=1, max_size=3)


@st.composite
def one_rule(draw: st.DrawFn) -> Rule:
    kind = draw(st.sampled_from(KINDS))
    cased = draw(st.booleans()) and kind in ("phrase", "lenient")
    n_sides = 2 if kind in ("near", "facet", "without") else 1
    written = [draw(sides) for _ in range(n_sides)]
    return Rule(
        id="r",
        theme=draw(st.sampled_from(["one", "two"])),
        kind=kind,
        pattern=str(written),
        sides=tuple(tuple(phrase for p in side for phrase in expand(p, {}, cased=cased)) for side in written),
        within=draw(st.integers(0, 4)),
        ordered=draw(st.booleans()),
        language=draw(st.sampled_from(["", "en", "ru"])),
        drop_negated=draw(st.booleans()),
    )


REGEXES = [r"^\s*a", r"(?i)ab|internation", r"\d{2,4}", r"U\.N", r"a.*b", r"^\W", r"(a|b)b+ .", "not (a|b)"]
regex_rules = st.sampled_from(REGEXES).map(lambda regex: Rule("x", "furniture", "regex", regex, ()))
rule_sets = st.lists(one_rule() | one_rule() | one_rule() | regex_rules, min_size=1, max_size=8)


@st.composite
def cut_texts(draw: st.DrawFn) -> list[tuple[str, list[tuple[int, int]]]]:
    found = []
    for text in draw(st.lists(texts, min_size=1, max_size=4)):
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
        found.append((text, [*pairwise(cuts)] if draw(st.booleans()) else [(0, len(text))]))
    return found


def plain_rows(rules, cut) -> list[list[tuple[int, ...]]]:
    matcher = PlainMatcher(rules)
    return [[tuple(match) for match in matcher.match(text, spans)] for text, spans in cut]


def fast_rows(rules, cut, *, vocabulary=None, as_bytes=False, **options) -> list[list[tuple[int, ...]]]:
    written = [text.encode() for text, _ in cut] if as_bytes else [text for text, _ in cut]
    spans = [np.array(rows, dtype=np.int32).reshape(-1, 2) for _, rows in cut]
    found = FastMatcher(rules, vocabulary).match_many(written, spans, **options)
    return [[tuple(row) for row in rows.tolist()] for rows in found]


@given(rule_sets, cut_texts())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_same_rows_as_the_plain_matcher(rules, cut):
    expected = plain_rows(rules, cut)
    assert fast_rows(rules, cut) == expected
    assert fast_rows(rules, cut, batch=1) == expected
    assert fast_rows(rules, cut, batch=3, threads=2) == expected
    assert fast_rows(rules, cut, as_bytes=True) == expected


@given(st.lists(texts, max_size=5), st.integers(0, 3))
@settings(deadline=None)
def test_same_tokens_as_the_tokeniser(written, cut):
    vocabulary = Vocabulary()
    spans = [(min(cut, len(text)), len(text)) for text in written]
    index = build_index(written, [np.array([span]) for span in spans], vocabulary)
    words = vocabulary.written()
    assert [words[code >> 1] for code in index.codes] == [
        text[token.start : token.end]
        for text, span in zip(written, spans, strict=True)
        for token in tokenise(text, *span)
    ]
    forms = vocabulary.forms().text.split("\n")[:-1]
    assert forms == [form_of(word) for word in words]
    assert vocabulary.lengths().tolist() == [len(word) for word in words]


@given(rule_sets, cut_texts())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_equal_hashes_give_no_wrong_hit(rules, cut):
    """Every word in one slot of the table, where only its bytes tell it apart."""
    assert fast_rows(rules, cut, vocabulary=Vocabulary(keep=0)) == plain_rows(rules, cut)


def test_colliding_words_that_agree_in_their_first_and_last_bytes():
    words = [f"internation{middle}alisation" for middle in ("", "a", "b", "aaaaaaaa", "aaaaaaab", "baaaaaaa")]
    vocabulary = Vocabulary(keep=0)
    vocabulary.extend(words * 2)
    assert vocabulary.written() == words


def test_tables_grow_past_many_long_and_short_words():
    words = [f"w{n}" for n in range(9_000)] + ["x" * 100_000]
    text = " ".join(words * 2)
    vocabulary = Vocabulary()
    index = build_index([text], [np.array([[0, len(text)]])], vocabulary)
    assert vocabulary.written() == words
    assert (index.codes >> 1).tolist() == [*range(9_001)] * 2


def rule(pattern: str, **fields) -> Rule:
    return Rule(
        **{"id": "r", "theme": "t", "kind": "phrase", "pattern": pattern, "sides": (expand(pattern, {}),), **fields}
    )


def test_rows_and_phrases_that_outgrow_their_room():
    text = "a " * 30_000
    rules = [rule("a"), rule("* *"), rule("a a a"), rule("a", kind="lenient"), rule("a* *a")]
    for spans in ([(0, len(text))], [(0, 2), (2, len(text) - 10)]):
        assert FastMatcher(rules).match(text, spans) == PlainMatcher(rules).match(text, spans)


def test_wildcards_in_front():
    rules = [rule("* b"), rule("* * b"), rule("* * * * * * * * b"), rule("c *"), rule("* b c")]
    for matcher_rules in (rules, rules[:2], rules[:1], rules[2:3], [rule("*")]):
        for text in ("a b, b c d b", "b", "a a a a a a a a a b b c"):
            cut = [(text, [(0, len(text))])]
            assert fast_rows(matcher_rules, cut) == plain_rows(matcher_rules, cut)


def test_more_themes_with_masks_than_bits_in_a_word():
    rules = [
        r
        for n in range(70)
        for r in (rule("a b", theme=f"t{n}"), rule("b" if n % 3 else "c", kind="mask", theme=f"t{n}"))
    ]
    cut = [("a b a c a b", [(0, 11)])]
    assert fast_rows(rules, cut) == plain_rows(rules, cut)


def test_nothing_at_all():
    assert FastMatcher([]).match("a b", [(0, 3)]) == []
    assert FastMatcher([rule("a")]).match_many([], []) == []
    assert FastMatcher([rule("a")]).match("", []) == []
    assert FastMatcher([rule("a")]).match("a", [(0, 1)]) == [Match(0, 0, 0, 1)]
    assert [len(rows) for rows in FastMatcher([rule("a")]).match_many(["", "a"], [np.zeros((0, 2)), [(0, 1)]])] == [
        0,
        1,
    ]


def test_lone_surrogates_and_spans_beyond_the_text():
    text = "a \ud800a b"
    assert FastMatcher([rule("a")]).match(text, [(0, 99)]) == PlainMatcher([rule("a")]).match(text, [(0, 99)])


@given(rule_sets, rule_sets, cut_texts())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_kept_index_gives_the_rows_of_another_codebook(first, second, cut):
    vocabulary = Vocabulary()
    fast_rows(first, cut, vocabulary=vocabulary)
    index = build_index([text for text, _ in cut], [np.array(spans).reshape(-1, 2) for _, spans in cut], vocabulary)
    kept = Vocabulary()
    kept.extend(vocabulary.written())
    loaded = from_blobs(to_blobs(index))
    found = FastMatcher(second, kept).match_index(
        loaded, lambda text, sentence: cut[text][0][slice(*cut[text][1][sentence])]
    )
    assert [[tuple(row) for row in rows.tolist()] for rows in found] == plain_rows(second, cut)


def test_character_classes_are_those_of_re():
    table = character_classes()
    rng = np.random.default_rng(3)
    points = np.concatenate([np.arange(0x3000), rng.integers(0x3000, 0x110000, 3000), np.arange(0xE0000, 0xE0200)])
    for point in points.tolist():
        char = chr(point)
        flags = [re.fullmatch(regex, char) is not None for regex in (r"[^\W_]", r"[^\W\d_\u3400-\u9fff]", r"\s")]
        assert flags == [bool(table[point] & flag) for flag in (2, 4, 16)], hex(point)


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        (r"\(spoke in [A-Z][a-z]+", ["spoke"]),
        (r"^\s*\d{1,3}\s+\d{2}-\d{5}\s", ["[\\d]{5}"]),
        (r"a(?i:bc)d|(?i:x)", []),
        (r"(?=abc)(?!def)\1?x{0,2}", []),
        (r"(?:history){2}", ["history"]),
        (r"The meeting (rose|was called)", ["meeting", "rose|called"]),
        (r"[^a]b\b", ["b"]),
        (r"(a|b*)", []),
    ],
)
def test_fragments(pattern, pieces):
    if r"\1" in pattern:
        pattern = "(a?)" + pattern
    assert [found.regex.pattern for found in fragments(pattern)] == [f"(?:{piece})" for piece in pieces]


@given(st.lists(st.sampled_from(["", "a", "ab", "abcdefgh", "abcdefghi", "é" * 5, "ab" * 9]), min_size=1))
def test_forms_are_found_by_what_they_begin_end_and_contain(written):
    forms = Forms(written)
    stems = [stem.encode() for stem in ("a", "ab", "abcdefgh", "abcdefghi", "é", "éééé")]
    coded = [form.encode() for form in written]
    for whole in (False, True):
        which, found = forms.beginning(Stems(stems, whole=whole))
        expected = {
            (n, at) for n, s in enumerate(stems) for at, f in enumerate(coded) if (f == s if whole else f.startswith(s))
        }
        assert set(zip(which.tolist(), found.tolist(), strict=True)) == expected
    for stem in stems:
        assert sorted(forms.ending(stem)) == [at for at, form in enumerate(coded) if form.endswith(stem)]
        assert sorted(forms.containing(stem)) == [at for at, form in enumerate(coded) if stem in form]


def test_numba_is_loaded_late_and_works_where_nothing_can_be_written_beside_the_source(tmp_path):
    code = "import sys, aidememoire.cli, aidememoire.matching.fast; print('numba' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
    code = (
        "from pathlib import Path; from aidememoire.matching.fast import compiled\n"
        "compiled._writable = lambda folder, real=compiled._writable: folder.name != '__pycache__' and real(folder)\n"
        "compiled._choose_cache(); from numba import config; print(config.CACHE_DIR)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert found.stdout.strip() == str(tmp_path / "aidememoire")


def test_code_is_kept_only_where_nobody_else_can_write(tmp_path):
    mine, open_to_all = tmp_path / "mine", tmp_path / "open"
    mine.mkdir(mode=0o700)
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    (tmp_path / "link").symlink_to(mine)
    assert [compiled._private(tmp_path / name) for name in ("mine", "open", "link")] == [True, False, False]


def test_the_kernels_are_compiled_once():
    kernels("scan"), kernels("phrases"), kernels("joins")
    assert is_compiled()


@cache
def builtin() -> tuple[Rule, ...]:
    return compile_rules(load_codebook())


def segmented(written: list[str]) -> list[tuple[str, list[tuple[int, int]]]]:
    """Cut at full stops, which is as good as any rule to compare two matchers."""
    cut = []
    for text in written:
        ends = [match.end() for match in re.finditer(r"[.!?]\s+|\n+|$", text)]
        cut.append((text, [*zip([0, *ends[:-1]], ends, strict=True)]))
    return cut


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch", [1, 5_000, 10**9])
def test_builtin_codebook_on_its_examples(threads, batch):
    book = load_codebook()
    written = [e for theme in book.themes for e in (*theme.positives, *theme.hard_negatives)]
    cut = segmented([" ".join(written[at : at + 8]) for at in range(0, len(written), 8)])
    assert fast_rows(builtin(), cut, threads=threads, batch=batch) == plain_rows(builtin(), cut)


def agree(written: list[str]) -> None:
    cut = segmented(written)
    expected = plain_rows(builtin(), cut)
    assert sum(map(len, expected)) > len(written)
    for threads, batch in ((1, 10**9), (2, 100_000), (1, 1)):
        assert fast_rows(builtin(), cut, threads=threads, batch=batch) == expected


def read(source, **options) -> list[str]:
    from aidememoire.ingest import ReadOptions, read_corpus

    files = read_corpus(source, name="test", options=ReadOptions(**options))
    return [statement.text.text for file in files for statement in file.statements]


@pytest.mark.real
def test_kremlin_and_tass(shared, tmp_path):
    import lzma

    with lzma.open(shared / "corpora" / "kremlin_en.jsonl.xz", "rt", encoding="utf-8") as lines:
        items = [next(lines) for _ in range(100)]
    (tmp_path / "kremlin.jsonl").write_text("".join(items), encoding="utf-8")
    agree([*read(tmp_path / "kremlin.jsonl"), *read(shared / "corpora" / "tass_2021-09-03.txt")])


@pytest.mark.real
def test_300_speeches(shared, tmp_path):
    n = 0
    with tarfile.open(shared / "corpora" / "ungdc_1946_2024.tar.xz") as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".txt") and not member.name.rpartition("/")[2].startswith("._"):
                archive.extract(member, tmp_path, filter="data")
                n += 1
            if n == 300:
                break
    agree(read(tmp_path))
