"""Track 2 under the track key (TDK): one block in its middle is encrypted, the rest stays readable.

Two public terminal sources agree: the track, packed two digits to the byte (D as separator, an odd
one padded by 0), has the eight bytes before its last byte encrypted (ECB) in place; what is sent is
as long as before.  So the first digits of the card and the last one or two of the track stay clear.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from simulator.wire import des
from simulator.wire.errors import WireError

ENCRYPTED = "1"  # third digit of F53
_TAIL = 2  # digits of the last byte
_BLOCK = 2 * des.BLOCK
SHORTEST = _BLOCK + _TAIL - 1


def encrypt_track(track: str, tdk: bytes) -> str:
    """F35 as it is sent.

    >>> encrypt_track("6200009753180120D301220100000000001", bytes(range(16)))
    '6200009753180120D322E183E5EFD1E4E01'
    """
    return _changed(track, tdk, des.encrypt)


def decrypt_track(track: str, tdk: bytes) -> str:
    """The track that a terminal read; :class:`WireError` where key and content do not fit."""
    clear = _changed(track, tdk, des.decrypt)
    if not is_track(clear):
        raise WireError("35", 0, "is no track under the track key")
    return clear


def is_track(track: str) -> bool:
    """Whether this is what a reader gives: card number, D, more digits; long enough for one block.

    >>> is_track("6200009753180120D30122010"), is_track("6200009753180120"), is_track("62D30122010")
    (True, False, False)
    """
    pan, separator, rest = track.partition("D")
    digits = (pan + rest).isascii() and pan.isdecimal() and rest.isdecimal()
    return bool(separator) and digits and len(track) >= SHORTEST


def is_encrypted(security: str) -> bool:
    """What F53 says about the track.

    >>> is_encrypted("2610000000000000"), is_encrypted("2600000000000000"), is_encrypted("")
    (True, False, False)
    """
    return security[2:3] == ENCRYPTED


@lru_cache(maxsize=1 << 16)
def expiry_and_service(track: str) -> tuple[str, str]:
    """Expiry (YYMM) and service code of a track in clear; empty where it is too short.

    >>> expiry_and_service("6200009753180120D30122010000000000"), expiry_and_service("6200D30")
    (('3012', '201'), ('30', ''))
    """
    rest = track.partition("D")[2]
    return rest[:4], rest[4:7]


@lru_cache(maxsize=1 << 16)
def passes_luhn(pan: str) -> bool:
    """Whether a card number ends in its check digit.

    >>> passes_luhn("6200009753180120"), passes_luhn("6200009753180121"), passes_luhn("62A0")
    (True, False, False)
    """
    if not (pan.isascii() and pan.isdecimal()):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in pan[-2::-2])
    return (sum(doubled) + sum(map(int, pan[-1::-2]))) % 10 == 0


def _changed(track: str, tdk: bytes, change: Callable[[bytes, bytes], bytes]) -> str:
    if len(track) < SHORTEST:
        raise WireError("35", 0, f"a track under the track key has at least {SHORTEST} digits")
    padded = track + "0" * (len(track) % 2)
    begin, end = len(padded) - _TAIL - _BLOCK, len(padded) - _TAIL
    try:
        block = bytes.fromhex(padded[begin:end])
    except ValueError:
        raise WireError("35", begin, "is no track") from None
    return track[:begin] + change(tdk, block).hex().upper() + track[end:]
