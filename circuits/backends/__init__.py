"""Running plans on machines and simulators: tickets, records, and one adapter per platform."""

from .errors import AuthenticationError, JobError, NetworkError, SubmissionError
from .protocol import Adapter, DryRun, LocalAdapter, Program, RemoteAdapter, Shots, Status
from .runner import Runner
from .simulator import AerAdapter, SimulatorAdapter
from .ticket import Record, Ticket

__all__ = [
    "Adapter",
    "AerAdapter",
    "AuthenticationError",
    "DryRun",
    "JobError",
    "LocalAdapter",
    "NetworkError",
    "Program",
    "Record",
    "RemoteAdapter",
    "Runner",
    "Shots",
    "SimulatorAdapter",
    "Status",
    "SubmissionError",
    "Ticket",
]
