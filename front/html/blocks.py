"""Parts that reports share: values, braids, devices, methods, versions."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ..circuits.devices import Device
from ..circuits.plan import Plan
from ..knots.braids import Braid
from ..knots.checks import shown
from ..knots.drawing import draw_svg
from ..knots.errors import InputError
from ..mitigation.methods import METHODS
from ..mitigation.resampling import Interval
from .page import Block, Code, Column, Figure, Paragraph, Section, Settings, Table
from .plane import complex_text

__all__ = [
    "braid_section",
    "command_of",
    "device_section",
    "interval_texts",
    "methods_table",
    "noise_option",
    "number_text",
    "repeat_section",
    "value_row",
    "versions_table",
    "when",
    "word_text",
]

_MOST_DRAWN = 600  # letters; a picture of more is larger than all the rest of a page
_MOST_WORD = 4000  # letters that are written


def number_text(value: float, digits: int = 4) -> str:
    """A number for tables, with a true minus sign.

    Example:
        >>> number_text(-0.000123456), number_text(1234567), number_text(0.5)
        ('−0.0001235', '1234567', '0.5')
    """
    if isinstance(value, int):
        return shown(value).replace("-", "−")
    return f"{float(value):.{digits}g}".replace("-", "−")


def interval_texts(interval: Interval | None, digits: int = 4) -> tuple[str, str]:
    """The intervals of the real and the imaginary part.

    Example:
        >>> interval_texts(((-1, 1), (0.25, 0.5)))
        ('[−1.0000, 1.0000]', '[0.2500, 0.5000]')
    """
    if interval is None:
        return "", ""
    real, imag = (
        f"[{low:.{digits}f}, {high:.{digits}f}]".replace("-", "−") for low, high in interval
    )
    return real, imag


def value_row(label: str, value: complex, interval: Interval | None) -> tuple[str, ...]:
    """A row of a table of values: label, value, interval of both parts."""
    return (label, complex_text(value), *interval_texts(interval))


def methods_table(names: Sequence[str]) -> tuple[Block, ...]:
    """What methods of mitigation do and assume."""
    if not names:
        return (Paragraph("No mitigation: the mean of all shots."),)
    rows = []
    for name in names:
        known = METHODS.get(name)
        rows.append(
            (name, "not known to this version of plait", "", "")
            if known is None
            else (name, known.summary, known.assumes, known.source)
        )
    columns = tuple(map(Column, ("method", "what it does", "what it assumes", "source")))
    return (Table(caption="Methods of mitigation", columns=columns, rows=tuple(rows)),)


def braid_section(braid: Braid, closure: str, form: Braid | None = None) -> Section:
    """The braid: a picture, its word, and the word whose circuits ran."""
    word = word_text(braid)
    rows = [
        ("strands", str(braid.strands)),
        ("crossings", str(len(braid))),
        ("writhe", number_text(braid.writhe)),
        ("closure", closure),
    ]
    if form is not None and form != braid:
        rows.append(("word of the circuits, of the same link", word_text(form)))
    return Section("Braid", (_drawing(braid, closure), Settings(tuple(rows)), Code(word)))


def _drawing(braid: Braid, closure: str) -> Block:
    caption = f"The {closure} closure of the braid; time runs from left to right."
    refused = f"not drawn: more than {_MOST_DRAWN} letters"
    if len(braid) <= _MOST_DRAWN:
        try:
            return Figure(
                svg=draw_svg(braid, closure=closure),
                caption=caption,
                alternative=f"{braid.strands} strands, {len(braid)} crossings",
                wide=True,
            )
        except InputError as error:
            refused = f"not drawn: {error}"
    return Paragraph(f"The braid is {refused}.", "note")


def word_text(braid: Braid) -> str:
    """The letters of a word, of a very long one the first."""
    letters = braid.word
    text = " ".join(map(str, letters[:_MOST_WORD])) or "[]"
    more = len(letters) - _MOST_WORD
    return text if more <= 0 else f"{text} … and {more} letters more"


_RATES: Final = {
    "one_qubit": "one-qubit gate",
    "two_qubit": "two-qubit gate, at angle 0",
    "two_qubit_slope": "two-qubit gate, growth per radian",
    "preparation": "preparation",
    "readout_0": "reading 1 where it is 0",
    "readout_1": "reading 0 where it is 1",
}


def device_section(device: Device, backend: str | None = None) -> Section:
    """The device with its error rates and where they come from."""
    noise = "its own" if device.noise == "own" else device.noise
    settings = Settings(
        (
            ("device", device.name),
            ("about it", device.summary),
            ("backend", backend or "simulated by plait"),
            ("qubits", str(device.qubits)),
            ("connectivity", device.connectivity),
            ("entangling gate", device.entangler),
            ("noise", noise),
            ("not modelled", device.not_modelled),
        )
    )
    rates = [
        (_RATES.get(name, name.replace("_", " ")), number_text(rate))
        for name, rate in vars(device.errors).items()
    ]
    rates += [
        (f"memory: {name.replace('_', ' ')}", number_text(rate))
        for name, rate in vars(device.memory).items()
        if rate
    ]
    blocks: list[Block] = [
        settings,
        Table(
            caption="Error rates",
            columns=(Column("error"), Column("rate", numeric=True)),
            rows=tuple(rates),
        ),
    ]
    if device.sources:
        sources = tuple((str(k), str(v)) for k, v in device.sources.items())
        columns = (Column("number"), Column("source"))
        blocks.append(Table(caption="Sources", columns=columns, rows=sources))
    return Section("Device", tuple(blocks))


def versions_table(versions: Mapping[str, Any]) -> Table:
    """Versions of Python and packages."""
    rows = tuple((str(name), str(version)) for name, version in versions.items())
    return Table(caption="Versions", columns=(Column("package"), Column("version")), rows=rows)


def repeat_section(
    command: str | None, settings: Iterable[tuple[str, str]], versions: Mapping[str, Any]
) -> Section:
    """How to repeat it: the command, seed and files, versions."""
    blocks: list[Block] = [] if command is None else [Code(command)]
    blocks.append(Settings(tuple(settings)))
    if versions:
        blocks.append(versions_table(versions))
    return Section("To repeat it", tuple(blocks))


def command_of(plan: Plan, device: Device, mitigation: Sequence[str], backend: str | None) -> str:
    """The command that runs a plan.

    Example:
        >>> from plait.circuits.devices import device as find
        >>> plan = Plan(braid=Braid("1 1 1"), closure="markov", kind="echo",
        ...             series=("real", "imag"), shots=100, round_shots=50, seed=1)
        >>> command_of(plan, find("H2-1"), (), None)
        "plait run '1 1 1' --strands 2 --shots 100 --seed 1 --device H2-1 --mitigation none"
    """
    word = " ".join(map(str, plan.braid.word)) or "[]"
    parts = ["plait", "run" if backend is None else "submit", word]
    if backend is not None:
        parts += ["--backend", backend]
    parts += ["--strands", str(plan.braid.strands)]
    if plan.closure != "markov":
        parts += ["--closure", plan.closure]
    if plan.kind != "echo":
        parts += ["--circuit", plan.kind]
    parts += ["--shots", str(plan.shots), "--seed", str(plan.seed), "--device", device.name]
    if device.noise != "own":
        parts += ["--noise", noise_option(device.noise)]
    parts += ["--mitigation", ",".join(mitigation) or "none"]
    return shlex.join(parts)


def noise_option(noise: str) -> str:
    """What to give with --noise for a device's noise that is not its own.

    Example:
        >>> noise_option("× 2"), noise_option("of H1-1")
        ('2', 'H1-1')
    """
    return noise.removeprefix("× ").removeprefix("of ")


def when(*paths: Path) -> str:
    """When the first of these files that is there was written, in UTC."""
    for path in paths:
        try:
            stamp = path.stat().st_mtime
        except OSError:
            continue
        return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return ""
