"""Shots that others recorded: Qiskit bit arrays, NumPy arrays, pytket ``BackendResult`` files.

The results are :class:`Shots` per series, which
:func:`plait.mitigation.observations_of_shots` takes.

The published experiment (arXiv:2503.05625) is in the mirror-image convention: its circuits of a
word w are those of ``w.mirror()`` here, gate by gate. So its B is measured as the braid
``w.mirror()``, its C, whose word is the mirror image of w, as the series ``"conjugate-…"``, and no
sign changes. An estimate for w itself is the complex conjugate of that for ``w.mirror()``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from ...knots.errors import InputError
from ..devices import Device
from ..devices import device as find_device
from ..plan import SERIES, Job, Plan, Series, part_of
from ..template import template
from .errors import why_damaged
from .protocol import Bits, Shots
from .qiskit_sampler import Way, check_way

if TYPE_CHECKING:
    from pytket.backends.backendresult import BackendResult

__all__ = ["as_bits", "published_shots", "recorded_shots", "register_bits"]

_PUBLISHED: Final[dict[str, Series]] = {
    "r_br": "real",
    "r_bi": "imag",
    "r_cr": "conjugate-real",
    "r_ci": "conjugate-imag",
}


def as_bits(data: Any) -> Bits:
    """Bits of shots from a Qiskit ``BitArray`` or anything that NumPy makes an array of.

    Args:
        data: bit j of the classical register in column j; shape (S, q), or (S, 1, q) with one
            shot per row of parameters. Of a ``BitArray``, the same by its own order.

    Raises:
        InputError: another shape, or numbers that are not bits.

    Example:
        >>> from qiskit.primitives import BitArray
        >>> as_bits(BitArray.from_samples(["01", "11"])).tolist()
        [[1, 0], [1, 1]]
    """
    # Qiskit's default puts the last bit first.
    to_bool_array = getattr(data, "to_bool_array", None)
    bits = np.asarray(data if to_bool_array is None else to_bool_array(order="little"))
    if bits.ndim == 3 and bits.shape[1] == 1:
        bits = bits[:, 0, :]
    if bits.ndim != 2:
        raise InputError(
            f"recorded outcomes of shape {bits.shape} and type {bits.dtype}: give bits with shape "
            f"(shots, qubits), or (shots, 1, qubits)"
        )
    if not (good := np.isin(bits, (0, 1))).all():
        raise InputError(f"recorded outcomes hold {bits[~good][0]!s}; give bits, 0 or 1")
    return bits.astype(np.uint8)


def recorded_shots(
    plan: Plan,
    series: Series,
    paths: npt.ArrayLike,
    outcomes: Any,
    *,
    target: Device | str,
    way: Way = "rows",
) -> Shots:
    """Shots of circuits that plait made and somebody else ran.

    Args:
        plan: the experiment; of it, braid, form and kind of circuits matter.
        series: what the circuits measured.
        paths: the path of every shot, shape (S, n+1).
        outcomes: the raw bits, qubit j in column j; see :func:`as_bits`.
        target: the device that the circuits were made for, or its name.
        way: ``"rows"`` for templates (:func:`plait.circuits.template.template`), ``"circuits"``
            for those of :meth:`Plan.circuit`.

    Raises:
        InputError: unknown series or way, shapes that do not fit, or rows that are no paths.

    Example:
        >>> from plait import Braid
        >>> plan = Plan(braid=Braid("1 2 1 2"), closure="markov", kind="echo",
        ...             series=("real", "imag"), shots=2, round_shots=2, seed=1)
        >>> outcomes = np.array([[True, False], [False, False]])
        >>> shots = recorded_shots(plan, "real", [[0, 1, 1, 1], [0, 1, 0, 1]], outcomes,
        ...                        target="ideal")
        >>> shots.outcomes.tolist()
        [[1, 0], [0, 0]]
    """
    if series not in SERIES:
        raise InputError(f"unknown series {series!r}; choose one of: {', '.join(SERIES)}")
    check_way(way)
    drawn, raw, d = as_bits(paths), as_bits(outcomes), find_device(target)
    if len(drawn) != len(raw):
        raise InputError(f"{len(raw)} outcomes do not fit {len(drawn)} paths")
    normal = raw.copy()
    if way == "rows":
        for last in (0, 1):
            own = drawn[:, -1] == last
            if own.any():
                made = template(plan.word(series), last=last, part=part_of(series), target=d)
                normal[own] = made.normal(drawn[own], raw[own])
        return Shots(drawn, normal)
    for path in np.unique(drawn, axis=0):
        own = (drawn == path).all(axis=1)
        circuit = plan.circuit(Job(series, tuple(path.tolist()), int(own.sum())), d)
        if raw.shape[1] != circuit.qubits:
            raise InputError(f"outcomes of {raw.shape[1]} qubits do not fit {circuit.qubits}")
        texts = ["".join(map(str, row)) for row in raw[own].tolist()]
        normal[own] = [[int(bit) for bit in circuit.normal(text)] for text in texts]
    return Shots(drawn, normal)


def register_bits(result: Mapping[str, Any], register: str) -> Bits:
    """The bits of one register in a pytket ``BackendResult`` dictionary.

    Returns:
        Shape (S, bits), bit k of the register in column k.

    Raises:
        InputError: not such a dictionary, or no such register in it.

    Example:
        >>> from pytket.backends.backendresult import BackendResult
        >>> from pytket.circuit import Bit
        >>> from pytket.utils.outcomearray import OutcomeArray
        >>> shots = OutcomeArray.from_readouts([[1, 0], [1, 1]])
        >>> result = BackendResult(shots=shots, c_bits=[Bit("c", 0), Bit("c", 1)])
        >>> register_bits(result.to_dict(), "c").tolist()
        [[1, 0], [1, 1]]
    """
    return _register(_result(result), register)


def _result(data: Mapping[str, Any]) -> BackendResult:
    from pytket.backends.backendresult import BackendResult

    try:
        found = BackendResult.from_dict(dict(data))
    except (LookupError, TypeError, AttributeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"not a pytket BackendResult with at least one shot: {why_damaged(error)}"
        ) from error
    if not found.contains_measured_results or found.get_result().shots is None:
        raise InputError("a pytket BackendResult without single shots; give one with shots")
    return found


def _register(result: BackendResult, register: str) -> Bits:
    bits = sorted((bit for bit in result.c_bits if bit.reg_name == register), key=_place)
    if not bits:
        names = sorted({bit.reg_name for bit in result.c_bits})
        raise InputError(f"no register {register!r} in the result; it has {', '.join(names)}")
    return as_bits(result.get_shots(cbits=bits))


def published_shots(
    results: Iterable[Mapping[str, Any]], *, conjugate: bool = False, conserved: bool = True
) -> dict[Series, Shots]:
    """Shots from files of the published experiment, in the order given.

    Their circuits have a qubit for each of x_0 … x_n. x_0 and x_n cannot change, so a shot in
    which they did is certainly wrong.

    Args:
        results: pytket ``BackendResult`` dictionaries with the path in the register ``c`` and
            either all four circuits in ``r_br``, ``r_bi``, ``r_cr`` and ``r_ci``, or one in ``r``
            whose part is imaginary where ``c[0]`` is 1.
        conjugate: results in ``r`` are of C, not of B.
        conserved: reject shots in which x_n changed. The published analysis does so only if the
            string that was read has two adjacent zeros.

    Raises:
        InputError: not such dictionaries.
    """
    found: dict[Series, list[Shots]] = {}
    for data in results:
        result = _result(data)
        control = _register(result, "c")
        paths = np.zeros((len(control), control.shape[1] + 1), dtype=np.uint8)
        paths[:, 1] = 1
        paths[:, 2:] = control[:, 1:]
        if any(bit.reg_name == "r" for bit in result.c_bits):
            prefix = "conjugate-" if conjugate else ""
            bits = _register(result, "r")
            for part, value in (("real", 0), ("imag", 1)):
                own = control[:, 0] == value
                if own.any():
                    series: Series = f"{prefix}{part}"  # type: ignore[assignment]
                    shots = _published(paths[own], bits[own], conserved)
                    found.setdefault(series, []).append(shots)
            continue
        for register, series in _PUBLISHED.items():
            bits = _register(result, register)
            found.setdefault(series, []).append(_published(paths, bits, conserved))
    return {
        series: Shots(
            np.concatenate([shots.paths for shots in own]),
            np.concatenate([shots.outcomes for shots in own]),
        )
        for series, own in found.items()
    }


def _published(paths: Bits, bits: Bits, conserved: bool) -> Shots:
    """Outcomes of qubits x_0 … x_n in normal form, which has qubits x_1 … x_{n−1}."""
    if bits.shape != paths.shape or bits.shape[1] < 5:
        raise InputError(
            f"results of {bits.shape[1]} qubits do not fit paths of {paths.shape[1]} bits "
            f"x_0 … x_n with n ≥ 4"
        )
    outcomes = bits[:, 1:-1].copy()
    last = bits[:, -1] == 1
    broken = bits[:, 0] == 1
    if conserved:
        broken |= last
    else:
        # Read as another path if it could be one, else as the error that it is.
        strings = bits ^ paths
        strings[:, 1] = 1
        broken |= last & (strings[:, 1:] + strings[:, :-1] == 0).any(axis=1)
        other = np.ones_like(paths[:, 2:-1])
        other[(paths[:, 2:-1] == 1).all(axis=1), 0] = 0
        outcomes[last, 1:] = (other ^ paths[:, 2:-1])[last]
    # All of x_2 … x_{n−1} zero: no path.
    outcomes[broken, 1:] = paths[broken, 2:-1]
    return Shots(paths, outcomes)


def _place(bit: Any) -> int:
    return int(bit.index[0])
