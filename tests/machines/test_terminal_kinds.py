"""Every kind of transaction as it leaves the terminal, and what becomes of it."""

from __future__ import annotations

import gc
from types import FunctionType, ModuleType

import pytest
from msgspec import Struct
from msgspec.structs import astuple, replace
from terminal_bench import CARD, IDENTITY, KEYS, NOON, SEALER, Bench, original_of

from simulator.machines.no_row import NoRowError
from simulator.machines.terminal.events import (
    Booted,
    ClockJumped,
    Operated,
    Result,
    TerminalEvent,
    TimePassed,
)
from simulator.machines.terminal.machine import EXCHANGES, JOBS, MOVES, TABLE, Terminal
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.machines.terminal.records import Advised
from simulator.machines.terminal.refusals import REFUSALS
from simulator.machines.terminal.sale import start_reversible
from simulator.machines.terminal.work import Off, Waiting
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import REVERSIBLE, Kind
from simulator.wire.message import Message, Original

PROFILE = TerminalProfile(qr=True, offline_limit_fen=10_000)
HELD = Original(1, 2)

# kind, facts of the command, MTI, F3, F25, 60.1, 60.3, sealed: as in docs/unionpay.md
LINE = [
    (Kind.SIGN_ON, {"password": "0000"}, "0800", "", "", "00", "003", False),
    (Kind.SIGN_OFF, {}, "0820", "", "", "00", "002", False),
    (Kind.ECHO_TEST, {}, "0820", "", "", "00", "301", False),
    (Kind.PARAMETER_DOWNLOAD, {}, "0800", "", "", "00", "360", False),
    (Kind.STATUS_UPLOAD, {}, "0820", "", "", "00", "362", False),
    (Kind.SALE, {"amount_fen": 100, "card": CARD}, "0200", "000000", "00", "22", "000", True),
    (Kind.BALANCE, {"card": CARD}, "0200", "310000", "00", "01", "000", True),
    (Kind.REFUND, {"amount_fen": 50, "card": CARD, "original": HELD}, "0220", "200000", "00", "25",
     "000", True),
    (Kind.PREAUTH, {"amount_fen": 100, "card": CARD}, "0100", "030000", "06", "10", "000", True),
    (Kind.PREAUTH_VOID, {"amount_fen": 100, "card": CARD, "original": HELD}, "0100", "200000", "06",
     "11", "000", True),
    (Kind.COMPLETION, {"amount_fen": 100, "card": CARD, "original": HELD}, "0200", "000000", "06",
     "20", "000", True),
    (Kind.COMPLETION_ADVICE, {"amount_fen": 100, "card": CARD, "original": HELD}, "0220", "000000",
     "06", "24", "000", True),
    (Kind.VOID, {"original": HELD}, "0200", "200000", "00", "23", "000", True),
    (Kind.OFFLINE_SALE, {"amount_fen": 100, "card": CARD}, "0220", "000000", "00", "30", "000",
     True),
    (Kind.ADJUST, {"amount_fen": 10, "original": HELD}, "0220", "000000", "00", "32", "000", True),
    (Kind.TIP, {"amount_fen": 10, "original": HELD}, "0220", "000000", "00", "34", "000", True),
    (Kind.QR_SALE, {"amount_fen": 100, "qr_code": "2812345"}, "0200", "000000", "00", "22", "000",
     True),
    (Kind.QR_REFUND, {"amount_fen": 50, "original": HELD}, "0220", "200000", "00", "25", "000",
     True),
    (Kind.SETTLEMENT, {}, "0500", "", "", "00", "201", False),
    (Kind.CAPK_DOWNLOAD, {}, "0800", "", "", "00", "370", False),
    (Kind.AID_DOWNLOAD, {}, "0800", "", "", "00", "380", False),
    (Kind.CONTACTLESS_DOWNLOAD, {}, "0800", "", "", "00", "394", False),
    (Kind.BLACK_LIST_DOWNLOAD, {}, "0800", "", "", "00", "390", False),
    (Kind.BIN_B_DOWNLOAD, {}, "0800", "", "", "00", "396", False),
    (Kind.BIN_C_DOWNLOAD, {}, "0800", "", "", "00", "398", False),
    (Kind.TMS_DOWNLOAD, {}, "0800", "", "", "00", "364", False),
    (Kind.MASTER_KEY_DOWNLOAD, {}, "0800", "", "", "00", "350", False),
]


@pytest.mark.parametrize("row", LINE, ids=lambda row: row[0].value)
def test_each_kind_leaves_as_the_table_says_and_is_approved(row):
    kind, facts, mti, processing_code, condition_code, type_code, network_code, sealed = row
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    sold = bench.sell("the original", 100)
    assert original_of(sold) == HELD
    told = bench.operate(kind, "asked", **facts)
    if kind in (Kind.OFFLINE_SALE, Kind.ADJUST, Kind.TIP):
        bench.operate(Kind.SETTLEMENT, "delivers")
    message = next(send.message for send in bench.sent if send.kind is kind and send.order == "asked")
    assert told is not None
    assert told.result is Result.APPROVED
    assert (message.mti, message.processing_code, message.condition_code) == (
        mti, processing_code, condition_code,
    )
    assert (message.type_code, message.network_code) == (type_code, network_code)
    assert (message.tid, message.mid, message.batch) == (IDENTITY.tid, IDENTITY.mid, 1)
    assert SEALER.is_sealed(message, KEYS.mak) is sealed
    assert usual_dialect().kind_of(message) is kind


def test_the_line_table_has_every_kind_that_can_be_asked_for():
    assert {row[0] for row in LINE} | {Kind.COMPLETION_VOID, Kind.QR_VOID} == set(REFUSALS)


def test_each_table_of_the_terminal_is_complete():
    assert set(EXCHANGES) == set(Kind)
    assert set(JOBS) == set(REFUSALS) - {Kind.SIGN_ON}
    assert set(MOVES) == set(Waiting.__args__)
    assert set(MOVES[Off]) == {Booted, ClockJumped}
    for state in set(MOVES) - {Off}:
        assert set(MOVES[state]) == set(TerminalEvent.__args__) - {Booted}


@pytest.mark.parametrize(("before", "event", "said"), [
    ([], TimePassed(), "TimePassed while off"),
    ([], Operated(kind=Kind.SALE), "Operated while off"),
    ([Booted()], Booted(), "Booted while resting"),
])
def test_an_event_that_has_no_row_raises_by_its_name(before, event, said):
    terminal = Terminal(IDENTITY, PROFILE, SEALER)
    for each in before:
        terminal.handle(each, NOON)
    with pytest.raises(NoRowError, match=said):
        terminal.handle(event, NOON)


@pytest.mark.parametrize(("table", "answer", "said"), [
    (replace(TABLE, jobs={}), "00", "jobs for <Kind.SALE"),
    (replace(TABLE, exchanges={Kind.SIGN_ON: EXCHANGES[Kind.SIGN_ON]}), "00",
     "exchanges for <Kind.SALE"),
    (replace(TABLE, unknown={}), None, "unknown outcomes for <NoAnswer.NO_REPLY"),
    (replace(TABLE, codes={}), "04", "codes for <AtTerminal.CAPTURE_CARD"),
])
def test_whatever_comes_up_without_a_row_raises_by_its_name(table, answer, said):
    bench = Bench(table)
    bench.sign_on()
    bench.host.answers["0200"] = lambda _request, reply: answer and SEALER.seal(
        replace(reply, response_code=answer), KEYS.mak)
    with pytest.raises(NoRowError, match=said):
        bench.sell("sale", 100)


def test_each_reversible_kind_of_the_wire_table_is_armed_here():
    armed = {kind for kind, start in JOBS.items() if start is start_reversible}
    assert armed == REVERSIBLE


def test_a_sale_shows_how_the_card_met_the_reader_and_whether_a_pin_was_typed():
    bench = Bench()
    bench.sign_on()
    bench.sell("1", 100, Card(pan="6200009753180120"))
    bench.sell("2", 200, Card(pan="6200009753180120", entry="keyed"))
    bench.sell("3", 300, Card(pan="6200009753180120", entry="chip", pin="123456", sequence="001"))
    bench.sell("4", 400, Card(pan="6200009753180120", entry="contactless"))
    sales = [send.message for send in bench.sent if send.kind is Kind.SALE]
    assert [sale.entry_mode for sale in sales] == ["022", "012", "051", "072"]
    assert [bool(sale.track2) for sale in sales] == [True, False, True, True]
    assert sales[0].track2.startswith("6200009753180120D3012")
    assert [sale.pin_capture for sale in sales] == ["", "", "12", ""]
    assert [sale.security for sale in sales] == ["", "", "2600000000000000", ""]
    assert sales[2].pin_block == SEALER.pin_block("123456", "6200009753180120", KEYS.pik)
    assert sales[2].card_sequence == "001"


def test_the_echo_test_has_no_trace_number_and_takes_none():
    bench = Bench()
    bench.sign_on()
    before = bench.terminal.stan
    bench.operate(Kind.ECHO_TEST)
    assert bench.sent[-1].message.stan is None
    assert bench.terminal.stan == before


def test_a_void_carries_original_rrn_authorisation_and_sum():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 12_345)
    bench.operate(Kind.VOID, "void", original=HELD)
    void = bench.sent[-1].message
    assert (void.original, void.amount_fen, void.rrn) == (HELD, 12_345, "000001000002")
    assert (void.auth_code, void.pan, void.entry_mode) == ("123456", CARD.pan, "012")


def test_a_completion_of_this_batch_can_be_voided_once():
    bench = Bench()
    bench.sign_on()
    bench.operate(Kind.PREAUTH, "hold", amount_fen=500, card=CARD)
    done = bench.operate(Kind.COMPLETION, "done", amount_fen=400, card=CARD, original=HELD)
    first = bench.operate(Kind.COMPLETION_VOID, "undo", original=original_of(done))
    again = bench.operate(Kind.COMPLETION_VOID, "undo again", original=original_of(done))
    assert first.result is Result.APPROVED
    assert (again.result, again.reason) == (Result.REFUSED, "already_voided")


def test_a_balance_is_shown_and_books_nothing():
    bench = Bench()
    bench.sign_on()
    told = bench.operate(Kind.BALANCE, card=CARD)
    assert told.result is Result.APPROVED
    assert "balance" in bench.codes()
    assert list(bench.terminal.memory.items) == []
    assert bench.sent[-1].message.amount_fen is None


def test_sign_on_gives_keys_and_the_hosts_batch_number():
    bench = Bench()
    bench.host.batch = 77
    bench.sign_on()
    memory = bench.terminal.memory
    assert (memory.pik, memory.mak) == (KEYS.pik, KEYS.mak)
    assert bench.terminal.batch == 77
    assert bench.sent[0].message.private == b"Sequence No12TEST00000001"
    assert bench.sent[0].message.operator == "01 "


def test_receipts_show_no_more_of_a_card_than_six_and_four_digits():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 12_345)
    lines = bench.printed[-1].lines
    assert "620000******0120" in lines
    assert "RMB 123.45" in lines
    assert not any(CARD.pan in line for line in lines)


def test_the_journal_holds_no_track_pin_or_pin_block():
    bench = Bench(profile=PROFILE)
    card = Card(pan="6200009753180120", pin="123456", track2="6200009753180120D30122019999")
    bench.sign_on()
    bench.down = True
    bench.sell("sale", 100, card)
    bench.down = False
    bench.rest()
    bench.operate(Kind.REFUND, "refund", amount_fen=10, card=card, original=HELD)
    assert b"D3012" not in bench.nvm
    assert b'123456"' not in bench.nvm.replace(b'"auth_code":"123456"', b"")
    armed = [r for r in bench.records if type(r).__name__ in ("Armed", "Advised")]
    messages = [getattr(r, "reversal", None) or r.message for r in armed]
    assert len(messages) == 2
    assert all(m.pin_block is None and m.track2 == "" and m.mac is None for m in messages)


TRACKED = Card(pan="6200009753180120", track2="6200009753180120D30122019999")
ADVICES = {  # kind, what else is asked; whether the first message goes out while the card is at hand
    Kind.REFUND: ({"original": HELD}, True), Kind.COMPLETION_ADVICE: ({"original": HELD}, True),
    Kind.OFFLINE_SALE: ({}, False),
}


def has_track(root: object) -> bool:
    """Whether anything that can be reached from here holds the end of a track."""
    seen, left = set[int](), [root]
    while left:
        each = left.pop()
        if id(each) in seen or isinstance(each, type | ModuleType | FunctionType):
            continue
        seen.add(id(each))
        if isinstance(each, str) and "D3012" in each:
            return True
        left += astuple(each) if isinstance(each, Struct) else gc.get_referents(each)
    return False


def test_what_holds_a_track_is_found():
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    assert not has_track(bench.terminal)
    message = Message(mti="0220", track2=TRACKED.track2)
    bench.terminal.memory.advised = (Advised(Kind.REFUND, "refund", NOON, 1, 2, message),)
    assert has_track(bench.terminal)


@pytest.mark.parametrize("kind", list(ADVICES))
@pytest.mark.parametrize("ends", ["approved", "declined", "silence", "power cut"])
def test_no_stored_request_keeps_a_track_beyond_its_first_sending(kind, ends):
    """The first 0220 may tell what was just read from a card; journal, memory and every repetition lack it."""
    facts, at_once = ADVICES[kind]
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    if ends != "approved":
        bench.host.answers["0220"] = lambda _request, reply: (
            replace(reply, response_code="51", mac=None) if ends == "declined" else None)
    bench.operate(kind, "advice", amount_fen=50, card=TRACKED, **facts)
    if ends == "power cut":
        bench.boot()
    assert b"D3012" not in bench.nvm
    assert not has_track(bench.terminal)
    if ends == "silence":
        bench.host.answers.clear()
    bench.rest()
    bench.host.answers.clear()
    bench.sell("next", 100)  # behind which goes what was approved at the counter
    bench.rest()
    sent = [each.message for each in bench.sent if each.kind is kind]
    assert [bool(each.track2) for each in sent] == [at_once] + [False] * (len(sent) - 1)
    assert len(sent) == 1 or ends not in ("approved", "declined")
    assert not has_track(bench.terminal)
    assert b"D3012" not in bench.nvm
