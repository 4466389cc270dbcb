"""Why a statement counts otherwise than it did: it came, went, was corrected, or is measured otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from aidememoire.compare.instruments import Instrument

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CORRECTED", "NEW", "REPEATS", "UNTOLD", "WITHDRAWN", "statement_changes"]

NEW, WITHDRAWN, CORRECTED, REPEATS = "new statements", "withdrawn statements", "corrected statements", "repeats"
# Nothing that a run leaves says why; it is never given to another cause.
UNTOLD = "not told by the manifests"

# These columns do not say what a statement is, but how often it was read and what else says the same.
_NOT_FIELDS = frozenset({"statement_id", "revision", "duplicate_of", "event_id", "ingested_at", "text_sha256"})


def statement_changes(
    before: pd.DataFrame,
    after: pd.DataFrame,
    hashes: tuple[dict[str, str], dict[str, str]],
    instruments: Sequence[Instrument],
) -> pd.DataFrame:
    """Return the cause that each statement of two runs stands under.

    Parameters
    ----------
    before, after
        The ``statements`` tables.
    hashes
        File hashes of both runs, by path.
    instruments
        What the runs measured with and do not share.

    Returns
    -------
    DataFrame
        One row a statement of either run: statement_id, cause, fields (which of its fields differ, ``text`` first).
        A statement that is the same in both runs has the instruments as its cause, which moves nothing where it
        counts the same. Where a corrected statement was also measured otherwise, both are named together: nothing
        left of the runs can tell one from the other.
    """
    joined = before.merge(after, on="statement_id", how="outer", suffixes=("_before", "_after"), indicator="side")
    fields = _fields(joined, [name for name in before.columns if name in after.columns and name not in _NOT_FIELDS])
    there = (joined["side"] == "both").to_numpy()
    differs = there & (fields != "").to_numpy()
    # A table beside the files may have been corrected too, which no hash tells; only another program or study could
    # read other words out of the same bytes.
    reread = _file_differs(joined, hashes) | (not {"program", "study"} & {*instruments})
    changed_corpus = bool((~there | (differs & reread)).any())
    stands = {"left_only": WITHDRAWN, "right_only": NEW}
    repeats = there & changed_corpus & _differs(joined, ("duplicate_of", "event_id"))
    causes = []
    for side, other, again, moved in zip(joined["side"], differs, reread, repeats, strict=True):
        first = [CORRECTED] if other and again else [REPEATS] if moved else []
        causes.append(stands.get(side) or _together([*first, *instruments]))
    return joined[["statement_id"]].assign(cause=np.array(causes, dtype="str"), fields=fields).astype({"cause": "str"})


def _together(causes: Sequence[str]) -> str:
    if len(causes) < 2:
        return causes[0] if causes else UNTOLD
    return f"{' and '.join(causes)} together"


def _fields(joined: pd.DataFrame, names: list[str]) -> pd.Series[str]:
    """Names of the fields that differ, for statements that are in both runs."""
    import pandas as pd

    both = joined["side"] == "both"
    said = pd.Series("", index=joined.index, dtype="str")
    for name in ("text_sha256", *names):
        differs = both & _differs(joined, (name,))
        said = said.mask(differs, said + ", " + ("text" if name == "text_sha256" else name))
    return said.str.removeprefix(", ")


def _differs(joined: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    found = np.zeros(len(joined), dtype=bool)
    for name in names:
        found |= (joined[f"{name}_before"].fillna("") != joined[f"{name}_after"].fillna("")).to_numpy()
    return found


def _file_differs(joined: pd.DataFrame, hashes: tuple[dict[str, str], dict[str, str]]) -> np.ndarray:
    """Whether the file of a statement has other bytes; one that is in no list counts as other."""
    # A statement id begins with the name of the corpus, as the paths of the manifest do.
    corpus = joined["statement_id"].str.split("/").str[0]
    paths = [corpus + "/" + joined[f"source_path_{side}"].fillna("") for side in ("before", "after")]
    one, other = (path.map(known) for path, known in zip(paths, hashes, strict=True))
    same: np.ndarray = (one.notna() & (one == other)).to_numpy()
    return ~same
