"""What is kept from run to run equals what is made anew, and is never served where it might not."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from aidememoire import kept
from aidememoire.codebook import load, load_codebook
from aidememoire.errors import CodebookError
from aidememoire.matching import PlainMatcher, compile_rules
from aidememoire.matching.fast import FastMatcher, automaton
from aidememoire.matching.fast.furniture import fragments

TEXT = (
    "They falsify history. We do not rewrite the lessons of the war, and U.S. friends of our peoples agree. "
    "The meeting rose at 1 p.m. Victory in the Great Patriotic War belongs to all nations; peace and stability."
)
BOOK = """\
meta: {version: "1", made: 2024-05-09}
lexicons:
  WAR: [the war]
themes:
- id: memory
  family: memory
  definition: Talk of the past.
  patterns:
    phrases: [end of @WAR]
"""


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    """Every test has a cache of its own, and none in the folder of temporary files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(kept.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    return tmp_path / "cache" / "aidememoire"


def forms(cache: Path, name: str) -> list[Path]:
    return sorted(cache.glob(f"{name}-*"))


def book(tmp_path: Path, text: str = BOOK.replace(", made: 2024-05-09", "")) -> Path:
    file = tmp_path / "book.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def prepared(rules) -> automaton.Automaton:
    needed = [
        (n, s) for n, rule in enumerate(rules) if rule.kind == "regex" for s, _ in enumerate(fragments(rule.pattern))
    ]
    return automaton.automaton_of(rules, needed)


def assert_same(one: automaton.Automaton, other: automaton.Automaton) -> None:
    for group in ("trie", "joins"):
        for name, array in getattr(one, group)._asdict().items():
            twin = getattr(getattr(other, group), name)
            np.testing.assert_array_equal(array, twin, strict=True)
            # The kernels are compiled for arrays of this layout.
            for flag in ("C_CONTIGUOUS", "WRITEABLE", "ALIGNED"):
                assert array.flags[flag] == twin.flags[flag], (name, flag)
    assert (one.elements, one.n_marks, one.longest) == (other.elements, other.n_marks, other.longest)


def unable(*_, **__):
    raise AssertionError("made anew")


def test_a_kept_codebook_equals_the_fresh_one_and_needs_no_yaml(cache, monkeypatch):
    fresh = load_codebook()
    assert len(forms(cache, "codebook")) == 1
    monkeypatch.setattr(load, "parsed", unable)
    again = load_codebook()
    assert again == fresh
    assert again.model_dump(exclude_unset=True) == fresh.model_dump(exclude_unset=True)
    assert compile_rules(again) == compile_rules(fresh)


def test_a_warm_start_loads_no_yaml_reader(cache):
    load_codebook()
    code = "import sys, aidememoire; aidememoire.load_codebook(); print('ruamel.yaml' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert found.stdout.strip() == "False"


def test_a_kept_automaton_equals_the_fresh_one_and_expands_nothing(cache, monkeypatch):
    fresh = prepared(compile_rules(load_codebook()))
    assert len(forms(cache, "automaton")) == 1
    rules = compile_rules(load_codebook())
    monkeypatch.setattr(automaton, "build", unable)
    assert_same(prepared(rules), fresh)
    assert not any("_expanded" in vars(rule.sides) for rule in rules if rule.sides)


def test_same_hits_from_what_is_kept():
    spans = [(0, len(TEXT))]
    rules = compile_rules(load_codebook())
    expected = PlainMatcher(rules).match(TEXT, spans)
    assert expected
    for _ in ("fresh", "kept"):
        assert FastMatcher(compile_rules(load_codebook())).match(TEXT, spans) == expected


def test_sides_are_what_their_patterns_say():
    for rule in compile_rules(load_codebook()):
        eager = dataclasses.replace(rule, sides=tuple(rule.sides))
        assert (eager == rule, rule == eager, hash(eager) == hash(rule)) == (True, True, True)


def test_other_rules_have_another_key_and_rules_not_from_a_codebook_have_none():
    rules = compile_rules(load_codebook())
    first = rules[0]
    keys = {
        automaton._key((dataclasses.replace(first, **change), *rules[1:]))
        for change in ({}, {"kind": "mask"}, {"theme": "x"}, {"language": "ru"}, {"drop_negated": True}, {"within": 9})
    }
    assert len(keys) == 6
    assert automaton._key((dataclasses.replace(first, sides=tuple(first.sides)), *rules[1:])) is None


def test_lexicons_and_capitals_are_in_the_key(tmp_path):
    written = BOOK.replace(", made: 2024-05-09", "")
    cased = written.replace("[end of @WAR]", "[{pattern: end of @WAR, case_sensitive: true}]")
    texts = [written, written.replace("[the war]", "[the great war]"), cased]
    assert len({automaton._key(compile_rules(load_codebook(book(tmp_path, text)))) for text in texts}) == 3


@pytest.mark.parametrize("damage", [lambda form: form[:-9], lambda form: b"", lambda form: form[:-1] + b"\0"])
def test_a_damaged_form_is_made_anew(cache, damage):
    fresh = load_codebook()
    expected = prepared(compile_rules(fresh))
    files = forms(cache, "*")
    whole = [file.read_bytes() for file in files]
    for file in files:
        file.write_bytes(damage(file.read_bytes()))
    assert load_codebook() == fresh
    assert_same(prepared(compile_rules(fresh)), expected)
    assert [file.read_bytes()[:64] for file in files] == [form[:64] for form in whole]


def test_a_form_of_another_key_is_not_taken(cache):
    kept.keep("codebook", "a", b"one")
    (cache / "codebook-a").rename(cache / "codebook-b")
    assert kept.kept("codebook", "b") is None


def test_a_folder_open_to_others_is_not_trusted(cache):
    fresh = load_codebook()
    cache.chmod(0o777)
    assert kept.kept("codebook", kept.key_of(load.BUILTIN.read_bytes())) is None
    assert load_codebook() == fresh


def test_nothing_is_kept_where_nothing_can_be_written(tmp_path, monkeypatch):
    for name in ("cache", "temporary"):
        (tmp_path / name).write_text("a file, no folder")
    fresh = load_codebook()
    assert load_codebook() == fresh
    assert FastMatcher(compile_rules(fresh)).match(TEXT, [(0, 21)])


def test_a_changed_file_is_read_again(tmp_path):
    written = BOOK.replace(", made: 2024-05-09", "")
    first = load_codebook(book(tmp_path, written))
    second = load_codebook(book(tmp_path, written.replace("end of", "ends of")))
    assert second.sha256 != first.sha256
    assert second.themes[0].patterns.phrases[0].pattern == "ends of @WAR"


def test_a_changed_program_takes_nothing_that_another_kept(tmp_path, monkeypatch):
    load_codebook(book(tmp_path))
    monkeypatch.setattr(kept, "_PROGRAM", b"another")
    monkeypatch.setattr(load, "parsed", unable)
    with pytest.raises(AssertionError, match="made anew"):
        load_codebook(book(tmp_path))


def test_the_program_is_all_its_sources(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "module.py").write_text("one")
    monkeypatch.setattr(kept, "_PACKAGE", tmp_path)
    before = kept._program()
    (tmp_path / "deep" / "module.py").write_text("two")
    assert kept._program() != before


def test_a_program_edited_meanwhile_keeps_nothing(cache, monkeypatch):
    monkeypatch.setattr(kept, "_PROGRAM", b"as it was imported")
    load_codebook()
    assert not forms(cache, "*")


def test_what_json_cannot_say_is_not_kept(cache, tmp_path):
    file = book(tmp_path, BOOK)
    assert load_codebook(file) == load_codebook(file)
    assert not forms(cache, "*")


def test_a_wrong_codebook_is_not_kept_and_says_the_same_each_time(cache, tmp_path):
    file = book(tmp_path, BOOK.replace("end of @WAR", "end of @WARS"))
    said = []
    for _ in range(2):
        with pytest.raises(CodebookError) as error:
            load_codebook(file)
        said.append(str(error.value))
    assert said[0] == said[1]
    assert said[0].startswith(f"{file}:9: ")
    assert not forms(cache, "*")


def test_few_forms_stay(cache):
    for number in range(kept.MOST + 3):
        kept.keep("codebook", f"{number}", b"form")
    assert len(forms(cache, "codebook")) == kept.MOST
    assert len(list(cache.iterdir())) == kept.MOST
