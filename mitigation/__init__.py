"""Error mitigation: one grammar for all methods, intervals, and the results."""

from . import library as _library  # noqa: F401 (registers the methods)
from .estimate import JonesEstimate, estimate_from_observations, jones_factor
from .estimated import Estimated, Systematic
from .exponents import Exponents
from .methods import METHODS, Estimator, Method, estimator, register_method
from .moments import Moments, Units
from .observations import Observations, observations_of_results, observations_of_shots
from .reference import choose_reference
from .resampling import Interval, bca_interval, percentile_interval
from .tracking import PhaseTrack, track_phase

__all__ = [
    "METHODS",
    "Estimated",
    "Estimator",
    "Exponents",
    "Interval",
    "JonesEstimate",
    "Method",
    "Moments",
    "Observations",
    "PhaseTrack",
    "Systematic",
    "Units",
    "bca_interval",
    "choose_reference",
    "estimate_from_observations",
    "estimator",
    "jones_factor",
    "observations_of_results",
    "observations_of_shots",
    "percentile_interval",
    "register_method",
    "track_phase",
]
