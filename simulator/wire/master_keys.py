"""Terminal master keys (TMK): which terminal has which; test keys only.  Shows no key, reads no file.

A person sees of a key its check value (KCV) alone: the first bytes of eight zero bytes under the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from simulator.wire import des

TEST_MASTER_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")  # a published test key
LENGTHS: Mapping[int, str] = {8: "single", 16: "double", 24: "triple"}
MOST_COMPONENTS = 3


def check_value(key: bytes) -> str:
    """KCV of a key, in hex.

    >>> check_value(TEST_MASTER_KEY)
    '08D7B4FB'
    """
    return des.check_value(key).hex().upper()


def combined(components: Sequence[bytes]) -> bytes:
    """The key of which each person knows one component: all of them, exclusive-ored.

    >>> combined([bytes([1, 2]), bytes([4, 8])]).hex()
    '050a'
    """
    key = bytes(len(components[0]))
    for component in components:
        key = bytes(ours ^ theirs for ours, theirs in zip(key, component, strict=True))
    return key


def has_odd_parity(key: bytes) -> bool:
    """Whether each byte has an odd number of ones, as key letters mostly have it; DES asks for none.

    >>> has_odd_parity(TEST_MASTER_KEY), has_odd_parity(bytes(8))
    (True, False)
    """
    return all(octet.bit_count() % 2 for octet in key)


class MasterKey(msgspec.Struct, frozen=True, gc=False):
    """One key, and the check values of the components of which it was made."""

    octets: bytes
    components: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """A key is not shown."""
        return f"MasterKey({self.check_value})"

    @property
    def check_value(self) -> str:
        """Its KCV, in hex."""
        return check_value(self.octets)


USUAL_KEY = MasterKey(TEST_MASTER_KEY)


class MasterKeys(msgspec.Struct, frozen=True, gc=False):
    """The keys of all terminals: their own, or one for all, or else the published test key."""

    own: Mapping[str, MasterKey] = {}  # by TID
    one_for_all: MasterKey | None = None
    source: str = ""  # where they are from; "": no file was given

    def __repr__(self) -> str:
        """Keys are not shown."""
        return f"MasterKeys({len(self.own)} of their own, source {self.source!r})"

    def key_of(self, tid: str) -> MasterKey:
        """The key of a terminal."""
        return self.own.get(tid) or self.one_for_all or USUAL_KEY

    def __contains__(self, tid: str) -> bool:
        """Whether there is a key that is meant for this terminal."""
        return not self.source or self.one_for_all is not None or tid in self.own


NO_FILE = MasterKeys()
