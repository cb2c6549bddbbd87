"""The braids of the benchmark: seeded generators, and the committed files they were written to.

Run: python benchmarks/generate.py, which writes benchmarks/instances/*.json again.

Braids of up to 600 crossings are stored letter by letter, larger ones as arguments of a generator
with a hash of the word, so that neither can change unnoticed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from plait.knots import Braid

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
    """A random brickwall; each site is empty, positive or negative."""
    rng = random.Random(seed)
    word = []
    for layer in range(layers):
        for i in range(1 + layer % 2, strands, 2):
            u = rng.random()
            if u < density:
                word.append(i if u < density / 2 else -i)
    return Braid(word, strands)


def uniform(strands: int, letters: int, seed: int = 0) -> Braid:
    """Independent uniform letters."""
    rng = random.Random(seed)
    word = [rng.choice([-1, 1]) * rng.randint(1, strands - 1) for _ in range(letters)]
    return Braid(word, strands)


def torus(strands: int, turns: int) -> Braid:
    """The torus link T(strands, turns)."""
    return Braid(list(range(1, strands)) * turns, strands)


def unlink(strands: int, layers: int, components: int, seed: int = 0) -> Braid:
    """An unlink in disguise: w s w⁻¹, scrambled, where s is a stabilised unlink and w random.

    Scrambling is by far commutation and the braid relations σ_i σ_j σ_i = σ_j σ_i σ_j with any
    signs that allow it, so that few letters of w stand next to what they would cancel with.
    """
    rng = random.Random(seed)
    w = list(brickwall(strands, layers, seed=seed).word)
    split = set(rng.sample(range(1, strands), components - 1))
    s = [rng.choice([-1, 1]) * i for i in range(1, strands) if i not in split]
    word = w + s + [-i for i in reversed(w)]
    for _ in range(40 * len(word)):
        at = rng.randrange(len(word) - 2)
        a, b, c = word[at : at + 3]
        if abs(abs(a) - abs(b)) > 1:
            word[at : at + 2] = b, a
        elif abs(a) == abs(c) and abs(abs(a) - abs(b)) == 1:
            word[at : at + 3] = _turned(a, b, c)
    return Braid(word, strands)


def _turned(a: int, b: int, c: int) -> tuple[int, int, int]:
    """The other side of a braid relation; the same letters where there is none."""
    i, j = abs(a), abs(b)
    signs = (a > 0, b > 0, c > 0)
    if signs in ((True, False, True), (False, True, False)):
        return a, b, c
    x, y, z = signs[::-1]
    return (j if x else -j, i if y else -i, j if z else -j)


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
