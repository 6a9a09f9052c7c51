"""What a board prints is read: receipts by their lines, and nothing for what is none."""

from __future__ import annotations

import pytest

from hil.board.receipts import Printer, Slip

RECEIPT = ["CORNER SHOP", "MERCHANT 898000000000001", "TERMINAL 10000001", "SALE", "CARD 620000******0120",
           "DATE/TIME 0127 100000", "BATCH 000001", "TRACE 000002", "REFERENCE 000000000001", "AMOUNT RMB 68.05"]
TOTALS = ["CORNER SHOP", "BATCH 000001", "DOMESTIC 1 DEBIT 68.05 0 CREDIT 0.00", "FOREIGN  0 DEBIT 0.00 0 CREDIT 0.00"]


def printed(*lines):
    found = []
    printer = Printer(found.append)
    for line in lines:
        printer.heard(line)
    return printer, found


def test_a_receipt_is_told_once_it_is_whole():
    assert printed(*RECEIPT)[1] == []
    assert printed(*RECEIPT, "")[1] == [Slip(1, 2, 6_805)]
    assert printed("*** COPY ***", *RECEIPT, "MORE WORDS", "")[1] == [Slip(1, 2, 6_805)]


def test_totals_in_front_are_of_no_receipt():
    """A settlement's paper has no empty line behind it, and its batch is not the next sale's."""
    later = [line.replace("BATCH 000001", "BATCH 000002") for line in RECEIPT]
    assert printed(*TOTALS, "")[1] == []
    assert printed(*TOTALS, *later, "")[1] == [Slip(2, 2, 6_805)]


@pytest.mark.parametrize("lacks", ["BATCH", "TRACE", "AMOUNT"])
def test_half_a_receipt_is_none(lacks):
    assert printed(*(line for line in RECEIPT if not line.startswith(lacks)), "")[1] == []


def test_what_was_half_printed_when_the_power_went_is_thrown_away():
    printer, found = printed(*RECEIPT[:8])
    printer.begins()
    printer.heard("AMOUNT RMB 68.05")
    printer.heard("")
    assert found == []
