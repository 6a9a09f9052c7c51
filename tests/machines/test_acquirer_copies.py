"""Copies, reused numbers, silent issuers, reversals early, late and repeated: one debit or none."""

from __future__ import annotations

import msgspec
import pytest
from acquirer_bench import (
    DAY,
    NEXT_DAY,
    OTHER_PAN,
    PAN,
    SETTINGS,
    TID,
    HostBench,
    of_message,
    signed_on,
)

from simulator.machines.acquirer.events import (
    AskIssuer,
    CutOverReached,
    HostClockJumped,
    IssuerAnswered,
    IssuerRequest,
    TransactionKey,
)
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.wire.kinds import Kind

SALE = 10_000
NINETY_FOUR = msgspec.structs.replace(SETTINGS, duplicate_answer="94")


def mute(bench: HostBench) -> None:
    bench.issuer_is = lambda _asked: False


# ---- copies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("settings", "code"), [(SETTINGS, "00"), (NINETY_FOUR, "94")])
@pytest.mark.parametrize("kind", [Kind.SALE, Kind.PREAUTH, Kind.OFFLINE_SALE, Kind.QR_SALE])
def test_a_copy_of_an_approved_request_is_answered_and_booked_once(
    settings: AcquirerSettings, code: str, kind: Kind,
) -> None:
    bench = HostBench(settings=settings)
    terminal = signed_on(bench)
    request = terminal.message(kind, SALE, private=b"28000001")
    first = bench.receive(request)[0]
    asked, booked = len(bench.asked), len(bench.captures)
    for _ in range(3):
        again = bench.receive(request)[0]
        assert (again.response_code, again.rrn) == (code, first.rrn)
    assert (len(bench.asked), len(bench.captures)) == (asked, booked)


def test_a_copy_in_progress_asks_nothing_and_the_answer_goes_to_where_it_came_from() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    mute(bench)
    request = terminal.message(Kind.SALE, SALE)
    assert bench.receive(request) == []
    assert bench.receive(request, link="new line") == []
    assert len(bench.asked) == 1
    bench.give(bench.asked[0])
    assert [reply.response_code for reply in bench.replies[1:]] == ["00"]
    assert len(bench.captures) == 1


@pytest.mark.parametrize("code", ["51", "91", "05"])
def test_a_copy_of_a_declined_sale_gets_the_same_decline(code: str) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer.code = code
    request = terminal.message(Kind.SALE, SALE)
    assert bench.receive(request)[0].response_code == code
    bench.issuer.code = "00"
    assert bench.receive(request)[0].response_code == code
    assert bench.captures == []


@pytest.mark.parametrize(("code", "then"), [("91", "00"), ("96", "00"), ("51", "51"), ("14", "14")])
def test_a_repeated_advice_is_taken_up_again_only_where_the_issuer_could_not_just_then(
    code: str, then: str,
) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer.code = code
    request = terminal.message(Kind.OFFLINE_SALE, SALE)
    assert bench.receive(request)[0].response_code == code
    bench.issuer.code = "00"
    assert bench.receive(request)[0].response_code == then
    assert bench.receive(request)[0].response_code == then
    assert len(bench.captures) == (then == "00")


@pytest.mark.parametrize("changed", [
    {"amount_fen": SALE + 1}, {"pan": OTHER_PAN}, {"type_code": "10", "mti": "0100",
     "processing_code": "030000", "condition_code": "06"},
])
def test_a_reused_number_is_neither_a_copy_nor_a_sale_and_ends_in_a_new_batch(
    changed: dict[str, object],
) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    asked = len(bench.asked)
    request = terminal.seal(msgspec.structs.replace(
        terminal.message(Kind.SALE, SALE, stan=sale.stan), **changed))
    assert bench.receive(request)[0].response_code == "77"
    assert bench.receive(request)[0].response_code == "77"
    assert (len(bench.asked), len(bench.captures)) == (asked, 1)
    assert bench.alarms == ["stan_reused"]
    assert terminal.sign_on().batch == 2
    assert terminal.sale(SALE, stan=sale.stan).response_code == "00"
    bench.event(CutOverReached(NEXT_DAY))
    assert [(batch.batch, batch.result) for batch in bench.settled] == [(1, "forced")]
    assert bench.faults() == []


def test_reversal_of_a_refused_reuse_does_not_touch_the_old_sale() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    reuse = terminal.message(Kind.SALE, SALE + 1, stan=sale.stan)
    bench.receive(reuse)
    assert bench.receive(terminal.reversal_of(reuse))[0].response_code == "25"
    assert bench.captured_fen(TransactionKey(TID, 1, sale.stan or 0)) == SALE


# ---- reversals -------------------------------------------------------------------------------


def test_a_reversed_sale_leaves_books_totals_and_issuer_and_does_so_once() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE)
    bench.receive(request)
    for _ in range(3):
        assert bench.receive(terminal.reversal_of(request))[0].response_code == "00"
    assert [capture.amount_fen for capture in bench.captures] == [SALE, -SALE]
    assert bench.receive(request)[0].response_code == "12"
    assert terminal.ask_settlement() == "1"
    assert bench.faults() == []


def test_a_reversal_while_the_issuer_is_busy_wins_over_its_answer() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    mute(bench)
    request = terminal.message(Kind.SALE, SALE)
    bench.receive(request)
    assert bench.receive(terminal.reversal_of(request))[0].response_code == "00"
    before = len(bench.replies)
    bench.give(bench.asked[0])
    assert len(bench.replies) == before
    bench.drain()
    assert bench.captures == []
    assert bench.faults() == []


@pytest.mark.parametrize("kind", [Kind.SALE, Kind.PREAUTH, Kind.VOID])
def test_a_reversal_that_overtakes_its_request_keeps_it_out(kind: Kind) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    request = terminal.message(kind, SALE, original=of_message(sale) if kind is Kind.VOID else None)
    assert bench.receive(terminal.reversal_of(request))[0].response_code == "25"
    assert bench.receive(request)[0].response_code == "12"
    assert bench.receive(terminal.reversal_of(request))[0].response_code == "00"
    assert len(bench.captures) == 1
    assert bench.faults() == []


def test_a_reversal_of_an_unknown_batch_finds_nothing_and_its_request_is_refused() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE, batch=9)
    assert bench.receive(terminal.reversal_of(request))[0].response_code == "25"
    assert bench.receive(request)[0].response_code == "77"


def test_a_reversed_void_makes_the_sale_good_again() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    sale = terminal.sale(SALE)
    void = terminal.message(Kind.VOID, SALE, original=of_message(sale))
    bench.receive(void)
    bench.receive(terminal.reversal_of(void))
    assert sum(capture.amount_fen for capture in bench.captures) == SALE
    assert terminal.do(Kind.VOID, SALE, original=of_message(sale)).response_code == "00"
    assert bench.faults() == []


@pytest.mark.parametrize("then", [Kind.VOID, Kind.REFUND])
def test_a_sale_that_went_back_another_way_is_not_reversed_as_well(then: Kind) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE)
    sale = bench.receive(request)[0]
    terminal.do(then, SALE, original=of_message(sale))
    assert bench.receive(terminal.reversal_of(request))[0].response_code == "25"
    assert bench.alarms == ["reversal_of_used"]
    assert sum(capture.amount_fen for capture in bench.captures) == 0


def test_a_reversal_after_settlement_is_refused_and_seen() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE)
    bench.receive(request)
    terminal.items = {request.stan or 0: (Kind.SALE, SALE, PAN)}
    terminal.settle()
    assert bench.receive(terminal.reversal_of(request))[0].response_code == "25"
    assert bench.alarms == ["reversal_after_settlement"]
    assert len(bench.captures) == 1


@pytest.mark.parametrize("changed", [{"amount_fen": 1}, {"pan": OTHER_PAN}, {"type_code": "23",
                                      "processing_code": "200000"}])
def test_a_reversal_that_describes_something_else_reverses_nothing(
    changed: dict[str, object],
) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, SALE)
    bench.receive(request)
    wrong = terminal.reversal_of(msgspec.structs.replace(request, **changed))
    assert bench.receive(wrong)[0].response_code == "25"
    assert len(bench.captures) == 1


# ---- silent issuers --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.SALE, Kind.PREAUTH])
def test_a_silent_issuer_is_answered_for_and_told_until_it_hears(kind: Kind) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    mute(bench)
    request = terminal.message(kind, SALE)
    bench.receive(request)
    assert [reply.response_code for reply in bench.wait()] == ["98"]
    for _ in range(3):
        assert bench.wait() == []
    undoing = [asked for asked in bench.asked if asked.request is IssuerRequest.REVERSE]
    assert [asked.attempt for asked in undoing] == [0, 1, 2, 3]
    assert len({asked.ref for asked in bench.asked}) == len(bench.asked)
    assert bench.host.pending()[0].what == "undoing_owed"
    bench.give(bench.asked[0])
    bench.drain()
    assert bench.captures == []
    assert bench.faults() == []
    assert bench.receive(request)[0].response_code == "98"


def test_an_issuer_that_cannot_undo_just_now_is_asked_again() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    mute(bench)
    terminal.bench.receive(terminal.message(Kind.SALE, SALE))
    bench.wait()
    bench.perform(IssuerAnswered(ref=bench.asked[-1].ref, response_code="91"))
    assert bench.host.pending()
    bench.wait()
    bench.perform(IssuerAnswered(ref=bench.asked[-1].ref, response_code="00"))
    assert bench.host.pending() == []
    assert bench.host.deadline_ms is None


def test_an_issuer_that_will_not_undo_is_an_alarm_not_a_loop() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    mute(bench)
    bench.receive(terminal.message(Kind.SALE, SALE))
    bench.wait()
    bench.perform(IssuerAnswered(ref=bench.asked[-1].ref, response_code="14"))
    assert bench.alarms == ["undoing_refused"]
    assert bench.host.pending() == []


@pytest.mark.parametrize("kind", [Kind.OFFLINE_SALE, Kind.REFUND, Kind.COMPLETION_ADVICE])
def test_what_a_terminal_repeats_is_repeated_to_the_issuer_and_decided_once(kind: Kind) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    original = terminal.do(Kind.PREAUTH if kind is Kind.COMPLETION_ADVICE else Kind.SALE, SALE)
    mute(bench)
    request = terminal.message(
        kind, SALE, original=None if kind is Kind.OFFLINE_SALE else of_message(original))
    booked = len(bench.captures)
    assert bench.receive(request) == []
    assert bench.wait() == []
    assert bench.receive(request) == []
    asked = [each for each in bench.asked if isinstance(each, AskIssuer) and
             each.key.stan == request.stan]
    assert [each.attempt for each in asked] == [0, 1]
    bench.give(asked[0])
    bench.give(asked[1])
    assert bench.replies[-1].response_code == "00"
    assert len(bench.captures) == booked + 1
    assert bench.faults() == []


def test_a_silent_balance_is_answered_and_forgotten() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    mute(bench)
    request = terminal.message(Kind.BALANCE)
    assert bench.receive(request) == []
    assert bench.receive(request) == []
    assert len(bench.asked) == 1
    assert [reply.response_code for reply in bench.wait()] == ["98"]
    assert bench.host.pending() == []
    assert bench.host.deadline_ms is None


def test_waits_move_with_the_calendar() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    mute(bench)
    bench.receive(terminal.message(Kind.SALE, SALE))
    before = bench.host.deadline_ms
    assert before is not None
    bench.perform(HostClockJumped(86_400_000))
    assert bench.host.deadline_ms == before + 86_400_000


# ---- cut-over --------------------------------------------------------------------------------


def test_each_item_is_in_the_business_day_on_which_it_was_decided() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    terminal.sale(SALE)
    mute(bench)
    bench.receive(terminal.message(Kind.SALE, SALE))
    bench.event(CutOverReached(NEXT_DAY))
    bench.event(CutOverReached(NEXT_DAY))
    bench.event(CutOverReached(DAY))
    bench.give(bench.asked[-1])
    assert [capture.settlement_date for capture in bench.captures] == [DAY, NEXT_DAY]
    assert bench.replies[-1].settlement_date == "0130"
