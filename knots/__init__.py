"""Braids, links, their closures and tables, and the conventions of plait."""

from .braids import Braid, Run
from .closures import closure_components, closure_writhe
from .conventions import PHI, A, T
from .diagrams import PlanarDiagram
from .errors import (
    InputError,
    MissingExtraError,
    PlaitError,
    RecordError,
    ResourceError,
    UnknownNameError,
)
from .fibonacci import path_count, path_probability, paths, plat_path, sample_paths
from .inputs import BraidLike, braid
from .laurent import FifthRoot, LaurentPolynomial
from .values import JonesValue

__all__ = [
    "PHI",
    "A",
    "Braid",
    "BraidLike",
    "FifthRoot",
    "InputError",
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
    "braid",
    "closure_components",
    "closure_writhe",
    "path_count",
    "path_probability",
    "paths",
    "plat_path",
    "sample_paths",
]
