"""Values at the size where the paper expected a quantum advantage."""

from __future__ import annotations

import random

import pytest
from jones_oracles import GOLDEN

from plait.knots import Braid
from plait.tensornet import jones


def brickwall(strands: int, layers: int, density: float, rng: random.Random) -> list[int]:
    """Layers of generators, odd and even in turn, each present with some probability."""
    word = []
    for layer in range(layers):
        for i in range(1 + layer % 2, strands, 2):
            u = rng.random()
            if u < density:
                word.append(i if u < density / 2 else -i)
    return word


def moved(word: list[int], strands: int, rng: random.Random) -> Braid:
    """The same link after random Markov and braid moves that change the diagram."""
    for _ in range(8):
        turn = rng.randrange(len(word))
        word = word[turn:] + word[:turn]
        letter = rng.choice([-1, 1]) * rng.randrange(1, strands)
        word = [letter, *word, -letter]
        if rng.random() < 0.3:
            word = [*word, rng.choice([-1, 1]) * strands]
            strands += 1
        # σ_i σ_{i+1} σ_i = σ_{i+1} σ_i σ_{i+1}, put in with its inverse.
        i, at = rng.randrange(1, strands - 1), rng.randrange(len(word))
        word[at:at] = [i, i + 1, i, -(i + 1), -i, -(i + 1)]
    return Braid(word, strands=strands)


@pytest.mark.slow
def test_a_random_link_by_two_trees_and_after_markov_moves() -> None:
    """85 strands, 2,776 crossings."""
    word = brickwall(85, 100, 0.666, random.Random(0))
    assert len(word) == 2776
    values = [jones(Braid(word, strands=85), method="face", seed=seed).value for seed in (0, 1)]
    rng = random.Random(1)
    mirrored = [85 - i if i > 0 else -85 - i for i in word]  # seen from behind
    values.append(jones(moved(mirrored, 85, rng), method="face").value)
    assert values[0] == pytest.approx(values[1], abs=1e-9)
    assert values[0] == pytest.approx(values[2], abs=1e-9)


@pytest.mark.slow
def test_an_unlink_in_disguise() -> None:
    """85 strands and 2,000 crossings or more, not minimised: w·v·w⁻¹ with a known centre v."""
    rng = random.Random(2)
    half = brickwall(85, 44, 0.6, rng)
    # v: Hopf links of neighbouring strands, one of the two strands of each pair in one link.
    centre = [i for i in range(1, 85, 4) for _ in range(2)]
    word = [*half, *centre, *(-i for i in reversed(half))]
    b = moved(word, 85, rng)
    assert b.crossings >= 2000
    hopf = jones("1 1").value
    links, strands = len(centre) // 2, 85
    # A distant union of links is worth the product of their values, times φ for each further part.
    parts = links + strands - 2 * links
    expected = hopf**links * GOLDEN ** (parts - 1)
    value = jones(b, method="face").value
    assert abs(value - expected) <= 1e-9 * GOLDEN ** (strands - 1)
    assert value == pytest.approx(expected, rel=1e-6)
