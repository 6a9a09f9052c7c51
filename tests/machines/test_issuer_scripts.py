"""Issuer scripts: what they did to the chip is told in a 0620, stored and repeated until answered."""

from __future__ import annotations

import pytest
from acquirer_bench import HostBench, of_message, signed_on
from msgspec.structs import replace
from paired_bench import paired
from terminal_bench import CARD, KEYS, SEALER, Bench

from simulator.machines.acquirer.events import AskIssuer, IssuerAnswered
from simulator.machines.issuer_scripts import MOST, results_in, results_of
from simulator.machines.terminal.events import Operated, Result
from simulator.machines.terminal.journal import encode_record
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.machines.terminal.records import Advised
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.generic import decode_generic
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

ICC = bytes.fromhex("9F2608A1B2C3D4E5F607189F3602001A9F02060000000005008407A0000003330101")
CHIP = Card(pan=CARD.pan, entry="chip", sequence="001", icc_data=ICC)
SCRIPT = bytes.fromhex("910AA1B2C3D4E5F60718303072099F1804123456788600")
RESULT = bytes.fromhex("9F2608A1B2C3D4E5F607189F3602001ADF31052012345678")


@pytest.mark.parametrize(("f55", "results"), [
    (SCRIPT.hex(), "2012345678"),
    ("7100", "2000000000"),
    ("7100" + "72079F180487654321", "2000000000" + "2087654321"),
    ("7105" + "9F180212" + "34", "2000000000"),  # an identifier of two bytes is none
    ("9F3602001A", ""), ("", ""), ("72", ""), ("7210AA", ""),
    ("7100" * 30, "2000000000" * MOST),
])
def test_each_script_has_its_result(f55, results):
    assert results_of(bytes.fromhex(f55)) == results


# ---- terminal --------------------------------------------------------------------------------


def with_script(code: str = "00"):
    def change(_request: Message, reply: Message) -> Message:
        told = replace(reply, response_code=code, icc_data=SCRIPT, mac=None)
        return SEALER.seal(told, KEYS.mak) if code == "00" else told
    return change


def answering(bench: Bench) -> list[Message]:
    """Let the little host take 0620; what it took."""
    taken: list[Message] = []
    answer = bench.host.answer

    def wider(request: Message) -> Message | None:
        if request.mti != "0620":
            return answer(request)
        assert SEALER.is_sealed(request, KEYS.mak)
        taken.append(request)
        return SEALER.seal(bench.host.reply(request, "00"), KEYS.mak)

    bench.host.answer = wider  # type: ignore[method-assign]
    return taken


def sold_with_script(code: str = "00", card: Card = CHIP) -> tuple[Bench, list[Message]]:
    bench = Bench()
    bench.sign_on()
    taken = answering(bench)
    bench.host.answers["0200"] = with_script(code)
    bench.sell("sale", 500, card)
    return bench, taken


@pytest.mark.parametrize("code", ["00", "51"])
def test_after_the_transaction_the_result_goes_up_and_names_it(code):
    bench, taken = sold_with_script(code)
    (message,) = taken
    assert bench.mtis() == ["0800", "0200", "0620"]
    assert (message.stan, message.batch, message.network_code) == (3, 1, "951")
    assert (message.original.batch, message.original.stan) == (1, 2)
    assert message.icc_data == RESULT
    assert (message.pan, message.card_sequence, message.track2) == (CARD.pan, "001", "")
    assert bench.terminal.pending() == []
    assert len(bench.concluded) == 2  # sign-on and sale: nobody asked for a result


def test_a_0620_is_known_by_its_bytes():
    _, (message,) = sold_with_script()
    codec = Codec(usual_dialect())
    read = codec.decode(codec.encode(replace(message, mac=b"12345678")))
    assert read.icc_data == RESULT
    assert codec.dialect.kind_of(read) is Kind.SCRIPT_RESULT


def test_a_card_without_chip_has_no_script_to_run():
    bench, taken = sold_with_script(card=CARD)
    assert taken == []
    assert bench.result_of("sale") is Result.APPROVED


def test_an_unanswered_result_is_repeated_by_itself_under_its_own_number():
    bench = Bench(profile=TerminalProfile(reversal_tries=2))
    bench.sign_on()
    taken = answering(bench)
    bench.host.answers["0200"] = with_script()
    bench.lost = bench.messages + 2
    bench.sell("sale", 500, CHIP)
    assert [each.what for each in bench.terminal.pending()] == ["advice"]
    bench.pass_time()
    bench.rest()
    assert bench.terminal.pending() == []
    assert [each.stan for each in taken] == [3]
    assert [(s.message.stan, s.attempt) for s in bench.sent if s.message.mti == "0620"] == [
        (3, 0), (3, 1)]


def test_the_next_sale_takes_another_number_and_waits_for_the_result():
    bench = Bench()
    bench.sign_on()
    answering(bench)
    bench.host.answers["0200"] = with_script()
    bench.lost = bench.messages + 2
    bench.sell("sale", 500, CHIP)
    bench.sell("next", 600)
    stans = [(send.message.mti, send.message.stan) for send in bench.sent[1:]]
    assert stans == [("0200", 2), ("0620", 3), ("0620", 3), ("0200", 4)]


@pytest.mark.parametrize("code", ["00", "12", "25"])
def test_a_result_that_is_answered_so_is_done(code):
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = with_script()
    answer = bench.host.answer
    bench.host.answer = lambda request: (  # type: ignore[method-assign]
        SEALER.seal(bench.host.reply(request, code), KEYS.mak) if request.mti == "0620"
        else answer(request))
    bench.sell("sale", 500, CHIP)
    assert bench.mtis()[1:] == ["0200", "0620"]
    assert bench.terminal.pending() == []


@pytest.mark.parametrize("tries", [1, 2, 3])
def test_a_refused_result_is_tried_as_a_reversal_is_and_then_dropped(tries):
    bench = Bench(profile=TerminalProfile(reversal_tries=tries))
    bench.sign_on()
    bench.host.answers["0200"] = with_script()
    answer = bench.host.answer
    bench.host.answer = lambda request: (  # type: ignore[method-assign]
        bench.host.reply(request, "30") if request.mti == "0620" else answer(request))
    bench.sell("sale", 500, CHIP)
    bench.rest()
    assert [each for each in bench.mtis() if each == "0620"] == ["0620"] * tries
    assert "script_dropped" in bench.codes()
    assert bench.terminal.pending() == []
    assert [each.result for each in bench.concluded if each.order == ""] == []
    assert len(bench.terminal.memory.items) == 1


def test_a_result_goes_before_a_reversal_and_before_a_settlement():
    for following in (Kind.SETTLEMENT, Kind.SALE):
        bench = Bench(profile=TerminalProfile(reversal_tries=9))
        bench.sign_on()
        taken = answering(bench)
        bench.host.answers["0200"] = with_script()
        bench.down = False
        bench.lost = bench.messages + 2
        bench.give(Operated(kind=Kind.SALE, order="sale", amount_fen=500, card=CHIP))
        bench.operate(following, "next", amount_fen=600, card=CARD)
        assert taken
        assert bench.mtis()[1:5] == ["0200", "0620", "0620", {
            Kind.SETTLEMENT: "0500", Kind.SALE: "0200"}[following]]


def test_after_a_power_cut_the_result_goes_before_the_reversal_that_was_armed_later():
    bench = Bench(profile=TerminalProfile(reversal_tries=9))
    bench.sign_on()
    answering(bench)
    bench.host.answers["0200"] = with_script()
    bench.give(Operated(kind=Kind.SALE, order="sale", amount_fen=500, card=CHIP))
    left = next(each for each in bench.records if isinstance(each, Advised))
    bench.down = True
    bench.sell("lost", 600)
    armed = bench.terminal.memory.armed
    assert armed is not None
    bench.nvm += encode_record(replace(left, stan=armed.stan + 1, message=replace(
        left.message, stan=armed.stan + 1)))
    bench.down = False
    before = len(bench.sent)
    bench.boot()
    bench.rest()
    assert bench.mtis()[before:] == ["0620", "0400"]


def test_the_fields_of_a_result_are_those_of_the_facts():
    whole = bytes.fromhex(
        "9F2608A1B2C3D4E5F60718" "9F3704AA0FBE65" "9F3602001A" "82027C00" "9A03160115"  # noqa: ISC001
        "9F02060000000010009F1A0201569F3303E0E1C89505008004E0009F1E083132333435363738"
        "9F100807010103A000000A")
    bench, (message,) = sold_with_script(card=Card(
        pan=CARD.pan, entry="chip", sequence="001", icc_data=whole))
    sale = bench.sent[1].message
    fields = decode_generic(Codec(usual_dialect()).encode(message), usual_dialect()).fields
    assert set(fields) == {
        "2", "3", "4", "11", "22", "23", "25", "37", "38", "41", "42", "49", "55", "60", "61", "64"}
    assert fields["60"] == "00" + "000001" + "951" + "50"
    assert fields["61"] == "000001" + f"{sale.stan:06}" + sale.local_date
    assert fields["55"] == (
        "9F3303E0E1C8" "9505008004E000" "9F3704AA0FBE65" "9F1E083132333435363738"  # noqa: ISC001
        "9F100807010103A000000A" "9F2608A1B2C3D4E5F60718" "9F3602001A" "82027C00"  # noqa: ISC001
        "DF31052012345678" "9F1A020156" "9A03160115")  # noqa: ISC001


# ---- host ------------------------------------------------------------------------------------


def scripting(host: HostBench, code: str = "00") -> None:
    """The issuer answers with a script."""
    honest = host.issuer.answer

    def answer(asked: AskIssuer) -> IssuerAnswered:
        host.issuer.code = code
        return IssuerAnswered(
            ref=honest(asked).ref, response_code=code, auth_code="654321", icc_data=SCRIPT,
        )

    host.issuer.answer = answer  # type: ignore[method-assign]


@pytest.mark.parametrize("code", ["00", "51"])
def test_the_host_passes_on_what_the_issuer_says_to_the_chip(code):
    bench = HostBench()
    terminal = signed_on(bench)
    scripting(bench, code)
    reply = terminal.sale(500)
    assert (reply.response_code, reply.icc_data) == (code, SCRIPT)
    assert (reply.mac is not None) is (code == "00")


@pytest.mark.parametrize(("icc_data", "code", "alarms"), [
    (RESULT, "00", []),
    (bytes.fromhex("DF310A20123456781212345678"), "00", ["script_failed"]),
    (bytes.fromhex("DF310400123456"), "30", []), (ICC, "30", []), (None, "30", []),
])
def test_the_host_thanks_for_a_result_and_sees_a_failed_script(icc_data, code, alarms):
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(500)
    reply = terminal.do(Kind.SCRIPT_RESULT, icc_data=icc_data, original=of_message(sale))
    assert (reply.mti, reply.response_code) == ("0630", code)
    assert bench.alarms == alarms
    assert [each.amount_fen for each in bench.captures] == [500]


def test_a_result_for_what_is_not_known_is_told_25():
    bench = HostBench()
    terminal = signed_on(bench)
    reply = terminal.do(Kind.SCRIPT_RESULT, icc_data=RESULT, original=Original(1, 2))
    assert reply.response_code == "25"


def test_a_forged_result_has_no_effect():
    bench = HostBench()
    terminal = signed_on(bench)
    forged = replace(terminal.message(Kind.SCRIPT_RESULT, icc_data=RESULT), mac=b"forged!!")
    assert bench.receive(forged)[0].response_code == "A0"
    assert bench.alarms == ["bad_mac"]


# ---- both ------------------------------------------------------------------------------------


def case(fault: str, at: int) -> tuple[Bench, HostBench]:
    """A sale with a script in which power fails after an effect, or a message is lost."""
    bench, host = paired()
    scripting(host)
    before = {"cut": bench.effects, "lost": bench.messages}
    if fault:
        setattr(bench, fault, before[fault] + at)
    bench.sell("sale", 500, CHIP)
    return bench, host


EFFECTS, MESSAGES = 9, 4


def test_the_cases_below_are_all_there_are():
    signed_on_only, _ = paired()
    whole, _ = case("", 0)
    assert whole.effects - signed_on_only.effects == EFFECTS
    assert whole.messages - signed_on_only.messages == MESSAGES


@pytest.mark.parametrize(("fault", "at"), [
    *(("cut", at) for at in range(EFFECTS)), *(("lost", at) for at in range(MESSAGES)),
])
def test_sale_and_result_come_to_rest_and_no_captured_sale_is_without_its_result(fault, at):
    bench, host = case(fault, at)
    bench.heal_and_close()
    host.drain()
    assert bench.violations == []
    assert bench.terminal.pending() == []
    assert host.faults() == []
    results = [m for m in host.received if m.mti == "0620"]
    assert all(results_in(m.icc_data or b"") == ("2012345678",) for m in results)
    if sum(capture.amount_fen for capture in host.captures):
        assert results
