"""F62 of tables that are listed and loaded entry by entry: CAPK and AID; interprets no entry.

======  =========================================  ============================================
code    request                                    reply
======  =========================================  ============================================
query   ``1`` + n2, how many are known by now       flag + names, or ``0`` alone
load    the name of one entry                       ``1`` + its data, or ``0``: there is no such
======  =========================================  ============================================

A name is TLV: 9F06 RID and 9F22 index of a key (in a query's reply with DF05, its expiry), 9F06 of
an AID.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha1

import msgspec

from simulator.wire.errors import WireError
from simulator.wire.tlv import elements

NOTHING, WHOLE, MORE, WHOLE_AS_WELL = "0", "1", "2", "3"  # the first character
LIST_FLAGS = frozenset({NOTHING, WHOLE, MORE, WHOLE_AS_WELL})
FIRST_TAG = "9F06"
RID, INDEX, EXPIRY = "9F06", "9F22", "DF05"
MASTER_KEY, MASTER_KEY_CHECK = "DF21", "DF22"  # of a master key that is loaded
TRANSPORT_KEY, TRANSPORT_KEY_CHECK = "DF23", "DF24"
MODULUS, CHECK_SUM, EXPONENT, HASH, ALGORITHM = "DF02", "DF03", "DF04", "DF06", "DF07"
SHA1 = b"\x01"
_QUERY = "1"

Pairs = tuple[tuple[str, bytes], ...]


class Listing(msgspec.Struct, frozen=True, gc=False):
    """A query's reply: the flag, and the names with whatever stands beside them."""

    flag: str
    names: tuple[Pairs, ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether more is to be asked for."""
        return self.flag == MORE


def read_tlv(octets: bytes) -> Pairs:
    r"""Tags and values of a TLV string.

    >>> read_tlv(bytes.fromhex("9F220101DF0400"))
    (('9F22', b'\x01'), ('DF04', b''))
    """
    text = octets.hex().upper()
    found = elements(text)
    if found is None:
        raise WireError("62", 0, "no whole TLV elements")
    return tuple((each.tag, bytes.fromhex(text[each.data:each.end])) for each in found)


def format_tlv(pairs: Iterable[tuple[str, bytes]]) -> bytes:
    """The TLV string of tags and values."""
    return b"".join(bytes.fromhex(tag) + _length(value) + value for tag, value in pairs)


def _length(value: bytes) -> bytes:
    length = len(value)
    if length < 128:
        return bytes([length])
    return bytes([0x81, length]) if length < 256 else b"\x82" + length.to_bytes(2, "big")


# ---- queries ---------------------------------------------------------------------------------


def format_query(count: int) -> bytes:
    """F62 of a query: how many names are known by now.

    >>> format_query(22)
    b'122'
    """
    if not 0 <= count <= 99:
        raise WireError("62", 1, "a count has two digits")
    return f"{_QUERY}{count:02}".encode("ascii")


def read_query(private: bytes) -> int:
    """How many names the sender knows by now."""
    if len(private) != 3 or private[:1] != _QUERY.encode() or not private.isdigit():
        raise WireError("62", 0, "a query is 1 and a count of two digits")
    return int(private[1:])


def format_listing(flag: str, names: Sequence[Pairs]) -> bytes:
    """F62 of a query's reply."""
    return flag.encode("ascii") + b"".join(map(format_tlv, names))


def read_listing(private: bytes) -> Listing:
    """The flag and the names of a query's reply."""
    flag = private[:1].decode("ascii", "replace")
    if flag not in LIST_FLAGS:
        raise WireError("62", 0, "no flag 0 to 3")
    names: list[list[tuple[str, bytes]]] = []
    for tag, value in read_tlv(private[1:]):
        if tag == FIRST_TAG:
            names.append([])
        elif not names:
            raise WireError("62", 1, f"names begin with {FIRST_TAG}")
        names[-1].append((tag, value))
    if flag == NOTHING and names:
        raise WireError("62", 1, "the flag says that there is nothing, and names follow")
    return Listing(flag, tuple(map(tuple, names)))


# ---- loads -----------------------------------------------------------------------------------


def format_load(data: bytes) -> bytes:
    """F62 of a load's reply: the data of one entry; none where there is no such."""
    return (WHOLE.encode() + data) if data else NOTHING.encode()


def read_load(private: bytes) -> Pairs | None:
    """The data of one entry; None where the host has none of this name."""
    if private[:1] == NOTHING.encode():
        return None
    if private[:1] != WHOLE.encode():
        raise WireError("62", 0, "no flag 0 or 1")
    data = read_tlv(private[1:])
    if not data or data[0][0] != FIRST_TAG:
        raise WireError("62", 1, f"the data of an entry begin with {FIRST_TAG}")
    return data


def name_of(pairs: Pairs, tags: Sequence[str]) -> Pairs:
    """Of a name or of data only what names an entry."""
    return tuple((tag, value) for tag, value in pairs if tag in tags)


def check_sum(pairs: Pairs) -> bytes:
    """DF03 of an RSA key: SHA-1 over RID, index, modulus and exponent."""
    there = dict(pairs)
    content = b"".join(there.get(tag, b"") for tag in (RID, INDEX, MODULUS, EXPONENT))
    return sha1(content).digest()  # noqa: S324 - what the dialect has


def is_whole_key(pairs: Pairs) -> bool:
    """Whether a key's own check sum fits it; one of another hash is taken as it is."""
    there = dict(pairs)
    if not there.get(MODULUS) or CHECK_SUM not in there:
        return False
    return there.get(HASH, SHA1) != SHA1 or there[CHECK_SUM] == check_sum(pairs)
