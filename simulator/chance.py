"""Keyed chance: a draw is a pure function of the seed and the name of the decision.

One more terminal, or one more draw elsewhere, changes no other decision.  A key names one
decision only; ask again with another attempt number.
"""

from __future__ import annotations

import math
from functools import lru_cache
from zlib import crc32

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_GOLDEN = 0x9E37_79B9_7F4A_7C15
_UNIT = 1.0 / (1 << 53)


def _mix(state: int) -> int:
    state = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9 & _MASK
    state = (state ^ (state >> 27)) * 0x94D0_49BB_1331_11EB & _MASK
    return state ^ (state >> 31)


def purpose_number(*names: str) -> int:
    """A stable 64-bit number for the texts of a key; computed once and kept, not in hot paths.

    >>> purpose_number("link.delay", "10000001") == purpose_number("link.delay", "10000001")
    True
    """
    text = "\x1f".join(names).encode()
    return crc32(text) << 32 | crc32(text, 0x5A5A_5A5A)


def uniform(seed: int, key: int, first: int = 0, second: int = 0) -> float:
    """A float in [0, 1) decided by (seed, key, first, second) alone.

    ``key`` comes from :func:`purpose_number` (purpose and actor); ``first`` and ``second`` are the
    running numbers of the decision, such as STAN and attempt.

    >>> 0.0 <= uniform(1, 2, 3, 4) < 1.0
    True
    >>> uniform(1, 2, 3, 4) == uniform(1, 2, 3, 5)
    False
    """
    return (bits(seed, key, first, second) >> 11) * _UNIT


def exponential_ms(draw: float, mean_ms: float) -> int:
    """Whole milliseconds, exponentially distributed, from a uniform draw."""
    return round(-math.log(1.0 - draw) * mean_ms)


def bits(seed: int, key: int, first: int = 0, second: int = 0) -> int:
    """64 bits decided by (seed, key, first, second): several small choices of one decision.

    Two rounds of :func:`_mix`, written out: this is asked several times for each sale.
    """
    state = (
        (_of_seed(seed) ^ key) + first * 0xD1B5_4A32_D192_ED03 + second * 0xABC9_8388_FB8F_AC03
    ) & _MASK
    state = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9 & _MASK
    state = (state ^ (state >> 27)) * 0x94D0_49BB_1331_11EB & _MASK
    state = (state ^ (state >> 31)) + _GOLDEN & _MASK
    state = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9 & _MASK
    state = (state ^ (state >> 27)) * 0x94D0_49BB_1331_11EB & _MASK
    return state ^ (state >> 31)


@lru_cache(maxsize=64)
def _of_seed(seed: int) -> int:
    return _mix((seed + _GOLDEN) & _MASK)
