"""Working keys and the form in which a host sends them (F62 of 0810); invents no key.

Each key travels encrypted (ECB) under the terminal master key with its check value (KCV) behind:

======  =======================================================  =============================
bytes   content                                                  used by
======  =======================================================  =============================
24      PIK 8 + KCV 4, MAK 8 + KCV 4                             60.3 = 001, single length
40      PIK 16 + KCV 4, MAK 8 + eight zero bytes + KCV 4         60.3 = 003
40      PIK 16 + KCV 4, MAK 16 + KCV 4                           60.3 = 003, double-length MAK
60      either of the two 40-byte forms, then TDK 16 + KCV 4     60.3 = 004
======  =======================================================  =============================

The two 40-byte forms differ in the last eight bytes of the MAK: all zero means a single-length
key.  24 bytes and the double-length MAK are what terminals of some acquirers do; the published
samples show 40 and 60 bytes with a single-length MAK.
"""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest

import msgspec

from simulator.wire import des
from simulator.wire.errors import KeyCheckError, WireError

_NO_SECOND_HALF = bytes(8)
_KEY_AND_CHECK = 16 + des.KCV_LENGTH


class WorkingKeys(msgspec.Struct, frozen=True, gc=False):
    """Clear working keys of one terminal; test keys only."""

    pik: bytes  # 8 or 16 bytes
    mak: bytes  # 8 or 16 bytes
    tdk: bytes = b""  # 16 bytes where tracks are encrypted

    def __repr__(self) -> str:
        """Keys are not shown."""
        return f"WorkingKeys(pik={len(self.pik)} bytes, mak={len(self.mak)}, tdk={len(self.tdk)})"


def wrap_working_keys(keys: WorkingKeys, tmk: bytes) -> bytes:
    """F62 of a sign-on reply: 24, 40 or 60 bytes by the lengths of the keys."""
    if (len(keys.pik), len(keys.mak), len(keys.tdk)) == (8, 8, 0):
        return _wrap(keys.pik, tmk) + _wrap(keys.mak, tmk)
    if len(keys.pik) != 16 or len(keys.mak) not in {8, 16} or len(keys.tdk) not in {0, 16}:
        raise WireError("62", 0, "no download form has keys of these lengths")
    filler = _NO_SECOND_HALF if len(keys.mak) == 8 else b""
    wrapped = _wrap(keys.pik, tmk) + _wrap(keys.mak, tmk, filler)
    return wrapped + _wrap(keys.tdk, tmk) if keys.tdk else wrapped


def _wrap(key: bytes, tmk: bytes, filler: bytes = b"") -> bytes:
    return des.encrypt(tmk, key) + filler + des.check_value(key)


def unwrap_working_keys(f62: bytes, tmk: bytes) -> WorkingKeys:
    """The clear keys of F62; :class:`KeyCheckError` names the first key whose KCV is wrong."""
    return _keys_in(f62, tmk, _unwrap)


def unchecked_working_keys(f62: bytes, tmk: bytes) -> WorkingKeys:
    """The same, whatever their check values are; for a machine that is wrong on purpose."""
    return _keys_in(f62, tmk, lambda _name, part, key: des.decrypt(key, part[:-des.KCV_LENGTH]))


def unfit_key(f62: bytes, tmk: bytes) -> str:
    """What of F62 cannot be used: PIK, MAK, TDK, or F62 where it holds no keys; "" where all is well."""
    try:
        unwrap_working_keys(f62, tmk)
    except KeyCheckError as error:
        return error.key
    except WireError:
        return "F62"
    return ""


def with_other_check(f62: bytes) -> bytes:
    """F62 with another last byte, which belongs to a check value."""
    return f62[:-1] + bytes([f62[-1] ^ 0x01])


def _keys_in(f62: bytes, tmk: bytes, unwrap: Callable[[str, bytes, bytes], bytes]) -> WorkingKeys:
    if len(f62) == 24:
        return WorkingKeys(unwrap("PIK", f62[:12], tmk), unwrap("MAK", f62[12:], tmk))
    if len(f62) not in {40, 60}:
        raise WireError("62", 0, f"working keys take 24, 40 or 60 bytes, not {len(f62)}")
    pik = unwrap("PIK", f62[:_KEY_AND_CHECK], tmk)
    mak = unwrap("MAK", _without_filler(f62[_KEY_AND_CHECK:2 * _KEY_AND_CHECK]), tmk)
    tdk = unwrap("TDK", f62[2 * _KEY_AND_CHECK:], tmk) if len(f62) == 60 else b""
    return WorkingKeys(pik, mak, tdk)


def _without_filler(part: bytes) -> bytes:
    return part[:8] + part[16:] if part[8:16] == _NO_SECOND_HALF else part


def _unwrap(name: str, part: bytes, tmk: bytes) -> bytes:
    key = des.decrypt(tmk, part[:-des.KCV_LENGTH])
    if not compare_digest(des.check_value(key), part[-des.KCV_LENGTH:]):
        raise KeyCheckError(name)
    return key
