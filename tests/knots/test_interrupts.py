"""Ctrl-C in compiled code."""

from __future__ import annotations

import pytest

from plait.knots.interrupts import interruptible


@interruptible()
def fail(cause: BaseException | None) -> None:
    raise SystemError("returned a result with an exception set") from cause


def test_an_interrupt_that_a_compiled_function_hides() -> None:
    with pytest.raises(KeyboardInterrupt):
        fail(KeyboardInterrupt())


@pytest.mark.parametrize("cause", [None, ValueError("something else")])
def test_other_errors_of_the_system_stay(cause: BaseException | None) -> None:
    with pytest.raises(SystemError, match="with an exception set"):
        fail(cause)


@interruptible()
def fail_twice() -> None:
    try:
        fail_once()
    except SystemError as error:
        raise SystemError("a result with an exception set") from error


def fail_once() -> None:
    raise SystemError("a result with an exception set") from KeyboardInterrupt()


def test_an_interrupt_below_two_such_errors() -> None:
    with pytest.raises(KeyboardInterrupt):
        fail_twice()


@interruptible()
def fail_while_interrupted() -> None:
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        raise SystemError("a result with an exception set")  # noqa: B904


def test_an_interrupt_as_context() -> None:
    with pytest.raises(KeyboardInterrupt):
        fail_while_interrupted()
