"""Sums and counts that no field has room for: the host answers, settles, and never ends in an error."""

from __future__ import annotations

import msgspec
import pytest
from acquirer_bench import OTHER_PAN, PAN, HostBench, ScriptedTerminal, signed_on

from simulator.machines.acquirer.events import BatchForced, IssuerAnswered
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind
from simulator.wire.subfields import CardTotals

MOST_FEN = 999_999_999_999  # F4 and each sum of F48 have twelve digits
MOST_COUNT = 999  # each count of F48 has three


def sold(amounts: list[int]) -> tuple[HostBench, ScriptedTerminal]:
    bench = HostBench()
    terminal = signed_on(bench)
    for number, amount_fen in enumerate(amounts):
        assert terminal.sale(
            amount_fen, pan=(PAN, OTHER_PAN)[number % 2]).response_code == "00"
    return bench, terminal


def all_fit(bench: HostBench) -> bool:
    """Whether every reply can be put into bytes."""
    codec = Codec(usual_dialect())
    return all(codec.encode(reply) for reply in bench.replies)


@pytest.mark.parametrize("amounts", [
    [MOST_FEN, MOST_FEN], [MOST_FEN, 1], [MOST_FEN] * 3, [1] * (MOST_COUNT + 1), [1] * 2_000,
], ids=lambda amounts: f"{len(amounts)} of {amounts[0]}")
def test_a_batch_above_what_f48_can_say_is_settled_by_its_details(amounts: list[int]) -> None:
    bench, terminal = sold(amounts)
    claimed = CardTotals(min(sum(amounts), MOST_FEN), min(len(amounts), MOST_COUNT))
    assert terminal.ask_settlement(claimed) == "2"
    items = [(2 + number, amount_fen) for number, amount_fen in enumerate(amounts)]
    assert set(terminal.upload_items(items)) == {"00"}
    assert terminal.end_upload(len(items)) == "00"
    assert [(batch.debit_fen, batch.debit_count) for batch in bench.settled] == [
        (sum(amounts), len(amounts))]
    assert bench.faults() == []
    assert all_fit(bench)


def test_a_batch_above_what_f48_can_say_can_be_forced_and_asked_about() -> None:
    bench, terminal = sold([MOST_FEN, MOST_FEN])
    bench.event(BatchForced(terminal.tid, 1))
    assert [batch.debit_fen for batch in bench.settled] == [2 * MOST_FEN]
    assert terminal.ask_settlement(CardTotals(MOST_FEN, 2)) == "2"
    assert all_fit(bench)


@pytest.mark.parametrize("details", [
    "", "0" * 61, "0" * 63, "x" * 62, "０" * 62, "0" * 30 + "?" + "0" * 31, "-" + "0" * 61,
])
@pytest.mark.parametrize("service", ["", "91"])
def test_totals_that_are_none_are_answered_3_in_a_form_that_fits(details: str, service: str) -> None:
    bench, terminal = sold([100])
    asked = terminal.message(Kind.SETTLEMENT, details=details, currency="156")
    replies = bench.receive(asked, service)
    assert [reply.details[30] for reply in replies] == ["3"]
    assert all_fit(bench)
    assert bench.settled == []


@pytest.mark.parametrize(("balance_fen", "told"), [
    (MOST_FEN, "1002156C999999999999"), (-MOST_FEN, "1002156D999999999999"),
    (MOST_FEN + 1, ""), (-MOST_FEN - 1, ""), (10**15, ""), (0, "1002156C000000000000"),
])
def test_a_balance_without_room_in_f54_is_left_out(balance_fen: int, told: str) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    bench.receive(terminal.message(Kind.BALANCE))
    answer = IssuerAnswered(
        ref=bench.asked[-1].ref, response_code="00", balance_fen=balance_fen)
    reply = terminal.only(bench.event(answer))
    assert (reply.response_code, reply.balance) == ("00", told)
    assert all_fit(bench)


def test_a_sum_that_is_no_sum_is_declined() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    for amount_fen in (None, 0, -1):
        request = terminal.message(Kind.SALE, 1)
        request = terminal.seal(msgspec.structs.replace(request, amount_fen=amount_fen))
        assert terminal.only(bench.receive(request)).response_code == "13"
    assert bench.asked == []
