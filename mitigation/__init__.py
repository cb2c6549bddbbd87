"""Error mitigation: detection, conjugate pairs, bootstrap intervals, and their results."""

from .estimate import JonesEstimate, estimate_from_tallies, jones_factor
from .methods import METHODS, Estimator, Method, estimator, register_method
from .resampling import Interval, bootstrap, percentile_interval
from .tallies import Tallies, tally

__all__ = [
    "METHODS",
    "Estimator",
    "Interval",
    "JonesEstimate",
    "Method",
    "Tallies",
    "bootstrap",
    "estimate_from_tallies",
    "estimator",
    "jones_factor",
    "percentile_interval",
    "register_method",
    "tally",
]
