"""Families of braids for benchmarks, seeded.

Functions named ``random_…`` (from :mod:`plait.knots.random_braids`) return braids;
:func:`generate` returns an :class:`~plait.knots.instances.Instance` of any family, with its value
where that is known by construction and with the lower bounds that are proven:

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
from .checks import check_count, check_seed, check_size
from .disguise import benchmark_braid, disguised_unlink
from .errors import InputError, UnknownNameError
from .families import torus_link
from .instances import Bounds, Instance
from .random_braids import (
    random_alternating,
    random_braid,
    random_brickwall,
    random_homogeneous,
    random_positive,
)
from .scrambling import MOST_SCRAMBLED, scrambled
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

_SMALL: Final = 7
_MOVES_OF_TWISTED: Final = 60


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
