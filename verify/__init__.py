"""Cross-checks between independent ways to the same number."""

from .crosscheck import (
    CircuitCheck,
    CrossCheck,
    check_circuits,
    cross_check,
    echo_cost,
    echo_expectation,
)
from .verification import Settings, Verification, verify
from .verification_cases import read_case

__all__ = [
    "CircuitCheck",
    "CrossCheck",
    "Settings",
    "Verification",
    "check_circuits",
    "cross_check",
    "echo_cost",
    "echo_expectation",
    "read_case",
    "verify",
]
