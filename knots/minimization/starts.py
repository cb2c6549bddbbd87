"""Other programs' simplifications as places to begin from."""

from __future__ import annotations

import random

from ..braids import Braid
from ..diagrams import PlanarDiagram
from ..inputs import BraidLike, braid
from ..notations.objects import to_spherogram

__all__ = ["spherogram_start"]


def spherogram_start(x: BraidLike, *, seed: int = 0) -> Braid:
    """The link simplified by Spherogram as a planar diagram, then made a braid again.

    It helps where the shortest way leads through diagrams that are no closed braids. The braid
    that comes out can be longer than the one that went in, so it is one more start for
    :func:`plait.knots.minimization.minimize`, not a replacement.

    Args:
        x: whatever :func:`plait.braid` reads.
        seed: of Spherogram's random choices.

    Raises:
        InputError: not readable as a braid.
        MissingExtraError: Spherogram, of the extra ``links``, is not installed.

    Example:
        >>> spherogram_start("1 2 3 1 -2 1").strands  # doctest: +SKIP
        2

    Source: ``spherogram.Link.simplify("global")``; Vogel's algorithm by
    :meth:`plait.PlanarDiagram.to_braid`.
    """
    link = to_spherogram(PlanarDiagram.from_braid(braid(x)))
    state = random.getstate()
    try:
        random.seed(seed)  # Spherogram draws from Python's shared generator
        link.simplify("global")
    finally:
        random.setstate(state)
    return braid(link)
