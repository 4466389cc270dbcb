"""Corpora with planted truth: invented states say invented things, and every shift in them is known.

states.py    who speaks: the states, their officials over time, the agency
plan.py      what is planted: probabilities, shifts, the gap, the list of statements
phrasing.py  sentence frames and their slots
desk.py      one statement in the making: its sentences, their themes, the words at hand
genres.py    speeches, readouts, briefings, joint statements, messages, wire stories
compose.py   assignments become documents; some are carried on by others
rendering.py one document as Markdown, as a page, as plain text
writers.py   one layout of files per outlet
truth.py     what was planted, as tables and files
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from aidememoire.synthetic.compose import carried, compose, republished
from aidememoire.synthetic.desk import Document
from aidememoire.synthetic.phrasing import Scribe
from aidememoire.synthetic.plan import Shift, assignments, carried_per_actor, shifts
from aidememoire.synthetic.truth import Truth, truth_of, write_truth
from aidememoire.synthetic.writers import Placed, place_documents

__all__ = ["SEED", "Placed", "Shift", "Truth", "shifts", "write_sample"]

SEED = 20260903


def _copies(scribe: Scribe, documents: list[Document]) -> list[Document]:
    """Joint statements on the other side's site, and wire stories that carry a ministry's words."""
    copies = [
        republished(document, "ilmaria", number)
        for number, document in enumerate(documents)
        if document.task.kind == "joint_statement"
    ]
    for actor, count in carried_per_actor().items():
        spoken = [
            number
            for number, document in enumerate(documents)
            if document.task.actor == actor and document.task.kind in ("speech", "transcript")
        ]
        chosen = sorted(scribe.rng.choice(spoken, size=count, replace=False).tolist())
        copies += [carried(scribe, documents[number], number) for number in chosen]
    return copies


def write_sample(folder: Path, *, seed: int = SEED) -> Truth:
    """Write the invented corpus into a folder and say what was planted in it.

    The same seed gives the same bytes. Nothing that lies in the folder is removed.

    Parameters
    ----------
    folder
        Made if absent; gets one folder per outlet, ``actors.csv``, ``truth.yaml`` and ``truth_sentences.csv``.
    seed
        Of ``numpy.random.default_rng``.

    Returns
    -------
    Truth
        Statements with their places, planted themes and voice of every sentence, shifts and duplicates.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     truth = write_sample(Path(folder))
    >>> [shift.id for shift in truth.shifts if shift.shape == "linear"]
    ['lethwen_historical_memory_drift']
    """
    scribe = Scribe(np.random.default_rng(seed))
    documents = [compose(scribe, task) for task in assignments(scribe.rng)]
    documents += _copies(scribe, documents)
    truth = truth_of(seed, place_documents(folder, documents))
    write_truth(folder, truth)
    return truth
