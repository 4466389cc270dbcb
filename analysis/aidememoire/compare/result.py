"""What a comparison of two runs found, and its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aidememoire.compare.instruments import Difference

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RunComparison"]


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs beside each other.

    Attributes
    ----------
    verdict
        In one line: no difference, what moved, or why the runs do not compare.
    comparable
        Whether the series have cells in common. If not, ``moved`` and ``reasons`` are empty.
    differences
        What was measured otherwise: codebook, program, study; and what else differs and moves no number.
    statements
        Statements that came, went, were corrected, or count otherwise because another repeats them: statement_id,
        cause, fields.
    moved
        Cells whose numbers differ: theme, group columns, period, then eligible, coded and share before and after, and
        the difference of the shares. Shares are those of ``series.csv``.
    reasons
        What each cause adds to each of these cells: theme, group columns, period, cause, statements, eligible, coded,
        points. ``eligible`` and ``coded`` count what the share counts, sentences or statements, and add up to the
        change of the cell; so do ``points`` to the difference of unweighted shares. Empty where windows slide.
    sentences
        Sentences whose code differs: see ``changed_sentences``.
    """

    verdict: str
    comparable: bool
    differences: tuple[Difference, ...]
    statements: pd.DataFrame
    moved: pd.DataFrame
    reasons: pd.DataFrame
    sentences: pd.DataFrame

    @property
    def same(self) -> bool:
        """Whether nothing differs: no number, no statement, no code."""
        return self.comparable and not (len(self.moved) or len(self.statements) or len(self.sentences))

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain lists and values, for JSON; what is missing is ``None``."""
        tables = {name: _records(getattr(self, name)) for name in ("statements", "moved", "reasons", "sentences")}
        told = [
            {"instrument": each.instrument, "name": each.name, "before": each.before, "after": each.after}
            for each in self.differences
        ]
        return {
            "verdict": self.verdict, "same": self.same, "comparable": self.comparable, "differences": told, **tables,
        }  # fmt: skip

    def lines(self, limit: int = 10) -> Iterator[str]:
        """Yield the comparison as text: at most ``limit`` cells, those that moved most, and as many sentences."""
        yield self.verdict
        yield from (f"  {each}" for each in self.differences if each.instrument)
        if ignored := [each.name for each in self.differences if not each.instrument]:
            yield f"  also another version of {', '.join(ignored)}, which is not taken for a cause"
        for cause, rows in self.statements.groupby("cause"):
            yield f"{cause}: {len(rows):,}"
            yield from (f"  {row.statement_id}{_fields(str(row.fields))}" for row in rows.head(limit).itertuples())
            yield from _more(len(rows), limit)
        if len(self.moved):
            yield from self._cells(limit)
        if len(self.sentences):
            yield f"sentences with another code: {len(self.sentences):,}"
            for row in self.sentences.head(limit).itertuples():
                yield f"  {row.theme} {_value(row.value_before)} → {_value(row.value_after)} ({row.cause})"
                yield f"    {_rules(str(row.rules_before), str(row.rules_after))}; {row.statement_id}"
                yield from [f"    {_cut(str(row.text))}"] if isinstance(row.text, str) else []
            yield from _more(len(self.sentences), limit)

    def _cells(self, limit: int) -> Iterator[str]:
        columns = list(self.moved.columns)
        keys = columns[: columns.index("eligible_before")]
        yield f"cells that moved: {len(self.moved):,} ({', '.join(keys)}; coded of eligible)"
        # A cell that only one run has data for moved by all it is.
        by = self.moved["difference"].fillna(self.moved["share_after"]).fillna(self.moved["share_before"])
        most = by.abs().sort_values(ascending=False, kind="stable", na_position="last").index
        causes = dict(iter(self.reasons.groupby(keys, sort=False)))
        for at in most[:limit]:
            cell = self.moved.loc[at]
            counts = [f"{cell[f'coded_{side}']:,} of {cell[f'eligible_{side}']:,}" for side in ("before", "after")]
            change = f"{_share(cell['share_before'])} → {_share(cell['share_after'])}"
            yield f"  {', '.join(str(cell[key]) for key in keys)}: {change} ({counts[0]} → {counts[1]})"
            for row in causes.get(tuple(cell[key] for key in keys), self.reasons[:0]).itertuples():
                added = f"{row.coded:+,} coded, {row.eligible:+,} eligible"
                plural = "" if row.statements == 1 else "s"
                yield f"    {row.cause}: {added}, in {row.statements:,} statement{plural}"
        yield from _more(len(self.moved), limit)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype("object").where(table.notna(), None)
    return [{str(name): _plain(value) for name, value in row.items()} for row in plain.to_dict("records")]


def _plain(value: Any) -> Any:
    """A number of Python's own in place of numpy's, which JSON does not know."""
    return value.item() if hasattr(value, "item") else value


def _more(n: int, limit: int) -> Iterator[str]:
    if n > limit:
        yield f"  and {n - limit:,} more"


def _fields(fields: str) -> str:
    return f": {fields}" if fields else ""


def _value(value: Any) -> str:
    import pandas as pd

    return "not there" if pd.isna(value) else str(value)


def _rules(before: str, after: str) -> str:
    return f"by {before or 'no rule'} → {after or 'no rule'}"


def _share(value: float) -> str:
    return "no data" if value != value else f"{100 * value:.2f}%"


def _cut(text: str, limit: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
