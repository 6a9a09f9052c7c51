"""Settlement: totals, upload, resume, and a batch that closes only on the host's word."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from terminal_bench import CARD, OTHER_CARD, Bench, original_of

from simulator.machines.terminal import batch as batches
from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.machines.terminal.records import Booked
from simulator.machines.terminal.settlement import result_of
from simulator.wire.kinds import Kind
from simulator.wire.message import Original
from simulator.wire.subfields import CardTotals, parse_upload

PROFILE = TerminalProfile(offline_limit_fen=10_000, qr=True)


def item(kind: Kind, stan: int, amount_fen: int, **facts: object) -> Booked:
    return Booked(kind, "", 0, 1, stan, amount_fen, **{"pan": CARD.pan, **facts})  # type: ignore[arg-type]


def digit(result: str):
    """A 0510 with this result for domestic cards."""
    return lambda _request, reply: replace(
        reply, details=reply.details[:30] + result + reply.details[31:],
    )


# kind, amount, in which column of the totals
COLUMNS = [
    (Kind.SALE, "debit"), (Kind.COMPLETION, "debit"), (Kind.COMPLETION_ADVICE, "debit"),
    (Kind.OFFLINE_SALE, "debit"), (Kind.ADJUST, "debit"), (Kind.TIP, "debit"),
    (Kind.QR_SALE, "debit"), (Kind.VOID, "credit"), (Kind.COMPLETION_VOID, "credit"),
    (Kind.REFUND, "credit"), (Kind.QR_REFUND, "credit"), (Kind.PREAUTH, "none"),
    (Kind.PREAUTH_VOID, "none"),
]


@pytest.mark.parametrize(("kind", "column"), COLUMNS)
def test_each_kind_counts_in_its_column(kind, column):
    expected = {
        "debit": CardTotals(700, 1, 0, 0), "credit": CardTotals(0, 0, 700, 1),
        "none": CardTotals(),
    }[column]
    assert batches.totals([item(kind, 1, 700)]) == expected


def test_a_balanced_settlement_ends_with_207_and_opens_the_next_batch():
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    bench.sell("sale", 12_345)
    told = bench.operate(Kind.SETTLEMENT, "settle")
    assert (told.result, told.batch) == (Result.APPROVED, 1)
    asked, end = bench.sent[-2].message, bench.sent[-1].message
    assert asked.details == "000000012345001" + "0" * 12 + "000" + "0" + "0" * 31
    assert (asked.currency, asked.operator) == ("156", "01 ")
    assert (end.mti, end.network_code, end.details) == ("0320", "207", "0000")
    assert [(c.result, c.closed) for c in bench.counted] == [("0", False), ("1", True)]
    assert bench.terminal.batch == 2
    assert list(bench.terminal.memory.items) == []


def test_an_unbalanced_settlement_sends_every_detail_and_ends_with_202():
    bench = Bench(profile=PROFILE)
    bench.host.always_unbalanced = True
    bench.sign_on()
    for number in range(10):
        bench.sell(f"sale {number}", 1_000 + number)
    bench.sell("chip", 5_000, Card(pan=CARD.pan, entry="chip"))
    bench.operate(Kind.VOID, "void", original=Original(1, 2))
    assert bench.operate(Kind.SETTLEMENT, "settle").result is Result.APPROVED
    uploads = [send.message for send in bench.sent if send.kind is Kind.BATCH_UPLOAD]
    assert [each.network_code for each in uploads] == ["201", "201", "205", "205", "202"]
    assert [len(parse_upload(each.details)) for each in uploads[:2]] == [8, 2]
    assert (uploads[2].stan, uploads[2].original) == (12, None)  # the chip sale, under its number
    assert uploads[3].original == Original(1, 13)
    assert uploads[-1].details == "0012"
    assert bench.host.complaints == []


def test_an_interrupted_upload_goes_on_where_it_stood():
    bench = Bench(profile=TerminalProfile(settlement_tries=1))
    bench.host.always_unbalanced = True
    bench.sign_on()
    for number in range(10):
        bench.sell(f"sale {number}", 1_000 + number)
    bench.host.answers["0320"] = lambda _request, reply: reply
    bench.lost = bench.messages + 4  # 0500, 0510, 0320, 0330; the second 0320 is lost
    told = bench.operate(Kind.SETTLEMENT, "settle")
    assert (told.result, told.reason) == (Result.FAILED, "no_reply")
    assert bench.terminal.pending()[0].what == "settlement"
    before = len(bench.sent)
    assert bench.operate(Kind.SETTLEMENT, "once more").result is Result.APPROVED
    rest = [(send.message.mti, send.message.network_code) for send in bench.sent[before:]]
    assert rest == [("0320", "201"), ("0320", "202")]
    assert bench.host.complaints == []
    assert sum(1 for count in bench.counted if count.closed) == 1


def test_an_upload_cut_off_by_power_goes_on_by_itself():
    bench = Bench()
    bench.host.always_unbalanced = True
    bench.sign_on()
    for number in range(10):
        bench.sell(f"sale {number}", 1_000 + number)
    bench.cut = bench.effects + 7  # in the upload of the first part
    bench.operate(Kind.SETTLEMENT, "settle")
    bench.rest()
    assert bench.result_of("settle") is Result.APPROVED
    assert bench.host.complaints == []


def test_an_error_keeps_the_batch_and_says_so():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 500)
    bench.host.answers["0500"] = digit("3")
    told = bench.operate(Kind.SETTLEMENT, "settle")
    assert (told.result, told.reason) == (Result.FAILED, "settlement_error")
    assert len(bench.terminal.memory.items) == 1
    assert bench.terminal.batch == 1
    assert bench.sell("goes on", 600).result is Result.APPROVED
    assert bench.operate(Kind.SETTLEMENT, "again").result is Result.APPROVED


def test_an_unanswered_settlement_keeps_the_batch_shut_until_it_is_repeated():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 500)
    bench.down = True
    told = bench.operate(Kind.SETTLEMENT, "settle")
    assert (told.result, told.reason) == (Result.FAILED, "no_reply")
    assert bench.mtis().count("0500") == bench.profile.settlement_tries
    assert [send.attempt for send in bench.sent[-3:]] == [0, 1, 2]
    bench.down = False
    assert bench.sell("meanwhile", 600).reason == "settlement_pending"
    assert bench.operate(Kind.SETTLEMENT, "again").result is Result.APPROVED
    stans = {send.message.stan for send in bench.sent if send.kind is Kind.SETTLEMENT}
    assert len(stans) == 1
    assert [s.attempt for s in bench.sent if s.kind is Kind.SETTLEMENT] == [0, 1, 2, 3]
    assert bench.sell("after", 600).result is Result.APPROVED


def test_a_settlement_that_never_left_keeps_the_batch_open_for_sales():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 500)
    bench.refuses = True
    assert bench.operate(Kind.SETTLEMENT, "settle").reason == "send_failed"
    bench.refuses = False
    assert bench.sell("goes on", 600).result is Result.APPROVED
    assert bench.operate(Kind.SETTLEMENT, "again").result is Result.APPROVED
    assert bench.host.closed[1] == (1_100, 2, 0, 0)


def test_reversals_and_advices_go_up_before_the_totals():
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    bench.operate(Kind.OFFLINE_SALE, "offline", amount_fen=300, card=CARD)
    bench.down = True
    bench.sell("sale", 500)
    bench.rest(3)
    bench.down = False
    bench.operate(Kind.SETTLEMENT, "settle")
    assert bench.mtis()[-4:] == ["0400", "0220", "0500", "0320"]
    assert bench.host.closed[1] == (300, 1, 0, 0)


def test_a_settlement_with_an_undelivered_advice_fails_and_keeps_the_batch():
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    bench.operate(Kind.OFFLINE_SALE, "offline", amount_fen=300, card=CARD)
    bench.down = True
    told = bench.operate(Kind.SETTLEMENT, "settle")
    assert (told.result, told.reason) == (Result.FAILED, "advice_pending")
    assert "0500" not in bench.mtis()


@pytest.mark.parametrize(("code", "delivered"), [("00", True), ("94", True), ("25", False)])
def test_an_advice_is_delivered_by_00_and_94_and_refused_for_good_by_others(code, delivered):
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    bench.operate(Kind.OFFLINE_SALE, "offline", amount_fen=300, card=CARD)
    if code != "00":
        bench.host.answers["0220"] = lambda _request, reply: replace(
            reply, response_code=code, mac=None,
        )
    bench.sell("sale", 500)
    bench.rest()
    assert bench.mtis() == ["0800", "0200", "0220"]
    assert bench.terminal.pending() == []
    assert ("advice_refused" in bench.codes()) is not delivered
    assert len(bench.terminal.memory.items) == (2 if delivered else 1)


def test_an_advice_that_the_host_cannot_take_now_waits():
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    bench.operate(Kind.OFFLINE_SALE, "offline", amount_fen=300, card=CARD)
    bench.host.answers["0220"] = lambda _request, reply: replace(
        reply, response_code="91", mac=None,
    )
    bench.sell("sale", 500)
    assert [each.what for each in bench.terminal.pending()] == ["advice"]
    bench.sell("next", 600)
    assert bench.terminal.pending() == []


def test_advices_wait_for_the_settlement_where_the_profile_says_so():
    bench = Bench(profile=TerminalProfile(offline_limit_fen=1_000, advice_with_next_online=False))
    bench.sign_on()
    bench.operate(Kind.OFFLINE_SALE, "offline", amount_fen=300, card=CARD)
    bench.sell("sale", 500)
    assert bench.mtis() == ["0800", "0200"]
    bench.operate(Kind.SETTLEMENT, "settle")
    assert bench.mtis()[2:] == ["0220", "0500", "0320"]


def test_a_refund_without_answer_is_pending_and_repeated_under_its_own_number():
    bench = Bench()
    bench.sign_on()
    sold = bench.sell("sale", 500)
    bench.host.answers["0220"] = lambda _request, _reply: None
    told = bench.operate(Kind.REFUND, "refund", amount_fen=200, card=CARD,
                         original=original_of(sold))
    assert (told.result, told.reason) == (Result.PENDING, "no_reply")
    bench.rest()
    assert bench.result_of("refund") is Result.APPROVED
    refunds = [send.message.stan for send in bench.sent if send.kind is Kind.REFUND]
    assert refunds == [3, 3]
    assert bench.terminal.pending() == []
    assert len(bench.terminal.memory.items) == 2


@pytest.mark.parametrize(("code", "then"), [
    ("91", ["0320"]), ("30", ["0500", "0320", "0320"]), ("77", ["0800", "0320"]),
])
def test_a_refused_upload_goes_on_or_begins_anew_by_its_code(code, then):
    bench = Bench()
    bench.host.always_unbalanced = True
    bench.sign_on()
    bench.sell("sale", 500)
    refuse = lambda _request, reply: replace(reply, response_code=code)  # noqa: E731
    answer = bench.host.answer
    bench.host.answer = lambda request: (
        refuse(request, bench.host.reply(request, "00")) if request.network_code == "202"
        else answer(request)
    )
    told = bench.operate(Kind.SETTLEMENT, "settle")
    assert (told.result, told.reason) == (Result.FAILED, "upload_refused")
    bench.host.answer = answer
    before = bench.mtis().index("0500") + 3  # 0500, details, the refused end
    assert bench.operate(Kind.SETTLEMENT, "again").result is Result.APPROVED
    assert bench.mtis()[before:] == then
    assert bench.host.complaints == []


def test_signs_off_after_the_settlement_where_the_profile_says_so():
    bench = Bench(profile=TerminalProfile(sign_off_after_settlement=True))
    bench.sign_on()
    bench.operate(Kind.SETTLEMENT, "settle")
    assert bench.mtis()[-1] == "0820"
    assert bench.sell("sale", 100).reason == "clerk_not_signed_in"


def test_an_empty_batch_settles_too():
    bench = Bench()
    bench.sign_on()
    assert bench.operate(Kind.SETTLEMENT, "settle").result is Result.APPROVED
    assert bench.host.closed == {1: (0, 0, 0, 0)}


def test_batch_numbers_wrap_from_999999_to_1():
    bench = Bench()
    bench.host.batch = 999_999
    bench.sign_on()
    bench.operate(Kind.SETTLEMENT, "settle")
    assert bench.terminal.batch == 1


RESULTS = [
    ("1", "1", "1"), ("1", "0", "1"), ("2", "1", "2"), ("1", "2", "2"), ("3", "1", "3"),
    ("2", "3", "3"), ("0", "0", "3"), ("0", "1", "3"), ("7", "1", "3"), ("1", "7", "3"),
]


@pytest.mark.parametrize(("domestic", "foreign", "result"), RESULTS)
def test_the_worse_of_two_result_digits_decides(domestic, foreign, result):
    assert result_of("0" * 30 + domestic + "0" * 30 + foreign) == result


def test_a_settlement_reply_without_totals_is_an_error():
    assert result_of("") == "3"


def test_a_host_at_another_batch_ends_ours_after_a_mismatch():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 500)
    bench.host.batch = 2
    bench.host.closed[1] = bench.host.totals(1)
    assert bench.sell("next", 600, OTHER_CARD).response_code == "77"
    assert "batch_replaced" in bench.codes()
    assert bench.terminal.batch == 2
    assert list(bench.terminal.memory.items) == []
