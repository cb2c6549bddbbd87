"""What to make small: the energies of the annealing, and how its results are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Final, cast

from ..braids import Braid
from ..errors import InputError, UnknownNameError

__all__ = [
    "Objective",
    "Weights",
    "find_objective",
    "objective_names",
    "register_objective",
]

Rank = Callable[[Braid], tuple[float, ...]]


@dataclass(frozen=True, kw_only=True)
class Weights:
    """The energy of a closed braid on n strands: so much per run, crossing and strand.

    The annealing goes from temperature 1 to 0.18, so a bulk run should weigh about 1.

    Attributes:
        bulk: a run of a generator that is not one of the four others.
        first: a run of σ_1.
        second: a run of σ_2.
        last: a run of σ_(n−1).
        last_but_one: a run of σ_(n−2).
        crossing: a crossing; more than 0, or the braid grows while it is hot.
        strand: a strand.
    """

    bulk: float = 1.0
    first: float = 1.0
    second: float = 1.0
    last: float = 1.0
    last_but_one: float = 1.0
    crossing: float = 0.1
    strand: float = 0.0

    def __post_init__(self) -> None:
        """Refuse weights with which the annealing has no bottom."""
        values = self.row()
        numbers = all(isinstance(value, (int, float)) and 0 <= value < 1e6 for value in values)
        if not numbers or not self.crossing > 0:
            raise InputError(f"{self}: weights are numbers from 0, and that of crossings is not 0")

    def row(self) -> tuple[float, ...]:
        """The weights in the order of the kernels."""
        return (
            self.bulk,
            self.first,
            self.second,
            self.last,
            self.last_but_one,
            self.crossing,
            self.strand,
        )


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What a minimisation makes small.

    Attributes:
        name: how it is asked for.
        summary: one line.
        weights: the energy of the annealing, which has to be a sum over runs.
        rank: a braid's place among the results of several annealings: the smallest wins. Or
            ``"module:function"``, imported when it is needed.
    """

    name: str
    summary: str
    weights: Weights
    rank: Rank | str

    def ranked(self) -> Rank:
        """The function ``rank``.

        Raises:
            InputError: there is no function of this name.
        """
        if not isinstance(self.rank, str):
            return self.rank
        module, _, name = self.rank.partition(":")
        try:
            return cast(Rank, getattr(import_module(module), name))
        except (ImportError, AttributeError, ValueError) as error:
            raise InputError(
                f"rank={self.rank!r} of the objective {self.name!r}: give a function, or "
                f"'module:function' ({error})"
            ) from error


def _runs(b: Braid) -> tuple[float, ...]:
    return len(b.runs()), len(b), b.strands


def _length(b: Braid) -> tuple[float, ...]:
    return len(b), len(b.runs()), b.strands


def _strands(b: Braid) -> tuple[float, ...]:
    return b.strands, len(b), len(b.runs())


def _light(strand: float) -> Weights:
    """Mostly crossings; a little for runs, which has the effect of a finer scale."""
    return Weights(
        bulk=0.1, first=0.1, second=0.1, last=0.1, last_but_one=0.1, crossing=1.0, strand=strand
    )


# A run of the first two generators takes 0 and 1 two-qubit gates and of the last two on average
# 0.7 and 2.4, of others 3 at most, and a strand has 1.4 CNOTs. Because few runs in the bulk serve
# all, the annealing does best with weights half way to equal ones; the ranking counts gates.
_GATES: Final = Weights(
    first=0.3, second=0.6, last=0.5, last_but_one=0.9, crossing=0.1, strand=0.5
)

# The functions that rank by gates and by contraction are named, not imported: the packages that
# they belong to are built on this one.
_OBJECTIVES: Final = {
    objective.name: objective
    for objective in (
        Objective(
            name="runs",
            summary="maximal powers of generators, each of which is one gate on three qubits",
            weights=Weights(),
            rank=_runs,
        ),
        Objective(
            name="length",
            summary="crossings",
            weights=_light(0.0),
            rank=_length,
        ),
        Objective(
            name="strands",
            summary="strands, then crossings",
            weights=_light(3.0),
            rank=_strands,
        ),
        Objective(
            name="gates",
            summary="two-qubit gates of the echo circuits, compiled for all-to-all ZZPhase",
            weights=_GATES,
            rank="plait.circuits.forms:rank_by_gates",
        ),
        Objective(
            name="contraction",
            summary="multiply-adds of the exact evaluation, as plait plan predicts them",
            weights=Weights(crossing=0.2),
            rank="plait.tensornet.evaluate:rank_by_contraction",
        ),
    )
}


def objective_names() -> tuple[str, ...]:
    """The names of the objectives.

    Example:
        >>> objective_names()
        ('runs', 'length', 'strands', 'gates', 'contraction')
    """
    return tuple(_OBJECTIVES)


def find_objective(name: str | Objective) -> Objective:
    """The objective of a name; an objective is returned as it is.

    Raises:
        UnknownNameError: no such objective.
    """
    if isinstance(name, Objective):
        return name
    if isinstance(name, str) and name in _OBJECTIVES:
        return _OBJECTIVES[name]
    near = get_close_matches(str(name), _OBJECTIVES, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise UnknownNameError(
        f"unknown objective {name!r}; choose one of: {', '.join(_OBJECTIVES)}{hint}"
    )


def register_objective(objective: Objective) -> None:
    """Make an objective known by its name, in this process.

    Raises:
        InputError: the name is taken.

    Example:
        >>> twist = Objective(
        ...     name="positive", summary="negative letters", weights=Weights(crossing=0.5),
        ...     rank=lambda b: (sum(k < 0 for k in b.word), len(b)),
        ... )
        >>> Braid("1 2 -1 2").minimize(objective=twist, effort="low").braid.strands
        1
    """
    if not isinstance(objective, Objective):
        raise InputError(f"{objective!r} is no Objective")
    if objective.name in _OBJECTIVES:
        raise InputError(f"there is an objective named {objective.name!r} already")
    _OBJECTIVES[objective.name] = objective
