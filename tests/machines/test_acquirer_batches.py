"""Sign-on, batch numbers, settlement and upload: each batch settled once, by a clear rule."""

from __future__ import annotations

import msgspec
import pytest
from acquirer_bench import (
    NEXT_DAY,
    PAN,
    SETTINGS,
    TID,
    HostBench,
    ScriptedTerminal,
    of_message,
    signed_on,
)

from simulator.catalogue.host_reasons import AlarmCode
from simulator.machines.acquirer.events import (
    Alarm,
    BatchForced,
    CutOverReached,
    Reply,
    RequestReceived,
)
from simulator.wire.keys import unwrap_working_keys
from simulator.wire.kinds import Kind
from simulator.wire.message import Original
from simulator.wire.subfields import CardTotals

SALE = 10_000


def sold(count: int = 3, bench: HostBench | None = None) -> tuple[HostBench, ScriptedTerminal]:
    """A terminal with some approved sales that it knows of."""
    bench = bench or HostBench()
    terminal = signed_on(bench)
    for _ in range(count):
        terminal.run(Kind.SALE, SALE)
    return bench, terminal


# ---- sign-on ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("network_code", "length"), [("003", 40), ("004", 60)])
def test_sign_on_gives_the_keys_that_were_asked_for(network_code: str, length: int) -> None:
    bench = HostBench()
    terminal = ScriptedTerminal(bench)
    reply = terminal.do(Kind.SIGN_ON, network_code=network_code)
    assert reply.private is not None
    assert len(reply.private) == length
    keys = unwrap_working_keys(reply.private, bench.entries[0].master_key)
    assert bool(keys.tdk) is (network_code == "004")


def test_a_sign_on_for_keys_that_are_not_given_is_refused_by_name() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    keys = bench.host.books.terminals[TID].keys
    asked = RequestReceived("line", terminal.message(Kind.SIGN_ON, network_code="005"), "")
    effects = bench.host.handle(asked, bench.now_ms)
    alarms = [each for each in effects if isinstance(each, Alarm)]
    assert [each.code for each in alarms] == [AlarmCode.KEY_DOWNLOAD_REFUSED]
    assert "005; this host gives 003, 001, 004" in alarms[0].text
    (reply,) = (each.message for each in effects if isinstance(each, Reply))
    assert (reply.response_code, reply.private) == ("40", None)
    assert bench.host.books.terminals[TID].keys is keys  # those in use stay good


@pytest.mark.parametrize(("form", "length"), [("003", 40), ("004", 60)])
def test_a_further_code_is_answered_in_the_form_that_the_setting_says(form: str, length: int) -> None:
    settings = msgspec.structs.replace(SETTINGS, key_downloads=("003",), key_downloads_as=(("005", form),))
    bench = HostBench(settings=settings)
    terminal = ScriptedTerminal(bench)
    request = terminal.message(Kind.SIGN_ON, network_code="005")
    first, copy = (bench.receive(request)[0] for _ in range(2))
    assert (first.response_code, first.network_code) == ("00", "005")
    assert len(first.private or b"") == length
    assert first.private == copy.private
    bench.crash()
    assert bench.receive(request)[0].private == first.private
    other = terminal.do(Kind.SIGN_ON, network_code="001")
    assert (other.response_code, bench.alarms) == ("40", ["key_download_refused"])


def test_each_sign_on_gives_new_keys_but_its_copy_the_same() -> None:
    bench = HostBench()
    terminal = ScriptedTerminal(bench)
    request = terminal.message(Kind.SIGN_ON)
    first, again = bench.receive(request)[0], bench.receive(request)[0]
    assert first.private == again.private
    assert terminal.do(Kind.SIGN_ON).private != first.private


def test_a_copy_of_a_sign_on_makes_no_key_invalid() -> None:
    bench = HostBench()
    terminal = ScriptedTerminal(bench)
    stan = terminal.stan
    terminal.sign_on()
    terminal.sale(SALE)
    terminal.do(Kind.SIGN_ON, stan=stan)
    assert terminal.sale(SALE).response_code == "00"


@pytest.mark.parametrize(("shown", "given"), [
    (1, 1),      # the usual case
    (0, 2),      # factory reset: the batch is lost
    (7, 7),      # a later one is taken over
])
def test_batch_number_at_sign_on_with_a_batch_that_holds_something(shown: int, given: int) -> None:
    _bench, terminal = sold()
    assert terminal.sign_on(batch=shown).batch == given


@pytest.mark.parametrize(("shown", "given"), [(0, 1), (1, 1), (5, 5)])
def test_batch_number_at_sign_on_with_an_empty_batch(shown: int, given: int) -> None:
    assert signed_on(HostBench()).sign_on(batch=shown).batch == given


def test_a_terminal_that_missed_the_end_of_its_settlement_has_lost_nothing() -> None:
    bench, terminal = sold()
    totals = terminal.totals()
    assert terminal.ask_settlement() == "1"
    assert terminal.do(Kind.SIGN_ON, batch=1).batch == 2
    assert terminal.ask_settlement(totals, batch=1) == "1"
    assert len(bench.settled) == 1


def test_after_a_factory_reset_the_old_batch_waits_and_is_closed_at_cut_over() -> None:
    bench, _terminal = sold()
    reset = ScriptedTerminal(bench)
    assert reset.sign_on().batch == 2
    reset.run(Kind.SALE, SALE + 1)
    assert [each.what for each in bench.host.pending()] == ["batch_left_open"]
    bench.event(CutOverReached(NEXT_DAY))
    assert [(batch.batch, batch.debit_fen, batch.result) for batch in bench.settled] == [
        (1, 3 * SALE, "forced"),
    ]
    reset.settle()
    assert bench.faults() == []


def test_a_terminal_that_gets_its_old_batch_back_settles_it_itself() -> None:
    bench, terminal = sold()
    reset = ScriptedTerminal(bench)
    reset.sign_on()
    assert terminal.do(Kind.SIGN_ON).batch == 1
    terminal.sign_on()
    terminal.settle()
    assert [(batch.batch, batch.result) for batch in bench.settled] == [(1, "1")]
    assert terminal.sign_on().batch == 2


def test_after_batch_999999_comes_1() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    terminal.sign_on(batch=999_999)
    terminal.run(Kind.SALE, SALE)
    terminal.settle()
    assert terminal.sign_on(batch=999_999).batch == 1


# ---- balanced --------------------------------------------------------------------------------


def test_balanced_totals_settle_at_once_and_once() -> None:
    bench, terminal = sold()
    terminal.run(Kind.VOID, SALE, Original(1, 2))
    totals = terminal.totals()
    for _ in range(3):
        assert terminal.ask_settlement(totals, batch=1) == "1"
    (batch,) = bench.settled
    assert (batch.debit_fen, batch.debit_count, batch.credit_fen, batch.credit_count) == (
        3 * SALE, 3, SALE, 1)
    assert (batch.result, batch.held) == ("1", ())


def test_an_empty_batch_settles_with_nothing() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    assert terminal.ask_settlement() == "1"
    assert terminal.do(Kind.SIGN_ON, batch=2).batch == 2
    assert bench.faults() == []


@pytest.mark.parametrize("batch", [2, 9, 999_999])
def test_an_unknown_batch_is_an_error(batch: int) -> None:
    bench, terminal = sold()
    assert terminal.ask_settlement(batch=batch) == "3"
    assert bench.settled == []


@pytest.mark.parametrize("details", ["", "1", "x" * 62, "0" * 61])
def test_totals_that_are_none_are_an_error(details: str) -> None:
    bench, terminal = sold()
    reply = terminal.do(Kind.SETTLEMENT, details=details)
    assert reply.details[30] == "3"
    assert len(reply.details) == 62
    assert bench.settled == []


def test_a_new_sale_in_a_settled_batch_is_refused_and_its_copy_is_still_known() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE)
    bench.receive(request)
    terminal.items = {request.stan or 0: (Kind.SALE, SALE, PAN)}
    terminal.ask_settlement()
    assert terminal.sale(SALE).response_code == "77"
    assert bench.receive(request)[0].response_code == "00"
    assert len(bench.captures) == 1


def test_what_no_issuer_answered_is_undone_when_its_batch_is_settled() -> None:
    bench, terminal = sold()
    bench.issuer_is = lambda _asked: False
    bench.receive(terminal.message(Kind.SALE, SALE))
    assert terminal.ask_settlement() == "1"
    assert "unanswered_at_settlement" in bench.alarms
    bench.give(bench.asked[-2])
    bench.drain()
    assert len(bench.captures) == 3
    assert bench.faults() == []


def test_a_batch_with_an_undecided_advice_is_not_settled_yet() -> None:
    bench, terminal = sold()
    bench.issuer_is = lambda _asked: False
    request = terminal.message(Kind.OFFLINE_SALE, SALE)
    bench.receive(request)
    assert terminal.ask_settlement() == "3"
    bench.drain()
    terminal.items[request.stan or 0] = (Kind.OFFLINE_SALE, SALE, PAN)
    assert terminal.ask_settlement() == "1"
    assert bench.faults() == []


# ---- unbalanced ------------------------------------------------------------------------------


def test_details_that_fit_settle_the_batch_and_count_once_however_often_they_come() -> None:
    bench, terminal = sold(11)
    assert terminal.ask_settlement(CardTotals(1, 1)) == "2"
    items = [(stan, SALE) for stan in terminal.items]
    assert terminal.upload_items(items) == ["00", "00"]
    bench.crash()
    assert terminal.upload_items(items[:8]) == ["00"]
    assert terminal.end_upload(11) == "00"
    assert terminal.end_upload(11) == "00"
    (batch,) = bench.settled
    assert (batch.result, batch.debit_count, batch.held) == ("2", 11, ())
    assert bench.alarms == []
    assert bench.faults() == []


@pytest.mark.parametrize("code", ["203", "205"])
def test_other_kinds_go_up_one_in_a_message(code: str) -> None:
    bench, terminal = sold(2)
    terminal.ask_settlement(CardTotals())
    stans = sorted(terminal.items)
    first = terminal.do(
        Kind.BATCH_UPLOAD, SALE, network_code=code, original=Original(1, stans[0]))
    second = terminal.do(Kind.BATCH_UPLOAD, SALE, network_code=code, stan=stans[1])
    third = terminal.do(Kind.BATCH_UPLOAD, SALE, network_code="206")
    assert {reply.response_code for reply in (first, second, third)} == {"00"}
    assert terminal.end_upload(2) == "00"
    assert bench.settled[0].held == ()


@pytest.mark.parametrize(("uploaded", "alarms", "held", "debit_fen"), [
    ([(2, SALE), (3, SALE), (4, SALE)], [], [], 3 * SALE),
    ([(2, SALE), (3, SALE)], ["not_uploaded"], [4], 2 * SALE),
    ([], ["not_uploaded"] * 3, [2, 3, 4], 0),
    ([(2, SALE), (3, SALE), (4, SALE + 1)], ["sum_differs"], [], 3 * SALE),
    ([(2, SALE), (3, SALE), (4, SALE), (5, SALE)], ["not_captured"], [], 3 * SALE),
    ([(2, SALE), (3, SALE), (4, SALE), (6, SALE)], ["not_captured"], [], 3 * SALE),
    ([(2, SALE), (3, SALE), (4, SALE), (77, SALE)], ["unknown_item"], [], 3 * SALE),
])
def test_the_hosts_record_decides_the_sum_and_the_upload_what_is_settled(
    uploaded: list[tuple[int, int]], alarms: list[str], held: list[int], debit_fen: int,
) -> None:
    bench, terminal = sold()
    bench.issuer.code = "51"
    terminal.sale(SALE)  # STAN 5: declined
    bench.issuer.code = "00"
    reversed_ = terminal.message(Kind.SALE, SALE)  # STAN 6
    bench.receive(reversed_)
    bench.receive(terminal.reversal_of(reversed_))
    assert terminal.ask_settlement(CardTotals(99, 1)) == "2"
    captured = len(bench.captures)
    terminal.upload_items(uploaded)
    assert terminal.end_upload(len(uploaded)) == "00"
    (batch,) = bench.settled
    assert bench.alarms == alarms
    assert [key.stan for key in batch.held] == held
    assert batch.debit_fen == debit_fen
    assert len(bench.captures) == captured
    assert bench.faults() == []


def test_what_differs_in_an_upload_is_told_with_its_sums() -> None:
    bench, terminal = sold()
    terminal.ask_settlement(CardTotals(99, 1))
    terminal.upload_items([(2, SALE + 1), (3, SALE), (77, 120_005)])
    terminal.end_upload(3)
    assert bench.alarm_texts == [
        f"STAN 000002 of batch 000001: ¥{SALE / 100:.2f} here, ¥{(SALE + 1) / 100:.2f} there",
        f"STAN 000004 of batch 000001: ¥{SALE / 100:.2f} here",
        "STAN 000077 of batch 000001: ¥1,200.05 there",
    ]


def test_what_the_terminal_lacks_can_be_settled_by_setting() -> None:
    settings = msgspec.structs.replace(SETTINGS, missing_from_upload="settle")
    bench, terminal = sold(bench=HostBench(settings=settings))
    terminal.ask_settlement(CardTotals())
    terminal.end_upload(0)
    assert bench.settled[0].debit_fen == 3 * SALE
    assert bench.alarms == ["not_uploaded"] * 3


def test_an_end_that_claims_balance_after_2_is_refused_and_settles_nothing() -> None:
    bench, terminal = sold()
    terminal.ask_settlement(CardTotals())
    terminal.upload_items([(stan, SALE) for stan in terminal.items])
    assert terminal.end_upload(3, "207") == "12"
    assert bench.alarms == ["ended_as_balanced"]
    assert bench.settled == []
    assert [each.what for each in bench.host.pending()] == ["batch_disputed"]
    assert terminal.end_upload(3) == "00"
    assert len(bench.settled) == 1


@pytest.mark.parametrize("count", [0, 2, 4])
def test_an_end_that_announces_another_count_is_refused(count: int) -> None:
    bench, terminal = sold()
    terminal.ask_settlement(CardTotals())
    terminal.upload_items([(stan, SALE) for stan in terminal.items])
    assert terminal.end_upload(count) == "30"
    assert bench.settled == []
    assert terminal.end_upload(3) == "00"


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("other_fen", [SALE, SALE + 1])
def test_an_item_twice_in_one_message_is_an_alarm_and_counts_once(other_fen: int, balanced: bool) -> None:
    bench, terminal = sold(11)
    terminal.ask_settlement(CardTotals(11 * SALE, 11) if balanced else CardTotals(1, 1))
    stans = sorted(terminal.items)
    items = [(stans[0], other_fen), *((stan, SALE) for stan in stans)]
    assert terminal.upload_items(items) == ["00", "00"]
    assert bench.alarms == ["item_twice"]
    if not balanced:
        assert terminal.end_upload(12) == "30"
        assert bench.settled == []
        assert bench.alarms == ["item_twice", "upload_incomplete"]
        assert terminal.end_upload(11) == "00"
    assert (bench.settled[0].debit_count, bench.settled[0].debit_fen) == (11, 11 * SALE)
    assert bench.faults() == []


def test_an_item_in_two_messages_counts_once_at_the_end() -> None:
    bench, terminal = sold(11)
    terminal.ask_settlement(CardTotals(1, 1))
    items = [(stan, SALE) for stan in sorted(terminal.items)]
    terminal.upload_items([*items, items[0]])
    terminal.do(Kind.BATCH_UPLOAD, SALE, network_code="205", original=Original(1, items[1][0]))
    assert [terminal.end_upload(count) for count in (13, 12)] == ["30", "30"]
    assert bench.alarms == ["upload_incomplete"] * 2
    assert terminal.end_upload(11) == "00"


@pytest.mark.parametrize(("fields", "code"), [
    ({"details": "xx"}, "30"), ({"details": "02" + "0" * 40}, "30"), ({"network_code": "299"}, "30"),
    ({"network_code": "205"}, "30"), ({"batch": 9}, "77"), ({"network_code": "202"}, "30"),
])
def test_an_upload_that_makes_no_sense_is_refused(fields: dict[str, object], code: str) -> None:
    bench, terminal = sold()
    terminal.ask_settlement(CardTotals())
    assert terminal.do(Kind.BATCH_UPLOAD, **fields).response_code == code
    assert bench.settled == []


def test_an_end_without_a_settlement_is_refused() -> None:
    bench, terminal = sold()
    assert terminal.end_upload(0) == "12"
    assert bench.settled == []
    assert bench.alarms == ["upload_without_settlement"]


def test_after_balanced_totals_details_and_end_are_acknowledged_without_effect() -> None:
    bench, terminal = sold()
    terminal.ask_settlement()
    assert terminal.upload_items([(2, 1)]) == ["00"]
    assert terminal.end_upload(0, "207") == "00"
    assert len(bench.settled) == 1


def test_totals_that_agree_on_the_second_try_settle_without_upload() -> None:
    bench, terminal = sold()
    assert terminal.ask_settlement(CardTotals()) == "2"
    assert terminal.ask_settlement() == "1"
    assert [batch.result for batch in bench.settled] == ["1"]


# ---- closed by the host ----------------------------------------------------------------------


def test_a_forced_batch_settles_what_the_host_holds_and_the_next_sign_on_gives_the_next() -> None:
    bench, terminal = sold()
    bench.event(BatchForced(TID, 1))
    bench.event(BatchForced(TID, 1))
    bench.event(BatchForced(TID, 9))
    assert [(batch.result, batch.debit_count) for batch in bench.settled] == [("forced", 3)]
    assert bench.alarms == ["batch_forced", "nothing_to_force", "nothing_to_force"]
    assert terminal.sale(SALE).response_code == "77"
    assert terminal.do(Kind.SIGN_ON).batch == 2


@pytest.mark.parametrize(("totals", "result"), [(None, "1"), (CardTotals(1, 1), "2")])
def test_a_terminal_that_settles_after_the_host_forced_it_can_come_to_an_end(
    totals: CardTotals | None, result: str,
) -> None:
    bench, terminal = sold()
    bench.event(BatchForced(TID, 1))
    assert terminal.ask_settlement(totals) == result
    assert terminal.end_upload(0) == "00"
    assert len(bench.settled) == 1


@pytest.mark.parametrize(("days", "settled"), [(0, 0), (1, 1), (2, 0)])
def test_batches_that_nobody_settles_are_closed_after_so_many_days(days: int, settled: int) -> None:
    settings = msgspec.structs.replace(SETTINGS, auto_close_days=days)
    bench, _terminal = sold(bench=HostBench(settings=settings))
    bench.event(CutOverReached(NEXT_DAY))
    assert len(bench.settled) == settled


def test_settled_batches_are_forgotten_after_the_horizon_but_never_the_last() -> None:
    settings = msgspec.structs.replace(SETTINGS, forget_after_days=2)
    bench, terminal = sold(bench=HostBench(settings=settings))
    terminal.settle()
    terminal.run(Kind.SALE, SALE)
    terminal.settle()
    bench.event(CutOverReached("2026-02-09"))
    book = bench.host.books.terminals[TID]
    assert sorted(book.batches or {}) == [2]
    assert terminal.ask_settlement(batch=1) == "3"
    bench.crash()
    assert sorted(bench.host.books.terminals[TID].batches or {}) == [2]


def test_a_refund_after_the_horizon_finds_nothing() -> None:
    settings = msgspec.structs.replace(SETTINGS, forget_after_days=2)
    bench, terminal = sold(1, HostBench(settings=settings))
    old = Original(1, next(iter(terminal.items)))
    terminal.settle()
    terminal.run(Kind.SALE, SALE)
    terminal.settle()
    assert terminal.do(Kind.REFUND, 1, original=old).response_code == "00"
    bench.event(CutOverReached("2026-02-09"))
    assert terminal.do(Kind.REFUND, 1, original=old).response_code == "25"


def test_one_terminals_settlement_leaves_the_others_alone() -> None:
    bench, terminal = sold()
    void = terminal.do(Kind.VOID, SALE, original=Original(1, 2))
    terminal.items[void.stan or 0] = (Kind.VOID, SALE, PAN)
    assert of_message(void).batch == 1
    terminal.settle()
    assert [(batch.tid, batch.batch) for batch in bench.settled] == [(TID, 1)]
