"""Platforms by name: the one place where the adapters of vendors are made.

=====================  ==========================================================
``simulator``          our noisy simulator
``aer``                Qiskit Aer with the same errors
``pytket:aer``         pytket-qiskit's AerBackend
``pytket:H2-1LE``      pytket-quantinuum's local emulators (free of noise)
``ibm-local:FakeFez``  the local mode of qiskit-ibm-runtime with a fake backend
``ibm:ibm_fez``        a machine of IBM Quantum
``nexus:H2-1E``        Quantinuum H2, its emulators (E) and syntax checkers (SC)
``nexus:Helios-1E``    the same for Quantinuum Helios
=====================  ==========================================================
"""

from __future__ import annotations

from .circuits.backends.protocol import Adapter
from .circuits.devices import Device, device, device_names
from .knots.errors import InputError
from .knots.optional import require

__all__ = ["BACKENDS", "calls_vendor", "connect", "default_device", "noise_free", "noise_known"]

BACKENDS = (
    "simulator",
    "aer",
    "pytket:aer",
    "pytket:H2-1LE",
    "ibm-local:FakeFez",
    "ibm:ibm_fez",
    "nexus:H2-1E",
    "nexus:Helios-1E",
)
"""An example of each kind of platform."""

_NAMED = ("pytket", "ibm-local", "ibm", "nexus")


def default_device(backend: str) -> Device:
    """The device that circuits for a platform are made for, where none is given.

    Example:
        >>> default_device("ibm:ibm_fez").name, default_device("nexus:Helios-1E").name
        ('ibm_fez', 'Helios-1')
    """
    kind, name = _split(backend)
    if kind in ("ibm", "ibm-local"):
        return device(name if name in device_names() else "ibm_fez")
    return device("Helios-1" if name.startswith("Helios") else "H2-1")


def calls_vendor(backend: str) -> bool:
    """Whether :func:`connect` reaches the vendor before anything is submitted."""
    return _split(backend)[0] == "ibm"


def noise_free(backend: str) -> bool:
    """Whether a platform never has noise.

    Example:
        >>> noise_free("pytket:H2-1LE"), noise_free("nexus:H2-1E")
        (True, False)
    """
    return _split(backend)[0] == "pytket"


def noise_known(backend: str, device: str) -> bool:
    """Whether the error rates of a device are those of a platform, as far as they are known.

    Example:
        >>> noise_known("ibm-local:FakeFez", "ibm_fez")
        True
        >>> noise_known("ibm-local:FakeManilaV2", "ibm_fez")
        False
    """
    from .circuits.backends.ibm import machine_name

    kind, name = _split(backend)
    return not kind.startswith("ibm") or machine_name(name) == machine_name(device)


def connect(
    backend: str, target: Device, *, online: bool = True, trust_device: bool = False
) -> Adapter:
    """The adapter of a platform.

    Args:
        backend: one such as in :data:`BACKENDS`.
        target: the device that circuits are made for. Simulators take their errors from it; a
            local mode of IBM is free of noise if it has none; pytket backends always are.
        online: False for dry runs, which need neither network nor account.
        trust_device: take the strings that a machine says it drew even if they differ from those
            that the host computes.

    Raises:
        InputError: unknown platform.
        MissingExtraError: its package is not installed.
        AuthenticationError: the vendor's tool has saved no login.

    Example:
        >>> connect("simulator", device("H2-1")).describe()
        {'device': 'H2-1', 'noise': 'own'}
    """
    kind, name = _split(backend)
    if trust_device and kind != "nexus":
        raise InputError(f"trust_device: {backend} draws no strings, leave it out")
    if kind == "simulator":
        from .circuits.backends.simulator import SimulatorAdapter

        return SimulatorAdapter(target)
    if kind == "aer":
        from .circuits.backends.simulator import AerAdapter

        return AerAdapter(target)
    if kind in ("ibm", "ibm-local"):
        return _ibm(kind, name, target, online=online)
    if kind == "pytket":
        return _pytket(name, target)
    if target.noise != "own":
        raise InputError(f"noise {target.noise}: {backend} has its own noise, leave it out")
    from .circuits.backends.nexus import NexusAdapter

    own = default_device(backend).name
    if (target.connectivity, target.entangler) != ("all", "zzphase"):
        raise InputError(f"device {target.name}: circuits for {backend} are made for {own}")
    return NexusAdapter(name, trust_device=trust_device)


def _split(backend: str) -> tuple[str, str]:
    kind, colon, name = backend.strip().partition(":")
    known = name if kind in _NAMED else kind in ("simulator", "aer") and not colon
    if not known:
        raise InputError(f"unknown backend {backend!r}; choose one such as: {', '.join(BACKENDS)}")
    return kind, name


def _ibm(kind: str, name: str, target: Device, *, online: bool) -> Adapter:
    from .circuits.backends.ibm import IBMAdapter, IBMLocal, snapshot

    free = target.noise != "own" and target.errors.none
    if target.noise != "own" and not (kind == "ibm-local" and free):
        raise InputError(
            f"noise {target.noise}: {kind}:{name} has its own noise; leave it out"
            + (", or give 0 for none" if kind == "ibm-local" else "")
        )
    if kind == "ibm":
        if online:
            return IBMAdapter.connect(name, target=target)
        return IBMAdapter(None, name, target=target, model=snapshot(name))
    fake = snapshot(name)
    if fake is None:
        raise InputError(
            f"no fake backend {name!r} in qiskit-ibm-runtime; choose one such as FakeFez or "
            f"FakeManilaV2"
        )
    if not free:
        return IBMLocal(fake, target=target)
    from qiskit_aer import AerSimulator

    return IBMLocal(fake, target=target, simulator=AerSimulator())


def _pytket(name: str, target: Device) -> Adapter:
    from .circuits.backends.pytket_backend import PytketBackend

    if target.noise != "own" and not target.errors.none:
        raise InputError(
            f"noise {target.noise}: pytket:{name} is free of noise; leave it out or give 0"
        )
    purpose = f"the backend pytket:{name}"
    if name.lower() == "aer":
        qiskit = require("pytket.extensions.qiskit", extra="quantinuum", purpose=purpose)
        return PytketBackend(qiskit.AerBackend(), target=target)
    if not name.endswith("LE"):
        raise InputError(
            f"unknown backend pytket:{name}; choose pytket:aer or a local emulator such as "
            f"pytket:H2-1LE (machines of Quantinuum are reached by nexus:H2-1)"
        )
    extra = "quantinuum,emulators"
    quantinuum = require("pytket.extensions.quantinuum", extra=extra, purpose=purpose)
    require("pytket_pecos", extra=extra, purpose=purpose)
    offline = quantinuum.QuantinuumAPIOffline()
    return PytketBackend(quantinuum.QuantinuumBackend(name, api_handler=offline), target=target)
