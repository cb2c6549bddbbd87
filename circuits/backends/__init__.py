"""Running plans on machines and simulators: tickets, records, and one adapter per platform.

The adapters of vendors import their packages when they are used. That for Quantinuum Nexus is
:class:`plait.circuits.backends.nexus.NexusAdapter`.
"""

from .errors import AuthenticationError, JobError, NetworkError, SubmissionError
from .ibm import IBMAdapter, IBMLocal
from .protocol import Adapter, DryRun, LocalAdapter, Program, RemoteAdapter, Shots, Status
from .pytket_backend import PytketBackend
from .qiskit_sampler import QiskitSampler
from .recorded import as_bits, published_shots, recorded_shots
from .runner import Runner
from .simulator import AerAdapter, SimulatorAdapter
from .ticket import Record, Ticket

__all__ = [
    "Adapter",
    "AerAdapter",
    "AuthenticationError",
    "DryRun",
    "IBMAdapter",
    "IBMLocal",
    "JobError",
    "LocalAdapter",
    "NetworkError",
    "Program",
    "PytketBackend",
    "QiskitSampler",
    "Record",
    "RemoteAdapter",
    "Runner",
    "Shots",
    "SimulatorAdapter",
    "Status",
    "SubmissionError",
    "Ticket",
    "as_bits",
    "published_shots",
    "recorded_shots",
]
