"""What is verified: a link as it was given, and the braid that all ways can take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..circuits.backends.errors import why_damaged
from ..knots.braids import Braid
from ..knots.closed import ClosedBraid
from ..knots.closures import closure_writhe
from ..knots.conventions import PHI, Closure, check_closure, zeta_power
from ..knots.diagrams import PlanarDiagram
from ..knots.errors import InputError, RecordError, ResourceError
from ..knots.inputs import LinkLike, link
from ..knots.values import times_zeta

__all__ = ["Subject", "read_subject"]

# φ^n is still a float.
_MAX_STRANDS = 1400


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A link to verify.

    Attributes:
        name: what the user calls it.
        braid: a braid whose closure is the link, up to the orientation.
        closure: of this braid.
        reverse: components of the closure that run against the default orientation.
        diagram: the planar diagram, where the link was given as one; ``braid`` is then the one
            that Vogel's algorithm makes of it.

    Example:
        >>> read_subject("3_1").scale == PHI
        True
    """

    name: str
    braid: Braid
    closure: Closure = "markov"
    reverse: tuple[int, ...] = ()
    diagram: PlanarDiagram | None = None

    @property
    def given(self) -> Braid | ClosedBraid | PlanarDiagram:
        """The link as other functions of plait take it."""
        if self.diagram is not None:
            return self.diagram
        return ClosedBraid(self.braid, self.closure, self.reverse) if self.reverse else self.braid

    @property
    def power(self) -> int:
        """The power of t by which reversed components change V, which sees them in the writhe."""
        if not self.reverse:
            return 0
        own = ClosedBraid(self.braid, self.closure, self.reverse).writhe
        # V = (−A)^(−3w) ⟨L⟩/φ with t = A⁻⁴, and writhes of one link differ by multiples of 4.
        return 3 * (own - closure_writhe(self.braid, self.closure)) // 4

    @property
    def scale(self) -> float:
        """The largest possible |V|: φ^(n−1), for a plat closure φ^(n/2−1)."""
        n = self.braid.strands
        return float(PHI ** (n - 1 if self.closure == "markov" else n // 2 - 1))

    @property
    def size(self) -> int:
        """Crossings plus strands, to which rounding is proportional."""
        crossings = 0 if self.diagram is None else len(self.diagram.crossings)
        return max(len(self.braid), crossings) + self.braid.strands

    def oriented(self, value: complex) -> complex:
        """V of the link, from V of the braid's closure in its default orientation."""
        return value * zeta_power(self.power) if self.power else value

    def oriented_exactly(
        self, exact: tuple[int, int, int, int] | None
    ) -> tuple[int, int, int, int] | None:
        """The same for the four integers."""
        return exact if exact is None else times_zeta(exact, self.power)

    def to_json(self) -> dict[str, Any]:
        """As a dictionary for JSON."""
        data: dict[str, Any] = {
            "name": self.name,
            "word": list(self.braid.word),
            "strands": self.braid.strands,
            "closure": self.closure,
            "reverse": list(self.reverse),
        }
        if self.diagram is not None:
            data["diagram"] = {
                "crossings": [list(crossing) for crossing in self.diagram.crossings],
                "circles": self.diagram.circles,
            }
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Subject:
        """The subject that :meth:`to_json` wrote.

        Raises:
            RecordError: a key is missing or of the wrong kind, or there is no such link.

        Example:
            >>> one = read_subject("1 -2 1 -2")
            >>> Subject.from_json(one.to_json()) == one
            True
        """
        try:
            code = data.get("diagram")
            closed = ClosedBraid(
                Braid(data["word"], data["strands"]), data["closure"], tuple(data["reverse"])
            )
            return cls(
                name=str(data["name"]),
                braid=closed.braid,
                closure=check_closure(closed.closure, closed.strands),
                reverse=closed.reverse,
                diagram=None
                if code is None
                else PlanarDiagram(code["crossings"], code["circles"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RecordError(f"not the link of a verification: {why_damaged(error)}") from error


def read_subject(
    x: LinkLike, *, closure: str = "markov", strands: int | None = None, name: str | None = None
) -> Subject:
    """The link of whatever a user has.

    Args:
        x: anything that :func:`plait.knots.link` takes.
        closure: of a braid; a diagram or a closed braid is closed already.
        strands: of a braid, where it is more than the word uses.
        name: what to call it; by default x itself where it is text, else the word.

    Raises:
        InputError: unreadable input, a closure that is not possible, or one for a link that is
            closed already.
        ResourceError: more strands than floating point has room for.

    Example:
        >>> read_subject("2 2 2", closure="plat", strands=4).scale == PHI
        True
    """
    found = link(x, strands=strands)
    if not isinstance(found, Braid) and closure != "markov":
        raise InputError(
            f"a diagram or a closed braid is closed already; leave out closure={closure!r}, or "
            f"give the braid alone"
        )
    if isinstance(found, PlanarDiagram):
        if not found.crossings and not found.circles:
            raise InputError("the empty link has no Jones polynomial; give at least a circle")
        closed, diagram = ClosedBraid(found.to_braid()), found
    else:
        closed = found if isinstance(found, ClosedBraid) else ClosedBraid(found, closure)
        diagram = None
    if closed.strands > _MAX_STRANDS:
        raise ResourceError(
            f"the Jones polynomial of a closed braid on {closed.strands} strands can exceed the "
            f"range of floating point; at most {_MAX_STRANDS} strands are verified"
        )
    text = x if isinstance(x, str) else str(closed.braid)
    return Subject(
        name=" ".join((text if name is None else name).split()),
        braid=closed.braid,
        closure=check_closure(closed.closure, closed.strands),
        reverse=closed.reverse,
        diagram=diagram,
    )
