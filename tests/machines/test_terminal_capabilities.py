"""What a terminal cannot do: without QR it takes no codes, without printer it gives no paper."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from terminal_bench import CARD, Bench

from simulator.machines.terminal.events import PeripheralFailed, Result
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.kinds import Kind
from simulator.wire.message import Original


def at_work(**profile: object) -> Bench:
    bench = Bench(profile=replace(TerminalProfile(), **profile))
    bench.sign_on()
    return bench


@pytest.mark.parametrize(("kind", "facts"), [
    (Kind.QR_SALE, {"amount_fen": 500, "qr_code": "2812345"}),
    (Kind.QR_REFUND, {"amount_fen": 500, "original": Original(1, 2)}),
])
def test_a_terminal_without_qr_refuses_codes_and_sends_nothing(kind, facts):
    bench = at_work(qr=False)
    before = len(bench.sent)
    told = bench.operate(kind, "asked", **facts)
    assert (told.result, told.reason) == (Result.REFUSED, "disabled")
    assert len(bench.sent) == before


@pytest.mark.parametrize("printer", [True, False])
def test_receipts_and_totals_are_electronic_where_there_is_no_printer(printer):
    bench = at_work(printer=printer)
    bench.sell("sale", 500)
    bench.operate(Kind.SETTLEMENT, "settle")
    assert [each.order for each in bench.printed] == ["sale", "settle"]
    assert {each.electronic for each in bench.printed} == {not printer}


def test_an_electronic_receipt_is_not_waited_for_and_takes_no_sale_back():
    bench = at_work(printer=False, approved_print_fails="reverse")
    bench.sell("sale", 500)
    assert bench.result_of("sale") is Result.APPROVED
    assert bench.terminal.deadline_ms is None
    bench.give(PeripheralFailed("printer", "sale"))
    assert bench.terminal.pending() == []
    assert len(bench.terminal.memory.items) == 1


def test_a_keyboard_changes_nothing_on_the_line():
    lines = []
    for keyboard in ("keypad", "touch"):
        bench = at_work(keyboard=keyboard)
        bench.sell("sale", 500, CARD)
        bench.operate(Kind.SETTLEMENT, "settle")
        lines.append([send.message for send in bench.sent])
    assert lines[0] == lines[1]
