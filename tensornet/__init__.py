"""Exact classical evaluation, and the classical methods to compare with."""

from .bracket import polynomial
from .dense import dense_jones, representation
from .evaluate import cost, jones
from .face import FaceDiagram, FaceNetwork, face_diagram
from .facevalue import face_jones, plan_contraction
from .integer import exact_coefficients
from .methods import METHODS, Evaluation, Method, Request, register_method
from .plan import ContractionPlan
from .resources import Cost

__all__ = [
    "METHODS",
    "ContractionPlan",
    "Cost",
    "Evaluation",
    "FaceDiagram",
    "FaceNetwork",
    "Method",
    "Request",
    "cost",
    "dense_jones",
    "exact_coefficients",
    "face_diagram",
    "face_jones",
    "jones",
    "plan_contraction",
    "polynomial",
    "register_method",
    "representation",
]
