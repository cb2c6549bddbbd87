"""Plans: memory kept, slices that sum to the whole, files."""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from face_oracles import contracted, random_braid

from plait.knots import Braid, InputError, RecordError, ResourceError
from plait.tensornet import ContractionPlan, face_diagram, jones, plan_contraction
from plait.tensornet.contraction import contract_plan
from plait.tensornet.plan import PartPlan, make_plan
from plait.tensornet.resources import Cost
from plait.tensornet.rings import Complex, Residues
from plait.tensornet.tree import Tree

WIDE = random_braid(16, 400, 1)
SPLIT = Braid("1 -2 1 -2 1 2 4 4 5 -4 5", strands=7)


def sliced_plan(fraction: float = 0.6) -> ContractionPlan:
    diagram = face_diagram(WIDE)
    return make_plan(diagram, memory=fraction * make_plan(diagram).cost.memory)


# --- Slices --------------------------------------------------------------------------------------


def test_slices_are_the_admissible_labellings() -> None:
    rng = random.Random(4)
    tree = Tree(*2 * (np.full(1, -1, np.int64),))
    for count in (0, 1, 2, 5, 9):
        for _ in range(5):
            pairs = list(itertools.combinations(range(count), 2))
            forbidden = tuple(p for p in pairs if rng.random() < 0.3)
            sliced = tuple(rng.sample(range(100), count))
            part = PartPlan("", tree, sliced, forbidden, Cost(0, 0, 0))
            expected = {
                bits
                for bits in itertools.product((0, 1), repeat=count)
                if all(bits[a] or bits[b] for a, b in forbidden)
            }
            found = [tuple(labels[f] for f in sliced) for labels in part.labels()]
            assert len(found) == part.slices == len(expected)
            assert set(found) == expected
            assert found[0] == (1,) * count


def test_forbidden_pairs_share_a_strand() -> None:
    (network,) = face_diagram(WIDE).networks
    (part,) = sliced_plan(0.5).parts
    beside = {frozenset(pair) for pair in network.edges[:, 2:].tolist()}
    pairs = itertools.combinations(range(len(part.sliced)), 2)
    expected = {p for p in pairs if frozenset(part.sliced[k] for k in p) in beside}
    assert set(part.forbidden) == expected
    assert not set(part.sliced) & set(network.pins)


@pytest.mark.parametrize("fraction", [0.8, 0.6])
def test_slices_sum_to_the_value(fraction: float) -> None:
    diagram = face_diagram(WIDE)
    plan = sliced_plan(fraction)
    assert plan.slices > 1
    assert contracted(diagram, plan) == pytest.approx(contracted(diagram), rel=1e-10)
    ring = Residues((2097131, 2097091))
    ((whole,),) = contract_plan(diagram, make_plan(diagram), [ring])
    ((parts,),) = contract_plan(diagram, plan, [ring])
    assert (whole == parts).all()


def test_sliced_faces_are_drawn_from_all_parts() -> None:
    diagram = face_diagram(SPLIT)
    plan = make_plan(diagram, memory=0.95 * max(p.cost.memory for p in make_plan(diagram).parts))
    assert plan.slices == sum(part.slices for part in plan.parts) > 2
    assert contracted(diagram, plan) == pytest.approx(contracted(diagram))


# --- Memory --------------------------------------------------------------------------------------

# Peak of resident memory, above what there is before the run.
_MEASURE = """
import gc, json, os, re, sys
from pathlib import Path
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # each thread has its buffers
sys.path[:0] = [sys.argv[1], str(Path(sys.argv[1]).parent)]
from face_oracles import random_braid
from plait.tensornet.contraction import contract_plan
from plait.tensornet.face import face_diagram
from plait.tensornet.plan import make_plan
from plait.tensornet.rings import Complex

def status(key):
    return 1024 * int(re.search(key + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

small = face_diagram(random_braid(16, 400, 1))
contract_plan(small, make_plan(small), [Complex()])  # compile
diagram = face_diagram(random_braid(24, 1400, 5))
whole = make_plan(diagram)
out = []
for memory in (None, 0.5 * whole.cost.memory):
    plan = make_plan(diagram, memory=memory)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    contract_plan(diagram, plan, [Complex()])
    out.append((plan.slices, plan.cost.memory, status("VmHWM") - before))
print(json.dumps(out))
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs /proc of Linux")
def test_the_memory_is_what_was_predicted() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(Path(__file__).parent)],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    whole, sliced = json.loads(done.stdout)
    assert whole[0] == 1 < sliced[0]
    assert sliced[1] <= whole[1] / 2
    for _, predicted, measured in (whole, sliced):
        assert predicted > 5e7
        # Buffers are counted for all threads at their largest, and leaves are not counted.
        assert 0.5 * predicted < measured < 1.2 * predicted + 2e7


def test_plans_keep_to_the_memory() -> None:
    diagram = face_diagram(WIDE)
    whole = make_plan(diagram).cost.memory
    last = 1
    for fraction in (1.0, 0.8, 0.6):
        plan = make_plan(diagram, memory=fraction * whole)
        assert plan.cost.memory <= fraction * whole
        assert plan.slices >= last
        last = plan.slices
    assert last > 10


def test_refusal_with_the_numbers() -> None:
    with pytest.raises(
        ResourceError,
        match=r"needs about [\d.]+ kB of memory even in \S+ slices, more than the 2 kB allowed; "
        r"allow more memory",
    ):
        plan_contraction(WIDE, memory=2000)


def test_too_little_memory_for_a_plan() -> None:
    plan = plan_contraction(WIDE)
    with pytest.raises(
        ResourceError, match=r"this plan needs \d+ kB of memory, more than the 9 kB"
    ):
        jones(WIDE, plan=plan, memory=9000)


def test_half_the_numbers_take_less() -> None:
    double, single = (plan_contraction(WIDE, precision=p) for p in ("double", "single"))
    assert (double.itemsize, single.itemsize) == (16, 8)
    assert single.cost.memory < double.cost.memory
    with pytest.raises(InputError, match="unknown precision 'half'; choose double or single"):
        plan_contraction(WIDE, precision="half")


def test_too_many_slices() -> None:
    diagram = face_diagram(WIDE)
    plan = make_plan(diagram)
    (part,) = plan.parts
    (network,) = diagram.networks
    free = [f for f in range(network.faces) if f not in network.pins]
    beside = {frozenset(pair) for pair in network.edges[:, 2:].tolist()}
    apart: list[int] = []
    for f in free:
        if all(frozenset((f, g)) not in beside for g in apart):
            apart.append(f)
    many = dataclasses.replace(part, sliced=tuple(apart[:21]), forbidden=())
    with pytest.raises(ResourceError, match=r"would take 2097152 slices, more than the 100000"):
        contract_plan(diagram, ContractionPlan((many,)), [Complex()])


# --- Files ---------------------------------------------------------------------------------------


def same(one: ContractionPlan, other: ContractionPlan) -> bool:
    return one.to_json() == other.to_json()


@pytest.mark.parametrize("b", [WIDE, SPLIT, Braid([], strands=3), Braid("1 2")])
def test_round_trips(tmp_path: Path, b: Braid) -> None:
    plan = plan_contraction(b)
    assert same(ContractionPlan.from_json(json.loads(json.dumps(plan.to_json()))), plan)
    path = tmp_path / "plan.json"
    plan.save(path)
    loaded = ContractionPlan.load(path)
    assert same(loaded, plan)
    assert loaded.cost == plan.cost
    v = jones(b, plan=loaded, strands=b.strands)
    assert v.value == jones(b, plan=plan, strands=b.strands).value
    assert v.details["slices"] == plan.slices


def test_plans_are_reproducible() -> None:
    assert plan_contraction(WIDE, seed=3).parts[0].tree.left.tolist() == (
        plan_contraction(WIDE, seed=3).parts[0].tree.left.tolist()
    )


def test_a_sliced_plan_survives_its_file(tmp_path: Path) -> None:
    plan = sliced_plan()
    plan.save(tmp_path / "plan.json")
    loaded = ContractionPlan.load(tmp_path / "plan.json")
    assert (loaded.slices, loaded.parts[0].sliced) == (plan.slices, plan.parts[0].sliced)
    assert list(loaded.parts[0].labels()) == list(plan.parts[0].labels())


def test_a_plan_serves_all_signs() -> None:
    plan = plan_contraction(WIDE)
    rng = random.Random(0)
    for _ in range(3):
        # All letters of a run have one sign, else the run may vanish.
        word = [x for i, _ in WIDE.runs(10) for x in [rng.choice((1, -1)) * i] * rng.randint(1, 4)]
        other = Braid(word, strands=WIDE.strands)
        v = jones(other, plan=plan)
        assert v.value == pytest.approx(jones(other, method="dense").value, rel=1e-9)


@pytest.mark.parametrize("b", [Braid([*WIDE.word, 3]), SPLIT, Braid([], strands=2)])
def test_a_plan_of_another_shape(b: Braid) -> None:
    for exact in (False, True):
        with pytest.raises(InputError, match=r"is for a diagram of another shape; .* new"):
            jones(b, plan=plan_contraction(WIDE), exact=exact)


def test_plans_are_for_the_face_model() -> None:
    with pytest.raises(InputError, match="plan, scheduler and folder are for the method 'face'"):
        jones(WIDE, plan=plan_contraction(WIDE), method="dense")


def damaged(**changes: Any) -> dict[str, Any]:
    data = plan_contraction(Braid("1 -2 1 -2")).to_json()
    part = data["parts"][0]
    for key, value in changes.items():
        (part if key in part else data)[key] = value
    return data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "not a contraction plan"),
        ({}, "not a contraction plan: KeyError"),
        (
            damaged(kind="run"),
            "this is 'run' of format 1; needed is a contraction plan of format 1",
        ),
        (damaged(format=99), "of format 99; needed is .* format 1: make it again"),
        (damaged(parts=3), "not a contraction plan"),
        (damaged(left=[-1, -1, 0]), "the tree is not a binary tree"),
        (damaged(left=[-1] * 7), "the tree is not a binary tree"),
        (damaged(left=[-1, -1, -1, -1, 0, 0, 0]), "the tree is not a binary tree"),
        (damaged(left=[], right=[]), "the tree is not a binary tree"),
        # 4 and 5 are children of each other.
        (
            damaged(left=[-1, -1, -1, -1, 5, 4, 0], right=[-1, -1, -1, -1, 2, 3, 1]),
            "the tree is not a binary tree",
        ),
        (damaged(left=["x"] * 7), "not a contraction plan"),
        (damaged(forbidden=[[1]]), "not a contraction plan"),
        (damaged(forbidden=[[0, 5]]), "not a contraction plan"),
        (damaged(cost=[1]), "not a contraction plan"),
        (damaged(sliced=["a"]), "not a contraction plan"),
    ],
)
def test_damaged_plans(data: Any, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        ContractionPlan.from_json(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"sliced": [99]},
        {"sliced": [-1]},
        {"left": [-1, -1, 0], "right": [-1, -1, 1]},
        {"sliced": [next(iter(face_diagram(Braid("1 -2 1 -2")).networks[0].pins))]},
    ],
    ids=str,
)
def test_plans_that_do_not_fit_their_diagram(changes: dict[str, Any]) -> None:
    # Compiled code would read and write beyond its arrays.
    plan = ContractionPlan.from_json(damaged(**changes))
    with pytest.raises(InputError, match="does not fit the diagram that it names: make a new one"):
        jones("1 -2 1 -2", plan=plan)


def test_pairs_that_are_forbidden_count() -> None:
    # Without them a labelling with two vacua side by side would be added.
    plan = sliced_plan(0.5)
    data = plan.to_json()
    assert data["parts"][0]["forbidden"]
    data["parts"][0]["forbidden"] = []
    with pytest.raises(InputError, match="does not fit the diagram"):
        jones(WIDE, plan=ContractionPlan.from_json(data))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"PK\x03\x04"])
def test_files_that_are_no_plans(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(RecordError, match=r"plan\.json is no JSON"):
        ContractionPlan.load(path)
