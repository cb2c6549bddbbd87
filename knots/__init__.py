"""Braids, links, their closures, notations and tables, and the conventions of plait.

Subpackages: :mod:`notations`, :mod:`drawing`, :mod:`minimization`; the moves on braids are in
the module :mod:`moves`.
"""

from .alexander import (
    alexander_fingerprint,
    alexander_polynomial,
    conway_polynomial,
    link_determinant,
)
from .braids import Braid, Run
from .closed import ClosedBraid
from .closures import closure_components, closure_linking, closure_writhe
from .conventions import PHI, A, T
from .diagrams import PlanarDiagram
from .disguise import benchmark_braid
from .dynnikov import braids_equal, is_trivial
from .errors import (
    DisagreementError,
    InputError,
    MissingExtraError,
    PlaitError,
    RecordError,
    ResourceError,
    UnknownNameError,
)
from .families import (
    pretzel_link,
    rational_link,
    torus_link,
    two_bridge_link,
)
from .fibonacci import (
    path_count,
    path_probability,
    paths,
    plat_path,
    sample_paths,
)
from .generators import (
    FAMILIES,
    generate,
    random_braid,
    random_brickwall,
)
from .inputs import BraidLike, braid, link
from .instances import Bounds, Instance
from .laurent import FifthRoot, LaurentPolynomial
from .values import JonesValue
from .vogel import vogel_braid

__all__ = [
    "FAMILIES",
    "PHI",
    "A",
    "Bounds",
    "Braid",
    "BraidLike",
    "ClosedBraid",
    "DisagreementError",
    "FifthRoot",
    "InputError",
    "Instance",
    "JonesValue",
    "LaurentPolynomial",
    "MissingExtraError",
    "PlaitError",
    "PlanarDiagram",
    "RecordError",
    "ResourceError",
    "Run",
    "T",
    "UnknownNameError",
    "alexander_fingerprint",
    "alexander_polynomial",
    "benchmark_braid",
    "braid",
    "braids_equal",
    "closure_components",
    "closure_linking",
    "closure_writhe",
    "conway_polynomial",
    "generate",
    "is_trivial",
    "link",
    "link_determinant",
    "path_count",
    "path_probability",
    "paths",
    "plat_path",
    "pretzel_link",
    "random_braid",
    "random_brickwall",
    "rational_link",
    "sample_paths",
    "torus_link",
    "two_bridge_link",
    "vogel_braid",
]
