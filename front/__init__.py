"""plait: the Jones polynomial at t = exp(2πi/5), three ways that check each other.

>>> import plait
>>> plait.jones("3_1").exact
(1, 2, 1, 2)

The public names are imported on first use, so that evaluating a knot does not wait for the
quantum libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .circuits.devices import Device, device, device_names
    from .knots.alexander import alexander_polynomial
    from .knots.braids import Braid
    from .knots.closed import ClosedBraid
    from .knots.diagrams import PlanarDiagram
    from .knots.errors import (
        DisagreementError,
        InputError,
        MissingExtraError,
        PlaitError,
        RecordError,
        ResourceError,
        UnknownNameError,
    )
    from .knots.inputs import braid, link
    from .knots.laurent import LaurentPolynomial
    from .knots.minimization.search import Minimized, minimize
    from .knots.values import JonesValue
    from .mitigation.estimate import JonesEstimate
    from .pipeline import estimate
    from .reanalysis import mitigate, read_recorded
    from .record import RunRecord
    from .runs import load_run, run
    from .tensornet.bracket import polynomial
    from .tensornet.evaluate import jones

__version__ = "0.1.0"

_HOMES = {
    "Braid": "knots.braids",
    "ClosedBraid": "knots.closed",
    "Device": "circuits.devices",
    "DisagreementError": "knots.errors",
    "InputError": "knots.errors",
    "JonesEstimate": "mitigation.estimate",
    "JonesValue": "knots.values",
    "LaurentPolynomial": "knots.laurent",
    "Minimized": "knots.minimization.search",
    "MissingExtraError": "knots.errors",
    "PlaitError": "knots.errors",
    "PlanarDiagram": "knots.diagrams",
    "RecordError": "knots.errors",
    "ResourceError": "knots.errors",
    "RunRecord": "record",
    "UnknownNameError": "knots.errors",
    "alexander_polynomial": "knots.alexander",
    "braid": "knots.inputs",
    "device": "circuits.devices",
    "device_names": "circuits.devices",
    "estimate": "pipeline",
    "jones": "tensornet.evaluate",
    "link": "knots.inputs",
    "load_run": "runs",
    "minimize": "knots.minimization.search",
    "mitigate": "reanalysis",
    "polynomial": "tensornet.bracket",
    "read_recorded": "reanalysis",
    "run": "runs",
}

__all__ = [
    "Braid",
    "ClosedBraid",
    "Device",
    "DisagreementError",
    "InputError",
    "JonesEstimate",
    "JonesValue",
    "LaurentPolynomial",
    "Minimized",
    "MissingExtraError",
    "PlaitError",
    "PlanarDiagram",
    "RecordError",
    "ResourceError",
    "RunRecord",
    "UnknownNameError",
    "__version__",
    "alexander_polynomial",
    "braid",
    "device",
    "device_names",
    "estimate",
    "jones",
    "link",
    "load_run",
    "minimize",
    "mitigate",
    "polynomial",
    "read_recorded",
    "run",
]


_PACKAGES = ("circuits", "html", "knots", "mitigation", "tensornet", "verify")


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(f".{name}", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_PACKAGES})
