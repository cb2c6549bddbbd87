"""The value of the Jones polynomial of a knot, from a noisy simulator and exactly."""

import plait

knot = plait.braid("8_19")
exact = plait.jones(knot)
estimate = plait.estimate(knot, device="H2-1", shots=2000, seed=1)

print(f"{knot.strands} strands, {len(knot)} crossings, {estimate.qubits} qubits")
print(f"estimated {estimate.value:.3f}")
print(f"exact     {exact.value:.3f} = {exact.exact} in powers of exp(2πi/5)")
print("covered" if estimate.covers(exact.value) else "not covered")
