"""Which replies a terminal takes: each mismatch, each wrong MAC, each code with an effect."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from terminal_bench import CARD, KEYS, SEALER, Bench, wrong

from simulator.catalogue.response_codes import response_code
from simulator.machines.terminal.events import ReplyReceived, Result
from simulator.machines.terminal.profile import TerminalProfile
from simulator.machines.terminal.replies import REPLY_CHECKS
from simulator.wire.kinds import Kind
from simulator.wire.message import Original


def changed(**facts):
    """A host that answers the next sale with these fields changed, properly sealed."""
    return lambda _request, reply: SEALER.seal(replace(reply, **facts), KEYS.mak)


MISMATCHES = [
    ("mti", {"mti": "0410"}), ("stan", {"stan": 999}), ("tid", {"tid": "99999999"}),
    ("processing_code", {"processing_code": "310000"}), ("mid", {"mid": "898000000000099"}),
    ("amount", {"amount_fen": 1}),
]


@pytest.mark.parametrize(("check", "facts"), MISMATCHES)
def test_a_mismatched_reply_approves_nothing_and_leaves_a_reversal(check, facts):
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = changed(**facts)
    told = bench.sell("sale", 500)
    bench.rest()
    assert told.result is Result.FAILED
    assert told.reason == ("no_reply" if REPLY_CHECKS[check].addressing else "reply_mismatch")
    assert bench.mtis()[-1] == "0400"
    assert list(bench.terminal.memory.items) == []
    assert bench.terminal.pending() == []


@pytest.mark.parametrize(("check", "facts"), MISMATCHES)
def test_a_terminal_without_that_check_takes_the_reply(check, facts):
    checks = tuple(each for each in TerminalProfile().reply_checks if each != check)
    bench = Bench(profile=TerminalProfile(reply_checks=checks))
    bench.sign_on()
    bench.host.answers["0200"] = changed(**facts)
    assert bench.sell("sale", 500).result is Result.APPROVED


def test_every_check_of_the_table_has_its_mismatch_here():
    assert {check for check, _ in MISMATCHES} == set(REPLY_CHECKS)


@pytest.mark.parametrize("mac", [None, b"00000000"])
def test_an_approval_with_a_wrong_mac_is_reversed_with_a0_after_a_new_sign_on(mac):
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(reply, mac=mac)
    told = bench.sell("sale", 500)
    bench.rest()
    assert (told.result, told.reason) == (Result.FAILED, "bad_mac")
    assert bench.mtis() == ["0800", "0200", "0800", "0400"]
    assert bench.sent[-1].message.response_code == "A0"
    assert bench.terminal.pending() == []


def test_a_terminal_that_ignores_the_mac_is_told_from_the_right_one():
    bench = Bench(wrong("ignores_mac"))
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(reply, mac=b"00000000")
    assert bench.sell("sale", 500).result is Result.APPROVED


def test_a_refusal_with_a_wrong_mac_is_not_believed():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(
        reply, response_code="51", mac=b"00000000",
    )
    told = bench.sell("sale", 500)
    bench.rest()
    assert told.result is Result.FAILED
    assert bench.mtis()[-1] == "0400"


@pytest.mark.parametrize(("rule", "mtis"), [
    ("believe", ["0800", "0200"]), ("reverse", ["0800", "0200", "0400"]),
])
def test_a_refusal_without_mac_is_final_or_reversed_as_the_profile_says(rule, mtis):
    bench = Bench(profile=TerminalProfile(unsealed_declines=rule))
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(
        reply, response_code="51", mac=None,
    )
    assert bench.sell("sale", 500).result is Result.DECLINED
    bench.rest()
    assert bench.mtis() == mtis
    assert bench.terminal.pending() == []


def test_a_late_reply_changes_nothing():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, _reply: None
    bench.sell("sale", 500)
    bench.rest()
    sale = bench.sent[1].message
    late = SEALER.seal(bench.host.reply(sale, "00"), KEYS.mak)
    before = bench.nvm
    assert bench.terminal.handle(ReplyReceived(late), bench.now_ms) == []
    assert (bench.nvm, list(bench.terminal.memory.items)) == (before, [])


def test_a_late_approval_does_not_approve_the_next_sale():
    bench = Bench()
    bench.sign_on()
    first = bench.sell("first", 500)
    assert first.result is Result.APPROVED
    late = SEALER.seal(bench.host.reply(bench.sent[1].message, "00"), KEYS.mak)
    bench.host.answers["0200"] = lambda _request, _reply: late
    second = bench.sell("second", 500)
    assert (second.result, second.reason) == (Result.FAILED, "no_reply")
    assert len(bench.terminal.memory.items) == 1


@pytest.mark.parametrize("code", ["00", "11", "A2", "A4", "A5", "A6"])
def test_each_approving_code_books_the_sale(code):
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = changed(response_code=code)
    told = bench.sell("sale", 500)
    assert (told.result, told.response_code) == (Result.APPROVED, code)
    assert len(bench.terminal.memory.items) == 1


def test_a_partial_approval_is_booked_with_the_sum_of_the_reply():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = changed(response_code="10", amount_fen=300)
    told = bench.sell("sale", 500)
    assert (told.result, told.amount_fen) == (Result.APPROVED, 300)
    assert bench.terminal.memory.items[0].amount_fen == 300
    assert "partial_approval" in bench.codes()
    assert "RMB 3.00" in bench.printed[-1].lines


@pytest.mark.parametrize("code", ["00", "10", "11", "A2", "A4", "A5", "A6"])
def test_the_code_that_approved_is_shown_also_after_a_power_cut(code):
    """Armed, sent, booked; then power fails, and what is told is told from the batch."""
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = changed(response_code=code, amount_fen=300)
    bench.cut = bench.effects + 3
    told = bench.sell("sale", 300)
    assert (told.result, told.response_code) == (Result.APPROVED, code)


def test_a_partial_approval_of_more_than_was_asked_is_a_mismatch():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = changed(response_code="10", amount_fen=501)
    assert bench.sell("sale", 500).reason == "reply_mismatch"


@pytest.mark.parametrize("code", ["51", "55", "61", "05", "91", "96", "68", "Z9"])
def test_a_decline_clears_the_reversal_and_books_nothing(code):
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(
        reply, response_code=code, mac=None,
    )
    told = bench.sell("sale", 500)
    assert (told.result, told.response_code) == (Result.DECLINED, code)
    assert bench.shown[-1].text == response_code(code).text
    assert bench.terminal.pending() == []
    assert bench.mtis() == ["0800", "0200"]


@pytest.mark.parametrize("code", ["99", "77"])
def test_codes_that_demand_a_sign_on_get_one(code):
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(
        reply, response_code=code, mac=None,
    )
    assert bench.sell("sale", 500).result is Result.DECLINED
    assert bench.mtis() == ["0800", "0200", "0800"]
    assert bench.sell("again", 500).result is Result.APPROVED


def test_a_stored_request_that_no_batch_takes_is_tried_once_more_and_no_more():
    """Its answer was lost, and meanwhile the host has closed its batch: 77, sign on, 77, and that is told."""
    bench = Bench()
    bench.sign_on()
    sold = bench.sell("sale", 500)
    bench.host.answers["0220"] = lambda _request, _reply: None
    told = bench.operate(
        Kind.REFUND, "refund", amount_fen=500, card=CARD, original=Original(sold.batch, sold.stan))
    assert told.result is Result.PENDING
    bench.host.closed[1] = (500, 1, 0, 0)
    bench.host.entries.clear()
    bench.host.batch = 2
    bench.rest()
    bench.rest()
    assert bench.mtis().count("0220") == 3
    assert bench.terminal.pending() == []
    assert bench.sell("next", 700).result is Result.APPROVED
    ends = [each for each in bench.concluded if each.order == "refund"]
    assert (ends[-1].result, ends[-1].response_code) == (Result.DECLINED, "77")


def test_a_refusal_for_a_wrong_mac_leaves_the_reversal_for_it_may_be_of_a_forged_message():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(
        reply, response_code="A0", mac=None,
    )
    assert bench.sell("sale", 500).result is Result.DECLINED
    assert bench.mtis() == ["0800", "0200", "0800", "0400"]
    assert bench.sell("again", 500).result is Result.APPROVED


def test_a_lost_card_is_to_be_captured():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(
        reply, response_code="41", mac=None,
    )
    bench.sell("sale", 500)
    assert "capture_card" in bench.codes()


@pytest.mark.parametrize("request_kind", [Kind.SALE, Kind.BALANCE])
def test_a_terminal_with_other_keys_believes_nothing(request_kind):
    bench = Bench()
    bench.sign_on()
    other = bytes(8)
    bench.host.answers["0200"] = lambda _request, reply: SEALER.seal(reply, other)
    told = bench.operate(request_kind, "asked", amount_fen=100, card=CARD)
    assert (told.result, told.reason) == (Result.FAILED, "bad_mac")
