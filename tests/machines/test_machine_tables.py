"""The page about the machines is the code's own tables, and its diagrams are what the books do."""

from __future__ import annotations

from pathlib import Path

import pytest
from acquirer_bench import DAY, MID, PAN, SETTINGS, TID, keys_of

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import HostRecord, TransactionKey
from simulator.machines.acquirer.memory import HostBooks
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.transactions import Stage, State
from simulator.machines.tables import STAGES, STATES, page
from simulator.wire.kinds import Kind

KEY = TransactionKey(TID, 1, 2)
PAGE = Path(__file__).parents[2] / "docs" / "machines.md"

# The record that brings a transaction there, and a batch.
TRANSACTION: dict[State, HostRecord] = {
    State.ASKED: journal.Asked(KEY, Kind.QR_PAY, 100, PAN, "bank.a", 1, "0129"),
    State.PENDING: journal.Decided(KEY, "09", DAY),
    State.APPROVED: journal.Decided(KEY, "00", DAY, "654321"),
    State.DECLINED: journal.Decided(KEY, "51", DAY),
    State.UNDONE: journal.Undone(KEY, "reversal", "12", DAY, owed=True),
}
FIRST: dict[State, HostRecord] = {
    State.DECLINED: journal.Refused(KEY, Kind.SALE, 100, PAN, 1, "13"),
    State.UNDONE: journal.ReversedAhead(KEY, Kind.SALE, 100, PAN),
}
BATCH: dict[Stage, HostRecord] = {
    Stage.OPEN: TRANSACTION[State.ASKED],
    Stage.DISPUTED: journal.BatchDisputed(TID, 1),
    Stage.SETTLED: journal.BatchSettled(TID, 1, "1", DAY),
}


def books() -> HostBooks:
    return HostBooks(SETTINGS, [TerminalEntry(tid=TID, mid=MID)], keys_of)


def test_the_page_is_printed_from_the_tables():
    assert PAGE.read_text("utf-8") == page(), "python -m simulator.machines.tables"


@pytest.mark.parametrize(("begin", "end"), [row[:2] for row in STATES])
def test_each_move_of_a_transaction_is_one_record(begin, end):
    folded = books()
    if begin is None:
        folded.apply(FIRST.get(end, TRANSACTION[end]))
    else:
        for state in dict.fromkeys((State.ASKED, begin, end)):
            folded.apply(TRANSACTION[state])
    if (begin, end) == (State.DECLINED, State.ASKED):
        folded.apply(TRANSACTION[State.ASKED])
    found = folded.find(KEY)
    assert found is not None
    assert found.state is end


@pytest.mark.parametrize(("begin", "end"), [row[:2] for row in STAGES])
def test_each_move_of_a_batch_is_one_record(begin, end):
    folded = books()
    for stage in dict.fromkeys((Stage.OPEN, begin or Stage.OPEN, end)):
        folded.apply(BATCH[stage])
    assert folded.batch_of(KEY).stage is end


def test_every_state_and_stage_can_be_reached():
    assert {end for _, end, _ in STATES} == set(State)
    assert {end for _, end, _ in STAGES} == set(Stage)
