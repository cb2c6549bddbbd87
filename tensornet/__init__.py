"""Classical evaluation.

Exact: the face model, the dense representation, integer arithmetic. Baselines to compare quantum
computers with: matrix product operators, statevector sampling, the published network.
"""

from .dense import dense_jones, representation
from .evaluate import jones
from .integer import exact_coefficients
from .methods import METHODS, Evaluation, Method, Request, register_method
from .resources import Cost

__all__ = [
    "METHODS",
    "Cost",
    "Evaluation",
    "FaceNetwork",
    "Method",
    "Request",
    "contract",
    "dense_jones",
    "exact_coefficients",
    "face_jones",
    "face_network",
    "jones",
    "register_method",
    "representation",
]
