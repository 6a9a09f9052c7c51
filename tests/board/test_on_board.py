"""The firmware on its board, driven by a bench as any terminal: cut, hung, damaged, and judged from outside."""

from __future__ import annotations

import socket
import time
from functools import reduce
from operator import xor

import pytest
from msgspec.structs import replace

from hil.bench.rig import RigSetting, open_rig
from hil.board.board import card_line
from hil.checks.case import CaseSetting, carry_out
from hil.checks.lateness import Lateness
from hil.checks.results import Outcome
from hil.checks.stage import chip_card
from hil.checks.table import CHECKS
from hil.relay.matching import Match
from hil.relay.seen import Way
from hil.sweep.case import Place, record, run_case, with_short_waits
from hil.sweep.cut_plan import Measured, drawn
from hil.sweep.cutting import measure, run_cut
from hil.sweep.kinds import KINDS
from hil.sweep.plan import Recording, case_named
from hil.sweep.results import Outcome as CutOutcome
from hil.tills.ends import Wish
from simulator.judge.verdict import Verdict
from simulator.wire.kinds import Kind
from tests.board.board_here import ROOT, board_bench, needs_board
from tests.board.caught import OUT, build, decided

pytestmark = [pytest.mark.live, needs_board]
SHORT = {"reply_timeout": "2s", "reversal_idle": "300ms"}
ATC = "9F3602"  # tag and length of the chip's counter, which only a reversal with 96 has
CHECKED = ("REV-01", "RPL-11", "PWR-03", "KEY-04", "SET-08", "TIL-10")
BUILT_WRONG = {"reversal_cleared_at_refusal": "REV-19", "totals_without_refunds": "SET-03", "ignores_mac": "RPL-11"}


@pytest.fixture(scope="module")
def bench():
    return board_bench()


def sale(order, fen=6_800):
    return Wish(kind=Kind.SALE, order=order, amount_fen=fen)


def test_a_cut_in_the_reply_is_reversed_and_the_money_is_right(bench, tmp_path):
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        assert rig.till.operate(sale("S1")).approved
        cut = rig.when(Match(way=Way.DOWN, mti="0210"), rig.power.off)
        assert rig.till.operate(sale("S2")).result == ""
        assert cut.struck
        rig.start()
        assert "0400" in [each.mti for each in rig.line.seen]
        assert rig.till.operate(sale("S2")).approved
        judgement = rig.finish(settle=True)
    assert judgement.verdict is Verdict.PASS, judgement.findings


@pytest.mark.parametrize(("refuses", "reason"), [(True, "card_refused"), (False, "card_gone")])
def test_an_approval_that_the_chip_does_not_finish_is_reversed_with_96(bench, tmp_path, refuses, reason):
    """The chip refuses, or is taken out while the host is asked: undone with the approval's own code, and told."""
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        board = rig.board
        assert board is not None
        if refuses:
            assert board.ask(card_line(chip_card()) + " refuses", "CARD") is not None
        else:
            board.present(chip_card())
            rig.when(Match(way=Way.UP, mti="0200"), lambda: board.type("REMOVE"))
        told = rig.till.operate(Wish(kind=Kind.SALE, order="S1", amount_fen=6_800, card=""))
        assert (told.result, told.reason) == ("failed", reason)
        assert rig.rest()
        approval = next(each for each in rig.line.seen if each.mti == "0210")
        undone = next(each for each in rig.line.seen if each.mti == "0400")
        assert approval.message is not None
        assert undone.message is not None
        assert approval.response_code == "00"
        assert undone.message.response_code == "96"
        assert undone.message.auth_code == approval.message.auth_code != ""
        assert bytes.fromhex(ATC) in (undone.message.icc_data or b"")
        assert rig.till.operate(sale("S2")).approved
        assert rig.finish(settle=True).verdict is Verdict.PASS


def test_a_receipt_that_is_owed_comes_out_when_the_terminal_starts(bench, tmp_path):
    """Without paper none came; a start prints it as a copy, and no further start does."""
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        board = rig.board
        assert board is not None
        assert board.ask("PAPER OUT", "PAPER") is not None
        assert rig.till.operate(sale("S1")).approved
        printed = len(board.screen.lines("P"))
        for copies in (1, 1):
            rig.power.off()
            rig.start()
            assert rig.rest()
            since = [each.text for each in board.screen.lines("P")][printed:]
            assert since.count("*** COPY ***") == copies
        assert "AMOUNT RMB 68.00" in since
        assert rig.finish(settle=True).verdict is Verdict.PASS


def test_what_is_added_to_a_sale_is_paid_with_it(bench, tmp_path):
    """A tip is approved at the counter, delivered later, and in the totals."""
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        sold = rig.till.operate(sale("S1"))
        assert rig.till.operate(Wish(kind=Kind.TIP, order="T1", amount_fen=700, original=sold)).approved
        refused = rig.till.operate(Wish(kind=Kind.ADJUST, order="T2", amount_fen=700, original=replace(sold, stan=999)))
        assert (refused.result, refused.reason) == ("refused", "own_original")
        judgement = rig.finish(settle=True)
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.fen == 7_500


def test_an_order_of_a_kind_that_is_none_is_refused_by_name(bench, tmp_path):
    """Its till is told XR and why; nothing goes to the host, and the next order is served."""
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        assert rig.board is not None
        seen = len(rig.line.seen)
        answer = answer_of(rig.board.ecr, "S" + "till".ljust(8) + "01".ljust(8) + "99" + f"{6_800:012}" + "0" * 8
                           + " " * 12 + "0" * 6 + "123" + "ODD".ljust(50) + " " * 100)
        assert answer.startswith("AXR")
        assert "unsupported" in answer
        assert rig.rest()
        assert len(rig.line.seen) == seen
        assert rig.till.operate(sale("S1")).approved
        assert rig.finish(settle=True).verdict is Verdict.PASS


def answer_of(where, body):
    """What a till that the profile does not know is told: STX, length, body, ETX, XOR, as the template has it."""
    frame = bytes.fromhex(f"{len(body):04}") + body.encode() + b"\x03"
    with socket.create_connection((where.host, where.port), timeout=10) as till:
        till.sendall(b"\x02" + frame + bytes([reduce(xor, frame)]))
        heard = b""
        while b"\x02" not in heard or not heard.split(b"\x02", 1)[1].find(b"\x03") > 0:
            part = till.recv(1_024)
            assert part, heard
            heard += part
        till.sendall(b"\x06")
    return heard.split(b"\x02", 1)[1][2:].split(b"\x03")[0].decode()


def test_a_board_that_has_shown_more_than_is_remembered_is_still_ready(bench, tmp_path, monkeypatch):
    """Found by a host that was down for two minutes: nobody presented a card any more."""
    monkeypatch.setattr("hil.board.screen.KEPT", 20)
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        assert rig.board is not None
        for _ in range(30):
            assert rig.board.status() is not None
        assert not any(each.text.startswith("READY") for each in rig.board.screen.lines())
        assert rig.till.operate(sale("S1")).approved
        rig.power.off()
        assert not rig.board.is_ready()
        rig.start()
        assert rig.till.operate(sale("S2")).approved
        assert rig.finish(settle=True).verdict is Verdict.PASS


def test_a_terminal_that_hangs_goes_on_where_it_stopped(bench, tmp_path):
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        rig.power.hang()
        ticket = rig.till.begin(sale("S1"))
        time.sleep(0.3)
        assert not [each for each in rig.line.seen if each.mti == "0200"]
        rig.power.resume()
        assert ticket.wait(20).approved
        assert rig.finish(settle=True).verdict is Verdict.PASS


def test_memory_that_is_older_or_wiped_is_seen_on_the_line(bench, tmp_path):
    """A trace number is used again: what a board forgot, its host has not forgotten."""
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        assert rig.board is not None
        rig.power.off()
        rig.board.nvm.copy(tmp_path / "older.nvm")
        rig.start()
        assert rig.till.operate(sale("S1")).approved
        rig.power.off()
        rig.board.nvm.put_back(tmp_path / "older.nvm")
        rig.start()
        rig.till.operate(sale("S2", 9_900))
        judgement = rig.finish(settle=True)
    assert judgement.verdict is Verdict.FAIL


def test_a_damaged_journal_is_traded_on_by_nobody(bench, tmp_path):
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        assert rig.board is not None
        assert rig.till.operate(sale("S1")).approved
        rig.power.off()
        rig.board.nvm.flip(rig.board.nvm.written() - 40, 3)
        rig.power.on()
        rig.board.is_ready()
        seen = len(rig.line.seen)
        told = rig.till.operate(sale("S2"))
        assert not told.approved
        assert not [each for each in rig.line.seen[seen:] if each.mti == "0200"]


@pytest.mark.parametrize("check", CHECKED)
def test_the_right_firmware_holds(bench, tmp_path, check):
    with Lateness() as lateness:
        result = decided(CHECKS[check], CaseSetting(bench=bench, folder=tmp_path), lateness)
    assert result.outcome is Outcome.HELD, (result.why, result.wrong)


@pytest.mark.parametrize("defect", BUILT_WRONG)
def test_firmware_that_is_wrong_on_purpose_is_caught(bench, tmp_path, defect):
    build(ROOT / OUT, defect)
    setting = CaseSetting(bench=bench, folder=tmp_path, defects=(defect,))
    with Lateness() as lateness:
        result = decided(CHECKS[BUILT_WRONG[defect]], setting, lateness)
    assert result.outcome is Outcome.FAILED, result.why


def test_firmware_that_never_comes_to_rest_is_at_fault_and_not_the_bench(bench, tmp_path):
    build(ROOT / OUT, "request_not_ticked_off")
    setting = CaseSetting(bench=with_short_waits(bench), folder=tmp_path, defects=("request_not_ticked_off",))
    with Lateness() as lateness:
        result = carry_out(CHECKS["ASK-02"], setting, lateness)
    assert result.outcome is Outcome.FAILED, result.why
    assert "did not come to rest" in result.why.en


def test_cuts_at_random_instants_leave_no_wrong_fen(bench, tmp_path):
    place = Place(bench=with_short_waits(bench), folder=tmp_path)
    measured = measure(place, "sale")
    assert isinstance(measured, Measured)
    assert measured.writes >= 2  # the reversal before the request, the sale behind the reply
    for number in range(6):
        result = run_cut(place, drawn(11, number, measured))
        assert result.outcome is CutOutcome.HELD, (result.cut, result.why)


@pytest.mark.parametrize("case", ["refused-mac/0810/repeated-reply", "capk/0820#1/repeated-request"])
def test_an_answer_that_comes_twice_is_no_answer_to_what_is_asked_next(bench, tmp_path, case):
    """Found by a sweep: half an old answer swallowed the 0410 behind it; a list taken twice was loaded without end."""
    place, row = Place(bench=with_short_waits(bench), folder=tmp_path), KINDS[case.partition("/")[0]]
    recording = record(place, row)
    assert isinstance(recording, Recording)
    result = run_case(place, row, case_named(case, recording))
    assert result.outcome is CutOutcome.HELD, result.why
