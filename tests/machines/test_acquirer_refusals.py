"""What a host says no to, and that a no moves nothing."""

from __future__ import annotations

import msgspec
import pytest
from acquirer_bench import (
    MID,
    OTHER_PAN,
    PAN,
    SETTINGS,
    TID,
    HostBench,
    ScriptedTerminal,
    signed_on,
)

from simulator.machines.acquirer.events import (
    KeysWithdrawn,
    RequestUnreadable,
    SaleHeld,
    TransactionKey,
    VersionDemanded,
)
from simulator.machines.acquirer.registry import TerminalEntry, TerminalStatus
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

SALE = 10_000


def approved_of_each_kind() -> tuple[HostBench, ScriptedTerminal, dict[str, Message]]:
    """A host that knows an original in every state."""
    bench = HostBench()
    terminal = signed_on(bench)
    known = {"sale": terminal.sale(SALE), "refunded": terminal.sale(SALE)}
    terminal.do(Kind.REFUND, 6_000, original=of(known["refunded"]))
    known["voided"] = terminal.sale(SALE)
    terminal.do(Kind.VOID, SALE, original=of(known["voided"]))
    bench.issuer.code = "51"
    known["declined"] = terminal.sale(SALE)
    bench.issuer.code = "00"
    reversed_ = terminal.message(Kind.SALE, SALE)
    bench.receive(reversed_)
    bench.receive(terminal.reversal_of(reversed_))
    known["reversed"] = reversed_
    known["preauth"] = terminal.do(Kind.PREAUTH, SALE)
    known["completed"] = terminal.do(Kind.PREAUTH, SALE)
    known["completion"] = terminal.do(Kind.COMPLETION, SALE, original=of(known["completed"]))
    known["unsettled"] = terminal.sale(SALE)
    return bench, terminal, known


def of(message: Message, date: str = "") -> Original:
    return Original(message.batch, message.stan or 0, date)


@pytest.mark.parametrize(("kind", "icc", "code"), [
    (Kind.SALE, "9F0206000000010000", "00"),
    (Kind.SALE, "9F0206000000010001", "59"),
    (Kind.SALE, "9F0206000000009999", "59"),
    (Kind.SALE, "9F02050000010000", "59"),  # not of six bytes
    (Kind.SALE, "9F0200", "59"),
    (Kind.SALE, "9F36020001", "00"),  # none to compare
    (Kind.SALE, "9F36", "00"),  # nor here: no whole elements
    (Kind.PREAUTH, "9F0206000000010000", "00"),
    (Kind.PREAUTH, "9F0206000000000001", "59"),
])
def test_a_chip_says_yes_to_no_other_sum(kind: Kind, icc: str, code: str) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    reply = terminal.do(kind, SALE, icc_data=bytes.fromhex(icc), entry_mode="052", card_sequence="001")
    assert reply.response_code == code
    assert list(map(str, bench.alarms)) == ["cryptogram_of_other_sum"] * (code != "00")
    assert sum(each.amount_fen for each in bench.captures) == SALE * (kind is Kind.SALE and code == "00")


@pytest.mark.parametrize(("kind", "began", "fen"), [
    (Kind.COMPLETION, Kind.PREAUTH, SALE - 1), (Kind.VOID, Kind.SALE, SALE),
    (Kind.REFUND, Kind.SALE, SALE - 1), (Kind.PREAUTH_VOID, Kind.PREAUTH, SALE),
])
def test_what_follows_may_be_of_another_sum_than_the_chip_saw(kind: Kind, began: Kind, fen: int) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    original = terminal.do(began, SALE)
    reply = terminal.do(kind, fen, original=of(original), icc_data=bytes.fromhex("9F0206000000000001"), entry_mode="052")
    assert reply.response_code == "00"


@pytest.mark.parametrize(("kind", "original", "amount_fen", "fields", "code"), [
    # kind, what it refers to, sum, what else it says, the answer
    (Kind.VOID, "sale", SALE, {}, "00"),
    (Kind.VOID, "sale", SALE - 1, {}, "64"),
    (Kind.VOID, "sale", SALE + 1, {}, "64"),
    (Kind.VOID, "sale", 0, {}, "13"),
    (Kind.VOID, "sale", SALE, {"pan": OTHER_PAN}, "25"),
    (Kind.VOID, "sale", SALE, {"rrn": "999999999999"}, "25"),
    (Kind.VOID, "sale", SALE, {"auth_code": "111111"}, "25"),
    (Kind.VOID, "refunded", SALE, {}, "64"),
    (Kind.VOID, "voided", SALE, {}, "12"),
    (Kind.VOID, "declined", SALE, {}, "25"),
    (Kind.VOID, "reversed", SALE, {}, "25"),
    (Kind.VOID, "preauth", SALE, {}, "12"),
    (Kind.VOID, "completion", SALE, {}, "12"),
    (Kind.VOID, "", SALE, {}, "25"),
    (Kind.REFUND, "sale", SALE, {}, "00"),
    (Kind.REFUND, "sale", SALE + 1, {}, "64"),
    (Kind.REFUND, "refunded", 4_000, {}, "00"),
    (Kind.REFUND, "refunded", 4_001, {}, "64"),
    (Kind.REFUND, "voided", SALE, {}, "12"),
    (Kind.REFUND, "declined", SALE, {}, "25"),
    (Kind.REFUND, "reversed", SALE, {}, "25"),
    (Kind.REFUND, "preauth", SALE, {}, "12"),
    (Kind.REFUND, "", SALE, {}, "25"),
    (Kind.PREAUTH_VOID, "preauth", SALE, {}, "00"),
    (Kind.PREAUTH_VOID, "preauth", SALE - 1, {}, "64"),
    (Kind.PREAUTH_VOID, "completed", SALE, {}, "12"),
    (Kind.PREAUTH_VOID, "sale", SALE, {}, "12"),
    (Kind.COMPLETION, "preauth", SALE, {}, "00"),
    (Kind.COMPLETION, "preauth", 11_500, {}, "00"),
    (Kind.COMPLETION, "preauth", 11_501, {}, "61"),
    (Kind.COMPLETION, "completed", SALE, {}, "12"),
    (Kind.COMPLETION, "sale", SALE, {}, "12"),
    (Kind.COMPLETION, "", SALE, {}, "25"),
    (Kind.COMPLETION_ADVICE, "preauth", 11_500, {}, "00"),
    (Kind.COMPLETION_ADVICE, "preauth", 11_501, {}, "61"),
    (Kind.COMPLETION_ADVICE, "completed", SALE, {}, "12"),
    (Kind.COMPLETION_VOID, "completion", SALE, {}, "00"),
    (Kind.COMPLETION_VOID, "completion", SALE - 1, {}, "64"),
    (Kind.COMPLETION_VOID, "preauth", SALE, {}, "12"),
    (Kind.COMPLETION_VOID, "sale", SALE, {}, "12"),
    (Kind.TIP, "sale", 1_500, {}, "00"),
    (Kind.TIP, "sale", SALE + 1, {}, "64"),
    (Kind.ADJUST, "voided", 1_500, {}, "12"),
    (Kind.QR_REFUND, "sale", SALE, {}, "30"),
    (Kind.QR_REFUND, "", SALE, {}, "30"),
    (Kind.QR_VOID, "sale", SALE, {}, "30"),
    (Kind.QR_VOID, "", SALE, {}, "30"),
    (Kind.QR_SALE, "", SALE, {"field59": "A300899000000"}, "15"),
    (Kind.QR_SALE, "", SALE, {"field59": ""}, "30"),
    (Kind.QR_SALE, "", SALE, {"field59": "A302062"}, "30"),
    (Kind.QR_SALE, "", 0, {"field59": "A300828000000"}, "13"),
    (Kind.SALE, "", 0, {}, "13"),
    (Kind.SALE, "", None, {}, "13"),
    (Kind.SALE, "", SALE, {"pan": "5100009753180008"}, "15"),
    (Kind.PREAUTH, "", 0, {}, "13"),
    (Kind.OFFLINE_SALE, "", 0, {}, "13"),
    (Kind.BALANCE, "", None, {"pan": "5100009753180008"}, "15"),
])
def test_a_request_that_cannot_be_is_declined_with_its_reason(
    kind: Kind, original: str, amount_fen: int | None, fields: dict[str, object], code: str,
) -> None:
    bench, terminal, known = approved_of_each_kind()
    if original:
        fields = {"original": of(known[original])} | fields
    elif kind.value not in ("sale", "preauth", "offline_sale", "qr_sale", "balance"):
        fields = {"original": Original(1, 999)} | fields
    asked, booked = len(bench.asked), len(bench.captures)
    assert terminal.do(kind, amount_fen, **fields).response_code == code
    if code != "00":
        assert (len(bench.asked), len(bench.captures)) == (asked, booked)
    bench.drain()
    assert bench.one_sided() == []


def test_a_decline_stays_a_decline_when_its_copy_comes_later() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    early = terminal.message(Kind.VOID, SALE, original=Original(1, 50))
    assert bench.receive(early)[0].response_code == "25"
    terminal.stan = 50
    terminal.sale(SALE)
    assert bench.receive(early)[0].response_code == "25"
    assert len(bench.captures) == 1


@pytest.mark.parametrize(("date", "code"), [("0129", "00"), ("0128", "25"), ("", "00")])
def test_refund_names_the_day_of_its_original(date: str, code: str) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    assert terminal.do(Kind.REFUND, 1, original=of(sale, date)).response_code == code


def test_refund_of_a_sale_in_a_settled_batch_is_taken_but_a_void_is_not() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    terminal.items[sale.stan or 0] = (Kind.SALE, SALE, PAN)
    terminal.settle()
    assert terminal.do(Kind.VOID, SALE, original=of(sale)).response_code == "12"
    assert terminal.do(Kind.REFUND, SALE, original=of(sale)).response_code == "00"
    assert bench.faults() == []


def test_another_terminals_sale_cannot_be_voided() -> None:
    entries = [TerminalEntry(tid=TID, mid=MID), TerminalEntry(tid="10000002", mid=MID)]
    bench = HostBench(entries=entries)
    first, second = ScriptedTerminal(bench), ScriptedTerminal(bench, "10000002")
    first.sign_on()
    second.sign_on()
    first.stan = second.stan = 100
    sale = first.sale(SALE)
    assert second.do(Kind.VOID, SALE, original=of(sale)).response_code == "25"


# ---- who may ask -----------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", [
    {"amount_fen": 1}, {"pan": OTHER_PAN}, {"mac": bytes(8)}, {"mac": None}, {"stan": 999},
])
@pytest.mark.parametrize("kind", [
    Kind.SALE, Kind.VOID, Kind.REFUND, Kind.PREAUTH, Kind.COMPLETION, Kind.OFFLINE_SALE,
    Kind.QR_SALE, Kind.QR_VOID, Kind.QR_REFUND, Kind.BALANCE, Kind.REVERSAL, Kind.SCRIPT_RESULT,
])
def test_nothing_with_a_wrong_mac_has_an_effect(kind: Kind, spoil: dict[str, object]) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    bench.receive(terminal.message(Kind.PREAUTH, SALE))
    request = terminal.message(kind, SALE, original=of(sale))
    if kind is Kind.REVERSAL:
        request = terminal.reversal_of(terminal.message(Kind.SALE, SALE, stan=sale.stan))
    forged = msgspec.structs.replace(request, **spoil)
    before = (len(bench.journal), len(bench.asked), len(bench.captures))
    (reply,) = bench.receive(forged)
    assert (reply.response_code, reply.mac) == ("A0", None)
    assert (len(bench.journal), len(bench.asked), len(bench.captures)) == before
    assert bench.alarms[-1] == "bad_mac"


def test_keys_of_an_earlier_sign_on_are_good_for_nothing() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    old = terminal.message(Kind.SALE, SALE)
    terminal.sign_on()
    assert bench.receive(old)[0].response_code == "A0"
    assert terminal.sale(SALE).response_code == "00"


@pytest.mark.parametrize("tid", ["", TID])
def test_withdrawn_keys_ask_for_a_sign_on_and_refuse_until_then(tid: str) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.event(KeysWithdrawn(tid))
    reply = terminal.sale(SALE)
    assert (reply.response_code, reply.processing_request) == ("A0", "3")
    assert terminal.do(Kind.ECHO_TEST, stan=None).processing_request == "3"
    terminal.sign_on()
    assert terminal.sale(SALE).processing_request == "0"


def test_keys_withdrawn_from_one_terminal_leave_the_others_signed_on() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.event(KeysWithdrawn("10000009"))
    assert terminal.sale(SALE).response_code == "00"


def test_a_terminal_that_never_signed_on_or_signed_off_is_refused() -> None:
    bench = HostBench()
    terminal = ScriptedTerminal(bench)
    assert terminal.sale(SALE).response_code == "A0"
    terminal.sign_on()
    assert terminal.do(Kind.SIGN_OFF).response_code == "00"
    assert terminal.sale(SALE).response_code == "A0"


@pytest.mark.parametrize(("tid", "mid", "code"), [
    ("10000009", MID, "97"), (TID, "898000000000009", "03"), ("", MID, "97"),
])
@pytest.mark.parametrize("kind", list(Kind))
def test_strangers_are_refused_whatever_they_ask(
    kind: Kind, tid: str, mid: str, code: str,
) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(kind, SALE, tid=tid, mid=mid, details="0" * 62)
    (reply,) = bench.receive(request)
    assert (reply.response_code or reply.details[30]) == ("3" if reply.mti == "0510" else code)
    assert bench.captures == bench.asked == []


STATUSES = {
    TerminalStatus.RESTRICTED: ("57", "57", "00"), TerminalStatus.SUSPENDED: ("58", "58", "00"),
    TerminalStatus.STOLEN: ("43", "43", "43"), TerminalStatus.CLOSED: ("97", "97", "97"),
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_barred_terminal_may_end_what_it_began_unless_it_is_stolen(
    status: TerminalStatus,
) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE)
    bench.receive(request)
    bench.entries = (TerminalEntry(tid=TID, mid=MID, status=status),)
    bench.host = bench.boot()
    sale, balance, reversal = STATUSES[status]
    assert terminal.sale(SALE).response_code == sale
    assert terminal.do(Kind.BALANCE).response_code == balance
    assert bench.receive(terminal.reversal_of(request))[0].response_code == reversal
    assert terminal.do(Kind.SIGN_ON).response_code == reversal


def test_a_barred_kind_is_refused_and_never_enters_the_batch() -> None:
    bench = HostBench(entries=[TerminalEntry(tid=TID, mid=MID, barred=frozenset({Kind.REFUND}))])
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    assert terminal.do(Kind.REFUND, 1, original=of(sale)).response_code == "58"
    terminal.items[sale.stan or 0] = (Kind.SALE, SALE, PAN)
    assert terminal.ask_settlement() == "1"


# ---- closed services and versions ------------------------------------------------------------


@pytest.mark.parametrize("kind", [
    Kind.SALE, Kind.PREAUTH, Kind.BALANCE, Kind.SIGN_ON, Kind.ECHO_TEST, Kind.BATCH_UPLOAD,
    Kind.REVERSAL, Kind.QR_SALE, Kind.PARAMETER_DOWNLOAD,
])
@pytest.mark.parametrize("code", ["91", "96"])
def test_a_closed_service_answers_its_code_and_does_nothing(kind: Kind, code: str) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.message(Kind.SALE, SALE)
    bench.receive(sale)
    request = terminal.message(kind, SALE, private=b"28000001")
    if kind is Kind.REVERSAL:
        request = terminal.reversal_of(sale)
    booked = len(bench.captures)
    (reply,) = bench.receive(request, code)
    assert reply.response_code == code
    assert len(bench.captures) == booked
    assert bench.one_sided() == []


def test_a_closed_service_answers_a_settlement_with_result_3_and_leaves_the_batch_open() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SETTLEMENT, details="0" * 62)
    (reply,) = bench.receive(request, "96")
    assert (reply.mti, reply.response_code, reply.details[30]) == ("0510", "", "3")
    assert bench.settled == []
    assert bench.receive(request)[0].details[30] == "1"


@pytest.mark.parametrize("kind", [Kind.SALE, Kind.SETTLEMENT, Kind.SIGN_ON, Kind.REVERSAL])
def test_a_silent_service_says_nothing_and_remembers_nothing(kind: Kind) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    stored = len(bench.journal)
    assert bench.receive(terminal.message(kind, SALE), "silent") == []
    assert len(bench.journal) == stored


def test_a_sale_that_a_window_refused_cannot_be_approved_by_its_copy_after_the_window() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE)
    assert bench.receive(request, "96")[0].response_code == "96"
    assert bench.receive(request)[0].response_code == "96"
    assert bench.captures == bench.asked == []


def test_an_advice_that_a_window_refused_is_taken_when_it_is_repeated() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.OFFLINE_SALE, SALE, auth_code="123456")
    assert bench.receive(request, "91")[0].response_code == "91"
    assert bench.receive(request)[0].response_code == "00"
    assert len(bench.captures) == 1


def test_old_software_is_asked_to_update_then_refused_but_may_finish_its_batch() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    first = terminal.message(Kind.SALE, SALE)
    bench.receive(first)
    bench.event(VersionDemanded("31100400"))
    sale = terminal.sale(SALE)
    assert (sale.response_code, sale.processing_request) == ("00", "6")
    bench.event(VersionDemanded("31100400", refuse=True))
    assert terminal.sale(SALE).response_code == "78"
    assert terminal.do(Kind.BALANCE).response_code == "78"
    assert bench.receive(terminal.reversal_of(first))[0].response_code == "00"
    terminal.items = {sale.stan or 0: (Kind.SALE, SALE, PAN)}
    assert terminal.ask_settlement() == "1"
    new = terminal.do(Kind.SIGN_ON, software="31100400")
    assert (new.response_code, new.processing_request) == ("00", "0")


# ---- messages that are none ------------------------------------------------------------------


def test_what_is_no_request_is_not_answered() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    assert bench.receive(terminal.message(Kind.SALE, SALE, mti="0210")) == []
    assert bench.alarms[-1] == "unknown_kind"
    assert bench.event(RequestUnreadable("line", "field 2 at offset 20: too short")) == []
    assert bench.alarms[-1] == "unreadable"


@pytest.mark.parametrize("fields", [
    {"processing_code": "990000"}, {"type_code": "99"}, {"condition_code": "77"},
])
def test_an_unknown_kind_is_refused_with_12(fields: dict[str, object]) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    assert terminal.do(Kind.SALE, SALE, **fields).response_code == "12"


@pytest.mark.parametrize("kind", [Kind.SALE, Kind.REVERSAL, Kind.BALANCE, Kind.QR_SALE])
def test_a_transaction_without_trace_number_is_a_format_error(kind: Kind) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    assert terminal.do(kind, SALE, stan=None).response_code == "30"


def test_balance_tells_the_sum_and_leaves_no_record() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    stored = len(bench.journal)
    reply = terminal.do(Kind.BALANCE)
    assert (reply.response_code, reply.balance) == ("00", "1002156C000000123456")
    assert len(bench.journal) == stored


# ---- risk control ----------------------------------------------------------------------------


def test_risk_control_voids_an_approved_sale_once_and_the_money_goes_back() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    key = TransactionKey(TID, 1, sale.stan or 0)
    bench.event(SaleHeld(key))
    bench.event(SaleHeld(key))
    assert [capture.amount_fen for capture in bench.captures] == [SALE, -SALE]
    assert bench.faults() == []
    assert terminal.do(Kind.VOID, SALE, original=of(sale)).response_code == "25"


def test_risk_control_declines_a_sale_that_still_waits() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    request = terminal.message(Kind.SALE, SALE)
    bench.receive(request)
    (reply,) = bench.event(SaleHeld(TransactionKey(TID, 1, request.stan or 0)))
    assert reply.response_code == "59"
    bench.drain()
    assert bench.captures == []
    assert bench.faults() == []


@pytest.mark.parametrize("stan", [999, 2])
def test_risk_control_cannot_take_what_is_not_there_or_settled(stan: int) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    terminal.items = {sale.stan or 0: (Kind.SALE, SALE, PAN)}
    terminal.settle()
    bench.event(SaleHeld(TransactionKey(TID, 1, stan)))
    assert bench.alarms[-1] in ("risk_unknown", "risk_too_late")
    assert len(bench.captures) == 1


def test_routing_takes_the_longest_prefix() -> None:
    bench = HostBench(settings=SETTINGS)
    terminal = signed_on(bench)
    terminal.sale(SALE, pan="6217009753160008")
    terminal.sale(SALE)
    assert [asked.bank for asked in bench.asked] == ["bank.b", "bank.a"]
