"""What a merchant may take: over all its terminals, by the calendar, and kept in the journal."""

from __future__ import annotations

import msgspec
import pytest
from acquirer_bench import MID, SETTINGS, TID, HostBench, ScriptedTerminal, signed_on

from simulator.local_time import DAY_MS
from simulator.machines.acquirer.events import CutOverReached
from simulator.machines.acquirer.merchant_sums import calendar_day
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import MerchantLimit
from simulator.money.limits import Limit
from simulator.wire.kinds import Kind

OTHER_TID = "10000002"


def bench_of(*limits: tuple[str, Limit], **more: object) -> HostBench:
    return HostBench(
        settings=msgspec.structs.replace(
            SETTINGS, merchant_limits=tuple(MerchantLimit(MID, kind, limit) for kind, limit in limits), **more),
        entries=[TerminalEntry(tid=tid, mid=MID) for tid in (TID, OTHER_TID)])


def sold(terminal: ScriptedTerminal, fen: int, kind: Kind = Kind.SALE, **facts: object) -> str:
    return terminal.do(kind, fen, **facts).response_code


def test_a_day_is_that_of_all_terminals_and_ends_at_midnight():
    bench = bench_of(("", Limit(day_fen=1000)))
    first, second = signed_on(bench), ScriptedTerminal(bench, OTHER_TID)
    second.sign_on()
    assert sold(first, 600) == "00"
    assert sold(second, 401) == "61"
    assert sold(second, 400) == "00"
    assert sold(first, 1) == "61"
    asked = len(bench.asked)
    assert sold(first, 1) == "61"
    assert len(bench.asked) == asked  # no issuer is asked about it
    bench.now_ms += DAY_MS
    assert sold(first, 1000) == "00"


def test_what_an_issuer_declines_or_a_terminal_reverses_counts_no_more():
    bench = bench_of(("", Limit(day_fen=1000)))
    terminal = signed_on(bench)
    bench.issuer.code = "51"
    assert sold(terminal, 1000) == "51"
    bench.issuer.code = "00"
    assert sold(terminal, 1000) == "00"
    sale = bench.received[-1]
    assert sold(terminal, 1) == "61"
    assert bench.receive(terminal.reversal_of(sale))[0].response_code == "00"
    assert sold(terminal, 1000) == "00"


def test_a_host_that_starts_again_has_not_forgotten_what_was_taken():
    bench = bench_of(("", Limit(day_fen=1000, month_fen=1500)))
    terminal = signed_on(bench)
    assert sold(terminal, 1000) == "00"
    bench.crash()
    assert sold(terminal, 1) == "61"
    bench.now_ms += DAY_MS
    bench.perform(CutOverReached("2026-01-31"))
    bench.crash()
    assert sold(terminal, 501) == "61"  # of the month, which goes on
    assert sold(terminal, 500) == "00"


def test_a_limit_of_one_kind_of_card_holds_for_that_kind_alone():
    bench = bench_of(("credit", Limit(single_fen=100)), card_kinds=(("6200", "credit"),))
    terminal = signed_on(bench)
    assert sold(terminal, 101) == "61"
    assert sold(terminal, 100) == "00"
    bench = bench_of(("credit", Limit(single_fen=100)), card_kinds=(("6200", "debit"),))
    assert sold(signed_on(bench), 101) == "00"


def test_what_was_sold_offline_counts_and_is_not_refused():
    bench = bench_of(("", Limit(day_fen=1000)))
    terminal = signed_on(bench)
    assert sold(terminal, 900) == "00"
    assert sold(terminal, 200, Kind.OFFLINE_SALE) == "00"
    assert sold(terminal, 1) == "61"


@pytest.mark.parametrize(("mmdd", "settlement_date", "day"), [
    ("0310", "2026-03-10", "20260310"), ("0310", "2026-03-11", "20260310"),
    ("1231", "2026-12-31", "20261231"), ("1231", "2027-01-01", "20261231"), ("0101", "2027-01-01", "20270101"),
])
def test_a_calendar_day_has_one_name_on_both_sides_of_a_cut_over(mmdd, settlement_date, day):
    assert calendar_day(mmdd, settlement_date) == day
