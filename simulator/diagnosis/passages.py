"""Messages as the two ends of a line know them: the log of one held against that of the other.

A request that a terminal's log holds and the host's does not was lost, or had not left; which of
the two the terminal alone can say, where its connection was refused.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from simulator.diagnosis.evidence import HOST, Evidence
from simulator.trace.records import Arrived, Lost, Record, Sent

UP, DOWN = "up", "down"


class Passage(msgspec.Struct, gc=False):
    """One message, one way."""

    way: str
    tid: str
    sent: Sent
    heard: Arrived | None = None
    refused: Lost | None = None  # the sender was told that nothing left
    once: bool = True  # nothing else of this name was sent: what was heard is this one

    @property
    def took_ms(self) -> int:
        """How long it was under way; 0 where nobody heard it."""
        return self.heard.at_ms - self.sent.at_ms if self.heard else 0


class Passages(msgspec.Struct, frozen=True):
    """All messages of a run."""

    all: tuple[Passage, ...]  # in the order in which they were sent
    twice: tuple[Arrived, ...]  # heard once more than sent
    unsent: tuple[Arrived, ...]  # heard, and in no sender's log


def passages_of(evidence: Evidence) -> Passages:
    """Every message that some log holds."""
    sent: dict[tuple[str, ...], list[Passage]] = defaultdict(list)
    made: list[Passage] = []
    for each in evidence.of(Sent):
        passage = Passage(DOWN if each.actor == HOST else UP, each.tid, each)
        alike = sent[_name(each, each.actor)]
        if alike:
            alike[0].once = passage.once = False
        alike.append(passage)
        made.append(passage)
    for lost in evidence.of(Lost):
        if (last := _last(sent.get(_name(lost, lost.sender), []), lost.at_ms)) is not None:
            last.refused = lost
    twice: list[Arrived] = []
    unsent: list[Arrived] = []
    for heard in evidence.of(Arrived):
        known = sent.get(_name(heard, heard.sender), [])
        last = _last(known, heard.at_ms)
        if last is not None:
            last.heard = heard
        elif not evidence.has_log(heard.sender):
            continue  # whoever sent it wrote down nothing that is here
        elif known and known[0].sent.at_ms <= heard.at_ms:
            twice.append(heard)
        else:
            unsent.append(heard)
    return Passages(tuple(made), tuple(twice), tuple(unsent))


def _name(record: Record, sender: str) -> tuple[str, ...]:
    assert isinstance(record, Sent | Arrived | Lost)
    return (sender, record.tid, record.mti, str(record.batch), str(record.stan))


def _last(known: list[Passage], at_ms: int) -> Passage | None:
    """The latest that was sent by then and is nowhere yet."""
    for passage in reversed(known):
        if passage.sent.at_ms <= at_ms and passage.heard is None and passage.refused is None:
            return passage
    return None
