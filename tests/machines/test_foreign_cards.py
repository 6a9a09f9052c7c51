"""The second half of F48: cards that are not domestic are counted apart, on both sides."""

from __future__ import annotations

import pytest
from acquirer_bench import PAN, SETTINGS, HostBench, ScriptedTerminal, signed_on
from msgspec.structs import replace
from terminal_bench import CARD, Bench

from simulator.machines.terminal import batch as batches
from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.wire.kinds import Kind
from simulator.wire.message import Original
from simulator.wire.subfields import (
    CardTotals,
    SettlementTotals,
    UploadItem,
    is_foreign,
    parse_settlement_totals,
    parse_upload,
)

FOREIGN = "5100009753180008"
ABROAD = Card(pan=FOREIGN)


@pytest.mark.parametrize(("pan", "domestic", "foreign"), [
    (PAN, ("62",), False), (FOREIGN, ("62",), True), ("", ("62",), False),
    (PAN, ("6217",), True), (FOREIGN, ("62", "51"), False), (PAN, (), True),
])
def test_a_card_is_foreign_where_no_domestic_prefix_fits(pan, domestic, foreign):
    assert is_foreign(pan, domestic) is foreign


# ---- terminal --------------------------------------------------------------------------------


def mixed(profile: TerminalProfile | None = None) -> Bench:
    bench = Bench(profile=profile)
    bench.host.always_unbalanced = True  # the little host of the bench counts one class only
    bench.sign_on()
    bench.sell("at home", 1_000)
    bench.sell("abroad", 300, ABROAD)
    bench.sell("abroad too", 40, ABROAD)
    bench.operate(Kind.VOID, "void", original=Original(1, 4))
    return bench


def test_the_terminal_counts_foreign_cards_in_the_second_half():
    bench = mixed()
    assert bench.operate(Kind.SETTLEMENT, "settle").result is Result.APPROVED
    asked = next(each.message for each in bench.sent if each.kind is Kind.SETTLEMENT)
    assert parse_settlement_totals(asked.details) == SettlementTotals(
        CardTotals(1_000, 1), CardTotals(340, 2, 40, 1),
    )
    assert [count.debit_fen for count in bench.counted] == [1_340, 1_340]


def test_which_cards_are_domestic_is_a_setting_of_the_terminal():
    bench = mixed(TerminalProfile(domestic_prefixes=("51",)))
    totals = batches.totals_by_class(bench.terminal.memory.items, bench.profile.domestic_prefixes)
    assert totals == SettlementTotals(CardTotals(340, 2, 40, 1), CardTotals(1_000, 1))


def test_foreign_cards_go_up_as_01():
    bench = mixed()
    bench.operate(Kind.SETTLEMENT, "settle")
    upload = next(each.message for each in bench.sent if each.message.network_code == "201"
                  and each.kind is Kind.BATCH_UPLOAD)
    assert parse_upload(upload.details) == (
        UploadItem(False, 2, CARD.pan, 1_000), UploadItem(True, 3, FOREIGN, 300),
        UploadItem(True, 4, FOREIGN, 40),
    )


# ---- host ------------------------------------------------------------------------------------


def host_abroad() -> tuple[HostBench, ScriptedTerminal]:
    bench = HostBench(settings=replace(SETTINGS, routing=(("62", "bank.a"), ("51", "bank.b"))))
    terminal = signed_on(bench)
    terminal.sale(1_000)
    terminal.sale(300, pan=FOREIGN)
    terminal.sale(40, pan=FOREIGN)
    terminal.do(Kind.VOID, 40, pan=FOREIGN, original=Original(1, 4))
    return bench, terminal


HOME, ABROAD_TOTALS = CardTotals(1_000, 1), CardTotals(340, 2, 40, 1)


@pytest.mark.parametrize(("domestic", "foreign", "digits", "settled"), [
    (HOME, ABROAD_TOTALS, "11", 1),
    (CardTotals(999, 1), ABROAD_TOTALS, "21", 0),
    (HOME, CardTotals(340, 2), "12", 0),
    (CardTotals(1_340, 3, 40, 1), CardTotals(), "22", 0),
])
def test_each_class_is_compared_by_itself(domestic, foreign, digits, settled):
    bench, terminal = host_abroad()
    details = SettlementTotals(domestic, foreign).format()
    reply = bench.receive(terminal.message(Kind.SETTLEMENT, details=details, operator="01 "))[0]
    assert reply.details[30] + reply.details[61] == digits
    assert reply.details[:30] + reply.details[31:61] == details[:30] + details[31:61]
    assert len(bench.settled) == settled


def test_a_settled_batch_counts_both_classes_and_repeats_its_answer():
    bench, terminal = host_abroad()
    details = SettlementTotals(HOME, ABROAD_TOTALS).format()
    asked = terminal.message(Kind.SETTLEMENT, details=details, operator="01 ")
    first, again = bench.receive(asked)[0], bench.receive(asked)[0]
    assert first.details == again.details
    (batch,) = bench.settled
    assert (batch.debit_fen, batch.debit_count, batch.credit_fen) == (1_340, 3, 40)


def test_which_cards_are_domestic_is_a_setting_of_the_host():
    bench, terminal = host_abroad()
    bench.settings = replace(bench.settings, domestic_prefixes=("62", "51"))
    bench.crash()
    assert terminal.ask_settlement(CardTotals(1_340, 3, 40, 1)) == "1"
    assert len(bench.settled) == 1
