"""A terminal master key on its way: under a random key, and that one under the host's RSA key.

The random key is padded ``00 02 FF … 00`` (PKCS #1 type 2, but with FF for chance) and goes up in
DF23 with its check value in DF24; the master key comes down under it in DF21 with its own check
value in DF22.  Makes no chance and keeps no key; test keys only.
"""

from __future__ import annotations

from functools import lru_cache
from hmac import compare_digest

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from simulator.wire import des
from simulator.wire.errors import KeyCheckError, WireError
from simulator.wire.tables_listed import (
    EXPONENT,
    INDEX,
    MASTER_KEY,
    MASTER_KEY_CHECK,
    MODULUS,
    RID,
    TRANSPORT_KEY,
    TRANSPORT_KEY_CHECK,
    Pairs,
)

KEY_LENGTH = 16
_HEAD, _FILLER, _END = b"\x00\x02", b"\xff", b"\x00"
_LEAST_MODULUS = 64  # bytes


class RsaTestKey(msgspec.Struct, frozen=True, gc=False):
    """The host's key pair, a test key; shows nothing of itself."""

    rid: bytes
    index: bytes
    prime_1: int
    prime_2: int
    exponent: int

    def __repr__(self) -> str:
        """Keys are not shown."""
        return f"RsaTestKey({self.rid.hex().upper()}, {self.index.hex().upper()})"

    def public(self) -> Pairs:
        """What a terminal is told: RID, index, modulus, exponent."""
        return (
            (RID, self.rid), (INDEX, self.index),
            (MODULUS, _octets(self.prime_1 * self.prime_2)), (EXPONENT, _octets(self.exponent)),
        )


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


@lru_cache(maxsize=8)
def _private_key(key: RsaTestKey) -> rsa.RSAPrivateKey:
    p, q, e = key.prime_1, key.prime_2, key.exponent
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(e, p * q),
    )
    return numbers.private_key()


def is_usable(key: RsaTestKey) -> bool:
    """Whether its numbers are those of an RSA key."""
    try:
        _private_key(key)
    except ValueError:
        return False
    return len(dict(key.public())[MODULUS]) >= _LEAST_MODULUS


def encrypt_transport_key(key: bytes, public: Pairs) -> Pairs:
    """DF23 and DF24: a random key under the public key, with its check value."""
    there = dict(public)
    modulus, exponent = there.get(MODULUS, b""), there.get(EXPONENT, b"")
    size = len(modulus)
    if size < _LEAST_MODULUS or not exponent or len(key) != KEY_LENGTH:
        raise WireError("62", 0, "no public key of a usable size")
    block = _HEAD + _FILLER * (size - len(_HEAD) - len(_END) - len(key)) + _END + key
    n = int.from_bytes(modulus, "big")
    if n <= int.from_bytes(block, "big"):
        raise WireError("62", 0, "no public key of a usable size")
    number = pow(int.from_bytes(block, "big"), int.from_bytes(exponent, "big"), n)
    return (
        (TRANSPORT_KEY, number.to_bytes(size, "big")), (TRANSPORT_KEY_CHECK, des.check_value(key)),
    )


def decrypt_transport_key(pairs: Pairs, key: RsaTestKey) -> bytes:
    """The random key; :class:`KeyCheckError` where its check value does not fit."""
    there = dict(pairs)
    try:
        clear = _private_key(key).decrypt(there.get(TRANSPORT_KEY, b""), PKCS1v15())
    except ValueError:
        clear = b""
    check = there.get(TRANSPORT_KEY_CHECK, b"")
    if len(clear) != KEY_LENGTH or not compare_digest(des.check_value(clear), check):
        raise KeyCheckError("transport key")
    return clear


def wrap_master_key(master_key: bytes, transport_key: bytes) -> Pairs:
    """DF21 and DF22: the master key under the random one, with its check value."""
    return (
        (MASTER_KEY, des.encrypt(transport_key, master_key)),
        (MASTER_KEY_CHECK, des.check_value(master_key)),
    )


def unwrap_master_key(pairs: Pairs, transport_key: bytes) -> bytes:
    """The master key; :class:`KeyCheckError` where its check value does not fit."""
    there = dict(pairs)
    wrapped = there.get(MASTER_KEY, b"")
    if len(wrapped) != KEY_LENGTH:
        raise KeyCheckError("TMK")
    master_key = des.decrypt(transport_key, wrapped)
    if not compare_digest(des.check_value(master_key), there.get(MASTER_KEY_CHECK, b"")):
        raise KeyCheckError("TMK")
    return master_key
