"""Two tills that other people wrote, unchanged, drive our terminal side over a pty."""

from __future__ import annotations

import pytest
from telium import Telium, TeliumAsk
from transbank.error.transbank_exception import TransbankException
from transbank.POS.POSIntegrado import POSIntegrado

from hil.ecr.values import Answer, Ask, Order, Result
from tests.ecr.pty_terminal import PtyTerminal

CARD = "620000******0120"


def approve(order: Order) -> Answer:
    return Answer(
        result=Result.APPROVED, order=order.order, amount_fen=order.amount_fen, stan=7, rrn="112233445566",
        auth_code="A1B2C3", card=CARD, date="20261126", time="120102")


def decline(order: Order) -> Answer:
    return Answer(result=Result.DECLINED, response_code="51", order=order.order, card=CARD)


@pytest.mark.parametrize("slice_bytes", [4096, 7])
def test_the_transbank_till_sells_and_reads_all_fields(slice_bytes):
    with PtyTerminal("transbank", approve, slice_bytes) as terminal:
        till = POSIntegrado()
        till.open_port(terminal.path)
        assert till.poll()
        sold = till.sale(1500, "ABC123")
        till.close_port()
    assert [(order.kind, order.amount_fen, order.order) for order in terminal.orders] == [(Ask.SALE, 1500, "ABC123")]
    assert sold["success"]
    assert (sold["ticket"], sold["amount"], sold["authorization_code"]) == ("ABC123", "1500", "A1B2C3")
    assert (sold["operation_number"], sold["last_4_digits"]) == ("7", "0120")
    assert (sold["real_date"], sold["real_time"]) == ("26112026", "120102")
    assert (sold["terminal_id"], sold["commerce_code"]) == ("10000001", "898000000000001")


def test_the_transbank_till_hears_a_decline_a_last_sale_and_a_close():
    with PtyTerminal("transbank", decline) as terminal:
        till = POSIntegrado()
        till.open_port(terminal.path)
        assert till.last_sale()["response_code"] == "11"
        assert till.load_keys()["function_code"] == 810
        declined = till.sale(1500, "ABC123")
        last = till.last_sale()
        closed = till.close()
        till.close_port()
    assert (declined["success"], declined["response_code"]) == (False, "01")
    assert (last["function_code"], last["response_code"], last["ticket"]) == (260, "01", "ABC123")
    assert closed["function_code"] == 510


def test_the_transbank_till_is_told_how_far_the_sale_is():
    stages = []
    with PtyTerminal("transbank", approve) as terminal:
        till = POSIntegrado()
        till.open_port(terminal.path)
        sold = till.sale(1500, "ABC124", send_status=True, callback=stages.append)
        till.close_port()
    assert [(stage["function_code"], stage["response_code"]) for stage in stages] == [(900, "78")]
    assert sold["success"]


def test_the_transbank_till_gets_no_for_a_command_that_the_profile_has_not():
    with PtyTerminal("transbank", approve) as terminal:
        till = POSIntegrado()
        till.open_port(terminal.path)
        assert not till.set_normal_mode()
        with pytest.raises(TransbankException):
            till.multicode_sale(1500, "ABC125", 597029414300)
        till.close_port()
    assert terminal.orders == []


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(("answers", "succeeds"), [(approve, True), (decline, False)])
def test_the_telium_till_asks_and_verifies(answers, succeeds, whole):
    with PtyTerminal("telium", answers, 4096 if whole else 5) as terminal:
        till = Telium(terminal.path)
        assert till.is_ok()
        ask = TeliumAsk.new_payment(12.5, target_currency="EUR")
        assert till.ask(ask)
        told = till.verify(ask)
        till.close()
    assert told.has_succeeded == succeeds
    assert told.amount == 12.5
    assert told.repport.startswith(CARD)
    assert [order.amount_fen for order in terminal.orders] == [1250]


def test_the_telium_till_reads_the_short_answer_and_a_refund():
    with PtyTerminal("telium", approve) as terminal:
        till = Telium(terminal.path)
        ask = TeliumAsk.new_payment(3.0, payment_mode="refund", target_currency="CNY", collect_payment_source_info=False)
        assert till.ask(ask)
        told = till.verify(ask)
        till.close()
    assert told.has_succeeded
    assert told.transaction_id == "2233445566"
    assert [order.kind for order in terminal.orders] == [Ask.REFUND]
