"""Minimising closed braids: several annealings, the best result, its scalar factor and moves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ..alexander import alexander_fingerprint
from ..braids import Braid
from ..checks import check_seed
from ..errors import DisagreementError, InputError, ResourceError
from ..inputs import BraidLike, braid
from ..interrupts import interruptible
from .certificates import Certificate, moves_of
from .linked import linked_runs, word_of
from .objectives import Objective, find_objective
from .recipes import Candidate, Recipe

__all__ = ["EFFORTS", "Keep", "Minimized", "minimize"]

Keep = Literal["link", "value"]
Progress = Callable[[int, int], None]

EFFORTS: Final = {"low": 0.04, "medium": 1.0, "high": 5.0}
"""Names of efforts."""
_ANNEALINGS: Final = 4
_SWEEPS: Final = 10_000  # proposals per run of an annealing at effort 1
_MOST: Final = 4e7  # proposals of an annealing at effort 1
_MANY: Final = 1 << 16  # seeds of annealings per seed given
_LARGEST_EFFORT: Final = 1e4
_MAX_STRANDS: Final = 1400  # φ^n is still a float


@dataclass(frozen=True, kw_only=True)
class Minimized:
    """A minimised braid: V(original) = factor · V(braid) at t = exp(2πi/5).

    Attributes:
        original: the braid that was given.
        braid: the minimised one. With ``keep="link"`` its Markov closure and ``free`` circles
            beside it are the link of the original.
        free: circles split off.
        factor: φ^free, and what else the moves by value brought.
        objective: what was made small.
        effort: as a number.
        seed: of the random numbers.
        keep: ``"link"`` or ``"value"``.
        seconds: wall time.

    Example:
        >>> found = minimize("1 2 -1 2 3 3 -2 -3", effort="low", seed=1)
        >>> found.braid, found.free, found.factor
        (Braid([1, 1], strands=2), 0, (1+0j))
    """

    original: Braid
    braid: Braid
    free: int
    factor: complex
    objective: str
    effort: float
    seed: int
    keep: Keep
    seconds: float
    _recipe: Recipe | None = field(repr=False, compare=False)

    @property
    def length(self) -> int:
        """Crossings of the minimised braid."""
        return len(self.braid)

    @property
    def runs(self) -> int:
        """Maximal powers of generators in the minimised braid."""
        return len(self.braid.runs())

    def certificate(self) -> Certificate:
        """The moves that lead from the original to the minimised braid, checked.

        The search keeps no list of its moves, so the annealing that found the result is repeated,
        and the certificate is followed to its end by code that shares nothing with it.

        Returns:
            The certificate. It starts with the original, or, for a result that another program's
            simplification led to, with the braid that this one gave.

        Raises:
            DisagreementError: the certificate does not lead to the braid, or not with this factor.

        Example:
            >>> certificate = minimize("1 2 -1 2", effort="low", seed=1).certificate()
            >>> [move.kind for move in certificate.moves][-1]
            'destabilise'
        """
        recipe = self._recipe
        if recipe is None:
            return Certificate(self.original, ())
        from .state import State, anneal

        state = State.of(recipe.start, recipe.by_value, recipe.moves)
        for _ in anneal(state, recipe):
            pass
        certificate = Certificate(recipe.start, moves_of(state.log.tolist()))
        try:
            end, free, factor = certificate.check()
        except InputError as error:
            raise DisagreementError(f"{error}; {self._case()}") from error
        if not (
            end == self.braid
            and free == self.free
            and abs(factor - self.factor) <= 1e-9 * abs(self.factor)
        ):
            raise DisagreementError(
                f"the moves lead to {end!r}, {free} circles and the factor {factor}, the search "
                f"to {self.braid!r}, {self.free} and {self.factor}; {self._case()}"
            )
        return certificate

    def _case(self) -> str:
        """What reproduces this result."""
        return (
            f"please report this with the braid {list(self.original.word)} on "
            f"{self.original.strands} strands, objective {self.objective!r}, effort "
            f"{self.effort}, seed {self.seed}, keep {self.keep!r}"
        )

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON, without the original and the moves."""
        return {
            "word": list(self.braid.word),
            "strands": self.braid.strands,
            "free": self.free,
            "factor": [self.factor.real, self.factor.imag],
            "length": self.length,
            "runs": self.runs,
            "objective": self.objective,
            "effort": self.effort,
            "seed": self.seed,
            "keep": self.keep,
            "seconds": self.seconds,
        }


@interruptible()
def minimize(
    x: BraidLike,
    *,
    objective: str | Objective = "runs",
    effort: str | float = "medium",
    seed: int = 0,
    keep: Keep = "link",
    starts: tuple[Braid, ...] = (),
    progress: Progress | None = None,
) -> Minimized:
    """A braid whose Markov closure is the same link, as small as simulated annealing finds one.

    Four annealings, with Reidemeister moves of the third and second kind on whole runs, exchange
    moves, destabilisation, connected sums and split circles; the best result wins. The input is
    among the candidates, so that the result is never worse.

    Args:
        x: whatever :func:`plait.braid` reads.
        objective: ``"runs"``, ``"length"``, ``"strands"``, ``"gates"`` (two-qubit gates of the
            compiled circuits), ``"contraction"`` (predicted multiply-adds of the exact
            evaluation), or an :class:`Objective`.
        effort: ``"low"``, ``"medium"``, ``"high"``, or a number of which these are 0.04, 1 and 5:
            the time is proportional to it, and to the number of runs up to some 4,000: at
            ``"medium"`` a second per 100 runs that are left.
        seed: the same seed gives the same result.
        keep: ``"link"``: the result is the same link, up to ``free`` circles. ``"value"``: V at
            t = exp(2πi/5) only, up to the factor: powers count mod 10, a generator that is one run
            σ^k becomes V of the torus link T(2, k) times a connected sum, and a split link becomes
            φ times a connected sum.
        starts: more braids of the same link to begin with, such as another program's; each is
            annealed once more. See :func:`plait.knots.minimization.spherogram_start`.
        progress: called with (done, all), in hundredths of an annealing.

    Raises:
        InputError: not readable as a braid, an effort or seed that is none, an unknown ``keep``,
            or a start that is no braid or not the same link.
        ResourceError: too many strands for the factor.
        UnknownNameError: an unknown objective, knot or link.
        DisagreementError: the result is another link; this would be a defect of plait.

    Example:
        >>> minimize("1 2 3 -2 -3 1 2", effort="low", seed=1).braid
        Braid([1, 1, 1], strands=2)

    Source: Reidemeister moves on closed braids as in J. S. Birman and W. W. Menasco, "Studying
    links via closed braids IV", Invent. Math. 102 (1990) 115, for exchange moves.
    """
    from .state import State, anneal

    begun = time.perf_counter()
    b = braid(x)
    goal = find_objective(objective)
    amount, base = _effort(effort), check_seed(seed)
    if keep not in ("link", "value"):
        raise InputError(f"keep={keep!r}: keep the 'link', or only the 'value' at exp(2πi/5)")
    if b.strands > _MAX_STRANDS:
        raise ResourceError(
            f"the factor φ^free of a braid on {b.strands} strands can exceed the range of "
            f"floating point; at most {_MAX_STRANDS} strands are minimised"
        )
    for start in _checked_starts(starts):
        _check_link(b, start, 0, "a start")
    jobs = _jobs(b, starts, goal.weights.row(), amount, base, keep == "value")
    found = [Candidate(word_of(linked_runs(b)), 0, 1 + 0j, None)]
    for number, job in enumerate(jobs):
        state = State.of(job.start, job.by_value, 0)
        for part in anneal(state, job):
            if progress is not None:
                progress(round(100 * (number + part)), 100 * len(jobs))
        found.append(state.candidate(job))
    rank = goal.ranked()
    best = min(found, key=lambda candidate: rank(candidate.braid))
    if keep == "link":
        _check_link(b, best.braid, best.free, "the result")
    return Minimized(
        original=b,
        braid=best.braid,
        free=best.free,
        factor=best.factor,
        objective=goal.name,
        effort=amount,
        seed=base,
        keep=keep,
        seconds=time.perf_counter() - begun,
        _recipe=best.recipe,
    )


def _jobs(
    b: Braid,
    starts: Sequence[Braid],
    weights: tuple[float, ...],
    effort: float,
    seed: int,
    by_value: bool,
) -> list[Recipe]:
    return [
        Recipe(
            start,
            weights,
            seed * _MANY + number,
            effort * min(_SWEEPS, _MOST / max(1, len(start))),
            by_value,
            0,
        )
        for number, start in enumerate((*[b] * _ANNEALINGS, *starts))
    ]


def _checked_starts(starts: object) -> Sequence[Braid]:
    if isinstance(starts, (tuple, list)) and all(isinstance(start, Braid) for start in starts):
        return starts
    raise InputError(f"starts={starts!r}: give a tuple of braids, such as (spherogram_start(x),)")


def _check_link(b: Braid, other: Braid, free: int, what: str) -> None:
    """Compare components and the Alexander polynomial at a random point."""
    whole = other.with_strands(other.strands + free)
    if b.components != whole.components or alexander_fingerprint(b) != alexander_fingerprint(
        whole
    ):
        error = InputError if what == "a start" else DisagreementError
        raise error(
            f"{what}, {list(other.word)} on {other.strands} strands with {free} circles, is not "
            f"the link of {list(b.word)} on {b.strands} strands: they differ in their components "
            f"or Alexander polynomials"
        )


def _effort(effort: object) -> float:
    if isinstance(effort, str):
        if effort in EFFORTS:
            return EFFORTS[effort]
    elif (
        isinstance(effort, (int, float))
        and not isinstance(effort, bool)
        and 0 < effort <= _LARGEST_EFFORT
    ):
        return float(effort)
    raise InputError(
        f"effort={effort!r}: give {', '.join(EFFORTS)}, or a number above 0 and up to "
        f"{_LARGEST_EFFORT:g}"
    )
