"""What people may ask of a terminal, and what the host may ask of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from terminal_bench import CARD, F62, OTHER_CARD, Bench

from simulator.local_time import MINUTE_MS
from simulator.machines.terminal.events import Booted, Operated, Result, UpdateFinished
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.machines.terminal.work import INSTALLING
from simulator.wire.kinds import Kind
from simulator.wire.message import Original

PROFILE = TerminalProfile(
    qr=True, offline_limit_fen=1_000, disabled=("refund",), clerks=(("01", "0000"), ("02", "1234")),
)
SOLD = Original(1, 2)

# what is asked for, the reason of the refusal
REFUSED = [
    (Kind.SIGN_ON, {"password": "9999"}, "wrong_password"),
    (Kind.SIGN_ON, {"clerk": "03", "password": "0000"}, "wrong_password"),
    (Kind.SALE, {"amount_fen": 100, "card": CARD, "clerk": "02"}, "clerk_not_signed_in"),
    (Kind.SALE, {"amount_fen": 0, "card": CARD}, "no_amount"),
    (Kind.SALE, {"amount_fen": -5, "card": CARD}, "no_amount"),
    (Kind.SALE, {"amount_fen": 10**12, "card": CARD}, "no_amount"),
    (Kind.SALE, {"amount_fen": 100}, "no_card"),
    (Kind.SALE, {"amount_fen": 100, "card": Card(pan="123")}, "no_card"),
    (Kind.REFUND, {"amount_fen": 100, "card": CARD, "original": SOLD}, "disabled"),
    (Kind.VOID, {}, "no_original"),
    (Kind.VOID, {"original": Original(1, 99)}, "original_not_found"),
    (Kind.VOID, {"original": Original(7, 2)}, "original_not_found"),
    (Kind.COMPLETION_VOID, {"original": SOLD}, "original_not_found"),
    (Kind.COMPLETION, {"amount_fen": 100, "card": CARD}, "no_original"),
    (Kind.COMPLETION, {"amount_fen": 100, "original": Original(1, 99)}, "original_not_found"),
    (Kind.OFFLINE_SALE, {"amount_fen": 1_001, "card": CARD}, "offline_limit"),
    (Kind.TIP, {"amount_fen": 10, "original": Original(1, 99)}, "original_not_found"),
    (Kind.QR_SALE, {"amount_fen": 100}, "no_qr_code"),
    (Kind.QR_REFUND, {"amount_fen": 100}, "no_original"),
    (Kind.REVERSAL, {}, "not_operable"),
    (Kind.BATCH_UPLOAD, {}, "not_operable"),
    (Kind.SCRIPT_RESULT, {}, "not_operable"),
    (Kind.QR_VOID, {}, "no_original"),
]


@pytest.mark.parametrize(("kind", "facts", "reason"), REFUSED)
def test_a_refusal_sends_and_stores_nothing(kind, facts, reason):
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    bench.sell("sale", 100)
    before = (len(bench.sent), bench.nvm)
    told = bench.operate(kind, "asked", **facts)
    assert (told.result, told.reason) == (Result.REFUSED, reason)
    assert (len(bench.sent), bench.nvm) == before


def test_functions_that_the_device_does_not_have_are_refused():
    bench = Bench()
    bench.sign_on()
    assert bench.operate(Kind.QR_SALE, amount_fen=100, qr_code="28").reason == "disabled"
    assert bench.operate(Kind.QR_REFUND, amount_fen=1, original=SOLD).reason == "disabled"
    assert bench.operate(Kind.OFFLINE_SALE, amount_fen=1, card=CARD).reason == "disabled"


def test_nobody_signed_in_means_no_transaction():
    bench = Bench()
    assert bench.sell("sale", 100).reason == "clerk_not_signed_in"
    assert bench.operate(Kind.SETTLEMENT).reason == "clerk_not_signed_in"
    assert bench.sent == []


def test_another_clerk_takes_over_with_a_password():
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    bench.operate(Kind.SIGN_ON, "02 comes", clerk="02", password="1234")
    told = bench.operate(Kind.SALE, "sale", amount_fen=100, card=CARD, clerk="02")
    assert told.result is Result.APPROVED
    assert bench.sell("by 01", 100).reason == "clerk_not_signed_in"


def test_a_clerk_who_signed_in_without_a_line_sells_as_soon_as_there_is_one():
    bench = Bench()
    bench.down = True
    assert bench.sign_on().reason == "no_reply"
    assert bench.sell("too early", 100).reason == "no_reply"
    bench.down = False
    assert bench.sell("sale", 100).result is Result.APPROVED
    assert bench.mtis()[-2:] == ["0800", "0200"]


def test_after_sign_off_nothing_is_sold():
    bench = Bench()
    bench.sign_on()
    assert bench.operate(Kind.SIGN_OFF).result is Result.APPROVED
    assert bench.sell("sale", 100).reason == "clerk_not_signed_in"
    assert bench.terminal.memory.mak == b""


def test_a_busy_terminal_takes_no_second_command():
    bench = Bench()
    bench.sign_on()
    first = Operated(kind=Kind.SALE, order="first", amount_fen=100, card=CARD)
    second = Operated(kind=Kind.SALE, order="second", amount_fen=200, card=CARD)
    bench.terminal.handle(first, bench.now_ms)
    told = bench.terminal.handle(second, bench.now_ms)
    assert [(each.result, each.reason) for each in told] == [(Result.REFUSED, "busy")]


def test_keys_with_a_wrong_check_value_are_no_sign_on():
    bench = Bench()
    spoilt = bytes([*F62[:16], F62[16] ^ 1, *F62[17:]])
    bench.host.answers["0800"] = lambda _request, reply: replace(reply, private=spoilt)
    told = bench.sign_on()
    assert (told.result, told.reason) == (Result.FAILED, "key_check_failed")
    assert not bench.terminal.memory.signed_on
    assert bench.sell("sale", 100).result is Result.APPROVED  # signs on again first


@pytest.mark.parametrize("private", [None, b"", b"short"])
def test_a_sign_on_without_keys_is_no_sign_on(private):
    bench = Bench()
    bench.host.answers["0800"] = lambda _request, reply: replace(reply, private=private)
    assert bench.sign_on().reason == "key_check_failed"


def test_a_refused_sign_on_says_why():
    bench = Bench()
    bench.host.answers["0800"] = lambda _request, reply: replace(
        reply, response_code="97", private=None,
    )
    told = bench.sign_on()
    assert (told.result, told.response_code) == (Result.DECLINED, "97")


def test_the_same_card_and_sum_within_minutes_is_warned_of_and_sold():
    bench = Bench()
    bench.sign_on()
    bench.sell("first", 100)
    bench.sell("other sum", 200)
    bench.sell("other card", 100, OTHER_CARD)
    assert "possible_duplicate" not in bench.codes()
    assert bench.sell("again", 100).result is Result.APPROVED
    assert bench.codes().count("possible_duplicate") == 1
    bench.now_ms += 6 * MINUTE_MS
    bench.sell("later", 100)
    assert bench.codes().count("possible_duplicate") == 1


# ---- what the host asks for ------------------------------------------------------------------


def wants(request: str):
    """A reply whose header asks for something."""
    return lambda _request, reply: replace(reply, processing_request=request)


@pytest.mark.parametrize(("request_digit", "then"), [
    ("1", [("0800", "360")]), ("2", [("0820", "362")]), ("3", [("0800", "003")]),
    ("0", []), ("4", [("0820", "372"), ("0800", "370"), ("0800", "371")]),
    ("5", [("0820", "382"), ("0800", "380"), ("0800", "381")]),
    ("7", [("0800", "390"), ("0800", "391")]), ("8", []),
    ("9", [("0800", "394"), ("0800", "395")]),
])
def test_a_processing_request_is_acted_on_after_the_transaction(request_digit, then):
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = wants(request_digit)
    assert bench.sell("sale", 100).result is Result.APPROVED
    done = [(send.message.mti, send.message.network_code) for send in bench.sent[2:]]
    assert done == then
    assert ("request_unsupported" in bench.codes()) is (request_digit == "8")


def test_a_request_that_comes_back_in_its_own_reply_is_not_repeated():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = wants("1")
    bench.host.answers["0800"] = wants("1")
    bench.sell("sale", 100)
    assert bench.mtis() == ["0800", "0200", "0800"]


def test_new_software_is_installed_after_the_batch_is_closed():
    bench = Bench()
    bench.update_to = "32100312"
    bench.sign_on()
    bench.host.answers["0200"] = wants("6")
    told = bench.sell("sale", 100)
    assert told.result is Result.APPROVED
    assert bench.mtis() == ["0800", "0200", "0500", "0320", "0800"]
    assert bench.host.closed == {1: (100, 1, 0, 0)}
    assert bench.installs == 1
    assert bench.sent[-1].message.software == "32100312"
    assert {each.order for each in bench.concluded} == {"sign_on", "sale"}
    bench.boot()
    assert bench.terminal.software == "32100312"


def test_code_78_asks_for_the_same():
    bench = Bench()
    bench.update_to = "32100312"
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(
        reply, response_code="78", mac=None,
    )
    bench.host.entries.clear()
    assert bench.sell("sale", 100).result is Result.DECLINED
    assert bench.installs == 1


def test_an_update_waits_while_the_batch_cannot_be_closed():
    bench = Bench(profile=TerminalProfile(settlement_tries=1))
    bench.sign_on()
    bench.host.answers["0200"] = wants("6")
    bench.host.answers["0500"] = lambda _request, _reply: None
    bench.sell("sale", 100)
    bench.rest()
    assert bench.installs == 0
    assert "update_postponed" in bench.codes()


def test_the_deadline_of_the_last_reply_is_over_while_an_update_is_installed():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = wants("6")
    bench.sell("sale", 100)
    assert bench.terminal.waiting is INSTALLING
    assert bench.pass_time()
    assert not bench.pass_time()
    assert bench.terminal.waiting is INSTALLING


def test_nothing_is_sold_in_the_middle_of_an_update_and_the_old_program_boots_after_a_cut():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = wants("6")
    bench.sell("sale", 100)
    assert bench.installs == 1
    assert bench.sell("meanwhile", 100).reason == "updating"
    bench.boot()
    assert bench.terminal.software == "31100311"
    assert bench.sell("after the cut", 100).result is Result.APPROVED


def test_an_update_that_brings_nothing_new_is_not_tried_for_ever():
    bench = Bench()
    bench.update_to = "31100311"
    bench.sign_on()
    for number in range(3):
        bench.host.answers["0200"] = wants("6")
        bench.sell(f"sale {number}", 100)
    assert bench.installs == 1
    assert "update_failed" in bench.codes()


def test_an_update_that_nobody_wanted_changes_nothing():
    bench = Bench()
    bench.give(UpdateFinished("99999999"))
    assert bench.terminal.software == "31100311"


# ---- resets ----------------------------------------------------------------------------------


def test_after_a_factory_reset_the_terminal_knows_no_batch_until_the_host_tells_it():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 100)
    bench.nvm = b""
    bench.boot()
    assert (bench.terminal.batch, bench.terminal.stan) == (0, 1)
    assert bench.sell("sale", 100).reason == "clerk_not_signed_in"
    bench.host.batch = 2
    bench.sign_on()
    assert bench.sent[-1].message.batch == 0
    assert bench.terminal.batch == 2


def test_an_idle_boot_does_nothing():
    bench = Bench()
    bench.terminal = bench._build()
    assert bench.terminal.handle(Booted(), bench.now_ms) == []
    assert bench.terminal.deadline_ms is None
