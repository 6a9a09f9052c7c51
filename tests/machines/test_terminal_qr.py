"""QR sale, void, refund and their reversals as a terminal sends them, by hand from the facts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from terminal_bench import KEYS, SEALER, VOUCHER, Bench, original_of

from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.generic import decode_generic
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

CODE = "6212345678901234567"  # 19 digits
SERIAL = "TEST00000001"
# A2: 01 device type (a keypad is a classic POS), 02 serial, 05 version; no key: no 03, no 04.
A2 = f"A2037" "01002" "02" f"02012{SERIAL}" "05008" "31100311"  # noqa: ISC001
A3 = f"A3019{CODE}"
A4 = f"A4016{VOUCHER}"
SALE = 800


def scanned(**profile: object) -> Bench:
    bench = Bench(profile=TerminalProfile(qr=True, **profile))  # type: ignore[arg-type]
    bench.sign_on()
    return bench


def fields(message: Message) -> dict[str, str]:
    frame = Codec(usual_dialect()).encode(replace(message, mac=message.mac and b"12345678"))
    return decode_generic(frame, usual_dialect()).fields


def sold(bench: Bench, code: str = CODE):
    told = bench.operate(Kind.QR_SALE, "scan", amount_fen=SALE, qr_code=code)
    assert told is not None
    return told


# ---- requests --------------------------------------------------------------------------------


def test_a_qr_sale_is_a_card_sale_with_another_f22_and_f59():
    bench = scanned()
    told = sold(bench)
    assert (told.result, told.voucher) == (Result.APPROVED, VOUCHER)
    said = fields(bench.sent[-1].message)
    assert set(said) == {"3", "4", "11", "12", "13", "22", "25", "41", "42", "49", "59", "60", "64"}
    assert (said["3"], said["22"], said["25"]) == ("000000", "032", "00")
    assert said["60"] == "22" "000001" "000" "600"  # noqa: ISC001
    assert said["59"] == A2 + A3


def test_its_void_names_batch_stan_rrn_and_voucher():
    bench = scanned()
    told = sold(bench)
    void = bench.operate(Kind.QR_VOID, "void", original=original_of(told))
    assert void.result is Result.APPROVED
    said = fields(bench.sent[-1].message)
    assert set(said) == {
        "3", "4", "11", "12", "13", "22", "25", "37", "41", "42", "49", "59", "60", "61", "64"}
    assert (said["3"], said["22"], said["37"]) == ("200000", "032", told.rrn)
    assert said["60"] == "23" "000001" "000" "600"  # noqa: ISC001
    assert said["61"] == "000001000002"
    assert said["59"] == A4


@pytest.mark.parametrize(("settings", "rrn", "original"), [
    ({}, "000001000002", "0000010000020101"),
    ({"qr_refund_reference": "date_only"}, "0" * 12, "0" * 12 + "0101"),
])
def test_its_refund_names_the_sale_as_the_family_does(settings, rrn, original):
    bench = scanned(**settings)
    told = sold(bench)
    named = replace(original_of(told), date="0101")
    refund = bench.operate(
        Kind.QR_REFUND, "back", amount_fen=SALE, original=named, original_rrn=told.rrn,
        voucher=told.voucher)
    assert refund.result is Result.APPROVED
    message = bench.sent[-1].message
    said = fields(message)
    assert (message.mti, said["3"], said["63"]) == ("0220", "200000", "000")
    assert said["60"] == "25" "000001" "000" "600"  # noqa: ISC001
    assert (said["37"], said["61"], said["59"]) == (rrn, original, A4)


@pytest.mark.parametrize(("settings", "field", "tags", "capability"), [
    ({"qr_terminal_data": False}, "59", A3, "600"),
    ({"qr_capability": "601"}, "59", A2 + A3, "601"),
    ({"qr_field": "47"}, "47", A2 + A3, "600"),
    ({"keyboard": "touch"}, "59", A2.replace("0100202", "0100204") + A3, "600"),
])
def test_what_families_send_otherwise_is_a_setting(settings, field, tags, capability):
    bench = scanned(**settings)
    sold(bench)
    said = fields(bench.sent[-1].message)
    assert said[field] == tags
    assert said["60"][11:] == capability
    assert ({"47", "59"} & set(said)) == {field}


# ---- reversals -------------------------------------------------------------------------------


@pytest.mark.parametrize(("settings", "of_sale", "of_void"), [
    ({}, A3, None), ({"qr_reversal_tags": "none"}, None, None),
    ({"qr_reversal_tags": "all"}, A3, A4),
])
def test_a_lost_reply_is_reversed_with_the_tags_of_the_family(settings, of_sale, of_void):
    bench = scanned(**settings)
    bench.host.answers["0200"] = lambda _request, _reply: None
    assert sold(bench).result is Result.FAILED
    bench.rest()
    said = fields(bench.sent[-1].message)
    assert bench.sent[-1].message.mti == "0400"
    assert said.get("59") == of_sale
    assert set(said) - {"59"} == {
        "3", "4", "11", "22", "25", "39", "41", "42", "49", "60", "64"}
    assert (said["22"], said["39"]) == ("032", "98")
    told = sold(bench)
    bench.host.answers["0200"] = lambda _request, _reply: None
    bench.operate(Kind.QR_VOID, "void", original=original_of(told))
    bench.rest()
    void, reversal = bench.sent[-2].message, fields(bench.sent[-1].message)
    assert reversal.get("59") == of_void
    assert reversal["61"] == f"000001{void.stan:06}"
    assert bench.terminal.pending() == []
    assert len(bench.terminal.memory.items) == 1


def test_the_reversal_goes_before_the_next_sale():
    bench = scanned()
    bench.host.answers["0200"] = lambda _request, _reply: None
    sold(bench)
    bench.sell("card", 100)
    assert bench.mtis() == ["0800", "0200", "0400", "0200"]


def test_what_nobody_knows_yet_is_reversed_as_there_is_nothing_to_ask_with():
    bench = scanned()
    bench.host.answers["0200"] = lambda _request, reply: replace(
        reply, response_code="09", field59="", mac=None)
    assert sold(bench).result is Result.DECLINED
    bench.rest()
    assert bench.mtis()[-2:] == ["0200", "0400"]
    assert bench.sent[-1].message.response_code == "06"
    assert bench.terminal.pending() == []
    assert list(bench.terminal.memory.items) == []


# ---- replies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("tags", "voucher"), [
    ("A4020" + "1" * 20, "1" * 20), ("", ""), ("A4021" + "1" * 21, ""), ("A4020123", ""),
    ("A10", ""),
])
def test_a_reply_without_a_good_voucher_is_an_approval_all_the_same(tags, voucher):
    bench = scanned()
    bench.host.answers["0200"] = lambda _request, reply: SEALER.seal(
        replace(reply, field59=tags, mac=None), KEYS.mak)
    told = sold(bench)
    assert (told.result, told.voucher) == (Result.APPROVED, voucher)
    void = bench.operate(Kind.QR_VOID, "void", original=original_of(told))
    assert void.result is Result.APPROVED
    assert bench.sent[-1].message.field59 == (f"A4020{voucher}" if voucher else "")


def test_the_receipt_shows_the_code_masked_and_the_voucher():
    bench = scanned()
    told = sold(bench)
    lines = bench.printed[-1].lines
    assert f"付款凭证号 {VOUCHER}" in lines
    assert CODE not in str(lines)
    assert CODE not in str(bench.records)
    bench.operate(Kind.QR_VOID, "void", original=original_of(told))
    assert f"原付款凭证号 {VOUCHER}" in bench.printed[-1].lines


# ---- batch upload ----------------------------------------------------------------------------


def test_the_code_stands_for_the_card_number_and_a_refund_goes_up_alone_as_it_was():
    bench = scanned()
    bench.host.always_unbalanced = True
    long = "9876543210" + CODE  # longer than the place
    kept = sold(bench, long)
    voided = bench.operate(Kind.QR_SALE, "other", amount_fen=SALE, qr_code=CODE)
    bench.operate(Kind.QR_VOID, "void", original=original_of(voided))
    bench.operate(
        Kind.QR_REFUND, "back", amount_fen=SALE, original=original_of(kept), voucher=kept.voucher)
    refund = bench.sent[-1].message
    assert bench.operate(Kind.SETTLEMENT).result is Result.APPROVED
    uploads = [each.message for each in bench.sent if each.message.mti == "0320"]
    block, notice, end = uploads
    assert block.details == "03" + "".join(
        f"00{stan:06}{place}{SALE:012}" for stan, place in (
            (2, long[-20:]), (3, f"0{CODE}"), (4, f"0{CODE}")))
    assert notice == replace(refund, mti="0320", mac=None)
    assert (end.network_code, end.details) == ("202", "0004")
    assert bench.host.complaints == []


def test_a_code_that_is_no_number_goes_up_by_itself():
    bench = scanned()
    bench.host.always_unbalanced = True
    sold(bench, "https://qr.example/1")
    assert bench.operate(Kind.SETTLEMENT).result is Result.APPROVED
    uploads = [each.message for each in bench.sent if each.message.mti == "0320"]
    assert [each.network_code for each in uploads] == ["205", "202"]
    assert bench.host.complaints == []


# ---- what a terminal refuses -----------------------------------------------------------------


def test_a_code_is_not_voided_as_a_card_nor_a_card_as_a_code():
    bench = scanned()
    code, card = sold(bench), bench.sell("card", 100)
    sent = len(bench.sent)
    for kind, told in ((Kind.VOID, code), (Kind.QR_VOID, card), (Kind.TIP, code)):
        refused = bench.operate(kind, "wrong", amount_fen=5, original=original_of(told))
        assert (refused.result, refused.reason) == (Result.REFUSED, "original_not_found")
    assert len(bench.sent) == sent
