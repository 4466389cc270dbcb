"""Codebooks: themes with definitions, examples and the rules that serve them."""

from aidememoire.codebook.load import BUILTIN, load_codebook
from aidememoire.codebook.model import Codebook, Theme

__all__ = ["BUILTIN", "Codebook", "Theme", "load_codebook"]
