"""Braids in disguise: a small centre with a known value, hidden by Markov moves.

The published benchmark family (arXiv:2503.05625) has this shape: an unlink around a small known
link, with values whose magnitudes are uniform. Here it is built from scratch.

* The **centre** is a split union of blocks, each a random braid on two to six strands whose value
  is computed in integers; strands beyond it are free circles, each a factor φ, or are plugged into
  a block by a stabilisation, which leaves V and takes a factor φ from the magnitude
  |V|/φ^(n−1). The magnitude of a split union is the product of those of its blocks. Many unions
  are drawn, and the one is taken whose magnitude is closest to one drawn uniformly.
* The **disguise** is a conjugation by a random brickwall, insertions of pairs σσ⁻¹, braid
  relations and far commutations anywhere, and a rotation of the closed word.

A strong minimiser takes the disguise off: such braids test what does not look for a shorter word,
and are no evidence of hardness.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from .braids import Braid
from .checks import check_count, check_fraction, check_seed, check_size
from .errors import InputError
from .instances import Instance
from .scrambling import MOST_SCRAMBLED, brickwall_word, depth, insert, scramble
from .sectors import Exact, magnitude, product, small_value

__all__ = [
    "Magnitude",
    "benchmark_braid",
    "disguised_unlink",
]

_MOST_STRANDS: Final = 10_000  # V has a digit for every five
Magnitude: TypeAlias = float | tuple[float, float] | None

# The brickwall to conjugate with has one sign per layer, so that braid relations apply.
_DENSITY: Final = 0.8
_INSERTIONS: Final = 0.05  # per letter
_MOVES: Final = 200  # per letter
_POOL: Final = 100
_UNIONS: Final = 100
_CLOSE: Final = 0.002
_MOST_BLOCKS: Final = 6
_TOLERANCE: Final = 0.02
_PHI: Final = (0, 0, -1, -1)


class _Block(NamedTuple):
    word: tuple[int, ...]
    strands: int
    value: Exact
    magnitude: float


def benchmark_braid(
    strands: int, layers: int, *, seed: int, magnitude: Magnitude = None
) -> Instance:
    """A braid in disguise, whose value is known and of a magnitude uniform in [0, 1].

    The magnitude is |V|/φ^(n−1) = |E_s⟨s|U|s⟩|, what a quantum computer measures.

    Args:
        strands: of the braid, at least 2.
        layers: the depth of the braid is at most this: letters on disjoint strands are in one
            layer. At least 1; a centre with any magnitude needs about 8.
        seed: of everything random.
        magnitude: None for one drawn uniformly from [0, 1], two numbers for one drawn uniformly
            between them, one number for one that is within 0.02 of it. On fewer than eight
            strands the possible magnitudes are few.

    Raises:
        InputError: an argument is out of its range, or no centre with such a magnitude was found.

    Example:
        >>> one = benchmark_braid(15, 15, seed=1)
        >>> one.braid.strands, one.braid.strands - one.centre.strands  # strands, free circles
        (15, 11)
        >>> 0.3 <= benchmark_braid(15, 15, seed=1, magnitude=(0.3, 0.4)).magnitude <= 0.4
        True
    """
    n = check_count(strands, "strands", least=2, most=_MOST_STRANDS)
    most = check_count(layers, "layers", least=1)
    check_size(n * most // 2, "letters to scramble", most=MOST_SCRAMBLED // 5)
    rng = random.Random(check_seed(seed))
    low, high = _interval(magnitude)
    blocks = _closest_union(_pool(n, most, rng), n, low, high, rng)
    centre, value = _union(blocks)
    word = _spread(blocks, n, rng)
    free = n - centre.strands
    for _ in range(free):
        value = product(_PHI, value)
    parameters: dict[str, Any] = {"strands": n, "layers": most}
    if magnitude is not None:
        # As JSON has it.
        parameters["magnitude"] = low if low == high else [low, high]
    return Instance(
        family="benchmark",
        parameters=parameters,
        seed=seed,
        braid=_disguised(Braid(word, n), most, rng),
        exact=value,
        known_by=("construction",),
        centre=centre,
        notes=f"V = φ^{free} · V(centre): {free} strands are free circles; a strong minimiser "
        "finds the centre",
    )


def disguised_unlink(strands: int, layers: int, components: int = 1, *, seed: int) -> Instance:
    """An unlink in disguise: w s w⁻¹, scrambled, where s is a stabilised unlink and w random.

    Its value is φ^(components−1), exponentially small against φ^(strands−1): the additive
    approximation of a quantum computer does not see it.

    Args:
        strands: of the braid.
        layers: of the brickwall w.
        components: of the unlink, at most as many as strands.
        seed: of everything random.

    Raises:
        InputError: an argument is out of its range.

    Example:
        >>> disguised_unlink(12, 6, 2, seed=0).exact == (0, 0, -1, -1)  # φ
        True
    """
    n = check_count(strands, "strands", least=1, most=_MOST_STRANDS)
    depth_of_w = check_count(layers, "layers", least=0)
    check_size(n * (depth_of_w + 1), "letters to scramble", most=MOST_SCRAMBLED)
    parts = check_count(components, "components", least=1, most=n)
    rng = random.Random(check_seed(seed))
    w = brickwall_word(n, depth_of_w, 0.666, random.Random(seed))
    split = set(rng.sample(range(1, n), parts - 1))
    s = [rng.choice([-1, 1]) * i for i in range(1, n) if i not in split]
    word = w + s + [-i for i in reversed(w)]
    scramble(word, 40 * len(word), rng)
    value: Exact = (1, 0, 0, 0)
    for _ in range(parts - 1):
        value = product(_PHI, value)
    return Instance(
        family="unlink",
        parameters={"strands": n, "layers": depth_of_w, "components": parts},
        seed=seed,
        braid=Braid(word, n),
        exact=value,
        known_by=("construction",),
        centre=Braid([], parts),
        notes=f"the unlink of {parts} components; a strong minimiser finds it",
    )


def _interval(magnitude: object) -> tuple[float, float]:
    if magnitude is None:
        return 0.0, 1.0
    if isinstance(magnitude, (tuple, list)):
        if len(magnitude) != 2:
            raise InputError(f"magnitude={magnitude!r}: give one number, or two, from 0 to 1")
        low, high = (check_fraction(m, "magnitude") for m in magnitude)
        if low > high:
            raise InputError(f"magnitude={magnitude!r}: the first is larger than the second")
        return low, high
    one = check_fraction(magnitude, "magnitude")
    return one, one


def _pool(n: int, layers: int, rng: random.Random) -> list[_Block]:
    """Random blocks of different magnitudes, some of them with strands plugged in.

    Long words on three strands have the most magnitudes; of random ones with the same magnitude
    the first is taken, so that rare magnitudes are drawn as often as frequent ones.
    """
    words = [([sign] * k, 2) for k in (2, 3, 4, 5) for sign in (rng.choice((1, -1)),)]
    for _ in range(_POOL):
        m = min(n, rng.choice((2, 3, 3, 3, 4)))
        length = rng.randint(m, 5 * m)
        word = [rng.choice((1, -1)) * rng.randint(1, m - 1) for _ in range(length)]
        for _ in range(rng.choice((0, 0, 0, 1, 2))):
            word.append(rng.choice((1, -1)) * m)
            m += 1
        words.append((word, m))
    found: dict[float, _Block] = {}
    for word, m in words:
        if m <= n and depth(Braid(word, m)) <= layers:
            block = _block(word, m)
            found.setdefault(round(block.magnitude, 6), block)
    return list(found.values())


def _block(word: Sequence[int], strands: int) -> _Block:
    value = small_value(Braid(word, strands))
    return _Block(tuple(word), strands, value, magnitude(value, strands))


def _closest_union(
    pool: Sequence[_Block], n: int, low: float, high: float, rng: random.Random
) -> list[_Block]:
    """Of many random unions, the one whose magnitude is closest to one drawn from [low, high]."""
    target = low + (high - low) * rng.random()
    best: list[_Block] = []
    distance = _distance(1.0, target, low, high)
    for _ in range(_UNIONS):
        chosen: list[_Block] = []
        total, left = 1.0, n
        while len(chosen) < _MOST_BLOCKS and distance > _CLOSE:
            fitting = [block for block in pool if block.strands <= left]
            for block in fitting:
                found = _distance(total * block.magnitude, target, low, high)
                if found < distance:
                    best, distance = [*chosen, block], found
            # Another block can only lower the magnitude.
            above = [block for block in fitting if total * block.magnitude > target]
            if not above:
                break
            chosen.append(rng.choice(above))
            total *= chosen[-1].magnitude
            left -= chosen[-1].strands
    if (low, high) != (0.0, 1.0) and distance > (_TOLERANCE if low == high else 1.0):
        raise InputError(
            f"no centre on at most {n} strands was found with a magnitude "
            f"{f'near {low:g}' if low == high else f'from {low:g} to {high:g}'}; allow more "
            f"strands, more layers or a wider interval, or try another seed"
        )
    return best


def _distance(magnitude: float, target: float, low: float, high: float) -> float:
    """From the target; more than 1 outside of the interval, unless that is a point."""
    outside = low < high and not low <= magnitude <= high
    return abs(magnitude - target) + (2.0 if outside else 0.0)


def _union(blocks: Sequence[_Block]) -> tuple[Braid, Exact]:
    """The split union without free strands, and its value; one strand where it is empty."""
    if not blocks:
        return Braid([], 1), (1, 0, 0, 0)
    word: list[int] = []
    first, value = 0, blocks[0].value
    for number, block in enumerate(blocks):
        word += [letter + first if letter > 0 else letter - first for letter in block.word]
        first += block.strands
        if number:
            value = product(_PHI, product(value, block.value))
    return Braid(word, first), value


def _spread(blocks: Sequence[_Block], n: int, rng: random.Random) -> list[int]:
    """The union with its blocks in random order and the free strands anywhere between them."""
    order: list[_Block | None] = list(blocks)
    order += [None] * (n - sum(b.strands for b in blocks))
    rng.shuffle(order)
    word: list[int] = []
    first = 0
    for block in order:
        if block is not None:
            word += [letter + first if letter > 0 else letter - first for letter in block.word]
        first += 1 if block is None else block.strands
    return word


def _disguised(centre: Braid, layers: int, rng: random.Random) -> Braid:
    """A conjugate of the centre with as many layers as fit."""
    n = centre.strands
    for conjugator in range((layers - depth(centre)) // 2, 0, -1):
        w: list[int] = []
        for layer in range(conjugator):
            sign = rng.choice((1, -1))
            row = range(1 + layer % 2, n, 2)
            w += [sign * i for i in row if rng.random() < _DENSITY]
        word = w + list(centre.word) + [-i for i in reversed(w)]
        for _ in range(round(_INSERTIONS * len(word))):
            insert(word, rng)
        scramble(word, _MOVES * len(word), rng)
        cut = rng.randrange(len(word)) if word else 0
        found = Braid(word[cut:] + word[:cut], n)
        if depth(found) <= layers:
            return found
    return centre
