"""Draw themes as the rules and as the best coder find them, side by side, over all statements of a study that was run.

python reports/gallery/coders.py STUDY_FOLDER/out/study.db INTO_FOLDER THEME...
"""

from __future__ import annotations

import sys
from pathlib import Path

import aidememoire as am
from aidememoire.figures import coders_side_by_side, plot_coders, rows_drawn, save_figure


def main(store: str, into: str, *themes: str) -> None:
    """Write PNG, SVG and CSV of each theme."""
    with am.Corpus.open(store) as corpus:
        codebook = am.load_codebook()
        coding = am.code(corpus, codebook, method="best")
    series = [am.series(coding, coder=coder) for coder in ("rules", "best")]
    for theme in themes:
        title = f"{codebook.theme(theme).title}: found by the rules, and by the best coder of each theme"
        rows = rows_drawn(coders_side_by_side(series), theme=theme)
        save_figure(plot_coders(series, theme=theme, title=title), rows, Path(into) / f"{theme}_by_coder")


if __name__ == "__main__":
    main(*sys.argv[1:])
