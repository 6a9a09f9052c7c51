"""Approvals that are not a plain 00: passed through, counted, and undone like any other."""

from __future__ import annotations

import pytest
from acquirer_bench import PAN, TID, HostBench, ScriptedTerminal, of_message, signed_on

from simulator.machines.acquirer.events import (
    AskIssuer,
    IssuerAnswered,
    IssuerRequest,
    TransactionKey,
)
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original
from simulator.wire.subfields import CardTotals

ASKED, PART = 10_000, 3_000


def answered(code: str, part_fen: int = 0) -> tuple[HostBench, ScriptedTerminal]:
    """A host whose issuer is silent, so that the test speaks for it."""
    bench = HostBench()
    terminal = signed_on(bench)
    honest = bench.issuer.answer

    def answer(asked: AskIssuer) -> IssuerAnswered:
        if asked.request in (IssuerRequest.DEBIT, IssuerRequest.HOLD):
            booked = part_fen or asked.amount_fen
            bench.issuer.done[asked.key] = (asked.request.value, booked)
            return IssuerAnswered(
                ref=asked.ref, response_code=code, auth_code="654321", part_fen=part_fen,
            )
        return honest(asked)

    bench.issuer.answer = answer  # type: ignore[method-assign]
    return bench, terminal


def sold_in_part() -> tuple[HostBench, ScriptedTerminal, Message, Message]:
    bench, terminal = answered("10", PART)
    request = terminal.message(Kind.SALE, ASKED)
    return bench, terminal, request, bench.receive(request)[0]


@pytest.mark.parametrize("code", ["00", "11", "A2", "A4", "A5", "A6"])
def test_each_approving_code_of_an_issuer_is_passed_on_sealed_and_captured(code: str) -> None:
    bench, terminal = answered(code)
    reply = terminal.sale(ASKED)
    assert (reply.response_code, reply.auth_code, reply.amount_fen) == (code, "654321", ASKED)
    assert reply.mac is not None
    assert [capture.amount_fen for capture in bench.captures] == [ASKED]
    assert terminal.ask_settlement(CardTotals(ASKED, 1)) == "1"
    assert bench.faults() == []


def test_a_part_is_told_in_f4_captured_and_settled() -> None:
    bench, terminal, request, reply = sold_in_part()
    assert (reply.response_code, reply.amount_fen) == ("10", PART)
    assert reply.mac is not None
    assert [capture.amount_fen for capture in bench.captures] == [PART]
    copy = bench.receive(request)[0]
    assert (copy.response_code, copy.amount_fen, copy.rrn) == ("10", PART, reply.rrn)
    assert terminal.ask_settlement(CardTotals(PART, 1)) == "1"
    assert bench.settled[0].debit_fen == PART
    assert bench.faults() == []


def test_a_part_is_reversed_by_the_sum_that_was_asked_for() -> None:
    bench, terminal, request, _ = sold_in_part()
    reversal = terminal.reversal_of(request)
    assert reversal.amount_fen == ASKED
    assert bench.receive(reversal)[0].response_code == "00"
    assert sum(capture.amount_fen for capture in bench.captures) == 0
    assert terminal.ask_settlement(CardTotals()) == "1"
    assert bench.faults() == []


@pytest.mark.parametrize(("amount_fen", "code"), [(PART, "00"), (ASKED, "64")])
def test_a_part_is_voided_by_the_part(amount_fen: int, code: str) -> None:
    bench, terminal, _, reply = sold_in_part()
    assert terminal.do(Kind.VOID, amount_fen, original=of_message(reply)).response_code == code
    assert bench.faults() == []


def test_no_more_than_the_part_can_be_refunded() -> None:
    _bench, terminal, _, reply = sold_in_part()
    refused = terminal.do(Kind.REFUND, PART + 1, original=of_message(reply))
    assert refused.response_code == "64"
    assert terminal.do(Kind.REFUND, PART, original=of_message(reply)).response_code == "00"


def test_a_part_survives_a_crash() -> None:
    bench, terminal, request, reply = sold_in_part()
    bench.crash()
    copy = bench.receive(request)[0]
    assert (copy.response_code, copy.amount_fen) == (reply.response_code, reply.amount_fen)
    assert terminal.ask_settlement(CardTotals(PART, 1)) == "1"


@pytest.mark.parametrize("part_fen", [0, ASKED, ASKED + 1, -1])
def test_a_part_that_is_none_takes_nothing_and_is_undone_at_the_issuer(part_fen: int) -> None:
    bench, terminal = answered("10", part_fen)
    assert terminal.sale(ASKED).response_code == "12"
    bench.drain()
    assert bench.alarms == ["no_such_part"]
    assert bench.captures == []
    assert TransactionKey(TID, 1, 2) in bench.issuer.undone
    assert bench.faults() == []


def test_what_left_the_shop_already_cannot_be_approved_in_part() -> None:
    bench, terminal = answered("10", PART)
    assert terminal.do(Kind.OFFLINE_SALE, ASKED).response_code == "12"
    bench.drain()
    assert bench.captures == []
    assert bench.faults() == []


def test_a_hold_in_part_can_be_completed_up_to_the_margin_of_the_part() -> None:
    bench, terminal = answered("10", PART)
    held = terminal.do(Kind.PREAUTH, ASKED, pan=PAN)
    assert held.amount_fen == PART
    bench.issuer.answer = HostBench().issuer.answer  # type: ignore[method-assign]
    over = terminal.do(Kind.COMPLETION, ASKED, original=Original(held.batch, held.stan or 0))
    assert over.response_code == "61"
