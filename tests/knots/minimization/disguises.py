"""Links in disguise: the same link as a longer braid on more strands, by seeded Markov moves."""

from __future__ import annotations

import random

from plait.knots import Braid
from plait.knots.moves import conjugate, insert_pair, reduce_freely, rotate, stabilise
from plait.knots.scrambling import scrambled


def disguised(b: Braid, *, rounds: int, seed: int, most_strands: int = 99) -> Braid:
    """Rounds of a conjugation, an inserted pair, a stabilisation, braid relations, a rotation."""
    rng = random.Random(seed)
    for _ in range(rounds):
        if b.strands < most_strands:
            b = stabilise(b, rng.choice([1, -1]), side=rng.choice(["left", "right"]))
        by = [rng.choice([1, -1]) * rng.randint(1, b.strands - 1) for _ in range(3)]
        b = conjugate(b, by)
        at, letter = rng.randint(0, len(b)), rng.randint(1, b.strands - 1)
        b = insert_pair(b, at, rng.choice([letter, -letter]))
        b = scrambled(b, 10 * len(b), seed=rng.getrandbits(32))
        b = reduce_freely(rotate(b, rng.randrange(len(b))))
    return b
