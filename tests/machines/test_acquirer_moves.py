"""Each state with each record: it goes where it may go, or is refused by name and nothing changes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import get_args

import msgspec
import pytest
from acquirer_bench import DAY, MID, NEXT_DAY, PAN, SETTINGS, TID, keys_of

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import HostRecord, TransactionKey
from simulator.machines.acquirer.memory import HostBooks
from simulator.machines.acquirer.moves import (
    BATCH_MOVES,
    MOVES,
    BatchSaid,
    Said,
    UnlawfulMoveError,
)
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.machines.acquirer.transactions import Stage, State
from simulator.wire.kinds import Kind

KEY = TransactionKey(TID, 1, 2)
OTHER = TransactionKey(TID, 1, 3)
REFUND = Kind.REFUND  # a 0220: the terminal repeats it


AT_HOST = msgspec.structs.replace(SETTINGS, capture="host")


def books(*records: HostRecord, settings: AcquirerSettings = SETTINGS) -> HostBooks:
    return HostBooks(
        settings, [TerminalEntry(tid=TID, mid=MID)], keys_of, records)


def asked(number: int, key: TransactionKey = KEY, kind: Kind = REFUND) -> HostRecord:
    return journal.Asked(key, kind, 100, PAN, "bank.a", number, "0129")


def decided(code: str) -> HostRecord:
    return journal.Decided(KEY, code, DAY, "654321")


UNDONE = journal.Undone(KEY, "reversal", "12", DAY, owed=True)

# How a transaction comes to stand, and every record that could be about it.
STANDING: dict[str, tuple[HostRecord, ...]] = {
    "unknown": (),
    "asked": (asked(1),),
    "approved": (asked(1), decided("00")),
    "declined": (asked(1), decided("51")),
    "declined for now": (asked(1), decided("91")),
    "undone": (asked(1), UNDONE),
    "heard of": (asked(1), UNDONE, journal.IssuerUndid(KEY)),
}
RECORDS: dict[str, HostRecord] = {
    "asked": asked(7),
    "approved": decided("00"),
    "in part": journal.Decided(KEY, "10", DAY, "654321", part_fen=60),
    "declined": decided("51"),
    "refused": journal.Refused(KEY, REFUND, 100, PAN, 7, "13"),
    "undone": UNDONE,
    "ahead": journal.ReversedAhead(KEY, REFUND, 100, PAN),
    "heard": journal.IssuerUndid(KEY),
    "signed for": journal.SignatureKept(KEY, 300),
    "stan again": journal.StanReused(TID, 1, 2),
    "scripts": journal.ScriptsRun(KEY, ("2012345678",)),
    "contested": journal.Contested(KEY, 40),
}
# What the trade knows: asked once, decided once, undone for good.
LAWFUL: dict[str, dict[str, State]] = {
    "unknown": {
        "asked": State.ASKED, "refused": State.DECLINED, "ahead": State.UNDONE},
    "asked": {
        "approved": State.APPROVED, "in part": State.APPROVED,
        "declined": State.DECLINED, "undone": State.UNDONE, "stan again": State.ASKED, "scripts": State.ASKED},
    "approved": {
        "undone": State.UNDONE, "signed for": State.APPROVED, "stan again": State.APPROVED,
        "scripts": State.APPROVED, "contested": State.APPROVED},
    "declined": {"stan again": State.DECLINED, "scripts": State.DECLINED},
    "declined for now": {
        "asked": State.ASKED, "refused": State.DECLINED, "stan again": State.DECLINED, "scripts": State.DECLINED},
    "undone": {"heard": State.UNDONE, "stan again": State.UNDONE, "scripts": State.UNDONE},
    "heard of": {"stan again": State.UNDONE, "scripts": State.UNDONE},
}

# The same of a batch.
BATCHES: dict[str, tuple[HostRecord, ...]] = {
    "none": (),
    "open": (asked(1), decided("00")),
    "disputed": (asked(1), decided("00"), journal.BatchDisputed(TID, 1)),
    "settled": (asked(1), decided("00"), journal.BatchSettled(TID, 1, "1", DAY)),
    "holding": (asked(1), decided("00"), journal.BatchSettled(TID, 1, "2", DAY, held=(2,))),
}
BATCH_RECORDS: dict[str, HostRecord] = {
    "asked": asked(7, OTHER),
    "refused": journal.Refused(OTHER, REFUND, 100, PAN, 7, "13"),
    "ahead": journal.ReversedAhead(OTHER, REFUND, 100, PAN),
    "undone": UNDONE,
    "disputed": journal.BatchDisputed(TID, 1),
    "uploaded": journal.DetailsUploaded(TID, 1, ((2, 100),)),
    "settled": journal.BatchSettled(TID, 1, "1", DAY),
    "held": journal.BatchSettled(TID, 1, "2", DAY, held=(2,)),
    "given": journal.SignedOn(TID, 1, 9, 1),
    "released": journal.HeldReleased(KEY, DAY),
}
BATCH_LAWFUL: dict[str, dict[str, Stage | None]] = {
    "none": {
        "asked": Stage.OPEN, "refused": Stage.OPEN, "ahead": Stage.OPEN,
        "disputed": Stage.DISPUTED, "settled": Stage.SETTLED, "given": None},
    "open": {
        "asked": Stage.OPEN, "refused": Stage.OPEN, "ahead": Stage.OPEN, "undone": Stage.OPEN,
        "disputed": Stage.DISPUTED, "settled": Stage.SETTLED, "held": Stage.SETTLED,
        "given": Stage.OPEN},
    "disputed": {
        "asked": Stage.DISPUTED, "refused": Stage.DISPUTED, "ahead": Stage.DISPUTED,
        "undone": Stage.DISPUTED, "disputed": Stage.DISPUTED, "uploaded": Stage.DISPUTED,
        "settled": Stage.SETTLED, "held": Stage.SETTLED, "given": Stage.DISPUTED},
    "settled": {},
    "holding": {"undone": Stage.SETTLED, "released": Stage.SETTLED},
}
# Where an approval clears an item, what comes late still enters or leaves a settled batch.
LATE: dict[str, BatchSaid] = {
    "asked": BatchSaid.ENTERED_LATE, "refused": BatchSaid.ENTERED_LATE,
    "undone": BatchSaid.CHANGED_LATE,
}
# Records that are about no transaction and no batch: whatever stands, they leave it as it is.
ELSEWHERE: tuple[HostRecord, ...] = (
    journal.SignedOff(TID), journal.KeysVoided(""), journal.KeysVoided(TID),
    journal.VersionSet("20000000", refuse=False), journal.CutOver(NEXT_DAY),
    journal.Demanded("", "4"), journal.Demanded(TID, "7"), journal.DemandMet(TID, "4"),
    journal.StatusTaken(TID, (("01", "1"),)), journal.MasterKeyOffered(TID, 1),
    journal.MasterKeyActivated(TID, 1),
)
# What must stand before one of them.
BEFORE: dict[type, tuple[HostRecord, ...]] = {
    journal.MasterKeyActivated: (journal.MasterKeyOffered(TID, 1),),
}


def everything(folded: HostBooks) -> object:
    """All that a journal has made of the books."""
    return copy.deepcopy({
        name: value for name, value in vars(folded).items() if not callable(value)})


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("standing", STANDING)
def test_a_transaction_goes_where_it_may_go_or_stays_untouched(standing: str, name: str) -> None:
    folded = books(*STANDING[standing])
    before = everything(folded)
    end = LAWFUL[standing].get(name)
    if end is None:
        with pytest.raises(UnlawfulMoveError, match="STAN 000002 of batch 000001"):
            folded.apply(RECORDS[name])
        assert everything(folded) == before
        return
    folded.apply(RECORDS[name])
    found = folded.find(KEY)
    assert found is not None
    assert found.state is end


@pytest.mark.parametrize("name", BATCH_RECORDS)
@pytest.mark.parametrize("standing", BATCHES)
def test_a_batch_goes_where_it_may_go_or_stays_untouched(standing: str, name: str) -> None:
    folded = books(*BATCHES[standing])
    before = everything(folded)
    if name not in BATCH_LAWFUL[standing]:
        with pytest.raises(UnlawfulMoveError, match="batch 000001 of terminal 10000001"):
            folded.apply(BATCH_RECORDS[name])
        assert everything(folded) == before
        return
    folded.apply(BATCH_RECORDS[name])
    found = folded.terminals[TID].find_batch(1)
    assert (found.stage if found is not None else None) is BATCH_LAWFUL[standing][name]


@pytest.mark.parametrize("name", BATCH_RECORDS)
def test_a_settled_batch_takes_what_comes_late_where_an_approval_clears(name: str) -> None:
    folded = books(*BATCHES["settled"], settings=AT_HOST)
    before = everything(folded)
    if name not in LATE:
        with pytest.raises(UnlawfulMoveError, match="batch 000001 of terminal 10000001"):
            folded.apply(BATCH_RECORDS[name])
        assert everything(folded) == before
        return
    folded.apply(BATCH_RECORDS[name])
    found = folded.terminals[TID].find_batch(1)
    assert found is not None
    assert found.stage is Stage.SETTLED
    assert found.totals() == ((0, 0, 0, 0) if name == "undone" else (0, 0, 100, 1))


@pytest.mark.parametrize("record", ELSEWHERE, ids=lambda record: type(record).__name__)
@pytest.mark.parametrize("standing", STANDING)
def test_what_is_about_a_terminal_or_the_host_moves_no_transaction(standing, record):
    folded = books(*STANDING[standing])
    before = copy.deepcopy(folded.terminals[TID].batches)
    for each in (*BEFORE.get(type(record), ()), record):
        folded.apply(each)
    assert folded.terminals[TID].batches == before


def test_the_walk_tries_every_record_that_there_is():
    tried = {type(each) for each in (*RECORDS.values(), *BATCH_RECORDS.values(), *ELSEWHERE)}
    assert tried == set(get_args(AnyHostRecord))


def test_every_row_is_taken_by_the_walk():
    said = {
        "asked": Said.ASKED, "approved": Said.APPROVED, "in part": Said.APPROVED,
        "declined": Said.DECLINED, "refused": Said.REFUSED,
        "undone": Said.UNDONE, "ahead": Said.REVERSED_AHEAD, "heard": Said.HEARD,
        "signed for": Said.SIGNED, "stan again": Said.STAN_USED_AGAIN, "scripts": Said.SCRIPTS_RUN,
        "contested": Said.CONTESTED,
    }
    begin = {
        "unknown": None, "declined for now": State.DECLINED, "heard of": State.UNDONE,
        **{state.value: state for state in State},
    }
    taken = {
        (begin[standing], said[name], end)
        for standing, row in LAWFUL.items() for name, end in row.items()
    }
    assert taken == {(move.begin, move.said, move.end) for move in MOVES}


def test_every_row_of_a_batch_is_taken_by_the_walk():
    said = {
        **dict.fromkeys(("asked", "refused", "ahead"), BatchSaid.ENTERED),
        "undone": BatchSaid.CHANGED, "disputed": BatchSaid.DISPUTED,
        "uploaded": BatchSaid.UPLOADED, "settled": BatchSaid.SETTLED, "held": BatchSaid.SETTLED,
        "given": BatchSaid.GIVEN, "released": BatchSaid.RELIEVED,
    }
    begin = {"none": None, **{stage.value: stage for stage in Stage}, "holding": Stage.SETTLED}
    taken = {
        (begin[standing], BatchSaid.RELIEVED if standing == "holding" else said[name], end)
        for standing, row in BATCH_LAWFUL.items() for name, end in row.items()
    }
    taken |= {(Stage.SETTLED, late, Stage.SETTLED) for late in LATE.values()}
    assert taken == {(move.begin, move.said, move.end) for move in BATCH_MOVES}


def test_an_issuer_may_hear_of_an_undone_sale_when_its_batch_is_settled_or_forgotten():
    records = (asked(1), UNDONE, journal.BatchSettled(TID, 1, "1", DAY))
    later = (asked(2, TransactionKey(TID, 2, 4)), journal.BatchSettled(TID, 2, "1", DAY),
             journal.CutOver("2026-06-01"))
    for days in ((), later):
        folded = books(*records, *days)
        folded.apply(journal.IssuerUndid(KEY))
        assert folded.owed == {}


def strangers() -> Iterator[HostRecord]:
    """Every record that names a terminal, with one that this host has not."""
    tid = "99999999"
    for record in (*RECORDS.values(), *BATCH_RECORDS.values(), *ELSEWHERE):
        if isinstance(record, journal.KeysVoided | journal.Demanded) and not record.tid:
            continue
        if "key" in record.__struct_fields__:
            yield msgspec.structs.replace(record, key=TransactionKey(tid, 1, 2))
        elif "tid" in record.__struct_fields__:
            yield msgspec.structs.replace(record, tid=tid)


@pytest.mark.parametrize("record", list(strangers()), ids=lambda record: type(record).__name__)
def test_a_journal_of_other_terminals_is_refused_by_name(record):
    with pytest.raises(UnlawfulMoveError, match="terminal 99999999"):
        books(record)


@pytest.mark.parametrize(("records", "words"), [
    ((asked(1), decided("00"), journal.BatchSettled(TID, 1, "2", DAY, held=(3,))),
     "record 3 of the journal: STAN 000003 of batch 000001 of terminal 10000001 cannot be held"),
    ((asked(1), decided("51"), journal.BatchSettled(TID, 1, "2", DAY, held=(2,))),
     "record 3 .* it is not approved"),
    ((asked(1), asked(1, OTHER)), "record 2 .* RRN 000000000001: that is given"),
    ((asked(5), journal.Refused(OTHER, REFUND, 1, PAN, 4, "13")), "RRN 000000000004"),
    ((asked(1), journal.Decided(KEY, "10", DAY, part_fen=100)), "100 is no part of 100"),
    ((asked(1), journal.Decided(KEY, "10", DAY, part_fen=-1)), "-1 is no part of 100"),
    ((journal.CutOver(NEXT_DAY), journal.CutOver(DAY)), "cannot begin on 2026-01-29"),
    ((asked(1), UNDONE, decided("00")),
     "record 3 of the journal: STAN 000002 .* cannot be approved: it is undone"),
])
def test_a_journal_that_cannot_be_is_refused_with_the_number_of_its_record(records, words):
    with pytest.raises(UnlawfulMoveError, match=words) as refused:
        books(*records)
    assert PAN not in str(refused.value)
