"""Hypothesis strategies for braids."""

from __future__ import annotations

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
