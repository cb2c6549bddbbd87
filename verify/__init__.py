"""Cross-checks between independent ways to the same number."""

from .benchmark import BenchmarkReport, benchmark_report
from .benchmark_record import BenchmarkRecord
from .crosscheck import (
    CircuitCheck,
    CrossCheck,
    check_circuits,
    cross_check,
    echo_cost,
    echo_expectation,
)
from .resources import Resources
from .verification import Settings, Verification, verify
from .verification_cases import read_case

__all__ = [
    "BenchmarkRecord",
    "BenchmarkReport",
    "CircuitCheck",
    "CrossCheck",
    "Resources",
    "Settings",
    "Verification",
    "benchmark_report",
    "check_circuits",
    "cross_check",
    "echo_cost",
    "echo_expectation",
    "read_case",
    "verify",
]
