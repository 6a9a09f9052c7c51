"""Slips that merchants have not, and whether their terminals can still print them; decides nothing."""

from __future__ import annotations

import msgspec

from simulator.catalogue.slip_reasons import SlipReason
from simulator.trace.records import BatchCounted, SlipMissing, SlipReprinted

_TERMINAL = "terminal."


class Slips(msgspec.Struct, gc=False):
    """What the trace says of slips, by key of the sale."""

    missing: dict[str, SlipReason] = {}
    shaken: set[str] = msgspec.field(default_factory=set)  # keys whose terminal came up again since
    closed: set[str] = msgspec.field(default_factory=set)  # keys whose batch their terminal has closed

    def noted(self, record: SlipMissing) -> None:
        """There is none of a sale."""
        self.missing[record.key] = record.why

    def reprinted(self, record: SlipReprinted) -> None:
        """There is one again, where it came out."""
        if record.printed:
            self.missing.pop(record.key, None)

    def can_print(self, key: str) -> bool:
        """Whether the terminal must still have the sale: in an open batch, in a memory that nothing befell."""
        return key not in self.shaken and key not in self.closed

    def restarted(self, actor: str) -> None:
        """A terminal came up again: what its memory holds is not known here."""
        self.shaken.update(key for key in self.missing if actor == f"{_TERMINAL}{_tid(key)}")

    def counted(self, record: BatchCounted) -> None:
        """A terminal closed a batch: its journal has it no more."""
        if record.closed:
            self.closed.update(
                key for key in self.missing
                if _tid(key) == record.tid and int(key.split("/")[1]) <= record.batch)


def _tid(key: str) -> str:
    return key.partition("/")[0]
