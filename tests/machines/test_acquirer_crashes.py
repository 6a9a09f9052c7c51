"""The host dies before every single effect, under copies and late answers: money stays whole."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import pytest
from acquirer_bench import NEXT_DAY, SETTINGS, HostBench, ScriptedTerminal

from simulator.machines.acquirer.events import (
    AskIssuer,
    AskWallet,
    CutOverReached,
    IssuerRequest,
    TransactionKey,
)
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.wire.kinds import Kind
from simulator.wire.message import Original

SALE = 10_000


def day(bench: HostBench, copies: int) -> ScriptedTerminal:
    """A short business day of a careful terminal, up to its settlement."""
    terminal = ScriptedTerminal(bench)
    terminal.copies = copies
    for _ in range(3):
        if not terminal.mak:
            terminal.sign_on_again()
    for amount in (1, 2, 3):
        terminal.run(Kind.SALE, SALE + amount)
    first = min(terminal.items, default=0)
    if first:
        terminal.run(Kind.VOID, terminal.items[first][1], Original(terminal.batch, first))
    terminal.run(Kind.PREAUTH, SALE)
    held = max(terminal.items, default=0)
    if held and terminal.items[held][0] is Kind.PREAUTH:
        terminal.run(Kind.COMPLETION, SALE, Original(terminal.batch, held))
    bench.event(CutOverReached(NEXT_DAY))
    terminal.run(Kind.SALE, SALE + 4)
    terminal.settle()
    bench.event(CutOverReached("2026-01-31"))
    return terminal


class LateOnce:
    """Lets the nth answer of an issuer come only after the host gave up on it."""

    def __init__(self, bench: HostBench, which: int) -> None:
        self.bench = bench
        self.which = which
        self.seen = 0
        self.late: list[AskIssuer | AskWallet] = []

    def __call__(self, asked: AskIssuer | AskWallet) -> bool:
        if asked.request is IssuerRequest.REVERSE:
            return True
        self.seen += 1
        if self.seen != self.which:
            return True
        # The issuer has done it; its answer comes after the host has stopped waiting.
        self.late.append(asked)
        if isinstance(asked, AskIssuer):
            self.bench.issuer.answer(asked)
        self.bench.wait()
        self.bench.give(asked)
        return False


def run_day(
    crash_at: Collection[int], copies: int, late: int,
) -> tuple[HostBench, ScriptedTerminal]:
    bench = HostBench(crash_at=crash_at)
    bench.issuer_is = LateOnce(bench, late)
    terminal = day(bench, copies)
    bench.drain()
    return bench, terminal


def replay(bench: HostBench) -> None:
    """Everything that was ever sent to the host comes once more, in order."""
    for message in list(bench.received):
        bench.receive(message, link="replay")
    bench.drain()


def broken(bench: HostBench, terminal: ScriptedTerminal) -> list[str]:
    """What the host broke, and what the terminal saw approved and is not in a settled batch."""
    found = bench.faults()
    settled = {(batch.tid, batch.batch) for batch in bench.settled}
    for key in sorted(terminal.approved):
        if (key.tid, key.batch) not in settled:
            found.append(f"approved and not settled {key}")
        elif key not in bench.issuer.done or key in bench.issuer.undone:
            found.append(f"approved and undone {key}")
    if bench.alarms and {"not_uploaded", "sum_differs", "unknown_item"} & set(bench.alarms):
        found.append(f"records differ: {bench.alarms}")
    return found


LENGTH = run_day((), 0, 0)[0].boundaries


def test_a_quiet_day_has_nothing_to_hide() -> None:
    bench, terminal = run_day((), 0, 0)
    assert broken(bench, terminal) == []
    assert len(terminal.approved) == 7
    assert [batch.result for batch in bench.settled] == ["1"]
    assert LENGTH > 30


@pytest.mark.parametrize("late", range(9))
@pytest.mark.parametrize("copies", [0, 1, 2])
def test_a_crash_before_any_effect_loses_no_money_and_makes_none(copies: int, late: int) -> None:
    length = run_day((), copies, late)[0].boundaries
    for crash_at in range(length + 1):
        bench, terminal = run_day({crash_at}, copies, late)
        assert broken(bench, terminal) == [], (crash_at, copies, late)
        captured = len(bench.captures)
        replay(bench)
        assert broken(bench, terminal) == [], (crash_at, copies, late, "replayed")
        assert len(bench.captures) == captured


@pytest.mark.parametrize("late", [0, 2, 5])
def test_two_crashes_lose_no_more_than_one(late: int) -> None:
    length = run_day((), 0, late)[0].boundaries
    for first in range(1, length):
        for second in range(first + 1, min(first + 12, length + 6)):
            bench, terminal = run_day({first, second}, 0, late)
            assert broken(bench, terminal) == [], (first, second, late)


def test_an_upload_that_crashes_anywhere_is_resumed_and_settles_once() -> None:
    def unbalanced(crash_at: Collection[int]) -> HostBench:
        bench = HostBench(crash_at=crash_at)
        terminal = ScriptedTerminal(bench)
        for _ in range(2):
            if not terminal.mak:
                terminal.sign_on_again()
        for _ in range(10):
            terminal.run(Kind.SALE, SALE)
        first = terminal.items.pop(min(terminal.items))
        while terminal.ask_settlement() != "2":
            pass
        terminal.items[1] = first
        counted = [(stan, fen) for stan, (_, fen, _) in terminal.items.items() if stan > 1]
        while "" in terminal.upload_items(counted) or terminal.end_upload(len(counted)) != "00":
            pass
        bench.drain()
        return bench

    for crash_at in range(unbalanced(()).boundaries + 1):
        bench = unbalanced({crash_at})
        assert bench.faults() == [], crash_at
        (batch,) = bench.settled
        assert batch.result == "2"
        assert len(batch.held) == 1


def test_what_was_acknowledged_is_what_the_rebuilt_host_says() -> None:
    for crash_at in range(1, LENGTH + 1, 3):
        bench, _terminal = run_day({crash_at}, 0, 0)
        before = bench.host.books
        bench.crash()
        after = bench.host.books
        assert (before.number, before.settlement_date, before.owed, before.unanswered) == (
            after.number, after.settlement_date, after.owed, after.unanswered)
        for tid, book in before.terminals.items():
            assert after.terminals[tid].batches == book.batches
            assert after.terminals[tid].batch == book.batch
            assert after.terminals[tid].keys == book.keys


def test_every_record_reads_back_from_its_own_text() -> None:
    bench, _terminal = run_day((), 1, 3)
    bench.issuer_is = lambda _asked: True
    written = msgspec.json.Encoder()
    read: msgspec.json.Decoder[AnyHostRecord] = msgspec.json.Decoder(AnyHostRecord)
    for record in bench.journal:
        assert read.decode(written.encode(record)) == record


def test_a_record_shows_no_card_number() -> None:
    bench, _terminal = run_day((), 0, 3)
    shown = repr(bench.journal) + repr(bench.alarms) + repr(bench.host.pending())
    assert "6200000000000120" not in shown
    assert "620000******0120" in shown


@pytest.mark.parametrize("kind", [Kind.SALE, Kind.PREAUTH])
def test_after_a_crash_what_had_no_answer_is_undone_at_the_issuer(kind: Kind) -> None:
    bench = HostBench()
    terminal = ScriptedTerminal(bench)
    terminal.sign_on()
    bench.issuer_is = lambda _asked: False
    request = terminal.message(kind, SALE)
    bench.receive(request)
    bench.issuer.answer(bench.asked[0])  # type: ignore[arg-type]
    bench.crash()
    bench.give(bench.asked[0])
    assert bench.asked[-1].request is IssuerRequest.REVERSE
    bench.drain()
    assert bench.issuer.taken_fen(TransactionKey(terminal.tid, 1, request.stan or 0)) == 0
    assert bench.faults() == []


def test_a_restarted_host_asks_to_be_woken_at_once_while_it_owes_something() -> None:
    bench = HostBench()
    terminal = ScriptedTerminal(bench)
    terminal.sign_on()
    bench.issuer_is = lambda _asked: False
    bench.receive(terminal.message(Kind.SALE, SALE))
    bench.host = bench.boot()
    assert bench.host.deadline_ms == 0


@pytest.mark.parametrize("kind", [Kind.OFFLINE_SALE, Kind.REFUND])
def test_after_a_crash_an_advice_is_asked_about_again_and_not_undone(kind: Kind) -> None:
    bench = HostBench()
    terminal = ScriptedTerminal(bench)
    terminal.sign_on()
    sale = terminal.sale(SALE)
    bench.issuer_is = lambda _asked: False
    request = terminal.message(
        kind, SALE, original=Original(1, sale.stan or 0) if kind is Kind.REFUND else None)
    bench.receive(request)
    bench.crash()
    bench.drain()
    assert len(bench.captures) == 2
    assert bench.receive(request)[0].response_code == "00"
    assert bench.faults() == []


def test_journal_alone_decides_what_a_host_knows_at_any_length() -> None:
    bench, _terminal = run_day((), 1, 4)
    for length in range(0, len(bench.journal), 5):
        half = HostBench()
        half.journal = bench.journal[:length]
        half.crash()
        half.drain()
        assert half.host.pending() == [] or {
            each.what for each in half.host.pending()} <= {"batch_disputed", "batch_left_open"}


def test_settings_are_values() -> None:
    assert msgspec.json.decode(
        msgspec.json.encode(SETTINGS), type=type(SETTINGS)) == SETTINGS
