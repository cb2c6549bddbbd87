"""Cross-checks between independent ways to the same number."""

from .crosscheck import CircuitCheck, CrossCheck, check_circuits, cross_check, echo_expectation

__all__ = ["CircuitCheck", "CrossCheck", "check_circuits", "cross_check", "echo_expectation"]
