"""Our codec against pyiso8583, both ways, on random messages drawn by a fixed seed.

What the peer is told is written out here from docs/unionpay.md by hand; it knows nothing of our dialect
file.  Nothing but test card numbers is drawn.
"""

from __future__ import annotations

import random

import iso8583
import pytest
from peer_specification import peer_specification
from wire_vectors import CODEC, UNIONPAY

from simulator.wire.framing import Framing
from simulator.wire.generic import Decoded, decode_generic, encode_generic

MESSAGES = 640
BARE = Framing(False, "none")
DIGITS = "0123456789"
GBK = "到账请重试商户中心发卡行收单行通讯费"
TYPES = ("0100", "0110", "0200", "0210", "0220", "0230", "0320", "0330", "0400", "0410", "0500", "0510",
         "0620", "0630", "0800", "0810", "0820", "0830")
SOMETIMES = ("2", "3", "4", "11", "12", "13", "14", "15", "22", "23", "25", "26", "32", "35", "36", "37", "38",
             "39", "40", "41", "42", "43", "44", "46", "47", "48", "49", "52", "53", "54", "55", "56", "57", "58",
             "59", "60", "61", "62", "63", "64")
LENGTHS = {"2": (13, 19), "32": (1, 11), "35": (20, 37), "36": (20, 104), "48": (1, 322), "60": (8, 17),
           "61": (12, 29), "54": (1, 20), "44": (1, 25), "55": (0, 255), "62": (0, 512), "63": (1, 163)}
FIXED = {"3": 6, "4": 12, "11": 6, "12": 6, "13": 4, "14": 4, "15": 4, "22": 3, "23": 3, "25": 2, "26": 2,
         "37": 12, "38": 6, "39": 2, "41": 8, "42": 15, "49": 3, "53": 16}
OCTETS = {"52": 8, "64": 8}
PADDED = ("2", "35")  # senders pad these by 0 or by F


def digits(chance, count):
    return "".join(chance.choices(DIGITS, k=count))


def text(chance, most):
    """Characters of one and two bytes, in at most so many bytes."""
    made = ""
    while len(made.encode("gb18030")) < most - 1 and chance.random() < 0.95:
        made += chance.choice(GBK if chance.random() < 0.3 else "CUP 0123456789abcXYZ*+-/:.")
    return made or "A"


def value(chance, key):
    if key in FIXED:
        return digits(chance, FIXED[key])
    if key in OCTETS:
        return chance.randbytes(OCTETS[key]).hex().upper()
    least, most = LENGTHS.get(key, (1, 120))
    count = chance.randint(least, most)
    match key:
        case "2":
            return "62000097" + digits(chance, count - 8)
        case "35" | "36":
            track = digits(chance, count)
            cut = min(16, count - 2)
            return track[:cut] + "D" + track[cut + 1:]
        case "32" | "48" | "60" | "61":
            return digits(chance, count)
        case "54":
            return digits(chance, count)
        case "55" | "62":
            return chance.randbytes(count).hex().upper()
        case _:
            return text(chance, most)


def drawn(n):
    """A message type, fields, and the pad nibble of F2 and F35."""
    chance = random.Random(f"peer {n}")
    keys = [key for key in SOMETIMES if chance.random() < 0.45]
    return chance.choice(TYPES), {key: value(chance, key) for key in keys}, chance.choice("0F")


def padded(fields, pad):
    return frozenset(key for key in PADDED if pad == "F" and len(fields.get(key, "")) % 2)


@pytest.mark.parametrize("part", range(8))
def test_what_the_peer_makes_we_read_and_make_byte_for_byte(part):
    for n in range(part, MESSAGES, 8):
        mti, fields, pad = drawn(n)
        body, _ = iso8583.encode({"t": mti, **fields}, peer_specification(pad))
        read = decode_generic(bytes(body), UNIONPAY, BARE)
        assert (read.mti, read.fields) == (mti, fields), n
        assert read.padded_by_f == padded(fields, pad), n
        assert encode_generic(read, UNIONPAY) == bytes(body), n


@pytest.mark.parametrize("part", range(8))
def test_what_we_make_the_peer_reads(part):
    for n in range(part, MESSAGES, 8):
        mti, fields, pad = drawn(n)
        body = encode_generic(Decoded(BARE, mti, fields, padded_by_f=padded(fields, pad)), UNIONPAY)
        read, _ = iso8583.decode(body, peer_specification(pad))
        assert read.pop("t") == mti, n
        del read["p"]
        assert read == fields, n


@pytest.mark.parametrize("part", range(8))
def test_a_message_value_has_the_peers_bytes(part):
    head = bytes.fromhex("6000030000603100311001")
    for n in range(part, MESSAGES, 8):
        mti, fields, pad = drawn(n)
        body, _ = iso8583.encode({"t": mti, **fields}, peer_specification(pad))
        frame = (len(head) + len(body)).to_bytes(2, "big") + head + bytes(body)
        message = CODEC.decode(frame)
        assert CODEC.encode(message) == frame, n
        assert type(CODEC)(UNIONPAY).encode(message) == frame, n  # a codec that keeps no bytes of it


def test_the_draw_takes_every_field_both_pads_and_odd_and_even_lengths():
    seen = {}
    for n in range(MESSAGES):
        _, fields, pad = drawn(n)
        for key, drawn_value in fields.items():
            seen.setdefault(key, set()).add((len(drawn_value) % 2, pad))
    assert set(seen) == set(SOMETIMES) == {row.key for row in UNIONPAY.fields}
    for key in ("2", "32", "35", "36", "48", "60", "61"):
        assert seen[key] == {(odd, pad) for odd in (0, 1) for pad in "0F"}, key
