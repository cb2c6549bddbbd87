"""Braids for tests: seeded random ones, and Hypothesis strategies."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from plait.knots import Braid


def letters(strands: int) -> st.SearchStrategy[int]:
    """Letters of a braid on so many strands (at least two)."""
    return st.integers(1, strands - 1).flatmap(lambda i: st.sampled_from([i, -i]))


@st.composite
def braids(
    draw: st.DrawFn,
    *,
    min_strands: int = 1,
    max_strands: int = 6,
    max_crossings: int = 14,
    even: bool = False,
) -> Braid:
    """Braids, often with strands that no crossing touches; ``even`` strands for plat closures."""
    counts = [n for n in range(min_strands, max_strands + 1) if not (even and n % 2)]
    strands = draw(st.sampled_from(counts))
    if strands == 1:
        return Braid([], strands=1)
    word = draw(st.lists(letters(strands), max_size=max_crossings))
    return Braid(word, strands=strands)


def random_braid(strands: int, length: int, seed: int) -> Braid:
    """A braid of independent letters."""
    if strands == 1:
        return Braid([], strands=1)
    rng = np.random.default_rng(seed)
    letters = rng.integers(1, strands, length) * rng.choice([-1, 1], length)
    return Braid(letters.tolist(), strands=strands)
