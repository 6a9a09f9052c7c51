"""Our codec beside pyiso8583 on the same bodies, in the same run.

Ratios only: the machine is noisy.  ``make bench`` prints them; nothing here fails on a time.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import iso8583
import pytest

from simulator.wire.framing import Framing
from simulator.wire.generic import decode_generic

sys.path.insert(0, str(Path(__file__).parents[1] / "wire"))
from peer_specification import peer_specification
from wire_vectors import MINTED, UNIONPAY

BARE = Framing(False, "none")
BODIES = [bytes.fromhex(vector["hex"])[13:] for vector in MINTED["vectors"]]
ROUNDS = 200


def timed(work):
    began = time.process_time()
    for _ in range(ROUNDS):
        for body in BODIES:
            work(body)
    return (time.process_time() - began) / ROUNDS / len(BODIES) * 1e6


def median_ratio(ours, theirs):
    pairs = [(timed(ours), timed(theirs)) for _ in range(5)]
    return sorted(own / other for own, other in pairs)[2], min(pairs)


def test_reading_and_making_a_body_beside_the_peer(capsys):
    specification = peer_specification("0")
    fields = {body: decode_generic(body, UNIONPAY, BARE) for body in BODIES}
    reading, (own, other) = median_ratio(
        UNIONPAY.reader.read, lambda body: iso8583.decode(body, specification))
    making, (own_made, other_made) = median_ratio(
        lambda body: UNIONPAY.writer.write(fields[body].mti, fields[body].fields),
        lambda body: iso8583.encode({"t": fields[body].mti, **fields[body].fields}, specification))
    with capsys.disabled():
        print(f"\nreading a body: {reading:.2f} of pyiso8583's time ({own:.1f} to {other:.1f} µs)")
        print(f"making a body: {making:.2f} of pyiso8583's time ({own_made:.1f} to {other_made:.1f} µs)")


pytestmark = pytest.mark.benchmark
