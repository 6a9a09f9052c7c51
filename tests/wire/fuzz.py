"""A time-boxed search for bytes on which the wire fails: python -m tests.wire.fuzz --seconds 60.

Mutates the vectors (flips, cuts, copies, splices, wrong lengths) and feeds the outcome to every
way in.  Anything but a decoded message that encodes to the same bytes, or a WireError with field
and offset, is printed as hex with the exception; exit 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from contextlib import suppress

from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.generic import decode_generic, encode_generic
from simulator.wire.masked_frames import masked_frame
from simulator.wire.masking import mask_fields
from simulator.wire.recognition import decode_any
from simulator.wire.subfields_shown import subfields_of
from tests.wire.wire_vectors import FRAMES, FRAMINGS, UNIONPAY, codec_in, framed

SEEDS = list(FRAMES.values())


def mutated(chance: random.Random) -> bytes:
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data)) if data else 0
        match chance.randrange(6):
            case 0 if data:
                data[at] ^= 1 << chance.randrange(8)
            case 1 if data:
                data[at] = chance.choice((0x00, 0xFF, 0x0F, 0xF0, 0x99, 0x60, 0x80))
            case 2:
                del data[at:at + chance.randint(1, 9)]
            case 3:
                data[at:at] = chance.randbytes(chance.randint(1, 9))
            case 4:
                other = chance.choice(SEEDS)
                data[at:] = other[chance.randrange(len(other)):]
            case _:
                data[at:at] = data[at:at + chance.randint(1, 40)]
    if chance.random() < 0.7 and len(data) >= 2:
        data[:2] = (len(data) - 2).to_bytes(2, "big")
    return bytes(data)


def try_all(data: bytes) -> None:
    for framing in FRAMINGS.values():
        assert len(masked_frame(data, UNIONPAY, framing)) == len(data)
        reader = FrameReader(framed(framing))
        with suppress(WireError):
            for start in range(0, len(data), 7):
                reader.feed(data[start:start + 7])
        try:
            decoded = decode_generic(data, UNIONPAY, framing)
        except WireError as error:
            refused = error
        else:
            refused = None
        if refused is not None:
            assert refused.field
            assert 0 <= refused.offset <= len(data)
            continue
        assert encode_generic(decoded, UNIONPAY) == data
        codec = codec_in(framing)
        assert codec.encode(codec.decode(data), codec.tpdu_of(data)) == data
        mask_fields(decoded.fields, UNIONPAY)
        subfields_of(decoded, UNIONPAY)
        subfields_of(decoded, UNIONPAY, clear=True)
    with suppress(WireError):
        decode_any(data, UNIONPAY)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main(seconds: float, seed: int) -> int:
    chance, tried, until = random.Random(seed), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        data = mutated(chance)
        try:
            try_all(data)
        except Exception:  # noqa: BLE001  whatever it is, it is what is searched for
            say(f"seed {seed}, try {tried}: {data.hex().upper()}")
            traceback.print_exc()
            return 1
        tried += 1
    say(f"seed {seed}: {tried} mutated frames, all decoded or refused with field and offset")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=None, help="for the same frames again")
    given = parser.parse_args()
    sys.exit(main(given.seconds, time.time_ns() if given.seed is None else given.seed))
