"""What a terminal did not upload is held: it can be undone, shows as pending, and comes to an end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from acquirer_bench import DAY, SETTINGS, HostBench, ScriptedTerminal, signed_on
from msgspec.structs import replace

from simulator.machines.acquirer.events import CutOverReached
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original
from simulator.wire.subfields import CardTotals

SALE = 10_000


def held(**settings: object) -> tuple[HostBench, ScriptedTerminal, Message]:
    """STAN 2 is uploaded, STAN 3 is not; the request of the latter."""
    bench = HostBench(settings=replace(SETTINGS, **{"held_days": 3, **settings}))
    terminal = signed_on(bench)
    terminal.sale(SALE)
    lost = terminal.message(Kind.SALE, SALE)
    assert terminal.only(bench.receive(lost)).response_code == "00"
    assert terminal.ask_settlement(CardTotals(SALE, 1)) == "2"
    terminal.upload_items([(2, SALE)])
    assert terminal.end_upload(1) == "00"
    assert [key.stan for key in bench.settled[0].held] == [3]
    terminal.batch += 1
    return bench, terminal, lost


@pytest.mark.parametrize(("private", "is_held"), [
    (b"71000500000001000015622", False), (b"71001100000001000015610", True), (None, True),
    (b"7100050000000100001562", True), (b"71000500000001000015621", True), (b"x" * 23, True),
])
def test_a_record_that_went_wrong_at_the_chip_is_had_where_it_was_approved_all_the_same(
    private: bytes | None, is_held: bool,
) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    terminal.sale(SALE)
    assert terminal.ask_settlement(CardTotals()) == "2"
    terminal.bench.receive(terminal.message(
        Kind.BATCH_UPLOAD, network_code="206", original=Original(1, 2), private=private))
    assert terminal.end_upload(1) == "00"
    assert bool(bench.settled[0].held) is is_held
    assert "sum_differs" not in bench.alarms


def cut_over(bench: HostBench, days: int) -> None:
    for day in range(1, days + 1):
        bench.event(CutOverReached((date.fromisoformat(DAY) + timedelta(days=day)).isoformat()))


def pending(bench: HostBench) -> list[tuple[str, int]]:
    return [(each.what.value, each.stan) for each in bench.host.pending()]


def test_it_shows_as_pending_also_after_a_restart() -> None:
    bench, _, _ = held()
    bench.crash()
    assert pending(bench) == [("held", 3)]
    assert bench.host.pending()[0].detail == "bank.a"


@pytest.mark.parametrize("crash", [False, True])
def test_its_reversal_undoes_it_and_lets_it_go(crash: bool) -> None:
    bench, terminal, lost = held()
    if crash:
        bench.crash()
    reversal = terminal.reversal_of(lost)
    for _ in range(2):  # and once more: the answer was lost
        assert terminal.only(bench.receive(reversal)).response_code == "00"
    bench.drain()
    assert [each.key.stan for each in bench.released] == [3]
    assert bench.captured_fen(bench.released[0].key) == 0
    assert pending(bench) == []
    assert bench.faults() == []
    cut_over(bench, 10)
    assert len(bench.released) == 1


def test_a_reversal_of_what_was_settled_is_refused_as_before() -> None:
    bench, terminal, lost = held()
    other = replace(lost, stan=2, mac=None)
    assert terminal.only(bench.receive(terminal.reversal_of(other))).response_code == "25"
    assert pending(bench) == [("held", 3)]


@pytest.mark.parametrize(("kind", "amount_fen", "code"), [
    (Kind.VOID, SALE - 1, "64"), (Kind.VOID, SALE, "00"),
    (Kind.REFUND, SALE + 1, "64"), (Kind.REFUND, 4_000, "00"),
])
def test_it_can_be_voided_and_refunded(kind: Kind, amount_fen: int, code: str) -> None:
    bench, terminal, _ = held(after_held="give_back")
    reply = terminal.do(kind, amount_fen, original=Original(1, 3))
    assert reply.response_code == code
    voided = kind is Kind.VOID and code == "00"
    assert pending(bench) == ([] if voided else [("held", 3)])
    cut_over(bench, 3)
    bench.drain()
    assert [each.key.stan for each in bench.released] == [3]
    given_back = code != "00"
    assert ("held_given_back" in bench.alarms) is given_back
    assert bench.captured_fen(bench.released[0].key) == (0 if given_back else SALE)
    assert bench.faults() == []


def test_what_was_settled_is_not_voided() -> None:
    _, terminal, _ = held()
    assert terminal.do(Kind.VOID, SALE, original=Original(1, 2)).response_code == "12"


@pytest.mark.parametrize(("outcome", "alarm", "fen"), [
    ("settle", "held_settled", SALE), ("give_back", "held_given_back", 0),
])
def test_it_ends_after_so_many_days_with_a_record(outcome: str, alarm: str, fen: int) -> None:
    bench, _, _ = held(held_days=5, after_held=outcome)
    cut_over(bench, 4)
    assert pending(bench) == [("held", 3)]
    bench.crash()
    cut_over(bench, 5)
    bench.drain()
    assert alarm in bench.alarms
    (released,) = bench.released
    assert released.settlement_date == "2026-02-03"
    assert bench.captured_fen(released.key) == fen
    assert pending(bench) == []
    assert bench.faults() == []
    journal = len(bench.journal)
    bench.crash()
    cut_over(bench, 9)
    assert len(bench.released) == 1
    assert len(bench.journal) == journal + 4  # cut-overs alone


def test_a_credit_is_settled_whatever_the_setting_as_its_money_is_with_the_cardholder() -> None:
    bench = HostBench(settings=replace(SETTINGS, after_held="give_back", held_days=3))
    terminal = signed_on(bench)
    terminal.sale(SALE)
    terminal.do(Kind.VOID, SALE, original=Original(1, 2))
    assert terminal.ask_settlement(CardTotals()) == "2"
    assert terminal.end_upload(0) == "00"
    assert pending(bench) == [("held", 2), ("held", 3)]
    cut_over(bench, 3)
    bench.drain()
    assert bench.alarms.count("held_settled") == 2
    assert sum(capture.amount_fen for capture in bench.captures) == 0
    assert bench.faults() == []


def test_it_is_not_forgotten_while_it_is_held() -> None:
    bench, terminal, lost = held(forget_after_days=1, held_days=20)
    cut_over(bench, 2)
    terminal.sign_on()
    terminal.sale(SALE)
    assert terminal.ask_settlement(CardTotals(SALE, 1)) == "1"
    cut_over(bench, 10)
    assert pending(bench) == [("held", 3)]
    assert terminal.only(bench.receive(terminal.reversal_of(lost))).response_code == "00"


# ---- a 0500 that comes again -----------------------------------------------------------------


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize(("totals", "result"), [
    (CardTotals(SALE - 1, 1), "2"), (CardTotals(SALE, 2), "2"), (CardTotals(), "2"),
    (CardTotals(SALE, 1, 5, 1), "2"), (CardTotals(SALE, 1), "1"),
])
def test_after_balanced_totals_others_are_not_balanced(
    totals: CardTotals, result: str, crash: bool,
) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    terminal.sale(SALE)
    assert terminal.ask_settlement(CardTotals(SALE, 1)) == "1"
    if crash:
        bench.crash()
    assert terminal.ask_settlement(totals) == result
    assert terminal.ask_settlement(CardTotals(SALE, 1)) == "1"
    assert len(bench.settled) == 1


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize(("totals", "result"), [
    (CardTotals(99, 1), "2"), (CardTotals(2 * SALE, 2), "2"), (CardTotals(98, 1), "2"),
    (CardTotals(SALE, 1), "2"),
])
def test_after_an_upload_the_same_totals_get_the_same_answer(
    totals: CardTotals, result: str, crash: bool,
) -> None:
    """The last ones are what was settled, but the terminal claimed them before and was told 2."""
    bench, terminal, _ = held()
    if crash:
        bench.crash()
    assert terminal.ask_settlement(totals, batch=1) == result
    assert len(bench.settled) == 1
