"""Issuer scripts: what they did to the chip is told in a 0620, stored and repeated until answered."""

from __future__ import annotations

import pytest
from acquirer_bench import HostBench, signed_on
from msgspec.structs import replace
from paired_bench import paired
from terminal_bench import CARD, KEYS, SEALER, Bench

from simulator.machines.acquirer.events import AskIssuer, IssuerAnswered
from simulator.machines.issuer_scripts import MOST, results_in, results_of
from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

ICC = bytes.fromhex("9F2608A1B2C3D4E5F607189F3602001A9F02060000000010008407A0000003330101")
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
    bench = Bench(profile=TerminalProfile(advice_tries=1))
    bench.sign_on()
    taken = answering(bench)
    bench.host.answers["0200"] = with_script()
    bench.lost = bench.messages + 2
    bench.sell("sale", 500, CHIP)
    bench.pass_time()
    assert [each.what for each in bench.terminal.pending()] == ["advice"]
    bench.rest()
    assert bench.terminal.pending() == []
    assert [each.stan for each in taken] == [3]
    assert [(s.message.stan, s.attempt) for s in bench.sent if s.message.mti == "0620"] == [
        (3, 0), (3, 1)]


def test_the_next_sale_takes_another_number_and_goes_first():
    bench = Bench()
    bench.sign_on()
    answering(bench)
    bench.host.answers["0200"] = with_script()
    bench.lost = bench.messages + 2
    bench.sell("sale", 500, CHIP)
    bench.sell("next", 600)
    stans = [(send.message.mti, send.message.stan) for send in bench.sent[1:]]
    assert stans == [("0200", 2), ("0620", 3), ("0200", 4), ("0620", 3)]


def test_a_refused_result_is_not_sent_again():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = with_script()
    answer = bench.host.answer
    bench.host.answer = lambda request: (  # type: ignore[method-assign]
        bench.host.reply(request, "30") if request.mti == "0620" else answer(request))
    bench.sell("sale", 500, CHIP)
    assert "advice_refused" in bench.codes()
    assert bench.terminal.pending() == []
    assert [each.result for each in bench.concluded if each.order == ""] == []
    assert len(bench.terminal.memory.items) == 1


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
    reply = terminal.do(Kind.SCRIPT_RESULT, icc_data=icc_data, original=Original(1, 2))
    assert (reply.mti, reply.response_code) == ("0630", code)
    assert bench.alarms == alarms
    assert bench.captures == []


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
