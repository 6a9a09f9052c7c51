"""DES as the dialect uses it: working keys, check values, the MAC, the PIN block, track data.

Keys are test keys.  Of a key only its check value is ever shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

BLOCK = 8


class BadKeyError(Exception):
    """A key whose check value is another."""


def _cipher(key: bytes) -> Cipher[modes.ECB]:
    return Cipher(TripleDES(key * 3 if len(key) == BLOCK else key + key[:BLOCK]), modes.ECB())


def encrypt(key: bytes, data: bytes) -> bytes:
    """DES or 3DES in ECB, by the key's length."""
    return _cipher(key).encryptor().update(data)


def decrypt(key: bytes, data: bytes) -> bytes:
    return _cipher(key).decryptor().update(data)


def check_value(key: bytes) -> bytes:
    return encrypt(key, bytes(BLOCK))[:4]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def mac(key: bytes, data: bytes) -> bytes:
    """CUP-ECB over MTI to F63: the eight characters of F64."""
    folded = bytes(BLOCK)
    data += bytes(-len(data) % BLOCK)
    for at in range(0, len(data), BLOCK):
        folded = _xor(folded, data[at:at + BLOCK])
    text = folded.hex().upper().encode()
    first = encrypt(key, text[:BLOCK])
    return encrypt(key, _xor(first, text[BLOCK:])).hex().upper()[:BLOCK].encode()


def retail_mac(key: bytes, data: bytes) -> bytes:
    """ANSI X9.19 under a key of two halves: eight raw bytes, as some acquirers have F64."""
    left, right = key[:BLOCK], key[BLOCK:]
    data += bytes(-len(data) % BLOCK)
    block = bytes(BLOCK)
    for at in range(0, len(data), BLOCK):
        block = encrypt(left, _xor(block, data[at:at + BLOCK]))
    return encrypt(left, decrypt(right, block))


def pin_block(key: bytes, pin: str, pan: str) -> str:
    """ANSI X9.8 format 0 under the PIN key, as hex."""
    typed = bytes.fromhex(f"{len(pin):02d}{pin}".ljust(16, "F"))
    account = bytes.fromhex("0000" + pan[-13:-1])
    return encrypt(key, _xor(typed, account)).hex().upper()


def sealed_track(key: bytes, track: str) -> str:
    """Track 2 with the eight bytes before its last byte under the track key."""
    packed = bytes.fromhex(track + "0" * (len(track) % 2))
    at = len(packed) - 1 - BLOCK
    return (packed[:at] + encrypt(key, packed[at:-1]) + packed[-1:]).hex().upper()[:len(track)]


@dataclass(frozen=True, repr=False)
class WorkingKeys:
    """What a sign-on brought: for PINs, for MACs, and for tracks where there is one."""

    pin: bytes
    mac: bytes
    track: bytes = b""


def working_keys(master: bytes, f62: bytes) -> WorkingKeys:
    """F62 of an 0810: 24 bytes (single), 40 (double) or 60 (with a track key), each checked."""
    pin_size = 8 if len(f62) == 24 else 16
    mac_size = pin_size  # of a double-length place the first eight bytes are the key
    pin = _checked(master, f62[:pin_size], f62[pin_size:pin_size + 4])
    rest = f62[pin_size + 4:]
    sealed, value = rest[:mac_size], rest[mac_size:mac_size + 4]
    single = mac_size == BLOCK or sealed[BLOCK:] == bytes(BLOCK)
    mac_key = _checked(master, sealed[:BLOCK] if single else sealed, value)
    rest = rest[mac_size + 4:]
    return WorkingKeys(pin, mac_key, _checked(master, rest[:16], rest[16:20]) if rest else b"")


def _checked(master: bytes, sealed: bytes, value: bytes) -> bytes:
    key = decrypt(master, sealed)
    if check_value(key) != value:
        raise BadKeyError(f"check value {value.hex().upper()} is not this key's")
    return key
