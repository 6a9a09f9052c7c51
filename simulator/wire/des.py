"""DES and triple DES as the dialects use them; chooses no key and no mode but ECB.

Blocks go to cryptography itself, which keeps a key set up; the retail MAC is psec's.  This is the
one place that imports psec.  psec 1.3 reaches TripleDES through an address that
cryptography calls deprecated (still there in 50.0); its warnings are of no use to anyone here.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, modes
from cryptography.utils import CryptographyDeprecationWarning

warnings.filterwarnings("ignore", category=CryptographyDeprecationWarning, module=r"psec\.")


BLOCK = 8
KEY_LENGTHS = frozenset({8, 16, 24})
KCV_LENGTH = 4


def triple(key: bytes) -> bytes:
    """The 24-byte form of a single, double or triple length key.

    >>> triple(bytes(range(8))) == bytes(range(8)) * 3
    True
    """
    if len(key) not in KEY_LENGTHS:
        raise ValueError(f"a DES key has 8, 16 or 24 bytes, not {len(key)}")
    return (key * 3)[:24]


def _cipher(key: bytes) -> Cipher[modes.ECB]:
    return Cipher(TripleDES(triple(key)), modes.ECB())  # noqa: S305  what the dialects use


@lru_cache(maxsize=2048)
def _encryptor(key: bytes) -> CipherContext:
    """One for each key: setting a key up takes longer than a block; in ECB no block knows another."""
    return _cipher(key).encryptor()


@lru_cache(maxsize=1024)
def _decryptor(key: bytes) -> CipherContext:
    return _cipher(key).decryptor()


def encrypt(key: bytes, blocks: bytes) -> bytes:
    """ECB; DES or triple DES by the length of the key.

    >>> encrypt(bytes.fromhex("0123456789ABCDEF"), bytes(8)).hex()
    'd5d44ff720683d0d'
    """
    return _encryptor(key).update(_whole(blocks))


def decrypt(key: bytes, blocks: bytes) -> bytes:
    """The inverse of :func:`encrypt`."""
    return _decryptor(key).update(_whole(blocks))


def _whole(blocks: bytes) -> bytes:
    if not blocks or len(blocks) % BLOCK:  # a rest would stay in the cipher and come out next time
        raise ValueError(f"DES takes blocks of {BLOCK} bytes, not {len(blocks)} bytes")
    return blocks


def check_value(key: bytes) -> bytes:
    """KCV: the first four bytes of eight zero bytes under the key."""
    return _cipher(key).encryptor().update(bytes(BLOCK))[:KCV_LENGTH]  # once: nothing to keep


def retail_mac(key: bytes, content: bytes) -> bytes:
    """ANSI X9.19 over content padded with zero bytes; 8 bytes."""
    from psec import mac  # noqa: PLC0415  one dialect in many has need of it

    return mac.generate_retail_mac(triple(key[:8]), triple(key[8:16] or key), content, 1)
