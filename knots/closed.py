"""Closed braids: a braid together with the closure and the orientation that make it a link.

* The **Markov closure** joins the top of each position to its bottom; all strands run upwards.
* The **plat closure** joins the positions 1–2, 3–4, … at the bottom and at the top; each component
  is oriented so that its strand with the lowest bottom position runs upwards.

Components listed in ``reverse`` run the other way. From Markov to plat, the braid runs in front of
n returning strands that go straight down behind it, each starting and ending next to the strand
that it closes; letting a crossing's two strands meet takes moving aside the returning strands
between them. From plat to Markov the diagram goes through Vogel's algorithm.

Sources: J. W. Alexander, Proc. Natl. Acad. Sci. 9 (1923) 93; J. S. Birman, Canad. J. Math. 28
(1976) 264 (plats); for the conversion to Markov closures see :mod:`plait.knots.vogel`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .braids import Braid
from .checks import check_braid
from .closures import closure_components, closure_linking, closure_writhe, strand_directions
from .conventions import check_closure
from .diagrams import PlanarDiagram
from .errors import InputError, PlaitError, RecordError

__all__ = ["ClosedBraid"]


@dataclass(frozen=True)
class ClosedBraid:
    """An oriented link, given as a closed braid; immutable and hashable.

    Equality is that of words, strands, closures and orientations, not of links.

    Args:
        braid: the braid.
        closure: ``"markov"`` or ``"plat"`` (even number of strands).
        reverse: components to run against the default orientation, numbered as in
            :attr:`components`.

    Raises:
        InputError: not a braid, unknown closure, plat with an odd number of strands, or no such
            component.

    Example:
        >>> clasp = ClosedBraid(Braid("2 2", strands=4), "plat")
        >>> clasp.components, clasp.writhe, clasp.linking_matrix
        (((0, 1), (2, 3)), -2, ((0, -1), (-1, 0)))
        >>> clasp.reversed([1]).to_markov()
        ClosedBraid(braid=Braid([1, 1], strands=2), closure='markov', reverse=())
    """

    braid: Braid
    closure: str = "markov"
    reverse: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        check_braid(self.braid)
        object.__setattr__(self, "closure", check_closure(self.closure, self.braid.strands))
        # Raises where there is no such component; then sorted, each once.
        reverse = tuple(self.reverse) if isinstance(self.reverse, Iterable) else self.reverse
        strand_directions(self.braid, self.closure, reverse=reverse)
        object.__setattr__(self, "reverse", tuple(sorted({int(number) for number in reverse})))

    @property
    def strands(self) -> int:
        """The number of strands of the braid."""
        return self.braid.strands

    @property
    def crossings(self) -> int:
        """The number of letters."""
        return len(self.braid)

    @cached_property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """The strands of each component, see :func:`plait.knots.closure_components`."""
        return closure_components(self.braid, self.closure)

    @cached_property
    def directions(self) -> tuple[int, ...]:
        """1 for each strand that runs upwards and −1 for each that runs downwards.

        Strands are numbered from 0 by their bottom position.

        Example:
            >>> ClosedBraid(Braid("2 2 2", strands=4), "plat").directions
            (1, -1, -1, 1)
        """
        return strand_directions(self.braid, self.closure, reverse=self.reverse)

    @cached_property
    def writhe(self) -> int:
        """The sum of the signs of the crossings of the oriented link."""
        return closure_writhe(self.braid, self.closure, reverse=self.reverse)

    @cached_property
    def linking_matrix(self) -> tuple[tuple[int, ...], ...]:
        """The linking numbers of the components, see :func:`closure_linking`."""
        return closure_linking(self.braid, self.closure, reverse=self.reverse)

    @property
    def linking_number(self) -> int:
        """The sum of the linking numbers of all pairs of components.

        Example:
            >>> ClosedBraid(Braid("1 1 2 2")).linking_number
            2
        """
        return sum(map(sum, self.linking_matrix)) // 2

    def diagram(self) -> PlanarDiagram:
        """The closed braid as an oriented planar diagram, one crossing per letter.

        Example:
            >>> ClosedBraid(Braid("1 1")).diagram()
            PlanarDiagram(crossings=((1, 4, 2, 3), (4, 1, 3, 2)), circles=0)
        """
        return PlanarDiagram.from_braid(self.braid, self.closure, reverse=self.reverse)

    def to_markov(self) -> ClosedBraid:
        """The same oriented link as a Markov closure with all strands upwards.

        A Markov closure without reversed components is returned as it is; of one with all of them
        reversed the word is read backwards; everything else goes through Vogel's algorithm, which
        adds crossings. The components may be numbered differently.

        Example:
            >>> ClosedBraid(Braid("2 2 2", strands=4), "plat").to_markov().braid
            Braid([1, 1, 1], strands=2)
        """
        if self.closure == "markov" and not self.reverse:
            return self
        if self.closure == "markov" and len(self.reverse) == len(self.components):
            return ClosedBraid(Braid(self.braid.word[::-1], self.strands))
        from .vogel import vogel_braid

        return ClosedBraid(vogel_braid(self.diagram()))

    def to_plat(self) -> ClosedBraid:
        """The same oriented link as a plat closure, on twice the number of strands.

        A plat closure is returned as it is. From n strands and m letters come at most m + n²/2
        crossings, and fewer where a generator can be given room more cheaply when it needs it.
        The components may be numbered differently.

        Example:
            >>> ClosedBraid(Braid("1 1 1")).to_plat()
            ClosedBraid(braid=Braid([2, 2, 2], strands=4), closure='plat', reverse=(0,))
        """
        if self.closure == "plat":
            return self
        candidates = (_plat_word(self.braid, outwards=side) for side in (False, True))
        word, starts = min(candidates, key=lambda found: len(found[0]))
        braid = Braid(word, 2 * self.strands)
        default = strand_directions(braid, "plat")
        component_of = {
            strand: number
            for number, strands in enumerate(closure_components(braid, "plat"))
            for strand in strands
        }
        wrong = {
            component_of[start]
            for start, wanted in zip(starts, self.directions, strict=True)
            if default[start] != wanted
        }
        return ClosedBraid(braid, "plat", tuple(wrong))

    def mirror(self) -> ClosedBraid:
        """The mirror image: every crossing changed, every component running as before.

        Example:
            >>> ClosedBraid(Braid("1 1")).mirror().linking_number
            -1
        """
        return ClosedBraid(self.braid.mirror(), self.closure, self.reverse)

    def reversed(self, components: Iterable[int] | None = None) -> ClosedBraid:
        """With these components (by default all of them) running the other way.

        V does not change when all components turn; when some do, it is multiplied by t^(−3λ) with
        λ the linking number of these with the others before the turn.

        Raises:
            InputError: no such component.

        Example:
            >>> ClosedBraid(Braid("1 1")).reversed([1]).writhe
            -2
        """
        every = range(len(self.components))
        turned = ClosedBraid(self.braid, self.closure, tuple(_listed(components, every)))
        return ClosedBraid(
            self.braid, self.closure, tuple(set(self.reverse) ^ set(turned.reverse))
        )

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON.

        Example:
            >>> ClosedBraid(Braid("1 1"), reverse=(1,)).to_json()
            {'word': [1, 1], 'strands': 2, 'closure': 'markov', 'reverse': [1]}
        """
        return {
            "word": list(self.braid.word),
            "strands": self.strands,
            "closure": self.closure,
            "reverse": list(self.reverse),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ClosedBraid:
        """The closed braid that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing, or its value is not possible.

        Example:
            >>> link = ClosedBraid(Braid("1 1"), reverse=(1,))
            >>> ClosedBraid.from_json(link.to_json()) == link
            True
        """
        try:
            braid = Braid(data["word"], data["strands"])
            return cls(braid, data["closure"], tuple(data["reverse"]))
        except KeyError as error:
            raise RecordError(f"not the record of a closed braid: {error} is missing") from error
        except (TypeError, PlaitError) as error:
            raise RecordError(f"not the record of a closed braid: {error}") from error


def _listed(components: Iterable[int] | None, every: Iterable[int]) -> Iterable[int]:
    if components is None:
        return every
    if not isinstance(components, Iterable):
        raise InputError(
            f"components={components!r}: give the numbers of the components, such as [0, 2]"
        )
    return components


def _plat_word(b: Braid, *, outwards: bool) -> tuple[list[int], list[int]]:
    """A word on 2n strands whose plat closure is the Markov closure of b.

    Args:
        b: the braid.
        outwards: move all returning strands to the left or right of all others first; otherwise
            each only as far as it has to go, when it has to.

    Returns:
        The word, and for each strand of b the strand of the word that it is at the bottom.
    """
    n = b.strands
    uses = _uses(b)
    # returning[k]: how many returning strands are between the strands k − 1 and k of the braid.
    # They keep their order and lie behind everything. Strand k's own one starts on the side where
    # it is in the way later, and has to end on one of its two sides.
    returning = [0] * (n + 1)
    starts = []
    for k in range(n):
        right = _next_use(uses, k + 1, 0) >= _next_use(uses, k, 0)
        starts.append(2 * k + (0 if right else 1))
        returning[k + 1 if right else k] += 1
    word: list[int] = _pushed_outwards(returning) if outwards else []
    for index, letter in enumerate(b.word):
        i = abs(letter)
        if returning[i]:
            rightwards = _next_use(uses, i + 1, index) >= _next_use(uses, i - 1, index)
            word += _pushed(returning, i, rightwards=rightwards, count=returning[i])
        # Between the strands i − 1 and i of the braid, after i strands and what returns before.
        position = i + sum(returning[:i])
        word.append(position if letter > 0 else -position)
    return word + _brought_home(returning, n), starts


def _uses(b: Braid) -> list[list[int]]:
    """For each generator the places in the word where it occurs, the last one first."""
    uses: list[list[int]] = [[] for _ in range(b.strands + 1)]
    for index in range(len(b.word) - 1, -1, -1):
        uses[abs(b.word[index])].append(index)
    return uses


def _next_use(uses: list[list[int]], generator: int, index: int) -> float:
    """Where the generator occurs next, at this place of the word or later."""
    own = uses[generator]
    while own and own[-1] < index:
        own.pop()
    return own[-1] if own else float("inf")


def _pushed(returning: list[int], gap: int, *, rightwards: bool, count: int) -> list[int]:
    """Move so many returning strands from a gap to the next one, behind the strand between."""
    before = gap + sum(returning[:gap])
    # Positions from 1: the gap holds before + 1 … before + returning[gap].
    if rightwards:
        # The strand of the braid goes to the left, in front.
        last = before + returning[gap]
        letters = [-(last - k) for k in range(count)]
    else:
        letters = [before + k for k in range(count)]
    returning[gap] -= count
    returning[gap + 1 if rightwards else gap - 1] += count
    return letters


def _pushed_outwards(returning: list[int]) -> list[int]:
    """Move the returning strands of the left half to the far left, the others to the far right."""
    last = len(returning) - 1
    word: list[int] = []
    for gap in range(last // 2, 0, -1):
        word += _pushed(returning, gap, rightwards=False, count=returning[gap])
    for gap in range(last // 2 + 1, last):
        word += _pushed(returning, gap, rightwards=True, count=returning[gap])
    return word


def _brought_home(returning: list[int], n: int) -> list[int]:
    """Move every returning strand next to its own strand of the braid."""
    word: list[int] = []
    # Rightwards the last ones first, leftwards the first ones: so none is in another one's way.
    for k in range(n - 1, -1, -1):
        for gap in range(_gap_of(returning, k), k):
            word += _pushed(returning, gap, rightwards=True, count=1)
    for k in range(n):
        for gap in range(_gap_of(returning, k), k + 1, -1):
            word += _pushed(returning, gap, rightwards=False, count=1)
    return word


def _gap_of(returning: list[int], k: int) -> int:
    """The gap that holds the returning strand k."""
    gap, total = 0, returning[0]
    while total <= k:
        gap += 1
        total += returning[gap]
    return gap
