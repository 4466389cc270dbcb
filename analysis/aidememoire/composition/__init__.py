"""What moved a series: what was said, who was speaking, or what kind of document it was said in.

sides.py       two sets of periods, the statements of each, and how they are drawn again
mix.py         arrays: weights of groups, and the parts of a change that their mix makes
splitting.py   decompose: a change into content, mix of each column, entry and exit
fixed.py       fixed_composition: the series as it would be if the mix had stayed the same
recoding.py    codebook_part: what an edited codebook adds to a change
"""

from __future__ import annotations

from aidememoire.composition.fixed import fixed_composition
from aidememoire.composition.recoding import CodebookPart, codebook_part
from aidememoire.composition.sides import Change, Periods
from aidememoire.composition.splitting import Decomposition, decompose

__all__ = [
    "Change",
    "CodebookPart",
    "Decomposition",
    "Periods",
    "codebook_part",
    "decompose",
    "fixed_composition",
]
