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
from itertools import pairwise

from simulator.wire.cutting import CutMessage, NoMessage, StreamCutter
from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.framing import Framing
from simulator.wire.generic import decode_generic, encode_generic
from simulator.wire.masked_frames import masked_frame
from simulator.wire.masking import mask_fields
from simulator.wire.recognition import decode_any
from simulator.wire.subfields_shown import subfields_of
from tests.wire.wire_vectors import FRAMES, FRAMINGS, UNIONPAY, codec_in, framed, framing_of

SEEDS = list(FRAMES.values())
USUAL = [frame for name, frame in FRAMES.items() if framing_of(name) == UNIONPAY.framing]


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
    try_recovering(data)


def try_recovering(data: bytes) -> None:
    """Whatever stands in a body, it is read to its end or what was not is told with its place."""
    found = UNIONPAY.recovering.read(data)
    for damage in found.damages:
        assert 0 <= damage.begin <= damage.end <= len(data)
        assert damage.error.reason
    if not found.damages:
        assert found.values.keys() <= UNIONPAY.field.keys()


def try_stream(chance: random.Random, data: bytes) -> None:
    """However a stream is sliced, the same is cut out of it, each byte once, and good ends stay good."""
    first, last = chance.choice(USUAL), chance.choice(USUAL)
    stream = first + data + last
    whole = cuts_of(stream, [])
    at = 0
    for cut in whole:
        assert at <= cut.place
        assert not any(stream[at:cut.place]), "bytes that are told nowhere are keep-alives"
        at = cut.end if isinstance(cut, CutMessage) else cut.place + cut.count
    assert not any(stream[at:])
    places = sorted(chance.randrange(len(stream)) for _ in range(5))
    assert told(cuts_of(stream, places)) == told(whole)
    assert told(cuts_of(stream, places, UNIONPAY.framing)) == told(cuts_of(stream, [], UNIONPAY.framing))
    assert [cut.frame for cut in whole[:1] if isinstance(cut, CutMessage)] == [first]


def told(cuts: list[CutMessage | NoMessage]) -> list[tuple[object, ...]]:
    return [(cut.place, cut.frame, [str(each.error) for each in cut.damages]) if isinstance(cut, CutMessage)
            else (cut.place, cut.count, str(cut.error)) for cut in cuts]


def cuts_of(
    stream: bytes, places: list[int], known: Framing | None = None,
) -> list[CutMessage | NoMessage]:
    cutter, cuts = StreamCutter(UNIONPAY, tuple(FRAMINGS.values()), known), []
    for begin, end in pairwise([0, *places, len(stream)]):
        cuts += cutter.feed(stream[begin:end])
    return cuts + cutter.end()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main(seconds: float, seed: int) -> int:
    chance, tried, until = random.Random(seed), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        data = mutated(chance)
        try:
            try_all(data)
            try_stream(chance, data)
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
