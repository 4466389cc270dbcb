"""A local page to look around in the results of a run."""

from __future__ import annotations

from aidememoire.explore.build import explore_file
from aidememoire.explore.server import check_installed, serve

__all__ = ["check_installed", "explore_file", "serve"]
