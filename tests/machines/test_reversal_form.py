"""The 0400 field by field, as five public terminal families send it; what a host makes of each form."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from acquirer_bench import HostBench, of_message, signed_on
from msgspec.structs import replace
from terminal_bench import KEYS, SEALER, Bench, original_of

from simulator.machines.terminal.events import Operated, PeripheralFailed
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.generic import decode_generic
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

SALE = 700
# 9F26 9F27 9F10 9F37 9F36 95 9A 9F33 9F1E of a made-up chip.
CHIP = bytes.fromhex(
    "9F2608DEAE676D1C4734119F2701809F1008070201039000000A9F3704AA0FBE659F3602034A"
    "9505008004E0009A031601159F3303E0E1C89F1E083132333435363738")
WITHOUT_COUNTER = bytes.fromhex("9F1008070201039000000A9505008004E0009F1E083132333435363738")
WITH_COUNTER = bytes.fromhex(
    "9F1008070201039000000A9F3602034A9505008004E0009F1E083132333435363738")
CHIP_CARD = Card(pan="6200009753180120", entry="chip", sequence="001", icc_data=CHIP, pin="123456")
OFTEN = {"2", "3", "4", "11", "14", "22", "25", "39", "41", "42", "49", "60", "64"}

Replies = Callable[[Message, Message], Message | None]
NO_WORD: Replies = lambda _request, _reply: None  # noqa: E731
BAD_MAC: Replies = lambda _request, reply: replace(reply, mac=b"00000000", local_date="0229")  # noqa: E731
OTHER_SUM: Replies = lambda _request, reply: replace(reply, amount_fen=1)  # noqa: E731


def numbers(message: Message) -> set[str]:
    """The fields that stand in the bytes."""
    frame = Codec(usual_dialect()).encode(replace(message, mac=b"12345678"))
    return set(decode_generic(frame, usual_dialect()).fields)


def undone(kind: Kind, replies: Replies, **profile: object) -> tuple[Message, Message]:
    """What was sent and lost, and the reversal of it."""
    bench = Bench(profile=TerminalProfile(**profile))  # type: ignore[arg-type]
    bench.sign_on()
    facts: dict[str, object] = {"amount_fen": SALE, "card": CHIP_CARD}
    firsts = {
        Kind.VOID: (Kind.SALE,), Kind.PREAUTH_VOID: (Kind.PREAUTH,),
        Kind.COMPLETION: (Kind.PREAUTH,), Kind.COMPLETION_VOID: (Kind.PREAUTH, Kind.COMPLETION),
    }
    for first in firsts.get(kind, ()):
        told = bench.operate(first, first.value, **facts)
        assert told is not None
        facts |= {"original": original_of(told), "original_auth_code": "123456"}
    if kind in (Kind.VOID, Kind.COMPLETION_VOID):
        facts.pop("card")
    bench.host.answers["0100"] = bench.host.answers["0200"] = replies
    bench.operate(kind, "last", **facts)
    bench.rest()
    request = next(each.message for each in reversed(bench.sent) if each.message.mti in ("0100", "0200"))
    return request, next(each.message for each in bench.sent if each.message.mti == "0400")


@pytest.mark.parametrize(("kind", "more"), [
    (Kind.SALE, {"23", "55"}),
    (Kind.PREAUTH, {"23", "55"}),
    (Kind.VOID, {"38", "61"}),
    (Kind.PREAUTH_VOID, {"23", "38", "55", "61"}),
    (Kind.COMPLETION, {"23", "38", "55", "61"}),
    (Kind.COMPLETION_VOID, {"38", "61"}),
])
def test_a_reversal_has_the_fields_of_the_facts_and_no_others(kind, more):
    _, reversal = undone(kind, NO_WORD)
    assert numbers(reversal) == OFTEN | more
    assert reversal.response_code == "98"


@pytest.mark.parametrize(("kind", "silent", "answered"), [
    (Kind.VOID, "", ""), (Kind.PREAUTH_VOID, "0000", "0229"), (Kind.COMPLETION, "0000", "0229"),
    (Kind.COMPLETION_VOID, "0000", "0229"),
])
def test_f61_names_the_request_that_is_reversed_and_the_date_that_a_reply_told(kind, silent, answered):
    for replies, date in ((NO_WORD, silent), (BAD_MAC, answered)):
        request, reversal = undone(kind, replies)
        assert reversal.original == Original(request.batch, request.stan or 0, date)
        assert reversal.stan == request.stan


def test_f38_of_an_approval_that_cannot_be_believed_goes_with_its_reversal():
    _, reversal = undone(Kind.SALE, BAD_MAC)
    assert (reversal.response_code, reversal.auth_code) == ("A0", "123456")
    _, silent = undone(Kind.SALE, NO_WORD)
    assert silent.auth_code == ""


@pytest.mark.parametrize(("replies", "settings", "data"), [
    (NO_WORD, {}, WITHOUT_COUNTER), (BAD_MAC, {}, WITHOUT_COUNTER),
    (NO_WORD, {"reversal_atc": "always"}, WITH_COUNTER),
    (BAD_MAC, {"reversal_atc": "always"}, WITH_COUNTER),
])
def test_f55_of_a_reversal_holds_what_the_issuer_needs_and_the_counter_by_profile(
    replies, settings, data,
):
    _, reversal = undone(Kind.SALE, replies, **settings)
    assert reversal.icc_data == data


@pytest.mark.parametrize(("settings", "reason"), [
    ({}, "96"), ({"reversal_not_finished_reason": "06"}, "06"),
])
def test_what_was_approved_and_not_finished_is_reversed_with_its_code_and_counter(settings, reason):
    bench = Bench(profile=TerminalProfile(approved_print_fails="reverse", **settings))
    bench.sign_on()
    bench.give(Operated(kind=Kind.SALE, order="sale", amount_fen=SALE, card=CHIP_CARD))
    bench.give(PeripheralFailed("printer", "sale"))
    reversal = bench.sent[-1].message
    assert (reversal.mti, reversal.response_code, reversal.auth_code) == ("0400", reason, "123456")
    assert reversal.icc_data == WITH_COUNTER


# ---- the reason, family by family ------------------------------------------------------------


@pytest.mark.parametrize(("settings", "silent", "mismatched", "cut"), [
    ({}, "98", "98", "98"),
    ({"reversal_reason_at_reply": "06"}, "98", "06", "98"),
    ({"reversal_first_reason": "06"}, "98", "06", "06"),
    ({"reversal_first_reason": "none"}, "98", "", ""),
])
def test_the_reason_follows_the_family_of_the_terminal(settings, silent, mismatched, cut):
    assert undone(Kind.SALE, NO_WORD, **settings)[1].response_code == silent
    assert undone(Kind.SALE, BAD_MAC, **settings)[1].response_code == "A0"
    assert undone(Kind.SALE, OTHER_SUM, **settings)[1].response_code == mismatched
    bench = Bench(profile=TerminalProfile(**settings))
    bench.sign_on()
    bench.host.answers["0200"] = NO_WORD
    bench.give(Operated(kind=Kind.SALE, order="sale", amount_fen=SALE, card=CHIP_CARD))
    bench.boot()
    bench.rest()
    assert bench.sent[-1].message.response_code == cut


@pytest.mark.parametrize(("moves", "between"), [(False, 1), (True, 2)])
def test_a_reversal_keeps_its_number_while_the_counter_stays_or_moves_on(moves, between):
    bench = Bench(profile=TerminalProfile(reversal_takes_stan=moves))
    bench.sign_on()
    bench.host.answers["0200"] = NO_WORD
    bench.sell("lost", 100)
    bench.rest()
    bench.sell("next", 200)
    lost, reversal, following = (each.message for each in bench.sent[1:4])
    assert (reversal.mti, reversal.stan) == ("0400", lost.stan)
    assert (following.stan or 0) - (lost.stan or 0) == between


@pytest.mark.parametrize(("code", "again"), [
    ("00", False), ("12", False), ("25", False), ("96", True), ("06", True), ("30", True),
])
@pytest.mark.parametrize(("settings", "reason"), [
    ({}, "98"), ({"reversal_reason_when_refused": "06"}, "06"),
])
def test_00_12_and_25_end_a_reversal_and_another_code_repeats_it(code, again, settings, reason):
    bench = Bench(profile=TerminalProfile(**settings))
    bench.sign_on()
    bench.host.answers["0200"] = NO_WORD
    bench.host.answers["0400"] = lambda request, reply: SEALER.seal(
        replace(reply, response_code=code, mac=None), KEYS.mak)
    bench.sell("lost", 100)
    bench.rest()
    reasons = [each.message.response_code for each in bench.sent if each.message.mti == "0400"]
    assert reasons == (["98", reason] if again else ["98"])
    assert bench.terminal.pending() == []


# ---- what a host takes -----------------------------------------------------------------------

FORMS: dict[str, Callable[[Message], Message]] = {
    "as a request": lambda m: m,
    "with F12, F13 and F37": lambda m: replace(
        m, local_time="235959", local_date="1231", rrn="000000000099"),
    "stripe: no F2": lambda m: replace(m, pan=""),
    "06 where 96 is meant": lambda m: replace(m, response_code="06"),
    "no reason": lambda m: replace(m, response_code=""),
    "F61 of itself": lambda m: replace(m, original=of_message(m)),
    "F61 with 0000": lambda m: replace(m, original=replace(of_message(m), date="0000")),
    "another number, and F61": lambda m: replace(
        m, stan=(m.stan or 0) + 50, original=of_message(m)),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_host_finds_the_original_of_a_reversal_in_every_form(form):
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE)
    assert bench.receive(request)[0].response_code == "00"
    reversal = terminal.seal(FORMS[form](replace(terminal.reversal_of(request), original=None)))
    assert bench.receive(reversal)[0].response_code == "00"
    bench.drain()
    assert [each.amount_fen for each in bench.captures] == [SALE, -SALE]
    assert bench.receive(reversal)[0].response_code == "00"
    bench.drain()
    assert [each.amount_fen for each in bench.captures] == [SALE, -SALE]


@pytest.mark.parametrize("names_original", [True, False])
def test_a_reversal_of_a_void_that_never_came_leaves_the_sale_alone(names_original):
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.message(Kind.SALE, SALE)
    bench.receive(sale)
    void = terminal.message(Kind.VOID, SALE, original=of_message(sale))
    reversal = terminal.reversal_of(void)
    named = void.original if names_original else of_message(void)
    assert bench.receive(terminal.seal(replace(reversal, original=named)))[0].response_code == "25"
    bench.drain()
    assert [each.amount_fen for each in bench.captures] == [SALE]
    assert bench.receive(void)[0].response_code == "12"
