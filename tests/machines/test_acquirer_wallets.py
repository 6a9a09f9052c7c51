"""QR payments: paid exactly once, whichever message finds out first."""

from __future__ import annotations

import pytest
from acquirer_bench import TID, HostBench, ScriptedTerminal, of_message, signed_on

from simulator.machines.acquirer.events import (
    AskWallet,
    BatchForced,
    TransactionKey,
    WalletAnswered,
)
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

SALE = 8_800
CODE = b"280000000000000001"


def pay(terminal: ScriptedTerminal, **fields: object) -> Message:
    return terminal.do(Kind.QR_PAY, SALE, private=CODE, **fields)


def query(terminal: ScriptedTerminal, payment: Message) -> Message:
    return terminal.do(Kind.QR_QUERY, original=of_message(payment))


def pending() -> tuple[HostBench, ScriptedTerminal, Message]:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.wallet.state = "pending"
    return bench, terminal, pay(terminal)


def test_a_payment_that_is_paid_at_once_is_booked_under_its_wallet() -> None:
    bench = HostBench()
    reply = pay(signed_on(bench))
    assert reply.response_code == "00"
    assert [(capture.channel, capture.amount_fen) for capture in bench.captures] == [
        ("wallet.a", SALE)]


@pytest.mark.parametrize(("state", "code"), [("pending", "09"), ("unknown", "09"), ("failed", "05")])
def test_what_the_wallet_says_is_what_the_terminal_is_told(state: str, code: str) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.wallet.state = state
    payment = pay(terminal)
    assert payment.response_code == code
    assert bench.captures == []
    assert query(terminal, payment).response_code == code


def test_a_pending_payment_is_booked_once_when_the_terminals_query_finds_it_paid() -> None:
    bench, terminal, payment = pending()
    bench.wallet.state = "paid"
    found = query(terminal, payment)
    assert (found.response_code, found.rrn) == ("00", payment.rrn)
    assert query(terminal, payment).response_code == "00"
    bench.drain()
    assert len(bench.captures) == 1
    assert bench.faults() == []


def test_a_pending_payment_is_booked_once_when_the_host_itself_finds_it_paid() -> None:
    bench, terminal, payment = pending()
    bench.wait()
    assert bench.captures == []
    bench.wallet.state = "paid"
    bench.drain()
    assert query(terminal, payment).response_code == "00"
    assert len(bench.captures) == 1
    assert [asked.request for asked in bench.asked] == ["pay", "query", "query"]


def test_a_pending_payment_that_fails_leaves_nothing_behind() -> None:
    bench, terminal, payment = pending()
    bench.wallet.state = "failed"
    assert query(terminal, payment).response_code == "05"
    assert bench.host.pending() == []
    assert bench.captures == []


def test_a_copy_of_a_pending_payment_asks_nothing_new() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.wallet.state = "pending"
    request = terminal.message(Kind.QR_PAY, SALE, private=CODE)
    codes = [bench.receive(request)[0].response_code for _ in range(3)]
    assert codes == ["09"] * 3
    assert len(bench.asked) == 1


def test_every_answer_after_the_first_changes_nothing() -> None:
    bench, terminal, payment = pending()
    bench.wallet.state = "paid"
    query(terminal, payment)
    for asked in list(bench.asked):
        for state in ("paid", "failed", "pending", "unknown", "refunded"):
            bench.perform(WalletAnswered(asked.ref, state))
    assert len(bench.captures) == 1
    assert query(terminal, payment).response_code == "00"


def test_a_silent_wallet_leaves_the_payment_pending_and_is_asked_until_it_knows() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    request = terminal.message(Kind.QR_PAY, SALE, private=CODE)
    assert bench.receive(request) == []
    assert [reply.response_code for reply in bench.wait()] == ["09"]
    bench.wait()
    assert bench.host.pending()[0].what == "wallet_undecided"
    bench.drain()
    assert len(bench.captures) == 1
    assert bench.faults() == []


def test_failed_to_a_query_is_not_believed_while_the_payment_may_still_be_on_its_way() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    bench.receive(terminal.message(Kind.QR_PAY, SALE, private=CODE))
    first = bench.asked[0]
    bench.wait()
    bench.perform(WalletAnswered(bench.asked[-1].ref, "failed"))
    assert bench.host.pending()
    bench.give(first)
    assert len(bench.captures) == 1
    assert bench.faults() == []


def test_failed_is_believed_once_the_payment_can_no_longer_arrive() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    bench.receive(terminal.message(Kind.QR_PAY, SALE, private=CODE))
    for _ in range(12):
        bench.wait()
        bench.perform(WalletAnswered(bench.asked[-1].ref, "failed"))
        if not bench.host.pending():
            break
    assert bench.host.pending() == []
    assert bench.captures == []


def test_a_query_for_what_is_no_payment_finds_nothing() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    assert query(terminal, sale).response_code == "25"
    assert terminal.do(Kind.QR_QUERY).response_code == "25"


@pytest.mark.parametrize(("amounts", "codes"), [
    ([SALE], ["00"]), ([SALE + 1], ["64"]), ([SALE, 1], ["00", "64"]),
    ([SALE - 1, 1, 1], ["00", "00", "64"]),
])
def test_refunds_never_exceed_the_payment(amounts: list[int], codes: list[str]) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    payment = pay(terminal)
    got = [
        terminal.do(Kind.QR_REFUND, amount, original=of_message(payment)).response_code
        for amount in amounts
    ]
    assert got == codes
    returned = sum(bench.wallet.returned.values())
    assert sum(capture.amount_fen for capture in bench.captures) == SALE - returned


def test_a_refund_of_a_pending_payment_finds_nothing_to_give_back() -> None:
    _bench, terminal, payment = pending()
    assert terminal.do(Kind.QR_REFUND, SALE, original=of_message(payment)).response_code == "25"


@pytest.mark.parametrize("state", ["unknown", "pending"])
def test_a_refund_that_the_wallet_does_not_know_is_repeated_and_booked_once(state: str) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    payment = pay(terminal)
    bench.wallet.state = state
    refund = terminal.do(Kind.QR_REFUND, SALE, original=of_message(payment))
    assert refund.response_code == "09"
    bench.wallet.state = "paid"
    bench.drain()
    assert [capture.amount_fen for capture in bench.captures] == [SALE, -SALE]
    keys = {asked.key for asked in bench.asked if asked.request == "refund"}
    assert keys == {TransactionKey(TID, 1, refund.stan or 0)}
    assert query(terminal, refund).response_code == "00"


def test_a_batch_with_a_pending_payment_is_settled_when_it_is_known() -> None:
    bench, terminal, payment = pending()
    assert terminal.ask_settlement() == "3"
    bench.wallet.state = "paid"
    query(terminal, payment)
    terminal.items[payment.stan or 0] = (Kind.QR_PAY, SALE, "")
    assert terminal.ask_settlement() == "1"
    assert bench.faults() == []


def test_a_payment_that_is_pending_when_its_batch_is_forced_is_given_back() -> None:
    bench, _terminal, payment = pending()
    bench.event(BatchForced(TID, 1))
    key = TransactionKey(TID, 1, payment.stan or 0)
    undoing = [asked for asked in bench.asked if asked.request == "refund"]
    assert [(asked.key, asked.original) for asked in undoing if isinstance(asked, AskWallet)] == [
        (key, key)]
    bench.wallet.state = "paid"
    bench.drain()
    assert bench.captures == []
    assert bench.host.pending() == []


def test_after_a_crash_a_payment_is_asked_about_and_booked_once() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    request = terminal.message(Kind.QR_PAY, SALE, private=CODE)
    bench.receive(request)
    bench.crash()
    assert bench.host.deadline_ms is not None
    assert bench.receive(request)[0].response_code == "09"
    bench.drain()
    assert len(bench.captures) == 1
    assert bench.faults() == []
