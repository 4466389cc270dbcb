"""The documents tell the truth: their code runs, their links lead somewhere, and they leave nothing out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import matplotlib
import pytest
import typer
from pydantic import BaseModel

import aidememoire as am
from aidememoire import studyfile, studysections
from aidememoire.cli import app
from aidememoire.codebook import model as codebook_model
from aidememoire.codebook.patterns import expand
from aidememoire.ingest.model import DEFAULT_FIELDS, FIELDS
from aidememoire.ingest.registry import READERS
from aidememoire.matching import PlainMatcher, Rule

ROOT = Path(__file__).parents[1]
DOCS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "corpus" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

# Figures of the real studies are made by "make gallery", from corpora that are not in the repository.
GALLERY = "reports/gallery/"


def read(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str | Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", read(name), re.MULTILINE | re.DOTALL)


def cells(row: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip())[1:-1]]


def table(name: str, header: str) -> list[list[str]]:
    lines = read(name).splitlines()
    start = lines.index(header) + 2
    end = next((at for at in range(start, len(lines)) if not lines[at].startswith("|")), len(lines))
    return [cells(line) for line in lines[start:end]]


def all_text() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in DOCS)


PYTHON = [
    pytest.param(block, id=f"{path.relative_to(ROOT)}-{number}")
    for path in DOCS
    for number, block in enumerate(blocks(path, "python"))
]


@pytest.mark.parametrize("block", PYTHON)
def test_python_runs_from_a_folder_with_the_corpus(block, tmp_path, monkeypatch):
    (tmp_path / "corpus").symlink_to(ROOT / "corpus", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    with matplotlib.rc_context():
        exec(compile(block, "<document>", "exec"), {})


def test_the_readme_writes_the_figure_it_promises(tmp_path, monkeypatch):
    (tmp_path / "corpus").symlink_to(ROOT / "corpus", target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    block, _ = blocks("README.md", "python")
    said: dict[str, object] = {}
    exec(compile(block, "<readme>", "exec"), said)
    assert (tmp_path / "anti_revisionism.png").stat().st_size > 10_000
    assert not said["report"].refused  # type: ignore[attr-defined]
    assert {"Veldania"} == set(said["shares"].table["actor"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_inside_the_repository_lead_somewhere(path):
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        if found.relative_to(ROOT).as_posix().startswith(GALLERY) and not found.parent.is_dir():
            continue
        assert found.exists(), f"{path.name}: {target}"
        if anchor:
            headings = HEADING.findall(found.read_text(encoding="utf-8"))
            assert anchor in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}, target


def commands(group, above=""):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{above}{name} ")
        else:
            yield above + name, command


def test_every_command_and_option_is_documented():
    text = all_text()
    for name, command in commands(typer.main.get_command(app)):
        assert f"aidememoire {name} " in text, name
        for parameter in command.params:
            for option in (*parameter.opts, *parameter.secondary_opts):
                if option.startswith("-"):
                    assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text), f"{name} {option}"


def test_every_public_name_is_documented():
    text = all_text()
    missing = [name for name in am.__all__ if not re.search(rf"\bam\.{name}\b", text)]
    assert not missing


def test_every_field_of_a_study_is_in_its_document():
    text = read("docs/study.md")
    there = {**vars(studysections), **vars(studyfile)}
    models = [each for each in there.values() if isinstance(each, type) and issubclass(each, BaseModel)]
    fields = {name for each in models for name, field in each.model_fields.items() if not field.exclude}
    assert "title" in fields
    missing = [name for name in sorted(fields) if not re.search(rf"`(?:[\w.]+\.|\.)?{name}`", text)]
    assert not missing
    missing = [name for name in (*FIELDS, *DEFAULT_FIELDS, *READERS) if f"`{name}`" not in text]
    assert not missing


def test_defaults_of_a_study_are_as_documented():
    said = {
        cells[0].strip("`"): cells[1].strip("`")
        for cells in table("docs/study.md", "| field | default | what it says |")
    }
    study = studyfile.Study(title="One")
    for name in ("codebook", "coder", "examples", "seed"):
        assert said[name] == str(getattr(study, name)), name
    series = read("docs/study.md").split("### `series`")[1]
    for name in ("period", "voices", "codes", "measure"):
        assert f"| `series.{name}` | `{getattr(study.series, name)}` |" in series, name


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=f"{name}-{number}")
        for name in ("README.md", "docs/study.md")
        for number, block in enumerate(blocks(name, "yaml"))
    ],
)
def test_examples_of_studies_load(block, tmp_path):
    actors = read("corpus/sample/actors.csv")
    for folder in (tmp_path / "my_corpus", tmp_path / "study"):
        folder.mkdir()
        (folder / "actors.csv").write_text(actors, encoding="utf-8")
    file = tmp_path / "study" / "study.yaml"
    file.write_text(block, encoding="utf-8")
    study = studyfile.load_study(file)
    options, _ = study.read_options()
    assert options.actors.resolve("Veldania") == "XVE"
    assert set(study.themes) <= set(am.load_codebook().theme_ids)


def test_every_reader_has_its_section():
    text = read("docs/formats.md")
    for name in READERS:
        assert re.search(rf"^## `{name}`", text, re.MULTILINE), name
        assert f"\n| `{name}` |" in text, name


def test_every_field_of_a_codebook_is_in_its_document():
    text = read("docs/codebook.md")
    models = [each for each in vars(codebook_model).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    fields = {name for each in models for name in each.model_fields} - {
        "sha256",  # set when a codebook is loaded
        *codebook_model.Technical.model_fields,
        *(name for each in (codebook_model.CourtesyFormula, codebook_model.Boilerplate) for name in each.model_fields),
    }
    missing = [name for name in sorted(fields) if not re.search(rf"\b{name}\b", text)]
    assert not missing


PATTERNS = table("docs/codebook.md", "| construct | pattern | matches | does not match |")


@pytest.mark.parametrize(("construct", "pattern", "matches", "not_matches"), PATTERNS, ids=[row[0] for row in PATTERNS])
def test_patterns_match_what_the_document_says(construct, pattern, matches, not_matches):
    sides = (expand(pattern.strip("`"), {"WAR": ["great war", "(first|second) world war"]}),)
    matcher = PlainMatcher([Rule("example.phrase.1", "example", "phrase", pattern, sides)])
    assert matcher.match(matches, [(0, len(matches))]), construct
    assert not matcher.match(not_matches, [(0, len(not_matches))]), construct


@pytest.fixture(scope="module")
def example_codebook(tmp_path_factory):
    file = tmp_path_factory.mktemp("codebook") / "codebook.yaml"
    (block,) = blocks("docs/codebook.md", "yaml")
    file.write_text(block, encoding="utf-8")
    return am.load_codebook(file)


def test_the_example_codebook_codes_as_the_document_says(example_codebook, make_corpus):
    rows = table("docs/codebook.md", "| sentence | codes |")
    corpus = make_corpus({f"{number:02}.txt": sentence for number, (sentence, _) in enumerate(rows)})
    codes = am.code(corpus, example_codebook).codes
    found = []
    for statement in corpus.statements()["statement_id"]:
        values = codes[codes["statement_id"] == statement].set_index("theme")["value"]
        found.append(
            ", ".join(f"{theme} {values[theme]}" for theme in example_codebook.theme_ids if theme in values.index)
        )
    assert found == [expected for _, expected in rows]


HEADERS = ("| package | why | licence | wheel |", "| package | extra | why | licence | wheel |")


def test_every_dependency_has_its_reason():
    extras = PROJECT["optional-dependencies"].values()
    wanted = {
        re.split(r"[><=\[;]", name)[0] for name in [*PROJECT["dependencies"], *(name for e in extras for name in e)]
    }
    named = {row[0] for header in HEADERS for row in table("docs/decisions.md", header)}
    assert named == wanted - {"aidememoire"}


def test_every_theme_has_its_measured_precision():
    rows = table("docs/methods.md", "| theme | hits per 1,000 sentences | % of speeches | hits judged right |")
    assert {row[0].strip("`") for row in rows} == set(am.load_codebook().theme_ids)


def test_the_version_is_in_the_changelog_and_the_citation():
    version = PROJECT["version"]
    assert re.search(rf"^## \[{re.escape(version)}\]", read("CHANGELOG.md"), re.MULTILINE)
    assert re.search(rf"^version: {re.escape(version)}$", read("CITATION.cff"), re.MULTILINE)


def test_versions_to_raise_exist():
    for name, where in re.findall(r"`([A-Z_]+)` in `([\w/]+\.py)`", read("CONTRIBUTING.md")):
        assert re.search(rf"^{name} = ", read(Path("analysis/aidememoire") / where), re.MULTILINE), name


def test_the_size_of_the_sample_is_as_told():
    n = int(re.search(r"^statements: (\d+)$", read("corpus/sample/truth.yaml"), re.MULTILINE)[1])  # type: ignore[index]
    assert f"holds {n} statements" in read("README.md")
