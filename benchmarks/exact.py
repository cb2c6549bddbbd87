"""Exact evaluation: seconds per instance.

Run: python benchmarks/exact.py
"""

from __future__ import annotations

import random

from plait.knots import Braid
from plait.tensornet import jones


def brickwall(strands: int, layers: int, density: float = 0.666, seed: int = 0) -> Braid:
    """A random brickwall braid; each site is empty, positive or negative."""
    rng = random.Random(seed)
    word = []
    for layer in range(layers):
        for i in range(1 + layer % 2, strands, 2):
            u = rng.random()
            if u < density:
                word.append(i if u < density / 2 else -i)
    return Braid(word, strands)


def uniform(strands: int, letters: int, seed: int = 0) -> Braid:
    """Independent uniform letters."""
    rng = random.Random(seed)
    word = [rng.choice([-1, 1]) * rng.randint(1, strands - 1) for _ in range(letters)]
    return Braid(word, strands)


INSTANCES = {
    "brickwall 10x20": brickwall(10, 20),
    "brickwall 12x24": brickwall(12, 24),
    "brickwall 20x40": brickwall(20, 40),
    "brickwall 30x60": brickwall(30, 60),
    "uniform 8 strands, 10^5 letters": uniform(8, 100_000),
    "uniform 12 strands, 10^6 letters": uniform(12, 1_000_000),
}


def main() -> None:
    """Print one line per instance."""
    jones("8_19")
    print(f"{'instance':34}{'crossings':>10}{'method':>8}{'seconds':>10}")
    for name, braid in INSTANCES.items():
        value = jones(braid)
        print(f"{name:34}{len(braid):>10}{value.method:>8}{value.seconds:>10.3f}")


if __name__ == "__main__":
    main()
