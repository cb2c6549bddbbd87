"""Values of benchmark instances by the exact evaluator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..knots.errors import DisagreementError, InputError, PlaitError
from ..knots.instances import Instance
from ..tensornet.evaluate import jones

if TYPE_CHECKING:
    from ..tensornet.contraction import Monitor

__all__ = ["with_value"]


def with_value(
    instance: Instance, *, memory: float | str | None = None, monitor: Monitor | None = None
) -> Instance:
    """The instance with its exact value, computed in integers by the face model.

    A value that is known by construction is compared with the computed one.

    Args:
        instance: any instance.
        memory: bytes allowed, as for :func:`plait.jones`.
        monitor: hears of the progress, as for :func:`plait.jones`.

    Raises:
        ResourceError: predicted memory or time are beyond the limits.
        DisagreementError: the value known by construction is another one: a defect of plait.

    Example:
        >>> from plait.knots.generators import generate
        >>> one = with_value(generate("benchmark", strands=8, layers=12, seed=1))
        >>> one.known_by
        ('construction', 'evaluation')
    """
    if not isinstance(instance, Instance):
        raise InputError(
            f"instance={instance!r}: give an Instance, such as generate('uniform', strands=4, "
            f"crossings=20)"
        )
    found = jones(
        instance.braid, closure=instance.closure, exact=True, memory=memory, monitor=monitor
    ).exact
    if found is None:  # exact=True promises integers
        raise PlaitError(f"no integers for {instance.id}; please report this")
    try:
        return instance.evaluated(found)
    except InputError as error:
        raise DisagreementError(f"{error}; please report this") from error
