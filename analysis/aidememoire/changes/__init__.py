"""Shifts: how a series moves, when, by how much, and how sure that is."""

from __future__ import annotations

from aidememoire.changes.correction import benjamini_hochberg, holm
from aidememoire.changes.declared import Declared
from aidememoire.changes.results import Shifts
from aidememoire.changes.verb import shifts

__all__ = ["Declared", "Shifts", "benjamini_hochberg", "holm", "shifts"]
