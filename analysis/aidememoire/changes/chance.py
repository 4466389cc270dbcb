"""How often a level line with the same noise would show breaks as strong: the false alarms of the search."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from aidememoire.changes.lines import Array, weights_of
from aidememoire.changes.search import best_pair, best_single, surprise

__all__ = ["LevelLine", "chance_of"]

# Simulated lines at first; the rest only where these do not tell already that nothing is there.
FIRST = 199
CLEARLY_NOT = 0.15
# With fewer simulated lines beyond, the tail tells more than their number.
ENOUGH = 10
# No p-value is said to be smaller.
SMALLEST = 1e-9


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A line that does not move but for noise.

    Attributes
    ----------
    share
        Its level.
    size
        Effective units of each period, shape (periods,).
    extra
        How much periods differ beyond the sampling of statements (``lines.extra_correlation``).
    memory
        Autocorrelation of that part.
    """

    share: float
    size: Array
    extra: float
    memory: float

    @property
    def weights(self) -> Array:
        """What each point weighs, shape (periods,)."""
        return weights_of(self.size, self.extra)

    @property
    def floor(self) -> float:
        """The least dispersion there can be: that of sampling statements, at these weights."""
        return self.spread * float((self.weights / self.size).mean())

    @property
    def spread(self) -> float:
        """The variance of one unit."""
        return self.share * (1 - self.share)

    @property
    def inflation(self) -> float:
        """How much larger than that of independent noise the variance of a sum can be at most."""
        beyond = float((self.extra / (1 / self.size + self.extra)).max())
        return 1 + beyond * 2 * self.memory / (1 - self.memory)

    def drawn(self, n: int, rng: np.random.Generator) -> Array:
        """Return the shares of n such lines, shape (n, periods).

        The level of a period moves on the logit scale by a normal AR(1); around it units are drawn, as many
        independent ones as its statements are worth.
        """
        level: float | Array = self.share
        if self.extra > 0:
            steps = rng.standard_normal((n, len(self.size)))
            steps[:, 1:] *= np.sqrt(1 - self.memory**2)
            # A loop over periods: scipy.signal has it, and takes a second to import.
            for period in range(1, len(self.size)):
                steps[:, period] += self.memory * steps[:, period - 1]
            level = special.expit(special.logit(self.share) + np.sqrt(self.extra / self.spread) * steps)
        worth = np.maximum(1, np.rint(self.size)).astype(np.int64)
        shares: Array = rng.binomial(worth, level, (n, len(self.size))) / worth
        return shares

    def part(self, start: int, end: int) -> LevelLine:
        """Return the line between two positions."""
        return replace(self, size=self.size[start:end])


def chance_of(found: float, level: LevelLine, least: int, draws: int, rng: np.random.Generator) -> float:
    """Return the p-value of "no break in this line" against one or two breaks anywhere.

    Parameters
    ----------
    found
        How surprising the better of the best break and the best pair is (``search.surprise``).
    level
        What the line is if it has none.
    least
        As in the search.
    draws
        Simulated lines.

    Notes
    -----
    Monte Carlo test (Davison and Hinkley 1997, Bootstrap Methods and their Application, 4.2.1). Lines that are plainly
    level after 199 draws are left at that. Where fewer than 10 simulated lines are as surprising the p-value is read
    off their tail, because with many themes q-values need p-values below 1 / draws (as Knijnenburg et al. 2009,
    Bioinformatics 25:i161-i168, do): ``s / n exp(-(found - q) / mean excess over q)`` with the largest s, a tenth of
    the n lines, and q where they begin. The tail is exponential because minus the log of a p-value is.
    """
    p_value = 1.0
    for n in (min(FIRST, draws), draws):
        lines = level.drawn(n, rng)
        single = best_single(lines, level.weights, least)[0]
        pair = best_pair(lines, level.weights, least)[0]
        reached = np.sort(np.maximum(*surprise(single, pair, len(level.size), least)))
        p_value = _rarity(found, reached)
        if p_value > CLEARLY_NOT:
            break
    return p_value


def _rarity(found: float, reached: Array) -> float:
    n = len(reached)
    beyond = n - int(np.searchsorted(reached, found))
    if beyond >= ENOUGH:
        return (1 + beyond) / (n + 1)
    tail = n // 10
    start = float(reached[-tail - 1])
    excess = float((reached[-tail:] - start).mean())
    extrapolated = tail / n * np.exp(-(found - start) / excess) if excess > 0 else 1.0
    return float(np.clip(extrapolated, SMALLEST, (1 + ENOUGH) / (n + 1)))
