"""Orders in which to sweep over a planar diagram, crossing by crossing, with a short frontier."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Sweep", "find_sweep", "matchings"]

_MOST = 500
_CATALAN = [float(math.comb(2 * k, k) // (k + 1)) for k in range(_MOST)]
# Seconds that the search needs per crossing and try, and the sweep per matching.
_TRY = 1e-6
_MATCHING = 7e-7
_STARTS = 16
_SHARE = 0.2
_LONGEST = 20.0
# The search gains a factor of a few, never this many matchings: hours.
_HOPELESS = 1e10


@dataclass(frozen=True)
class Sweep:
    """An order of the crossings of one connected part.

    Attributes:
        order: the crossings.
        widths: number of edges from the crossings so far to later ones, after each.
    """

    order: tuple[int, ...]
    widths: tuple[int, ...]

    @property
    def work(self) -> float:
        """Predicted number of matchings, summed over the crossings."""
        return sum(map(matchings, self.widths))


def matchings(width: int) -> float:
    """How many planar matchings a frontier of so many edges has, if it is one circle.

    Example:
        >>> matchings(6)
        5.0
    """
    return _CATALAN[min(width // 2, _MOST - 1)]


def find_sweep(mates: Sequence[int], part: Sequence[int], seed: int = 0) -> Sweep:
    """A cheap order for one connected part of a planar diagram.

    Greedy: the crossing with the most edges to those before it comes next, ties are broken by age
    with more or less noise. Then the best order so far is cut somewhere, from either end, and
    continued anew, as long as that is worth it: for a fifth of the time of the sweep itself, and
    at most 20 seconds.

    Args:
        mates: of the diagram (see :attr:`plait.knots.PlanarDiagram.mates`).
        part: the crossings.
        seed: of the noise.

    Example:
        >>> find_sweep((5, 6, 7, 4, 3, 0, 1, 2), (0, 1)).widths
        (4, 0)
    """
    rng = random.Random(seed)
    best = Sweep((), ())
    work = math.inf
    tries = 0
    while tries < _STARTS or (
        work < _HOPELESS and tries * len(part) * _TRY < min(_SHARE * work * _MATCHING, _LONGEST)
    ):
        age = 1 if tries % 2 else -1
        noise = 0.0 if tries < _STARTS // 2 else 10 ** rng.uniform(0, 3)
        if tries < _STARTS or len(part) == 1:
            begin: Sequence[int] = (rng.choice(part),)
        else:
            # The frontier is the same from the other end.
            order = best.order if rng.random() < 0.5 else best.order[::-1]
            begin = order[: rng.randrange(1, len(order))]
        found = _greedy(mates, begin, age, noise, rng, work)
        if found is not None:
            best, work = found, found.work
        tries += 1
    return best


def _greedy(
    mates: Sequence[int],
    begin: Sequence[int],
    age: int,
    noise: float,
    rng: random.Random,
    limit: float,
) -> Sweep | None:
    """One order that begins as given, or None as soon as its work reaches the limit."""
    links: dict[int, int] = {}
    priority: dict[int, float] = {}
    waiting: set[int] = set()
    done: set[int] = set()
    order: list[int] = []
    widths: list[int] = []
    width, work = 0, 0.0
    while waiting or not order:
        if len(order) < len(begin):
            chosen = begin[len(order)]
        else:
            most, first, chosen = -1, 0.0, -1
            for c in waiting:
                if links[c] > most or (links[c] == most and priority[c] > first):
                    most, first, chosen = links[c], priority[c], c
        waiting.discard(chosen)
        done.add(chosen)
        order.append(chosen)
        for mate in mates[4 * chosen : 4 * chosen + 4]:
            c = mate >> 2
            if c == chosen:
                continue
            if c in done:
                width -= 1
                continue
            width += 1
            links[c] = links.get(c, 0) + 1
            priority[c] = age * len(order) + noise * rng.random()
            waiting.add(c)
        widths.append(width)
        work += _CATALAN[min(width // 2, _MOST - 1)]
        if work >= limit:
            return None
    return Sweep(tuple(order), tuple(widths))
