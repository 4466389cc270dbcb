"""One finding under every choice that another researcher might have made.

finding.py          what was found, and the choices it is tried under
rules.py            codes without one rule
estimates.py        a difference by every measure and weighting, from one set of counts
specifications.py   robustness: one row for each combination of choices
summary.py          what the rows say together
"""

from __future__ import annotations

from aidememoire.speccurve.finding import Choices, Finding
from aidememoire.speccurve.specifications import Robustness, robustness
from aidememoire.speccurve.summary import Summary

__all__ = ["Choices", "Finding", "Robustness", "Summary", "robustness"]
