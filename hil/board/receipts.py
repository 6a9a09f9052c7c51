"""Receipts read off a board's printer: which transaction, over which sum; what else is printed is passed over.

A receipt is some lines and an empty one.  It names its transaction by batch and trace number, never the
order of a till.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

LONGEST = 64  # lines


class Slip(msgspec.Struct, frozen=True):
    """One receipt."""

    batch: int
    stan: int
    fen: int


class Printer:
    """Hears what is printed, line by line, and tells each receipt once it is whole."""

    def __init__(self, on_slip: Callable[[Slip], None]) -> None:
        self._on_slip = on_slip
        self._lines: list[str] = []

    def begins(self) -> None:
        """The power came back: what was half printed stays half."""
        self._lines.clear()

    def heard(self, line: str) -> None:
        """One line of paper."""
        if line:
            del self._lines[:-LONGEST]
            self._lines.append(line)
            return
        slip = slip_of(self._lines)
        self._lines.clear()
        if slip is not None:
            self._on_slip(slip)


def slip_of(lines: list[str]) -> Slip | None:
    """What lines of paper say; None where they are no receipt.

    >>> slip_of(["SHOP", "SALE", "BATCH 000001", "TRACE 000002", "AMOUNT RMB 68.00"])
    Slip(batch=1, stan=2, fen=6800)
    >>> slip_of(["SHOP", "BATCH 000001", "DOMESTIC 1 DEBIT 68.00 0 CREDIT 0.00"])
    """
    said = {name: value for name, _, value in (line.rpartition(" ") for line in lines)}
    batch, stan, sum_ = said.get("BATCH", ""), said.get("TRACE", ""), said.get("AMOUNT RMB", "")
    yuan, _, cents = sum_.partition(".")
    if not (batch.isdecimal() and stan.isdecimal() and yuan.isdecimal() and cents.isdecimal()):
        return None
    return Slip(int(batch), int(stan), int(yuan + cents))
