"""Five figures as they were when somebody last looked at them; ``python tests/test_images.py`` pins them anew.

What is drawn stands in this file, so that no change of a corpus, a rule or a statistic moves a picture. The letters
are DejaVu Sans, which comes with matplotlib. Look at the new pictures before they are committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import aidememoire as am
from aidememoire import frames
from aidememoire.composition.sides import Change
from aidememoire.composition.splitting import Decomposition
from aidememoire.contrast.keyness import Keyness
from aidememoire.figures.style import house_style

IMAGES = Path(__file__).parent / "images"
DPI = 80
# Root mean square over all pixels and channels, of 255. The matplotlib of the lock file draws the same pixels on the
# same machine; 3 leaves room for rounding on another one. One point of one line that is a hundredth higher is 5 away,
# and letters of another matplotlib are 20 away: look, and pin anew.
TOLERANCE = 3.0

YEARS = [str(year) for year in range(2010, 2022)]
CODED = {
    "Veldania": [1, 0, 2, 1, 2, 1, 2, 9, 12, 11, 14, 12],
    "Lethwen": [2, 3, 1, 2, 0, 0, 1, 2, 3, 1, 2, 2],
}


def series_table() -> pd.DataFrame:
    """Two groups over twelve years: a step in one, a gap and a thin year in the other."""
    rows = [
        {"theme": "memory", "period": year, "actor": actor, "n_sentences": 90 + 5 * at, "n_coded": coded[at]}
        for actor, coded in CODED.items()
        for at, year in enumerate(YEARS)
    ]
    table = pd.DataFrame(rows).assign(
        coder="rules", coding="strict", voices="attributed", measure="sentences", weighting="sentence", n_statements=9
    )
    table["share"] = table["n_coded"] / table["n_sentences"]
    table["low"], table["high"] = 0.6 * table["share"], 1.5 * table["share"] + 0.02
    table["n_words"] = pd.array([None] * len(table), dtype="Int64")
    table[["corrected_share", "corrected_low", "corrected_high"]] = np.nan
    table["flag"] = ""
    other = table["actor"] == "Lethwen"
    table.loc[other & (table["period"] == "2015"), ["share", "low", "high"]] = np.nan
    table.loc[other & (table["period"] == "2015"), ["n_sentences", "n_statements", "n_coded"]] = 0
    table.loc[other & (table["period"] == "2015"), "flag"] = "no_data"
    table.loc[other & (table["period"] == "2018"), "flag"] = "small_n"
    return frames.checked(table, "series", ("actor",))


def shifts_table() -> pd.DataFrame:
    """A break in the one and nothing in the other."""
    found = {"method": "unknown_break", "date": "2017", "low_date": "2016", "high_date": "2018", "before": 0.012}
    found |= {"after": 0.09, "difference": 0.078, "difference_low": 0.05, "difference_high": 0.11, "p_value": 0.0004}
    found |= {"q_value": 0.004, "stability": 0.97, "finding": "shift"}
    none = dict.fromkeys(found, np.nan) | {"method": "unknown_break", "q_value": 0.8, "finding": "no shift found"}
    none |= {"date": None, "low_date": None, "high_date": None}
    rows = [found | {"actor": "Veldania"}, none | {"actor": "Lethwen"}]
    types = {"actor": "str"} | frames.TABLES["shifts"]
    table = pd.DataFrame(rows).assign(theme="memory", coder="rules", declared=False)
    return frames.checked(table[list(types)].astype(types), "shifts", ("actor",))


def decomposition() -> Decomposition:
    """A change that is mostly content."""
    parts = [
        ("content", "", "content", 0.05, 0.02, 0.08),
        ("mix", "speaker", "mix of speakers", -0.01, -0.02, 0.005),
        ("entry", "speaker", "entry: new speakers", 0.025, 0.01, 0.04),
        ("exit", "speaker", "exit: lost speakers", 0.005, -0.005, 0.012),
    ]
    table = pd.DataFrame(parts, columns=["part", "column", "name", "estimate", "low", "high"])
    table = table.assign(n_groups=3, weight_before=0.5, weight_after=0.5)
    total = Change(0.02, 0.09, 0.07, 0.05, 0.09, 30, 34)
    return Decomposition("memory", ("speaker",), ("2010",), ("2021",), table, total, pd.DataFrame(), "sentences", ())


def keyness() -> Keyness:
    """Three words on each side."""
    rows = [
        ("history", "a", 44, 13, 21, 11, 0.54, 0.15, 0.92, 3.5),
        ("attempts", "a", 14, 1, 12, 1, 0.91, 0.11, 1.72, 3.2),
        ("falsify", "a", 10, 0, 8, 0, 1.09, 0.06, 2.11, 2.8),
        ("harvest", "b", 2, 31, 2, 20, -1.02, -1.57, -0.47, -4.1),
        ("music", "b", 0, 10, 0, 10, -1.09, -2.12, -0.06, -2.7),
        ("ferry", "b", 5, 21, 5, 17, -0.62, -1.2, -0.04, -2.6),
    ]
    names = ["word", "side", "n_a", "n_b", "statements_a", "statements_b", "log_odds", "low", "high", "z"]
    table = pd.DataFrame(rows, columns=names).assign(q_value=0.02)
    return Keyness(
        table, ("Veldania", "Ilmaria"), (8_000, 9_000), (33, 40), 8_000.0, None, "sentences", (), 5, 500, 1, "rules",
        "attributed", "strict",
    )  # fmt: skip


def ladder() -> pd.DataFrame:
    """Two directions of a bond over six years, one without statements in a year."""
    rungs = ["partnership", "good_neighbour", "friendship", "brotherhood_or_superlative"]
    typical = ["friendship", "friendship", "brotherhood_or_superlative", "good_neighbour", "partnership", ""]
    rows = [
        {"actor": a, "partner": b, "period": year, "typical": rung, "n_coded": n, "highest_sentence": 1}
        for a, b in (("XVE", "XIL"), ("XIL", "XVE"))
        for year, rung, n in zip(YEARS[:6], typical, [6, 2, 1, 3, 1, 0], strict=True)
    ]
    table = pd.DataFrame(rows).assign(**dict.fromkeys(rungs, 0), untold=0, flag="")
    silent = (table["actor"] == "XIL") & (table["period"] == "2012")
    table.loc[silent, ["typical", "n_coded", "flag"]] = ["", 0, "no_data"]
    return table


FIGURES = {
    "series": lambda: am.plot_series(series_table(), title="Memory, by actor"),
    "shifts": lambda: am.plot_shifts(series_table(), shifts_table(), title="Memory, with its shifts"),
    "decomposition": lambda: am.plot_decomposition(decomposition(), title="What moved the share"),
    "keyness": lambda: am.plot_keyness(keyness(), title="Words of two ministries"),
    "ladder": lambda: am.plot_ladder(ladder(), title="What each calls the other"),
}


def draw(figure, path: Path) -> Path:
    with house_style():
        figure.savefig(path, dpi=DPI, metadata={"Software": None})
    return path


def distance(drawn: Path, pinned: Path) -> float:
    """Root mean square over pixels and channels; a picture of another size is as far as can be."""
    import matplotlib.image

    one, other = (matplotlib.image.imread(path)[..., :3] * 255 for path in (drawn, pinned))
    return float(np.sqrt(np.mean((one - other) ** 2))) if one.shape == other.shape else 255.0


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_looks_as_it_was_pinned(name, tmp_path):
    drawn = draw(FIGURES[name](), tmp_path / f"{name}.png")
    far = distance(drawn, IMAGES / f"{name}.png")
    assert far <= TOLERANCE, f"{name} is {far:.1f} from tests/images/{name}.png: see the top of this file"


def test_a_changed_picture_is_noticed(tmp_path):
    table = series_table()
    changed = {
        "no band": table.assign(low=table["share"], high=table["share"]),
        "a point higher": table.assign(share=table["share"].where(table["period"] != "2013", table["share"] + 0.01)),
        "no gap": table.assign(flag="", share=table["share"].fillna(0)),
    }
    for what, other in changed.items():
        drawn = draw(am.plot_series(other, title="Memory, by actor"), tmp_path / "series.png")
        assert distance(drawn, IMAGES / "series.png") > TOLERANCE + 1, what


if __name__ == "__main__":
    for name, make in FIGURES.items():
        sys.stdout.write(f"{draw(make(), IMAGES / f'{name}.png')}\n")
