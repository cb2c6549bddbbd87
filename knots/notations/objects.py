"""Links and braids of Spherogram, SnapPy, Regina and SageMath.

Objects are recognised by what they offer, so none of these packages is imported to read them. Of a
link the oriented diagram is taken, crossing by crossing: components, orientation and mirror image
are those of the object, and components without crossings are kept where the object has them
(SageMath drops them).

Sources: spherogram.Link (version 2.4), regina.Link (7.4); the documentation of
sage.knots.link.Link and sage.groups.braid.Braid.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from ..braids import Braid
from ..diagrams import PlanarDiagram, check_diagram
from ..errors import InputError
from ..optional import require
from .gauss import to_extended_gauss
from .pd import from_pd
from .shadows import Passage

__all__ = ["from_object", "to_regina", "to_spherogram"]


def from_object(x: Any) -> Braid | PlanarDiagram | None:
    """The link of an object of another package.

    Returns:
        A diagram, a braid for a braid of SageMath, or None for an object that is none of these.

    Raises:
        InputError: an object that is no link in the plane, such as a manifold or a virtual link.
    """
    if all(hasattr(x, name) for name in ("link_components", "unlinked_unknot_components")):
        return _from_spherogram(x)
    if all(hasattr(x, name) for name in ("countTrivialComponents", "pdData", "crossings")):
        return _from_regina(x)
    if all(hasattr(x, name) for name in ("Tietze", "strands")):
        return Braid([int(letter) for letter in x.Tietze()], strands=int(x.strands()))
    if all(hasattr(x, name) for name in ("pd_code", "oriented_gauss_code")):
        code = [[int(label) for label in crossing] for crossing in x.pd_code()]
        return from_pd(code, _convention_of_sage(), circles=0 if code else 1)
    if all(hasattr(x, name) for name in ("fundamental_group", "num_cusps")):
        raise InputError(
            "a manifold is not a link: different links can have the same complement; give the "
            "link that it was made from (in SnapPy: manifold.link())"
        )
    return None


def to_spherogram(diagram: PlanarDiagram) -> Any:
    """The diagram as a Link of Spherogram, which is also SnapPy's.

    Crossings and orientation are kept, and components without crossings; Spherogram numbers the
    components in an order of its own.

    Raises:
        InputError: not a diagram.
        MissingExtraError: Spherogram is not installed.

    Example:
        >>> to_spherogram(PlanarDiagram.from_braid(Braid("1 1 1"))).writhe()  # doctest: +SKIP
        3
    """
    check_diagram(diagram)
    spherogram = require("spherogram", extra="links", purpose="a Link of Spherogram")
    crossings = [spherogram.Crossing(number) for number in range(len(diagram.crossings))]
    for half, other in enumerate(diagram.mates):
        if half < other:
            crossings[half >> 2][half & 3] = crossings[other >> 2][other & 3]
    for crossing, sign in zip(crossings, diagram.signs, strict=True):
        crossing.make_tail(0)
        crossing.make_tail(2 + sign)
        crossing.orient()
    strands = [spherogram.Strand(f"circle {number}") for number in range(diagram.circles)]
    for strand in strands:
        strand[0] = strand[1]
    return spherogram.Link([*crossings, *strands])


def to_regina(diagram: PlanarDiagram) -> Any:
    """The diagram as a Link of Regina.

    Crossings, components and orientation are kept, also of components without crossings.

    Raises:
        InputError: not a diagram.
        MissingExtraError: Regina is not installed.

    Example:
        >>> to_regina(PlanarDiagram.from_braid(Braid("1 1 1"))).writhe()  # doctest: +SKIP
        3
    """
    check_diagram(diagram)
    regina = require("regina", extra="links", purpose="a Link of Regina")
    code, signs = to_extended_gauss(diagram)
    return regina.Link.fromData(list(signs), [list(part) for part in code])


def _convention_of_sage() -> str:
    """That of the SageMath which is running: it changed in version 10.1."""
    version = getattr(sys.modules.get("sage.version"), "version", "")
    match = re.match(r"(\d+)\.(\d+)", str(version))
    old = match is not None and (int(match[1]), int(match[2])) < (10, 1)
    return "sage-10.0" if old else "sage"


def _from_spherogram(link: Any) -> PlanarDiagram:
    number_of = {id(crossing): number for number, crossing in enumerate(link.crossings)}
    components: list[list[Passage]] = [
        [(number_of[id(entry.crossing)], entry.strand_index != 0) for entry in component]
        for component in link.link_components
    ]
    components += [[] for _ in range(int(link.unlinked_unknot_components))]
    return PlanarDiagram.from_passages(components, [int(c.sign) for c in link.crossings])


def _from_regina(link: Any) -> PlanarDiagram:
    components: list[list[Passage]] = []
    for start in link.components():
        passages: list[Passage] = []
        strand = start
        while strand.crossing() is not None:
            passages.append((int(strand.crossing().index()), int(strand.strand()) == 1))
            strand = strand.next()
            if strand == start:
                break
        components.append(passages)
    return PlanarDiagram.from_passages(components, [int(c.sign()) for c in link.crossings()])
