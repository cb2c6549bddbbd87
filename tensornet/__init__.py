"""Exact classical evaluation: the face model, the dense representation, integer arithmetic."""

from .dense import dense_jones, representation
from .evaluate import METHODS, Method, jones, register_method
from .face import FaceNetwork, contract, face_jones, face_network
from .integer import exact_coefficients

__all__ = [
    "METHODS",
    "FaceNetwork",
    "Method",
    "contract",
    "dense_jones",
    "exact_coefficients",
    "face_jones",
    "face_network",
    "jones",
    "register_method",
    "representation",
]
