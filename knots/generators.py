"""Seeded random braids and families of braids for benchmarks.

Functions named ``random_…`` return braids; :func:`generate` returns an
:class:`~plait.knots.instances.Instance` of any family, with its value where that is known by
construction and with the lower bounds that are proven:

* **Alternating** braids (one sign for odd generators, the other for even ones), each generator at
  least twice: the diagram is reduced and alternating, so no diagram of the link has fewer
  crossings (Kauffman, Murasugi, Thistlethwaite 1987), and no braid has fewer strands (Murasugi,
  Trans. AMS 326 (1991) 237, for alternating braids).
* **Homogeneous** braids (one sign per generator), positive ones among them: Seifert's surface of
  the closed braid has the largest Euler characteristic, n − c (Stallings 1978; Cromwell, J. London
  Math. Soc. 39 (1989) 535). Any diagram with s Seifert circles and c' crossings gives a surface
  too, so c' ≥ c − n + s; and s ≥ 2 as the link is not trivial.
* Positive braids with a **full twist**: no braid of the link has fewer strands (Franks, Williams,
  Trans. AMS 303 (1987) 97), and no diagram fewer Seifert circles (Yamada, Invent. Math. 89 (1987)
  347); with the surface above, c' ≥ c: nothing shortens the word or the diagram.
* **Torus links** T(p, q), 2 ≤ p ≤ q: crossing number (p−1) q, braid index p (Murasugi 1991), so
  the words here are as short as can be.

What minimisers do to each family is measured by ``benchmarks/families.py``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from math import gcd
from typing import Any, Final

from .braids import Braid
from .checks import check_count, check_fraction, check_seed, check_size
from .disguise import MOST_SCRAMBLED, benchmark_braid, brickwall_word, disguised_unlink, scrambled
from .errors import InputError, UnknownNameError
from .families import torus_link
from .instances import Bounds, Instance
from .sectors import Exact, sector_traces, torus_knot_value

__all__ = [
    "FAMILIES",
    "Family",
    "generate",
    "random_alternating",
    "random_braid",
    "random_brickwall",
    "random_homogeneous",
    "random_positive",
    "twisted_braid",
]

DENSITY: Final = 2 / 3
_TRIES: Final = 10_000
_LETTERS_TRIED: Final = 30_000_000
_SMALL: Final = 7
_MOVES_OF_TWISTED: Final = 60


def random_brickwall(
    strands: int, layers: int, *, density: float = DENSITY, seed: int, knot: bool = False
) -> Braid:
    """A random brickwall: rows of odd and of even generators in turn.

    Each site is empty with probability 1 − ``density``, else positive or negative with equal
    chances; with the default density the three cases are equally likely, as in arXiv:2503.05625.

    Args:
        strands: at least 1.
        layers: number of rows, the first of them of σ_1, σ_3, ….
        density: probability of a crossing at a site.
        seed: integer from 0 on.
        knot: draw again until the Markov closure is a knot.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_brickwall(6, 4, seed=1)
        Braid([1, 2, -4, -1, -3, 2, 4], strands=6)
    """
    n = check_count(strands, "strands", least=1)
    rows = check_count(layers, "layers", least=0)
    check_size(n * rows // 2, "sites")
    filled = check_fraction(density, "density")
    rng = random.Random(check_seed(seed))
    return _drawn(lambda: Braid(brickwall_word(n, rows, filled, rng), n), knot)


def random_braid(
    strands: int,
    crossings: int,
    *,
    seed: int,
    positive: bool = False,
    reduced: bool = False,
    knot: bool = False,
) -> Braid:
    """A word of independent letters, uniform among all ±σ_i.

    Args:
        strands: at least 1; one strand has no letters.
        crossings: number of letters.
        seed: integer from 0 on.
        positive: uniform among the positive letters.
        reduced: uniform among the letters that do not cancel the one before, a walk without
            backtracking.
        knot: draw again until the Markov closure is a knot.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_braid(4, 6, seed=1)
        Braid([-3, -2, -2, 2, 1, -2], strands=4)
    """
    n = check_count(strands, "strands", least=1)
    count = check_count(crossings, "crossings", least=0)
    if n == 1 and count:
        raise InputError(f"crossings={count}: a braid on one strand has no letters")
    _check_parity(n, count, knot)
    rng = random.Random(check_seed(seed))

    def draw() -> Braid:
        word: list[int] = []
        while len(word) < count:
            sign = 1 if positive else rng.choice([-1, 1])
            letter = sign * rng.randint(1, n - 1)
            if not (reduced and word and word[-1] == -letter):
                word.append(letter)
        return Braid(word, n)

    return _drawn(draw, knot)


def random_homogeneous(strands: int, crossings: int, *, seed: int, knot: bool = False) -> Braid:
    """A random braid in which each generator has one sign, drawn for each, and occurs twice.

    Two letters of each generator and uniform other ones, in random order.

    Args:
        strands: at least 2.
        crossings: at least 2 (strands − 1).
        seed: integer from 0 on.
        knot: draw again until the Markov closure is a knot.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_homogeneous(4, 7, seed=1)
        Braid([-2, 3, -1, -2, 3, -1, -1], strands=4)
    """
    rng = random.Random(check_seed(seed))
    n = check_count(strands, "strands", least=2)
    return _homogeneous([rng.choice((-1, 1)) for _ in range(1, n)], crossings, rng, knot)


def random_alternating(strands: int, crossings: int, *, seed: int, knot: bool = False) -> Braid:
    """A random braid of σ_1, σ_2⁻¹, σ_3, …, each at least twice.

    The closed braid is a reduced alternating diagram: no diagram of the link has fewer crossings.
    Arguments are those of :func:`random_homogeneous`.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_alternating(4, 7, seed=1)
        Braid([1, 1, -2, 3, 3, 1, -2], strands=4)
    """
    n = check_count(strands, "strands", least=2)
    signs = [1 if i % 2 else -1 for i in range(1, n)]
    return _homogeneous(signs, crossings, random.Random(check_seed(seed)), knot)


def random_positive(strands: int, crossings: int, *, seed: int, knot: bool = False) -> Braid:
    """A random positive braid with each generator at least twice.

    Arguments are those of :func:`random_homogeneous`.

    Raises:
        InputError: an argument is out of its range, or no knot was found.

    Example:
        >>> random_positive(4, 7, seed=1)
        Braid([1, 1, 2, 3, 3, 1, 2], strands=4)
    """
    n = check_count(strands, "strands", least=2)
    return _homogeneous([1] * (n - 1), crossings, random.Random(check_seed(seed)), knot)


def twisted_braid(strands: int, crossings: int, *, twists: int = 1, seed: int) -> Instance:
    """A positive braid with full twists in it: no braid or diagram of the link is smaller.

    A random positive word on at most seven strands, times Δ^(2·twists) on all of them, scrambled
    by braid relations and rotated. Its value is known at any size: Δ² is a scalar in each of the
    two sectors of the Fibonacci representation (:mod:`plait.knots.sectors`), and the rest of the
    word is small. Whoever looks for a full twist (Garside's normal form shows it) sees that too.

    Args:
        strands: at least 2.
        crossings: letters besides the twists, each of which has strands·(strands − 1).
        twists: at least 1.
        seed: integer from 0 on.

    Raises:
        InputError: an argument is out of its range.

    Example:
        >>> one = twisted_braid(6, 8, seed=1)
        >>> len(one.braid), one.bounds.crossings, one.bounds.strands
        (38, 38, 6)
        >>> one.exact
        (0, -1, -1, 0)

    Sources: see the module.
    """
    n = check_count(strands, "strands", least=2)
    count = check_count(crossings, "crossings", least=0)
    k = check_count(twists, "twists", least=1)
    check_size(count + k * n * (n - 1), "letters to scramble", most=MOST_SCRAMBLED)
    inner = random_braid(min(n, _SMALL), count, seed=seed, positive=True)
    word = list(inner.word) + list(range(1, n)) * (n * k)
    rng = random.Random(seed)
    mixed = scrambled(Braid(word, n), _MOVES_OF_TWISTED * len(word), seed=rng.getrandbits(32)).word
    cut = rng.randrange(len(word))
    exact = sector_traces(inner).with_free_strands(n - inner.strands).with_full_twists(k).value()
    return Instance(
        family="twisted",
        parameters={"strands": n, "crossings": count, "twists": k},
        seed=seed,
        braid=Braid(mixed[cut:] + mixed[:cut], n),
        exact=exact,
        known_by=("construction",),
        centre=inner,
        bounds=Bounds(crossings=len(word), letters=len(word), strands=n),
        notes="nothing shortens it; whoever finds the full twist can split it off the value",
    )


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family of instances.

    Attributes:
        make: builds one; its parameters are those of the family.
        summary: one line for lists.
        random: whether there is a seed.
    """

    make: Callable[..., Instance]
    summary: str
    random: bool = True

    @property
    def parameters(self) -> dict[str, Any]:
        """Names of the parameters other than the seed, with their defaults; None where needed.

        Example:
            >>> FAMILIES["torus"].parameters
            {'strands': None, 'turns': None}
        """
        found = signature(self.make).parameters.values()
        return {
            p.name: None if p.default is p.empty else p.default for p in found if p.name != "seed"
        }

    @property
    def required(self) -> set[str]:
        """Names of the parameters without a default."""
        found = signature(self.make).parameters.values()
        return {p.name for p in found if p.default is p.empty and p.name != "seed"}


def generate(family: str, *, seed: int | None = 0, **parameters: Any) -> Instance:
    """An instance of a family of ``FAMILIES``.

    Args:
        family: its name.
        seed: integer from 0 on; families without anything random take none.
        **parameters: those of the family.

    Raises:
        UnknownNameError: no such family.
        InputError: a parameter is missing, unknown or out of its range.

    Example:
        >>> generate("alternating", strands=5, crossings=12, seed=3).bounds.crossings
        12
        >>> generate("torus", strands=3, turns=4).exact
        (1, 0, 0, 0)
    """
    if not isinstance(family, str) or family not in FAMILIES:
        raise UnknownNameError(f"unknown family {family!r}; choose one of: {', '.join(FAMILIES)}")
    found = FAMILIES[family]
    unknown = sorted(set(parameters) - set(found.parameters))
    missing = sorted(found.required - set(parameters))
    if unknown or missing:
        wrong = [f"it has no {name}" for name in unknown] + [
            f"{name} is missing" for name in missing
        ]
        raise InputError(
            f"family {family!r} has the parameters {', '.join(found.parameters)}: "
            f"{'; '.join(wrong)}"
        )
    if not found.random:
        return found.make(**parameters)
    return found.make(seed=check_seed(seed), **parameters)


def _of_braids(
    family: str, draw: Callable[..., Braid], bounds: Callable[[Braid], Bounds], notes: str
) -> Callable[..., Instance]:
    """The maker of a family whose braids a function above draws."""

    def make(*, seed: int, **parameters: Any) -> Instance:
        braid = draw(seed=seed, **parameters)
        return Instance(
            family=family,
            parameters=parameters,
            seed=seed,
            braid=braid,
            bounds=bounds(braid),
            notes=notes,
        )

    make.__signature__ = signature(draw)  # type: ignore[attr-defined]
    return make


def _torus(strands: int, turns: int) -> Instance:
    p = check_count(strands, "strands", least=1)
    q = check_count(turns, "turns", least=1)
    braid = torus_link(p, q)
    n = braid.strands
    exact: Exact | None = None
    if gcd(p, q) == 1:
        exact = torus_knot_value(p, q)
    elif n <= _SMALL:
        twists, rest = divmod(max(p, q), n)
        exact = sector_traces(Braid(list(range(1, n)) * rest, n)).with_full_twists(twists).value()
    return Instance(
        family="torus",
        parameters={"strands": p, "turns": q},
        seed=None,
        braid=braid,
        exact=exact,
        known_by=() if exact is None else ("construction",),
        bounds=Bounds(crossings=len(braid), letters=len(braid), strands=n),
        notes="nothing shortens it",
    )


def _alternating_bounds(braid: Braid) -> Bounds:
    return Bounds(crossings=len(braid), letters=len(braid), strands=braid.strands)


def _homogeneous_bounds(braid: Braid) -> Bounds:
    least = len(braid) - braid.strands + 2
    return Bounds(crossings=least, letters=least, strands=2)


def _no_bounds(_: Braid) -> Bounds:
    return Bounds()


_SHORTER = "minimisers shorten it, to a length for which there is no formula"

FAMILIES: Final[Mapping[str, Family]] = {
    "brickwall": Family(
        make=_of_braids("brickwall", random_brickwall, _no_bounds, _SHORTER),
        summary="Rows of odd and even generators in turn, sites empty, positive or negative.",
    ),
    "uniform": Family(
        make=_of_braids("uniform", random_braid, _no_bounds, _SHORTER),
        summary="Independent uniform letters.",
    ),
    "alternating": Family(
        make=_of_braids(
            "alternating", random_alternating, _alternating_bounds, "nothing shortens it"
        ),
        summary="Random words in σ1, σ2⁻¹, σ3, …: no diagram has fewer crossings.",
    ),
    "homogeneous": Family(
        make=_of_braids(
            "homogeneous",
            random_homogeneous,
            _homogeneous_bounds,
            "at most strands − 2 letters can be saved",
        ),
        summary="One random sign per generator: at most strands − 2 letters can be saved.",
    ),
    "positive": Family(
        make=_of_braids(
            "positive",
            random_positive,
            _homogeneous_bounds,
            "at most strands − 2 letters can be saved",
        ),
        summary="Random positive words: at most strands − 2 letters can be saved.",
    ),
    "twisted": Family(
        make=twisted_braid,
        summary="A positive word times full twists, scrambled; value known, nothing shortens it.",
    ),
    "torus": Family(
        make=_torus,
        summary="Torus links; values of knots, and of links on few strands, are known.",
        random=False,
    ),
    "benchmark": Family(
        make=benchmark_braid,
        summary="A known centre in disguise, magnitudes uniform; minimisers find the centre.",
    ),
    "unlink": Family(
        make=disguised_unlink,
        summary="An unlink in disguise; minimisers find it.",
    ),
}
"""The families of instances by name."""


def _homogeneous(signs: list[int], crossings: int, rng: random.Random, knot: bool) -> Braid:
    n = len(signs) + 1
    count = check_count(crossings, "crossings", least=2 * (n - 1))
    _check_parity(n, count, knot)

    def draw() -> Braid:
        letters = [sign * i for i, sign in enumerate(signs, 1)]
        word = letters * 2 + [rng.choice(letters) for _ in range(count - 2 * len(letters))]
        rng.shuffle(word)
        return Braid(word, n)

    return _drawn(draw, knot)


def _check_parity(strands: int, crossings: int, knot: bool) -> None:
    if knot and (crossings - strands) % 2 == 0:
        raise InputError(
            f"no closed braid on {strands} strands with {crossings} crossings is a knot, as the "
            f"permutation has the wrong sign; give one crossing more or less"
        )


def _drawn(draw: Callable[[], Braid], knot: bool) -> Braid:
    """A draw; where a knot is wanted, the first that is one."""
    if not knot:
        return draw()
    tries = letters = 0
    while tries < _TRIES and letters < _LETTERS_TRIED:
        braid = draw()
        if braid.components == 1:
            return braid
        tries, letters = tries + 1, letters + len(braid)
    raise InputError(
        f"none of {tries} such braids closes to a knot; about one of as many as there are strands "
        f"does where there are many crossings, so give fewer strands or more layers, or another "
        f"seed"
    )
