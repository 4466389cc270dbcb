from __future__ import annotations

import pytest

from aidememoire.codebook import load_codebook
from aidememoire.errors import CodebookError

GOOD = """\
meta: {version: "1"}
lexicons:
  WAR: [the war]
themes:
- id: memory
  family: memory
  definition: Talk of the past.
  facets: {period: [old, new]}
  overlaps: {implies: []}
  patterns:
    phrases:
      - end of @WAR
    near:
      - {a: past, b: [present], within: 3}
"""


def write(tmp_path, text):
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_builtin():
    book = load_codebook()
    assert len(book.themes) == 16
    assert sum(len(theme.positives) for theme in book.themes) == 64
    assert len(book.sha256) == 64


def test_own_codebook(tmp_path):
    book = load_codebook(write(tmp_path, GOOD))
    assert book.theme_ids == ("memory",)
    assert book.theme("memory").title == "Memory"
    with pytest.raises(KeyError, match="the codebook has memory"):
        book.theme("memories")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("within: 3", "within: far", 14, "themes.0.patterns.near.0.within: input should be a valid integer"),
        ("family: memory", "family: memories", 6, "must be 'memory', 'relational'"),
        ("definition:", "defnition:", 7, "unknown field; allowed here: .*definition"),
        ("  definition: Talk of the past.\n", "", 5, "definition: this field is required"),
        ("end of @WAR", "end of @WARS", 12, "unknown lexicon WARS; there are WAR"),
        ("end of @WAR", "end of (the", 12, "'\\(' is never closed"),
        ("implies: []", "implies: [history]", 9, "unknown theme 'history'; there are memory"),
        ('version: "1"', 'name: "1"', 1, "meta.version is required"),
        ("phrases:", "phrases: [", 12, "not valid YAML"),
    ],
)
def test_mistakes_name_file_line_and_field(tmp_path, old, new, line, says):
    file = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(CodebookError, match=says) as error:
        load_codebook(file)
    assert str(error.value).startswith(f"{file}:{line}: ")


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "expected a mapping"), (b"\xff\xfe\x00", "not UTF-8"), (b"- a\n- b\n", "expected a mapping")],
)
def test_what_is_no_codebook_is_refused(tmp_path, content, says):
    file = tmp_path / "x.yaml"
    file.write_bytes(content)
    with pytest.raises(CodebookError, match=says):
        load_codebook(file)


def test_absent_file():
    with pytest.raises(CodebookError, match="no such file"):
        load_codebook("absent.yaml")
