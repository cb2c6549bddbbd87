"""The braids of the benchmark: the committed files, and what they were written by.

Run: python benchmarks/generate.py, which writes benchmarks/instances/*.json again.

Braids of up to 600 crossings are stored letter by letter, larger ones as arguments of a generator
with a hash of the word, so that neither can change unnoticed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from plait.knots import Braid
from plait.knots.disguise import disguised_unlink
from plait.knots.families import torus_link
from plait.knots.generators import random_braid, random_brickwall

FOLDER = Path(__file__).parent / "instances"
_STORED = 600
# Strands and layers.
_SIZES = (
    (8, 12), (10, 20), (12, 28), (16, 32), (20, 40), (24, 48), (30, 60), (40, 60), (60, 70),
    (75, 90), (85, 100), (105, 120),
)  # fmt: skip
_TORUS = ((3, 200), (5, 251), (20, 21), (30, 31))
_UNLINKS = ((20, 30, 1), (30, 40, 3), (40, 60, 2))


@dataclass(frozen=True)
class Instance:
    """A braid, whose Markov closure is evaluated, and what is known of it."""

    family: str
    name: str
    braid: Braid
    unlink: int | None = None


def brickwall(strands: int, layers: int, density: float = 0.666, seed: int = 0) -> Braid:
    """A random brickwall."""
    return random_brickwall(strands, layers, density=density, seed=seed)


def uniform(strands: int, letters: int, seed: int = 0) -> Braid:
    """Independent uniform letters."""
    return random_braid(strands, letters, seed=seed)


def unlink(strands: int, layers: int, components: int, seed: int = 0) -> Braid:
    """An unlink in disguise."""
    return disguised_unlink(strands, layers, components, seed=seed).braid


def torus(strands: int, turns: int) -> Braid:
    """The torus link T(strands, turns), on the smaller number of strands."""
    return torus_link(strands, turns)


GENERATORS: dict[str, Callable[..., Braid]] = {
    "brickwall": brickwall,
    "uniform": uniform,
    "torus": torus,
    "unlink": unlink,
}


def load(folder: Path = FOLDER) -> list[Instance]:
    """The committed instances.

    Raises:
        ValueError: a generator does not give the word that it gave.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for entry in data["instances"]:
            if "word" in entry:
                braid = Braid(entry["word"], entry["strands"])
            else:
                braid = GENERATORS[data["family"]](**entry["arguments"])
                if _hash(braid) != entry["sha256"]:
                    raise ValueError(f"{path}: {entry['name']} is another word than it was")
            found.append(Instance(data["family"], entry["name"], braid, entry.get("unlink")))
    return found


def _hash(braid: Braid) -> str:
    return sha256(json.dumps([braid.strands, list(braid.word)]).encode()).hexdigest()[:16]


def _entry(family: str, name: str, **arguments: Any) -> dict[str, Any]:
    braid = GENERATORS[family](**arguments)
    entry: dict[str, Any] = {"name": name, "crossings": len(braid), "arguments": arguments}
    if family == "unlink":
        entry["unlink"] = arguments["components"]
    if len(braid) <= _STORED:
        return {**entry, "strands": braid.strands, "word": list(braid.word)}
    return {**entry, "sha256": _hash(braid)}


def main() -> None:
    """Write all files."""
    families = {
        "brickwall": [
            _entry("brickwall", f"{n}x{k}", strands=n, layers=k, density=0.666, seed=0)
            for n, k in _SIZES
        ],
        "uniform": [
            _entry("uniform", f"{n} strands, {k} letters", strands=n, letters=k, seed=0)
            for n, k in ((4, 500), (6, 2000), (8, 100_000), (12, 1_000_000))
        ],
        "torus": [_entry("torus", f"T({p},{q})", strands=p, turns=q) for p, q in _TORUS],
        "unlink": [
            _entry("unlink", f"{c} of {n}x{k}", strands=n, layers=k, components=c, seed=0)
            for n, k, c in _UNLINKS
        ],
    }
    FOLDER.mkdir(exist_ok=True)
    for family, entries in families.items():
        lines = ",\n  ".join(json.dumps(entry) for entry in entries)
        text = f'{{"family": "{family}", "instances": [\n  {lines}\n]}}\n'
        (FOLDER / f"{family}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
