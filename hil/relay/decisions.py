"""What can be decided about a message: one deed with its numbers."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from hil.relay.matching import Match
from hil.relay.seen import Fate


class Deed(StrEnum):
    """What is done with it."""

    PASS = "pass"
    LOSE = "lose"
    HOLD = "hold"  # until a time, another message or a word of the bench; others overtake it
    REPEAT = "repeat"
    FORGE = "forge"  # it passes, and one that nobody sent goes after it
    SWAP = "swap"  # the next message of its way goes first
    CHANGE = "change"  # a field, or the MAC alone
    CUT_SHORT = "cut_short"
    GARBAGE = "garbage"
    WRONG_LENGTH = "wrong_length"
    HANG_UP = "hang_up"
    RESET = "reset"
    HALF_CLOSE = "half_close"  # it passes, and nothing more on its way
    SPLIT = "split"  # half of it, and the rest later
    NAK = "nak"  # on an ECR line: a NAK in its place
    SPOIL_CHECK = "spoil_check"  # on an ECR line: a wrong check byte
    NOISE = "noise"  # on an ECR line: noise in front of it


class Mac(StrEnum):
    """What becomes of F64 where a field is changed."""

    RIGHT = "right"  # made anew under the session key; needs the master key
    KEPT = "kept"  # as it was, so wrong for what was changed
    WRONG = "wrong"  # no MAC of anything
    HALF = "half"  # right in its first half, and in no character of the rest


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One deed; what of the rest has a meaning depends on it."""

    deed: Deed
    # HOLD: for so long; REPEAT: between copies; SPLIT: between halves; FORGE: after; SWAP: at most
    ms: float = 0
    until: Match | None = None  # HOLD: until a message is seen that meets it
    times: int = 1  # REPEAT: further copies
    field: str = ""  # CHANGE: number of the field, or the name of a header part; "": the MAC alone
    value: str = ""  # as `daozhang decode` shows it
    also: tuple[tuple[str, str], ...] = ()  # CHANGE: further fields and their values
    mac: Mac = Mac.KEPT
    keep: int = 0  # CUT_SHORT: bytes that still leave; 0: half of them
    by: int = 1  # WRONG_LENGTH: what is added to the length that is announced
    then: Deed = Deed.PASS  # CUT_SHORT, GARBAGE, WRONG_LENGTH: HANG_UP or RESET behind it

    @property
    def fate(self) -> Fate:
        """What it makes of a message."""
        return _FATES[self.deed]


_FATES = {
    Deed.PASS: Fate.PASSED, Deed.LOSE: Fate.LOST, Deed.HOLD: Fate.HELD,
    Deed.REPEAT: Fate.REPEATED, Deed.FORGE: Fate.FORGED, Deed.SWAP: Fate.SWAPPED, Deed.CHANGE: Fate.CHANGED,
    Deed.CUT_SHORT: Fate.CUT_SHORT, Deed.GARBAGE: Fate.GARBAGE,
    Deed.WRONG_LENGTH: Fate.WRONG_LENGTH, Deed.HANG_UP: Fate.HUNG_UP, Deed.RESET: Fate.RESET,
    Deed.HALF_CLOSE: Fate.PASSED, Deed.SPLIT: Fate.SPLIT, Deed.NAK: Fate.CHANGED,
    Deed.SPOIL_CHECK: Fate.CHANGED, Deed.NOISE: Fate.GARBAGE,
}
SWAP_WITHIN_MS = 5_000.0

PASS = Decision(deed=Deed.PASS)
LOSE = Decision(deed=Deed.LOSE)
SWAP = Decision(deed=Deed.SWAP, ms=SWAP_WITHIN_MS)
CUT_SHORT = Decision(deed=Deed.CUT_SHORT)
GARBAGE = Decision(deed=Deed.GARBAGE)
WRONG_LENGTH = Decision(deed=Deed.WRONG_LENGTH)
HANG_UP = Decision(deed=Deed.HANG_UP)
RESET = Decision(deed=Deed.RESET)
HALF_CLOSE = Decision(deed=Deed.HALF_CLOSE)
WRONG_MAC = Decision(deed=Deed.CHANGE, mac=Mac.WRONG)
HALF_RIGHT_MAC = Decision(deed=Deed.CHANGE, mac=Mac.HALF)


def hold(ms: float = 0, until: Match | None = None) -> Decision:
    """For so long, until another message is seen, or until ``Relay.release(number)``."""
    return Decision(deed=Deed.HOLD, ms=ms, until=until)


def repeat(times: int = 1, after_ms: float = 0) -> Decision:
    """It passes, and so many copies after it, each so long after the last."""
    return Decision(deed=Deed.REPEAT, times=times, ms=after_ms)


def change(field: str, value: str, mac: Mac = Mac.KEPT, also: tuple[tuple[str, str], ...] = ()) -> Decision:
    """Another value in a field, and in others too."""
    return Decision(deed=Deed.CHANGE, field=field, value=value, mac=mac, also=also)
