"""A stand-in for Quantinuum Nexus on the loopback interface, with faults on demand.

It speaks as much of the protocol as the client qnexus uses for projects, circuits, execution jobs
and results, and measures the circuits it gets: conditional gates by the string that the machine's
random numbers give, which are those of PECOS.
"""

from __future__ import annotations

import json
import threading
import uuid
from base64 import b64decode
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

import numpy as np
from pecos.engines.cvm.rng_model import RNGModel
from pytket.backends.backendresult import BackendResult
from pytket.circuit import Bit, Circuit, Conditional, OpType
from pytket.utils.outcomearray import OutcomeArray

Tagged = list[tuple[str, list[int]]]
START = datetime(2026, 1, 1, tzinfo=UTC)
SNAPSHOT = {
    "name": "H2",
    "version": "1",
    "device": {"nodes": [], "edges": [], "n_nodes": 56, "fully_connected": True},
    "gate_set": [],
    "supports_fast_feedforward": True,
    "supports_reset": True,
    "supports_midcircuit_measurement": True,
}


@dataclass
class Fault:
    """What goes wrong with one request.

    Attributes:
        where: method and beginning of the path, such as ``"POST /api/jobs"``.
        status: answer with this status and ``body``; 0: no answer at all, the line is cut.
        after: the request takes effect before.
        skip: so many matching requests pass first.
    """

    where: str
    status: int = 0
    body: str = '{"message": "out of order"}'
    after: bool = False
    skip: int = 0


@dataclass
class NexusStub:
    """The state of the service.

    Attributes:
        script: states that the polls of a job see, in turn; the last one stays.
        error: message of jobs that end in an error.
        expired: tokens are refused.
        faults: to come, each for one request.
        spoil: report another string of one shot than the machine has drawn, a path as well.
        late: so many looks at complete jobs show no results yet.
        item_status: of the circuits of complete jobs.
        helios: runs a program of guppy, from its HUGR and shots to tagged values per shot.
    """

    script: tuple[str, ...] = ("QUEUED", "RUNNING", "COMPLETED")
    error: str = ""
    expired: bool = False
    spoil: bool = False
    late: int = 0
    item_status: str = "COMPLETED"
    helios: Callable[[bytes, int], list[Tagged]] | None = None
    faults: deque[Fault] = field(default_factory=deque)
    projects: dict[str, dict[str, Any]] = field(default_factory=dict)
    circuits: dict[str, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: dict[str, tuple[str, str, Any]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def fault(self, request: str) -> Fault | None:
        for fault in self.faults:
            if request.startswith(fault.where):
                if fault.skip:
                    fault.skip -= 1
                    return None
                self.faults.remove(fault)
                return fault
        return None

    # --- requests: (status, JSON)

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> Any:
        if path == "/auth/tokens/refresh":
            return (401, {"message": "expired"}) if self.expired else (200, {})
        if self.expired:
            return 401, {"message": "token has expired"}
        _, kind, _, *rest = path.strip("/").split("/")
        page = int(query.get("page[number]", ["0"])[0])
        # Everything is on the first page; the client asks on until one is empty.
        names = query.get("filter[name_exact]") if not page else []
        inside = query.get("filter[project][id]")
        if kind == "projects":
            if method == "POST":
                return 201, {"data": self.new(self.projects, "project", body)}
            return self.listing(self.projects, rest, names)
        if kind in ("circuits", "hugr"):
            if method == "POST":
                return 201, {"data": self.new(self.circuits, kind.rstrip("s"), body)}
            return 200, self.with_project(self.circuits[rest[0]])
        if kind == "results":
            return 200, self.result(rest[0])
        if kind == "qsys_results":
            # All shots are in the first chunk.
            first = query["chunk_number"] == ["0"]
            return (200, self.result(rest[1])) if first else (404, {"message": "no more"})
        if method == "POST" and not rest:
            return 202, {"data": self.start(body)}
        if not rest or rest[0] == "meta":
            return self.listing(self.jobs, rest, names, inside)
        if rest[0] not in self.jobs:
            return 404, {"message": "no such job"}
        if rest[1:] == ["rpc", "cancel"]:
            self.jobs[rest[0]]["script"] = deque(["CANCELLED"])
            return 202, {}
        return 200, self.with_project(self.advance(self.jobs[rest[0]]))

    def new(self, where: dict[str, dict[str, Any]], kind: str, body: Any) -> dict[str, Any]:
        now = (START + timedelta(seconds=len(where))).isoformat()
        stamps = {"timestamps": {"created": now, "modified": now}}
        made = {
            "id": str(uuid.uuid4()),
            "type": kind,
            "attributes": body["data"]["attributes"] | stamps,
            "relationships": body["data"]["relationships"],
        }
        made["attributes"] |= {"contents_modified": now, "archived": False}
        where[made["id"]] = made
        return made

    def listing(
        self,
        where: dict[str, Any],
        rest: list[str],
        names: list[str] | None,
        inside: list[str] | None = None,
    ) -> Any:
        """The newest first; of the jobs, those of the projects that were asked for."""
        found = [
            item
            for item in reversed(where.values())
            if names is None or item["attributes"]["name"] in names
            if inside is None or item["relationships"]["project"]["data"]["id"] in inside
        ]
        if rest[:2] == ["meta", "count"]:
            return 200, {"count": len(found)}
        return 200, {"data": found, "included": list(self.projects.values())}

    def with_project(self, item: dict[str, Any]) -> dict[str, Any]:
        project = item["relationships"]["project"]["data"]["id"]
        return {"data": item, "included": [self.projects[project]]}

    def start(self, body: Any) -> dict[str, Any]:
        job = self.new(self.jobs, "job", body)
        job["script"] = deque(self.script)
        job["attributes"]["status"] = {"status": "SUBMITTED", "message": ""}
        items = job["attributes"]["definition"]["items"]
        job["relationships"]["programs"] = {
            "data": [
                {"id": item["program_id"], "type": self.circuits[item["program_id"]]["type"]}
                for item in items
            ]
        }
        for item in items:
            item["status"] = {"status": "SUBMITTED", "message": ""}
        return job

    def advance(self, job: dict[str, Any]) -> dict[str, Any]:
        """A job as one that asks for it sees it; its results when it is complete."""
        script = job["script"]
        status = script.popleft() if len(script) > 1 else script[0]
        detail = {"status": status, "message": f"job is {status}"}
        if status == "ERROR":
            detail["error_detail"] = self.error
        job["attributes"]["status"] = detail
        items = job["attributes"]["definition"]["items"]
        waiting = status == "COMPLETED" and self.late > 0
        self.late -= waiting
        for item in items:
            item["status"] = detail
            if status == "COMPLETED" != self.item_status:
                item["status"] = {"status": self.item_status, "message": self.error}
            elif status == "COMPLETED" and not waiting and "result_id" not in item:
                key = str(uuid.uuid4())
                program = self.circuits[item["program_id"]]
                self.results[key] = (*self.run(program, item["n_shots"]), item["program_id"])
                kind = "QSYS" if program["type"] == "hugr" else "PYTKET"
                item |= {"result_id": key, "result_type": kind}
        return job

    def run(self, program: dict[str, Any], shots: int) -> tuple[str, Any]:
        if program["type"] == "hugr":
            assert self.helios is not None
            found = self.helios(b64decode(program["attributes"]["contents"]), shots)
            return "hugr", {"results": found}
        result = measure(Circuit.from_dict(program["attributes"]), shots, spoil=self.spoil)
        return "circuit", result.to_dict()

    def result(self, key: str) -> dict[str, Any]:
        kind, attributes, program = self.results[key]
        return {
            "data": {
                "attributes": attributes,
                "relationships": {"program": {"data": {"id": program, "type": kind}}},
            },
            "included": [{"id": "1", "type": "backend_snapshot", "attributes": SNAPSHOT}],
        }


class _Handler(BaseHTTPRequestHandler):
    stub: NexusStub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_any(self) -> None:
        url = urlparse(self.path)
        path = "/" + url.path.strip("/")
        size = int(self.headers.get("content-length") or 0)
        text = self.rfile.read(size)
        request = f"{self.command} {path}"
        self.stub.log.append(request)
        fault = self.stub.fault(request)
        if fault is None or fault.after:
            body = json.loads(text) if text else {}
            status, answer = self.stub.answer(self.command, path, parse_qs(url.query), body)
            reply = json.dumps(answer, default=list)
        if fault is not None:
            if not fault.status:
                self.close_connection = True
                return
            status, reply = fault.status, fault.body
        self.send_response(status)
        if path == "/auth/tokens/refresh":
            self.send_header("Set-Cookie", "myqos_id=fake; Path=/")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply.encode())))
        self.end_headers()
        self.wfile.write(reply.encode())

    do_GET = do_POST = handle_any  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving(stub: NexusStub) -> Iterator[int]:
    """The port on which the stub answers."""
    handler = type("Handler", (_Handler,), {"stub": stub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


# --- the machine


def measure(circuit: Circuit, shots: int, *, spoil: bool = False) -> BackendResult:
    """Run a circuit of conditional gates; registers as a machine returns them, all of them."""
    bits = sorted(circuit.bits)
    strings = drawn_strings(circuit, shots)
    table = np.zeros((shots, len(bits)), dtype=np.uint8)
    rng = np.random.default_rng(shots)
    for string in set(strings):
        chosen = [k for k, other in enumerate(strings) if other == string]
        for gates, measured in segments(circuit, string):
            weights = abs(gates.get_statevector()) ** 2
            outcomes = rng.choice(len(weights), size=len(chosen), p=weights / weights.sum())
            for qubit, bit in measured.items():
                place = circuit.n_qubits - 1 - qubit
                table[chosen, bits.index(bit)] = outcomes >> place & 1
        for k, value in enumerate(string):
            table[chosen, bits.index(Bit("b", k))] = value
    if spoil and Bit("b", 0) in bits:
        shot = next(k for k, string in enumerate(strings) if all(string[1:2]))
        table[shot, bits.index(Bit("b", 0))] ^= 1
    return BackendResult(c_bits=bits, shots=OutcomeArray.from_readouts(table.tolist()))


def drawn_strings(circuit: Circuit, shots: int) -> list[tuple[int, ...]]:
    """The register ``b`` of every shot, by the thresholds and the seed in the circuit."""
    size = sum(bit.reg_name == "b" for bit in circuit.bits)
    if not size:
        return [()] * shots
    from pytket.qasm import circuit_to_qasm_str

    lines = circuit_to_qasm_str(circuit, header="hqslib1", maxwidth=64).splitlines()
    seed = next(line for line in lines if line.startswith("rng_seed = "))
    below = [int(line.split("<")[1].strip(" );")) for line in lines if "< " in line]
    model = RNGModel(shot_id=0)
    model.set_seed(int(seed.split("=")[1].strip(" ;")))
    strings = []
    for _ in range(shots):
        string = [1] * (size + 1)
        for k in reversed(range(size)):
            one = model.rng_random() % 2**30 < below[size - 1 - k]
            string[k] = int(one or not string[k + 1])
        strings.append(tuple(string[:size]))
    return strings


def segments(circuit: Circuit, string: tuple[int, ...]) -> list[tuple[Circuit, dict[int, Bit]]]:
    """The quantum gates of a shot with this string between resets, and what is measured then.

    All qubits are measured before they are reset, so that nothing is left of what was before.
    """
    runs: list[tuple[Circuit, dict[int, Bit]]] = [(Circuit(circuit.n_qubits), {})]
    place = [0] * circuit.n_qubits
    for command in circuit.get_commands():
        op = command.op
        if isinstance(op, Conditional):
            (bit,) = [arg for arg in command.args if isinstance(arg, Bit)]
            if string[bit.index[0]] != op.value:
                continue
            op = op.op
        qubits = [qubit.index[0] for qubit in command.qubits]
        if not qubits or op.type == OpType.Barrier:
            continue
        assert len({place[qubit] for qubit in qubits}) == 1
        gates, measured = runs[place[qubits[0]]]
        if op.type == OpType.Reset:
            assert qubits[0] in measured
            place[qubits[0]] += 1
            if place[qubits[0]] == len(runs):
                runs.append((Circuit(circuit.n_qubits), {}))
        elif op.type == OpType.Measure:
            measured[qubits[0]] = command.bits[0]
        else:
            assert qubits[0] not in measured
            gates.add_gate(op.type, op.params, qubits)
    return runs


def names(stub: NexusStub) -> Counter[str]:
    """How many jobs there are of each name."""
    return Counter(job["attributes"]["name"] for job in stub.jobs.values())
