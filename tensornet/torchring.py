"""Complex numbers on a GPU (or whatever device PyTorch has) for the large products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..knots.errors import InputError
from ..knots.optional import require
from .rings import Complex

if TYPE_CHECKING:
    from .program import Step

__all__ = ["TorchComplex"]

_Ints = npt.NDArray[np.int64]

# Intermediates with fewer entries stay in main memory, with our own kernels: there the time that a
# GPU takes to start a product would count.
_SMALL = 2**14
# Entries of a batch of blocks.
_BATCH = 2**25


@dataclass(frozen=True)
class TorchComplex(Complex):
    """Complex numbers as PyTorch tensors on a device, but for small intermediates.

    The blocks of a product that have the same lists are one batched matrix product between a
    gather and a scatter.

    Attributes:
        device: of PyTorch, such as ``"cuda"``, ``"cuda:1"`` or ``"cpu"``.
        small: intermediates with fewer entries stay in main memory.

    Raises:
        MissingExtraError: PyTorch is not installed.
        InputError: it has no such device.
    """

    device: str = "cuda"
    small: int = _SMALL

    def __post_init__(self) -> None:
        torch = _torch()
        try:
            torch.zeros(1, device=self.device)
        except (RuntimeError, AssertionError) as error:
            reason = str(error).splitlines()[0]
            raise InputError(
                f"PyTorch cannot use the device {self.device!r} ({reason}); give one that it has, "
                f"such as 'cuda' or 'cpu', or leave torch_device out for the kernels of plait"
            ) from error

    @property
    def threads(self) -> bool:
        """The device has its own."""
        return False

    def zeros(self, entries: int) -> Any:
        """An intermediate of zeros, on the device if it is large."""
        if entries < self.small:
            return super().zeros(entries)
        torch = _torch()
        kind = torch.complex64 if self.single else torch.complex128
        return torch.zeros(entries, dtype=kind, device=self.device)

    def multiply(self, step: Step, A: Any, B: Any, C: Any, low: int, high: int) -> None:
        """One product; on the device if a factor or the result lies there."""
        if all(isinstance(x, np.ndarray) for x in (A, B, C)):
            super().multiply(step, A, B, C, low, high)
            return
        torch = _torch()
        a, b = (torch.as_tensor(x, device=self.device) for x in (A, B))
        c = C if not isinstance(C, np.ndarray) else torch.as_tensor(C, device=self.device)
        for in_a, in_b, in_c, lists in _batches(step, low, high):
            places = [torch.as_tensor(x, device=self.device) for x in (in_a, in_b, in_c, *lists)]
            base_a, base_b, base_c, a_a, a_c, m_a, m_b, b_b, b_c = places
            x = a[base_a[:, None, None] + m_a[:, None] + a_a]
            y = b[base_b[:, None, None] + m_b[:, None] + b_b]
            z = x.transpose(1, 2) @ y
            where = base_c[:, None, None] + a_c[:, None] + b_c
            if step.lists[13]:
                c.index_put_((where,), z, accumulate=True)
            else:
                c[where] = z
        if isinstance(C, np.ndarray):
            C[...] = c.cpu().numpy()


def _torch() -> Any:
    return require("torch", extra="gpu", purpose="a contraction on a GPU")


def _batches(
    step: Step, low: int, high: int
) -> Iterator[tuple[_Ints, _Ints, _Ints, tuple[_Ints, ...]]]:
    """Outer strings with the same lists, a limited number of entries at a time."""
    in_a, in_b, in_c, pattern, start_a, a_a, a_c, start_m, m_a, m_b, start_b, b_b, b_c, _ = (
        step.lists
    )
    kinds, which = np.unique(pattern[:, low:high], axis=1, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable") + low
    ends = np.cumsum(np.bincount(which.ravel()))
    for k, (p, q, r) in enumerate(kinds.T.tolist()):
        rows = order[(ends[k - 1] if k else 0) : ends[k]]
        a, m, b = (
            slice(start[j], start[j + 1])
            for start, j in ((start_a, p), (start_m, q), (start_b, r))
        )
        lists = (a_a[a], a_c[a], m_a[m], m_b[m], b_b[b], b_c[b])
        n_a, n_m, n_b = len(lists[0]), len(lists[2]), len(lists[4])
        most = max(1, _BATCH // (n_a * n_m + n_m * n_b + n_a * n_b))
        for start in range(0, len(rows), most):
            some = rows[start : start + most]
            yield in_a[some], in_b[some], in_c[some], lists
