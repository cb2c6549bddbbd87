"""Exact classical evaluation: face model, dense representation, bracket, integer arithmetic."""

from .bracket import polynomial
from .dense import dense_jones, representation
from .evaluate import jones
from .face import FaceNetwork, contract, face_jones, face_network
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
    "polynomial",
    "register_method",
    "representation",
]
