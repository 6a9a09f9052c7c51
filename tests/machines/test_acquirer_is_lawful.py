"""Whatever comes in whatever order, the host writes only records that can follow on each other."""

from __future__ import annotations

import random

import msgspec
import pytest
from acquirer_bench import (
    MID,
    OTHER_PAN,
    PAN,
    HostBench,
    ScriptedTerminal,
    of_message,
    signed_on,
)

from simulator.machines.acquirer.events import (
    BatchForced,
    CutOverReached,
    KeysWithdrawn,
    SaleHeld,
    TransactionKey,
)
from simulator.machines.acquirer.memory import HostBooks
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.wire.kinds import MANAGEMENT_KINDS, Kind
from simulator.wire.message import Message, Original
from simulator.wire.subfields import CardTotals

TIDS = ("10000001", "10000002")
CARDS = [kind for kind in Kind if kind not in MANAGEMENT_KINDS and kind not in (
    Kind.REVERSAL, Kind.SCRIPT_RESULT)]
CODES = ("00", "00", "00", "51", "91", "10", "98")


class Mess:
    """Terminals that do anything, issuers and wallets that answer anything, at any time."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.bench = HostBench(entries=[TerminalEntry(tid=tid, mid=MID) for tid in TIDS])
        self.bench.issuer_is = lambda _asked: self.draw.random() < 0.6
        self.terminals = [ScriptedTerminal(self.bench, tid) for tid in TIDS]
        self.sent: list[Message] = []
        self.day = 0
        for terminal in self.terminals:
            terminal.sign_on()

    def key(self) -> TransactionKey:
        if not self.sent:
            return TransactionKey(TIDS[0], 1, 1)
        message = self.draw.choice(self.sent[-12:])
        return TransactionKey(message.tid, message.batch, message.stan or 0)

    def send(self, message: Message) -> None:
        self.sent.append(message)
        self.bench.receive(message)

    def step(self) -> None:
        draw, bench = self.draw, self.bench
        terminal = draw.choice(self.terminals)
        bench.issuer.code = draw.choice(CODES)
        bench.wallet.state = draw.choice(("paid", "pending", "failed", "unknown"))
        match draw.randrange(14):
            case 0 | 1 | 2 | 3:
                self.transaction(terminal)
            case 4 | 5 if self.sent:
                self.send(msgspec.structs.replace(
                    draw.choice(self.sent[-10:]), amount_fen=draw.choice((100, 100, 200))))
            case 6 if self.sent:
                old = draw.choice(self.sent[-10:])
                if old.mti in REVERSIBLE:
                    self.send(terminal_of(self, old).reversal_of(old))
            case 7:
                terminal.ask_settlement(draw.choice((None, CardTotals(1, 1))))
            case 8:
                held = [(key.stan, 100) for key in [self.key() for _ in range(3)]]
                terminal.upload_items(held)
                terminal.end_upload(draw.randrange(4), draw.choice(("202", "207")))
            case 9:
                terminal.sign_on(draw.choice((terminal.batch, 0, 1, terminal.batch + 1)))
            case 10:
                self.operator(terminal)
            case 11 if bench.host.deadline_ms is not None:
                bench.wait()
            case 12 if bench.asked:
                bench.give(draw.choice(bench.asked[-10:]))
            case 13 if draw.random() < 0.3:
                bench.crash()

    def transaction(self, terminal: ScriptedTerminal) -> None:
        draw = self.draw
        kind = draw.choice(CARDS)
        key = self.key()
        fields: dict[str, object] = {}
        if draw.random() < 0.7:
            fields["original"] = Original(key.batch, key.stan)
        if kind in (Kind.QR_SALE, Kind.QR_VOID, Kind.QR_REFUND):
            fields["entry_mode"] = "032"
        if kind is Kind.QR_SALE:
            fields["field59"] = "A300528123"
        if draw.random() < 0.2:
            fields["stan"] = key.stan
        if draw.random() < 0.1:
            fields["batch"] = key.batch
        if kind not in (Kind.QR_SALE, Kind.QR_VOID, Kind.QR_REFUND):
            fields["pan"] = draw.choice((PAN, PAN, OTHER_PAN))
        self.send(terminal.message(kind, 100, **fields))

    def operator(self, terminal: ScriptedTerminal) -> None:
        bench = self.bench
        match self.draw.randrange(4):
            case 0:
                self.day += 1
                bench.event(CutOverReached(f"2026-{2 + self.day // 28:02}-{1 + self.day % 28:02}"))
            case 1:
                bench.event(BatchForced(terminal.tid, terminal.batch))
            case 2:
                bench.event(SaleHeld(self.key()))
            case 3:
                bench.event(KeysWithdrawn(terminal.tid))


REVERSIBLE = ("0100", "0200", "0220")


def terminal_of(mess: Mess, message: Message) -> ScriptedTerminal:
    return mess.terminals[TIDS.index(message.tid)]


def contents(books: HostBooks) -> dict[str, object]:
    return {name: value for name, value in vars(books).items() if not callable(value)}


@pytest.mark.parametrize("seed", range(40))
def test_a_host_among_chaos_makes_no_unlawful_move_and_its_journal_is_its_memory(seed: int) -> None:
    mess = Mess(seed)
    for number in range(150):
        mess.step()
        if number % 25 == 0:
            bench = mess.bench
            assert contents(bench.boot().books) == contents(bench.host.books)
    mess.bench.wallet.state = "paid"
    mess.bench.drain()


def test_the_chaos_brings_up_every_record():
    seen: set[str] = set()
    for seed in range(12):
        mess = Mess(seed)
        for _ in range(150):
            mess.step()
        seen |= {type(record).__name__ for record in mess.bench.journal}
    assert seen >= {
        "SignedOn", "KeysVoided", "CutOver", "Asked", "Decided", "Refused", "Undone",
        "ReversedAhead", "IssuerUndid", "StanReused", "BatchDisputed", "DetailsUploaded",
        "BatchSettled",
    }


@pytest.mark.parametrize("code", ["91", "98", "96"])
def test_an_advice_declined_for_now_is_not_taken_into_a_batch_that_settled_without_it(code):
    bench = HostBench()
    terminal = signed_on(bench)
    terminal.run(Kind.SALE, 100)
    sale = bench.replies[-1]
    bench.issuer.code = code
    refund = terminal.message(Kind.REFUND, 50, original=of_message(sale))
    assert bench.receive(refund)[-1].response_code == code
    terminal.settle()
    bench.issuer.code = "00"
    booked = len(bench.captures)
    assert [reply.response_code for reply in bench.receive(refund)] == ["77"]
    assert len(bench.captures) == booked
    assert len(bench.settled) == 1
