"""The pending reversal: stored before the request, sent first, repeated as the profile says."""

from __future__ import annotations

from msgspec.structs import replace
from terminal_bench import CARD, KEYS, NOON, OTHER_CARD, SEALER, Bench, wrong

from simulator.local_time import DAY_MS, HOUR_MS
from simulator.machines.terminal.events import (
    ClockJumped,
    Operated,
    PeripheralFailed,
    ReplyReceived,
    Result,
    Send,
    Store,
    TimePassed,
)
from simulator.machines.terminal.machine import TABLE
from simulator.machines.terminal.profile import AfterLastTry, TerminalProfile
from simulator.machines.terminal.records import Armed
from simulator.machines.terminal.work import Exchange, TerminalTable
from simulator.wire.kinds import Kind

NO_WORD = lambda _request, _reply: None  # noqa: E731


def order_of_armed_and_send(table: TerminalTable) -> list[str]:
    bench = Bench(table)
    bench.sign_on()
    asked = Operated(kind=Kind.SALE, order="sale", amount_fen=100, card=CARD)
    effects = bench.terminal.handle(asked, NOON)
    return [
        "armed" if isinstance(each, Store) else "sent" for each in effects
        if isinstance(each, Send) or (isinstance(each, Store) and isinstance(each.record, Armed))
    ]


def test_the_reversal_is_stored_before_the_request_is_sent():
    assert order_of_armed_and_send(TABLE) == ["armed", "sent"]
    assert order_of_armed_and_send(wrong("reversal_stored_after_send")) == ["sent", "armed"]


def test_an_approval_is_booked_and_the_reversal_cleared_by_one_record():
    bench = Bench()
    bench.sign_on()
    bench.terminal.handle(Operated(kind=Kind.SALE, order="1", amount_fen=100, card=CARD), NOON)
    request = bench.terminal.waiting.request
    reply = SEALER.seal(bench.host.reply(request, "00"), KEYS.mak)
    effects = bench.terminal.handle(ReplyReceived(reply), NOON)
    names = [
        type(each.record).__name__ if isinstance(each, Store) else type(each).__name__
        for each in effects
    ]
    assert names == ["Booked", "Conclude", "Print", "Receipted"]
    assert bench.terminal.memory.armed is None


def test_a_lost_reply_is_reversed_with_reason_98_before_the_next_sale():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = NO_WORD
    assert bench.sell("first", 100).reason == "no_reply"
    bench.sell("second", 200)
    assert bench.mtis() == ["0800", "0200", "0400", "0200"]
    assert bench.sent[2].message.response_code == "98"


def over_midnight(table: TerminalTable) -> tuple[str, str]:
    bench = Bench(table)
    bench.sign_on()
    bench.now_ms = NOON + 12 * HOUR_MS - 5_000
    bench.host.answers["0200"] = NO_WORD
    bench.sell("late sale", 100)
    bench.rest()
    sale, reversal = bench.sent[-2].message, bench.sent[-1].message
    assert (sale.mti, reversal.mti) == ("0200", "0400")
    return sale.local_date, reversal.local_date


def test_a_reversal_carries_no_date_and_a_wrong_one_where_it_is_built_wrong():
    assert over_midnight(TABLE) == ("0101", "")
    assert over_midnight(wrong("reversal_wrong_date_after_midnight")) == ("0101", "0102")


def reason_after_bad_mac(table: TerminalTable) -> str:
    bench = Bench(table)
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(reply, mac=b"00000000")
    bench.sell("sale", 100)
    bench.rest()
    return bench.sent[-1].message.response_code


def test_the_reason_is_updated_when_more_is_known():
    assert reason_after_bad_mac(TABLE) == "A0"
    assert reason_after_bad_mac(wrong("reversal_reason_not_updated")) == "98"


def test_the_updated_reason_survives_a_power_cut():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: replace(reply, mac=b"00000000")
    bench.cut = bench.effects + 4  # armed, sent, shown, reason; then power fails
    bench.sell("sale", 100)
    assert bench.terminal.memory.armed is None or bench.sent[-1].message.mti == "0400"
    bench.rest()
    assert bench.sent[-1].message.response_code == "A0"


def after_failed_tries(table: TerminalTable, after: AfterLastTry = AfterLastTry.KEEP) -> Bench:
    bench = Bench(table, TerminalProfile(after_last_try=after))
    bench.sign_on()
    bench.down = True
    bench.sell("first", 100)
    for _ in range(3):
        bench.pass_time()
    return bench


def test_after_the_last_try_a_keeping_terminal_refuses_to_go_on_until_it_is_delivered():
    bench = after_failed_tries(TABLE)
    assert bench.mtis() == ["0800", "0200", "0400", "0400", "0400"]
    assert [send.attempt for send in bench.sent[2:]] == [0, 1, 2]
    assert "reversal_pending" in bench.codes()
    told = bench.sell("second", 200)
    assert (told.result, told.reason) == (Result.REFUSED, "reversal_pending")
    assert bench.mtis().count("0200") == 1
    bench.down = False
    assert bench.sell("third", 300).result is Result.APPROVED
    assert bench.mtis()[-2:] == ["0400", "0200"]


def test_a_terminal_that_goes_on_after_failed_reversals_is_told_from_the_right_one():
    bench = after_failed_tries(wrong("goes_on_after_failed_reversals"))
    bench.down = False
    assert bench.sell("second", 200).result is Result.APPROVED
    assert (1, 2) not in bench.host.reversed_ahead
    assert any("went out before the reversal" in each for each in bench.findings(()))


def test_a_kept_reversal_is_tried_again_by_itself_after_the_pause():
    bench = after_failed_tries(TABLE)
    assert bench.terminal.deadline_ms == bench.now_ms + bench.profile.reversal_idle_ms
    bench.down = False
    bench.pass_time()
    assert bench.terminal.pending() == []
    assert bench.sent[-1].attempt == 3
    assert bench.terminal.deadline_ms is None


def test_a_dropping_terminal_warns_and_goes_on():
    bench = after_failed_tries(TABLE, AfterLastTry.DROP)
    assert "reversal_dropped" in bench.codes()
    bench.down = False
    assert bench.sell("second", 200).result is Result.APPROVED


def test_tries_keep_their_interval_when_the_line_refuses_at_once():
    bench = Bench()
    bench.sign_on()
    bench.refuses = True
    started = bench.now_ms
    bench.sell("first", 100)
    bench.rest(2)
    assert bench.mtis() == ["0800", "0200", "0400", "0400", "0400"]
    assert bench.now_ms - started == 2 * bench.profile.reply_timeout_ms


def test_a_failed_connect_leaves_a_reversal_or_none_as_the_profile_says():
    for keeps, count in ((True, 1), (False, 0)):
        bench = Bench(profile=TerminalProfile(reversal_after_failed_connect=keeps))
        bench.sign_on()
        bench.refuses = True
        told = bench.sell("first", 100)
        assert (told.result, told.reason) == (Result.FAILED, "send_failed")
        assert len(bench.terminal.pending()) == count


def test_a_mismatched_reply_leaves_a_reversal_or_none_as_the_profile_says():
    for keeps, count in ((True, 1), (False, 0)):
        bench = Bench(profile=TerminalProfile(reversal_after_mismatched_reply=keeps))
        bench.sign_on()
        bench.host.answers["0200"] = lambda _request, reply: SEALER.seal(
            replace(reply, amount_fen=1), KEYS.mak,
        )
        bench.host.answers["0400"] = NO_WORD
        bench.sell("first", 100)
        assert len(bench.terminal.pending()) == count


def test_an_armed_reversal_is_sent_by_itself_after_a_power_cut():
    bench = Bench()
    bench.sign_on()
    bench.cut = bench.effects + 2  # armed and sent; the reply comes into the dark
    assert bench.sell("sale", 100).reason == "power_lost"
    assert bench.mtis() == ["0800", "0200", "0400"]
    assert bench.terminal.pending() == []
    assert not bench.host.entries[1, 2].approved


def test_a_reversal_that_the_host_cannot_take_now_is_repeated():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = NO_WORD
    bench.host.answers["0400"] = lambda _request, reply: replace(
        reply, response_code="96", mac=None,
    )
    bench.sell("sale", 100)
    assert len(bench.terminal.pending()) == 1
    bench.rest()
    assert bench.mtis()[-2:] == ["0400", "0400"]
    assert bench.terminal.pending() == []


def test_a_reversal_refused_for_its_mac_goes_out_again_after_sign_on():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = NO_WORD
    bench.host.answers["0400"] = lambda _request, reply: replace(
        reply, response_code="A0", mac=None,
    )
    bench.sell("sale", 100)
    bench.rest()
    assert bench.mtis() == ["0800", "0200", "0400", "0800", "0400"]


def test_nothing_to_reverse_at_the_host_ends_the_reversal():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = NO_WORD
    bench.host.answers["0400"] = lambda _request, reply: replace(
        reply, response_code="25", mac=None,
    )
    bench.sell("sale", 100)
    bench.rest()
    assert bench.terminal.pending() == []
    assert bench.mtis().count("0400") == 1


def test_a_command_during_a_background_reversal_waits_for_it():
    bench = Bench()
    bench.sign_on()
    bench.host.answers["0200"] = NO_WORD
    bench.host.answers["0400"] = NO_WORD
    bench.sell("first", 100)
    assert isinstance(bench.terminal.waiting, Exchange)
    told = bench.sell("second", 200, OTHER_CARD)
    assert told.result is Result.APPROVED
    assert bench.mtis() == ["0800", "0200", "0400", "0400", "0200"]


def test_an_approval_that_cannot_be_printed_is_reversed_with_96_where_the_profile_says_so():
    bench = Bench(profile=TerminalProfile(approved_print_fails="reverse"))
    bench.sign_on()
    bench.give(Operated(kind=Kind.SALE, order="sale", amount_fen=100, card=CARD))
    assert bench.printed
    assert bench.result_of("sale") is None
    bench.give(PeripheralFailed("printer", "sale"))
    assert bench.concluded[-1].reason == "print_failed"
    assert bench.sent[-1].message.mti == "0400"
    assert bench.sent[-1].message.response_code == "96"
    assert bench.sent[-1].message.auth_code == "123456"
    assert not bench.host.entries[1, 2].approved
    assert list(bench.terminal.memory.items) == []


def test_a_printer_that_works_ends_the_wait_with_an_approval():
    bench = Bench(profile=TerminalProfile(approved_print_fails="reverse"))
    bench.sign_on()
    assert bench.sell("sale", 100).result is Result.APPROVED
    assert len(bench.terminal.memory.items) == 1
    assert bench.mtis() == ["0800", "0200"]


def test_a_keeping_terminal_shows_the_fault_and_keeps_the_sale():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 100)
    bench.give(PeripheralFailed("printer", "sale"))
    assert "peripheral_failed" in bench.codes()
    assert len(bench.terminal.memory.items) == 1


def test_an_approved_sale_whose_receipt_was_cut_off_is_told_and_printed_after_boot():
    bench = Bench()
    bench.sign_on()
    bench.cut = bench.effects + 3  # armed, sent, booked; then power fails
    told = bench.sell("sale", 100)
    assert told.result is Result.APPROVED
    assert [each.order for each in bench.printed] == ["sale"]
    assert bench.terminal.pending() == []
    bench.boot()
    assert len(bench.printed) == 1


def test_a_calendar_jump_moves_the_deadline_and_nothing_else():
    bench = Bench()
    bench.sign_on()
    bench.terminal.handle(Operated(kind=Kind.SALE, order="1", amount_fen=100, card=CARD), NOON)
    before = bench.terminal.deadline_ms
    assert bench.terminal.handle(ClockJumped(DAY_MS), NOON + DAY_MS) == []
    assert bench.terminal.deadline_ms == before + DAY_MS
    assert bench.terminal.handle(TimePassed(), NOON + DAY_MS) == []


def test_trace_numbers_wrap_from_999999_to_1():
    bench = Bench()
    bench.sign_on()
    bench.terminal.memory.stan = 999_999
    bench.sell("last", 100)
    bench.sell("first", 200)
    assert [send.message.stan for send in bench.sent[1:]] == [999_999, 1]
