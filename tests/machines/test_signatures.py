"""Signatures on the screen: when they go up, what the host makes of them, and when paper is given."""

from __future__ import annotations

import pytest
from acquirer_bench import PAN, HostBench, ScriptedTerminal, signed_on
from msgspec.structs import replace
from paired_bench import paired
from terminal_bench import CARD, KEYS, SEALER, Bench, original_of

from simulator.machines.acquirer import records as journal
from simulator.machines.terminal.events import PeripheralFailed, Result
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.generic import decode_generic
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

IMAGE = bytes(range(200))
SIGNING = TerminalProfile(signature_upload=True, offline_limit_fen=10_000)


def signing(**profile: object) -> Bench:
    bench = Bench(profile=replace(SIGNING, **profile))
    bench.sign_on()
    return bench


def sell(bench: Bench, order: str = "sale", image: bytes | None = IMAGE):
    told = bench.operate(Kind.SALE, order, amount_fen=500, card=CARD, signature=image)
    assert told is not None
    return told


def uploads(bench: Bench) -> list[int | None]:
    return [each.message.stan for each in bench.sent if each.kind is Kind.SIGNATURE_UPLOAD]


def answering(bench: Bench, code: str) -> None:
    """The little host answers every signature so; nothing at all where the code is empty."""
    answer = bench.host.answer

    def wider(request: Message) -> Message | None:
        if request.network_code != "800":
            return answer(request)
        reply = bench.host.reply(request, code)
        return (SEALER.seal(reply, KEYS.mak) if code == "00" else reply) if code else None

    bench.host.answer = wider  # type: ignore[method-assign]


# ---- terminal --------------------------------------------------------------------------------


def test_a_signature_goes_up_before_the_next_transaction_and_never_with_its_own():
    bench = signing()
    answering(bench, "00")
    sell(bench)
    assert bench.mtis() == ["0800", "0200"]
    bench.rest()
    assert bench.mtis() == ["0800", "0200"]
    sell(bench, "next", None)
    assert bench.mtis() == ["0800", "0200", "0820", "0200"]
    assert uploads(bench) == [2]
    sell(bench, "third", None)
    assert uploads(bench) == [2]


def test_its_fields_are_those_of_the_facts():
    bench = signing()
    answering(bench, "00")
    bench.host.answers["0200"] = lambda _request, reply: SEALER.seal(replace(
        reply, settlement_date="0102", institutions="03080000   48020000   ", mac=None), KEYS.mak)
    told = sell(bench)
    sell(bench, "next", None)
    message = next(each.message for each in bench.sent if each.message.mti == "0820")
    fields = decode_generic(
        Codec(usual_dialect()).encode(replace(message, mac=b"12345678")), usual_dialect()).fields
    assert set(fields) == {"2", "4", "11", "15", "37", "41", "42", "55", "60", "62", "64"}
    assert (fields["2"], fields["4"], fields["15"]) == (CARD.pan, "000000000500", "0102")
    assert (fields["11"], fields["37"]) == ("000002", told.rrn)
    assert fields["60"] == "07000001800"
    assert fields["62"] == IMAGE.hex().upper()
    assert fields["55"] == (
        "FF0104" + "消费".encode("gb18030").hex().upper() + "FF020101"
        + "FF0308" + b"48020000".hex() + "FF0408" + b"03080000".hex() + "FF05023012"
        + "FF060720260101120000" + "FF0706" + b"123456".hex() + "FF0A03" + b"156".hex())
    assert usual_dialect().kind_of(message) is Kind.SIGNATURE_UPLOAD


@pytest.mark.parametrize("code", ["00", "94"])
def test_00_and_94_are_delivered(code):
    bench = signing()
    answering(bench, code)
    sell(bench)
    sell(bench, "next", None)
    assert bench.operate(Kind.SETTLEMENT).result is Result.APPROVED
    assert uploads(bench) == [2]
    assert "sign_on_paper" not in bench.codes()


@pytest.mark.parametrize("code", ["", "25", "96"])
def test_what_is_left_goes_up_before_the_settlement_in_three_rounds_then_on_paper(code):
    bench = signing()
    answering(bench, code)
    sell(bench, "first")
    sell(bench, "second")
    assert uploads(bench) == [2]
    assert bench.operate(Kind.SETTLEMENT).result is Result.APPROVED
    assert uploads(bench) == [2] + [2, 3] * 3
    slips = [each for each in bench.printed if any("签名" in line for line in each.lines)]
    assert [each.order for each in slips] == ["first", "second"]
    assert bench.mtis()[-2:] == ["0500", "0320"]
    assert bench.terminal.memory.signatures == ()


def test_a_longer_image_than_the_field_is_not_sent_and_signed_on_paper():
    limit = usual_dialect().field["62"].length
    for size, goes_up in ((limit, True), (limit + 1, False)):
        bench = signing()
        answering(bench, "00")
        sell(bench, "sale", bytes(size))
        sell(bench, "next", None)
        assert bool(uploads(bench)) is goes_up
        assert ("sign_on_paper" in bench.codes()) is not goes_up


def test_a_signature_survives_every_power_cut_and_every_lost_message():
    for cut, lost in ((None, None), *((at, None) for at in range(6, 30)), *((None, at) for at in range(2, 14))):
        bench = Bench(profile=SIGNING)
        answering(bench, "00")
        bench.sign_on()
        bench.cut = -1 if cut is None else cut
        bench.lost = -1 if lost is None else lost
        bench.operate(Kind.SALE, "sale", amount_fen=500, card=CARD, signature=IMAGE)
        bench.rest()
        bench.operate(Kind.SALE, "next", amount_fen=600, card=CARD)
        bench.rest()
        bench.lost = -1
        for _ in range(4):
            told = bench.operate(Kind.SETTLEMENT, "settle")
            if told is not None and told.result is Result.APPROVED:
                break
            bench.rest()
        assert bench.violations == []
        assert bench.terminal.memory.signatures == ()


def test_an_offline_sale_and_a_sign_on_wait_for_no_signature():
    bench = signing()
    answering(bench, "00")
    sell(bench)
    bench.operate(Kind.OFFLINE_SALE, "offline", amount_fen=100, card=CARD)
    bench.operate(Kind.ECHO_TEST, "echo")
    assert uploads(bench) == []


def test_what_is_reversed_as_it_could_not_be_finished_is_not_signed_for():
    bench = signing(approved_print_fails="reverse")
    answering(bench, "00")
    from simulator.machines.terminal.events import Operated  # noqa: PLC0415
    bench.give(Operated(kind=Kind.SALE, order="sale", amount_fen=500, card=CARD, signature=IMAGE))
    bench.give(PeripheralFailed("printer", "sale"))
    bench.rest()
    sell(bench, "next", None)
    bench.rest()
    assert uploads(bench) == []


@pytest.mark.parametrize(("kind", "facts", "profile"), [
    (Kind.SALE, {"amount_fen": 1, "card": CARD}, {"signature_upload": False}),
    (Kind.BALANCE, {"card": CARD}, {}), (Kind.OFFLINE_SALE, {"amount_fen": 1, "card": CARD}, {}),
])
def test_a_signature_that_would_go_nowhere_is_refused(kind, facts, profile):
    bench = signing(**profile)
    told = bench.operate(kind, "asked", signature=IMAGE, **facts)
    assert (told.result, told.reason) == (Result.REFUSED, "disabled")


def test_a_void_may_be_signed_too():
    bench = signing()
    answering(bench, "00")
    told = sell(bench, "sale", None)
    bench.operate(Kind.VOID, "void", original=original_of(told), signature=IMAGE)
    sell(bench, "next", None)
    assert uploads(bench) == [3]


# ---- host ------------------------------------------------------------------------------------


def signature(terminal: ScriptedTerminal, sale: Message, **fields: object) -> Message:
    facts = {
        "stan": sale.stan, "batch": sale.batch, "amount_fen": sale.amount_fen, "pan": PAN,
        "rrn": sale.rrn, "private": IMAGE, "icc_data": bytes.fromhex("FF020101"), **fields,
    }
    return terminal.message(Kind.SIGNATURE_UPLOAD, **facts)


@pytest.mark.parametrize("network_code", ["800", "301"])
def test_a_host_keeps_that_a_signature_of_so_many_bytes_came(network_code):
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(500)
    request = signature(terminal, sale, network_code=network_code)
    replies = [bench.receive(request)[0] for _ in range(2)]
    assert [(each.mti, each.response_code) for each in replies] == [("0830", "00")] * 2
    assert terminal.seal(replies[0]) == replies[0]
    assert [each for each in bench.journal if isinstance(each, journal.SignatureKept)] == [
        journal.SignatureKept(bench.captures[0].key, len(IMAGE))]
    bench.crash()
    kept = bench.host.books.find(bench.captures[0].key)
    assert kept is not None
    assert kept.signature_bytes == len(IMAGE)


def test_an_echo_test_is_no_signature():
    bench = HostBench()
    terminal = signed_on(bench)
    echo = terminal.do(Kind.ECHO_TEST, stan=None)
    assert (echo.response_code, echo.mac) == ("00", None)


@pytest.mark.parametrize(("fields", "code"), [
    ({"stan": 99}, "25"), ({"batch": 7}, "25"), ({"amount_fen": 501}, "25"),
    ({"pan": "6200008642150237"}, "25"), ({"rrn": "000000000999"}, "25"),
    ({"private": None}, "30"), ({"stan": None}, "30"), ({"pan": "", "rrn": ""}, "00"),
])
def test_a_signature_for_no_such_sale_is_told_so(fields, code):
    bench = HostBench()
    terminal = signed_on(bench)
    request = signature(terminal, terminal.sale(500), **fields)
    assert bench.receive(request)[0].response_code == code


def test_a_signature_for_what_was_declined_or_reversed_is_told_25():
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, 500)
    sale = bench.receive(request)[0]
    bench.receive(terminal.reversal_of(request))
    assert bench.receive(signature(terminal, sale))[0].response_code == "25"


def test_a_signature_with_a_wrong_mac_has_no_effect():
    bench = HostBench()
    terminal = signed_on(bench)
    request = replace(signature(terminal, terminal.sale(500)), mac=b"00000000")
    assert bench.receive(request)[0].response_code == "A0"
    assert not any(isinstance(each, journal.SignatureKept) for each in bench.journal)


# ---- both ------------------------------------------------------------------------------------


def test_terminal_and_host_are_right_together():
    bench, host = paired(SIGNING)
    bench.operate(Kind.SALE, "sale", amount_fen=500, card=CARD, signature=IMAGE)
    assert bench.operate(Kind.SETTLEMENT).result is Result.APPROVED
    kept = [each for each in host.journal if isinstance(each, journal.SignatureKept)]
    assert [each.size for each in kept] == [len(IMAGE)]
    assert bench.terminal.memory.signatures == ()
