"""What a notebook shows of an object: a line that says what it is, a small table, and notes.

Tables and plain values in, HTML out. All of it may come from a corpus, so all of it is escaped.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "codebook_html",
    "coding_html",
    "corpus_html",
    "ingest_html",
    "run_html",
    "series_html",
    "shifts_html",
    "theme_html",
]

# A display is for looking; the tables themselves have every row.
MOST_ROWS = 40

# Files of a run worth opening first, in this order.
_LEFT = {
    "report.pdf": "the report",
    "report.html": "the same as a page",
    "series.csv": "share, n and interval by theme, period and group",
    "shifts.csv": "shifts, found and not found",
    "statements.csv": "every statement with the rules that proved date and actor",
    "refused.csv": "what could not be read, and why",
    "study.db": "the store: open it with Corpus.open",
}


def corpus_html(statements: pd.DataFrame, n_refused: int) -> str:
    """Return one row an actor: statements, first and last date, kinds, languages."""
    rows = []
    for actor, own in statements.groupby(statements["actor"].fillna("unknown")):
        dates = own["date"].dropna()
        span = (dates.min(), dates.max()) if len(dates) else ("", "")
        rows.append((actor, f"{len(own):,}", *span, _counted(own["kind"]), _counted(own["language"])))
    what = f"{len(statements):,} statements, {n_refused:,} files or records refused"
    return _display("Corpus", what, ("actor", "statements", "first", "last", "kinds", "languages"), rows)


def ingest_html(said: str, refused: Sequence[tuple[str, str]], missing: Sequence[str]) -> str:
    """Return what was read, and each refusal with its reason."""
    rows = [*refused, *((path, "was there before and is gone") for path in missing)]
    return _display("Ingest", said, ("file or record", "why it does not count") if rows else (), rows)


def codebook_html(version: str, sha256: str, themes: Sequence[Mapping[str, Any]]) -> str:
    """Return one row a theme: id, title, family, number of rules, how much the rules are known to miss."""
    rows = [
        (each["id"], each["label"], each["family"], str(_n_rules(each["patterns"])), each["recall_risk"] or "")
        for each in themes
    ]
    what = f"version {version}, {len(themes)} themes, hash {sha256[:12]}"
    return _display("Codebook", what, ("theme", "title", "family", "rules", "risk of missing"), rows)


def theme_html(theme: Mapping[str, Any], lends_to: Sequence[str]) -> str:
    """Return the concept first, then the number of rules that serve it."""
    rows = [
        ("definition", theme["definition"]),
        *(("counts", line) for line in theme["include"]),
        *(("does not count", line) for line in theme["exclude"]),
        *(("borderline", line) for line in theme["borderline"]),
        ("known to be missed", theme["recall_note"]),
        ("lends its codes to", ", ".join(lends_to)),
        ("rules", f"{_n_rules(theme['patterns'])}: {_kinds_of_rules(theme['patterns'])}"),
    ]
    return _display(theme["id"], theme["label"], ("", ""), [row for row in rows if row[1]], most=100)


def coding_html(sentences: pd.DataFrame, codes: pd.DataFrame, n_statements: int, speakers: Mapping[str, str]) -> str:
    """Return one row a theme: clear and borderline sentences, and who coded."""
    eligible = int((sentences["technical"].isna() | (sentences["technical"] == "")).sum())
    counted = codes.groupby(["coder", "theme", "value"], observed=True).size().to_dict()
    rows = [
        (theme, coder, *(f"{counted.get((coder, theme, value), 0):,}" for value in (2, 1)))
        for coder in codes["coder"].unique()
        for theme in speakers
    ]
    what = f"{n_statements:,} statements, {len(sentences):,} sentences, {eligible:,} of them not technical"
    return _display("Coding", what, ("theme", "coder", "clear", "borderline"), rows)


def series_html(table: pd.DataFrame, by: Sequence[str], period: str, n_statements: int, notes: Iterable[str]) -> str:
    """Return one row a theme: coded of eligible in all, and its highest cell that is not flagged."""
    measure = str(table["measure"].iloc[0]) if len(table) else "sentences"
    unit = "n_statements" if measure == "statements" else "n_sentences"
    rows = []
    for theme, own in table.groupby("theme", sort=False):
        sound = own[(own["flag"] == "") & own["share"].notna()]
        cell = ""
        if len(sound):
            top = sound.sort_values("share", ascending=False, kind="stable").iloc[0]
            where = ", ".join(str(top[name]) for name in ("period", *by))
            share = f"{_amount(top['share'], measure)} {_range(top['low'], top['high'], measure)}"
            cell = f"{share}, n = {top[unit]:,}: {where}"
        rows.append((theme, f"{own['n_coded'].sum():,}", f"{own[unit].sum():,}", cell))
    voices, coding = (str(table[name].iloc[0]) if len(table) else "" for name in ("voices", "coding"))
    grouped = f" by {', '.join(by)}" if by else ""
    what = f"{measure} a {period}{grouped}, voices {voices}, {coding} codes, {n_statements:,} statements"
    head = ("theme", "coded", unit.removeprefix("n_"), "highest cell, 95% interval")
    flagged = int((table["flag"] == "small_n").sum())
    if flagged:
        notes = (*notes, f"{flagged:,} of {len(table):,} cells rest on few statements and are left out of 'highest'.")
    return _display("Series", what, head, rows, notes)


def shifts_html(table: pd.DataFrame, by: Sequence[str], asked: str, notes: Iterable[str]) -> str:
    """Return one row a shift that was found, and how many tests found none."""
    found = table[table["finding"] == "shift"]
    rows = [
        (
            row["theme"],
            *(row[name] for name in by),
            row["method"].replace("_", " "),
            _dated(row),
            f"{_percent(row['before'])} to {_percent(row['after'])}",
            f"{100 * row['difference']:+.1f} {_range(row['difference_low'], row['difference_high'])}",
            "below 0.001" if row["q_value"] < 0.001 else f"{row['q_value']:.3f}",
        )
        for row in found.to_dict("records")
    ]
    head = ("theme", *by, "found by", "first period after", "share", "points, 95% interval", "corrected p")
    # Every reason of its own would be a list of small numbers; they stand in the table.
    others = table.loc[table["finding"] != "shift", "finding"].str.split(":").str[0].value_counts()
    rest = [f"{finding}: {n:,} of {len(table):,} rows." for finding, n in others.items()]
    return _display("Shifts", asked, head if rows else (), rows, [*rest, *notes])


def run_html(folder: Path, said: str, nothing_new: bool) -> str:
    """Return where the results lie."""
    rows = [(name, what) for name, what in _LEFT.items() if (folder / name).exists()]
    n_figures = len(list((folder / "figures").glob("*.png")))
    rows += [("figures", f"{n_figures:,} figures as PNG and SVG beside their data")] if n_figures else []
    done = "; nothing had to be done again" if nothing_new else ""
    return _display("Run", f"{said}{done}", (f"in {folder}", ""), rows)


def _display(
    title: str,
    what: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Any]],
    notes: Iterable[str] = (),
    most: int = MOST_ROWS,
) -> str:
    shown = [f"<p><b>{escape(title)}</b>: {escape(what)}</p>"]
    if rows:
        top = "".join(f'<th style="text-align:left">{escape(name)}</th>' for name in head)
        body = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows[:most])
        shown.append(f"<table>{f'<thead><tr>{top}</tr></thead>' if any(head) else ''}<tbody>{body}</tbody></table>")
    if len(rows) > most:
        notes = (f"{len(rows) - most:,} further rows are not shown.", *notes)
    shown += [f"<p>{escape(note)}</p>" for note in notes]
    return f"<div>{''.join(shown)}</div>"


def _cell(value: Any) -> str:
    text = "" if value is None or value != value else str(value)
    return f'<td style="text-align:left;vertical-align:top">{escape(text)}</td>'


def _counted(column: pd.Series[Any], most: int = 4) -> str:
    counts = column.fillna("unknown").value_counts()
    told = [f"{name} {n:,}" for name, n in counts.head(most).items()]
    return ", ".join([*told, *([f"{len(counts) - most} more"] if len(counts) > most else [])])


def _kinds_of_rules(patterns: Mapping[str, Any]) -> str:
    return ", ".join(f"{len(rules)} {kind.replace('_', ' ')}" for kind, rules in patterns.items() if rules)


def _n_rules(patterns: Mapping[str, Any]) -> int:
    return sum(len(patterns[kind]) for kind in ("phrases", "near", "without", "lenient_phrases"))


def _dated(row: Mapping[Hashable, Any]) -> str:
    if row["method"] == "trend":
        return "whole stretch"
    certain = row["low_date"] == row["high_date"] or row["low_date"] != row["low_date"] or row["low_date"] is None
    return str(row["date"]) if certain else f"{row['date']} (95%: {row['low_date']} to {row['high_date']})"


def _amount(value: float, measure: str) -> str:
    return _percent(value) if measure in ("sentences", "statements") else f"{value:,.2f}"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"


def _range(low: float, high: float, measure: str = "sentences") -> str:
    if low != low or high != high:
        return "[no interval]"
    scale = 100 if measure in ("sentences", "statements") else 1
    return f"[{scale * low:.1f}, {scale * high:.1f}]"
