"""The merchant's bank, its statement, and what the merchant is told."""

import csv
import io

import pytest
from msgspec.structs import replace

from simulator.catalogue.money_reasons import PayoutReason
from simulator.faults.modes import MODES
from simulator.local_time import DAY_MS
from simulator.money import notice
from simulator.money.merchant_bank import RETURN_REASON, AccountStatus, MerchantBank
from simulator.money.payout import ACCOUNT_REASONS
from simulator.money.payout_steps import PayInstruction
from simulator.money.statement import COLUMNS, OfDisputes, rows, to_csv, yuan

MID = "898310000000001"


def pay(number=MID, holder="某某商店", attempt=1, payout=f"2026-01-29/{MID}", fen=6759):
    return PayInstruction(payout, MID, "bank.a", number, holder, fen, attempt)


def bank(**how):
    it = MerchantBank("bank.a", **how)
    it.open_account(MID, "某某商店")
    return it


REFUSED = [
    (AccountStatus.NORMAL, pay(number="1"), "no_such_account"),
    (AccountStatus.NORMAL, pay(holder="另一商店"), "name_mismatch"),
    (AccountStatus.FROZEN, pay(), "frozen"),
    (AccountStatus.CLOSED, pay(), "closed"),
    (AccountStatus.DORMANT, pay(), "abnormal"),
    (AccountStatus.FROZEN, pay(holder="另一商店"), "frozen"),
]


@pytest.mark.parametrize(("status", "instruction", "reason"), REFUSED)
def test_what_cannot_be_booked_is_returned_with_a_reason(status, instruction, reason):
    it = bank()
    it.set_status(MID, status)
    answer = it.take(instruction, 0)
    assert (answer.posted, answer.reason, answer.line) == (False, reason, None)
    assert it.statement(MID) == ()
    assert it.take(instruction, 1) == answer


def test_one_instruction_is_booked_once_and_a_new_attempt_is_a_new_one():
    it = bank()
    assert it.take(pay(), 0).line is not None
    again = it.take(pay(), 5)
    assert again.posted
    assert again.line is None
    it.take(pay(attempt=2), 6)
    assert [line.balance_fen for line in it.statement(MID)] == [6759, 13518]


def test_an_account_that_is_unfrozen_takes_the_next_attempt():
    it = bank()
    it.set_status(MID, AccountStatus.FROZEN)
    assert not it.take(pay(), 0).posted
    it.set_status(MID, AccountStatus.NORMAL)
    assert not it.take(pay(), 1).posted
    assert it.take(pay(attempt=2), 2).posted


def test_a_bank_that_checks_no_names_pays_a_stranger():
    it = bank(checks_names=False)
    it.open_account("7777", "陌生人")
    assert it.take(pay(number="7777"), 0).posted
    assert it.statement("7777")[0].amount_fen == 6759


NOT_KNOWN = ("",) * 7  # what a line is made of


def test_a_statement_as_csv_reads_back():
    it = bank()
    it.take(pay(), 0)
    it.take(pay(payout=f"2026-01-30/{MID}", fen=5), DAY_MS + 1000)
    lines = it.statement(MID)
    table = list(csv.reader(io.StringIO(to_csv(lines))))
    assert tuple(table[0]) == COLUMNS
    assert [tuple(row) for row in table[1:]] == rows(lines) == [
        ("1970-01-01", "08:00:00", MID, f"2026-01-29/{MID}", "67.59", "67.59",
         "POS结算款 20260129", *NOT_KNOWN),
        ("1970-01-02", "08:00:01", MID, f"2026-01-30/{MID}", "0.05", "67.64",
         "POS结算款 20260130", *NOT_KNOWN),
    ]


def test_a_line_says_what_it_is_made_of_where_that_is_known():
    it = bank()
    it.take(replace(pay(), gross_fen=6800, fee_fen=41), 0)
    it.take(replace(pay(payout=f"2026-01-30/{MID}", fen=3976), gross_fen=5000, fee_fen=30), 1)
    charged_back = OfDisputes(-6_000, 1_000, -500, 2_000)
    it.take(replace(pay(payout=f"2026-01-31/{MID}", fen=2_500), gross_fen=4_500, fee_fen=2_000,
                    disputes=charged_back), 2)
    assert [row[-7:] for row in rows(it.statement(MID))] == [
        ("68.00", "0.41", "0.00", "0.00", "0.00", "0.00", "0.00"),
        ("50.00", "0.30", "9.94", "0.00", "0.00", "0.00", "0.00"),
        ("45.00", "20.00", "0.00", "-60.00", "10.00", "-5.00", "20.00"),
    ]


@pytest.mark.parametrize(("fen", "text"), [
    (0, "0.00"), (1, "0.01"), (-1, "-0.01"), (100, "1.00"), (-12345, "-123.45"),
])
def test_yuan(fen, text):
    assert yuan(fen) == text


@pytest.mark.parametrize("number", ["6217009753160008123", "12345", "1234", "1", ""])
def test_no_notice_shows_more_than_four_characters_of_an_account(number):
    texts = [notice.arrived(number, 6759, 6759, 0), notice.suspended(number, 6759, PayoutReason.FROZEN)]
    for text in texts:
        assert text.startswith("【")
        shown = text.split("尾号")[1].split("的账户")[0].split("）")[0]
        assert shown == (number[-4:] if len(number) > 4 else "****")


def test_every_reason_of_a_return_has_words():
    for reason in PayoutReason:
        assert reason.zh in notice.suspended(MID, 1, reason)
        assert reason.zh in notice.queued(1, reason)
    assert "银行系统维护" in notice.queued(1, PayoutReason.MAINTENANCE)


def test_a_dormant_account_is_put_right_like_any_other():
    """Whatever the bank said of the account, a right one releases what it stopped."""
    from_banks = {RETURN_REASON[status] for status in AccountStatus if status in RETURN_REASON}
    from_faults = {PayoutReason.of(code) for code in MODES["account.abnormal"].codes}
    frozen = {PayoutReason.FROZEN}  # which is unfrozen, not corrected
    assert (from_banks | from_faults) - frozen <= ACCOUNT_REASONS
