"""The report of a sweep: a table at 80 columns in both languages, each failure with frame, money and command."""

import json
from xml.etree import ElementTree as ET

import msgspec
import pytest

from hil.benches.bench_file import read_bench
from hil.relay.seen import SeenMessage, Way
from hil.sweep import sweep_words
from hil.sweep.boundaries import status_of
from hil.sweep.evidence import money_of, wrong_frame
from hil.sweep.files import as_json, as_junit
from hil.sweep.kinds import KINDS
from hil.sweep.plan import cases_of, recorded
from hil.sweep.results import CaseResult, KindResult, MoneyMoved, Outcome, Text, WrongFrame
from hil.sweep.sweep import Sweep, SweepAsked
from hil.sweep.told import report
from simulator.catalogue.language import Message, Told, speaking
from simulator.commands.inputs import ExitCode
from simulator.judge.verdict import Finding, Urgency
from simulator.report.wrap import width_of
from simulator.trace.records import Posted
from simulator.wire.dialects import usual_dialect
from tests.hil.test_sweep_plan import MANY_KEYS, SALE, UNBALANCED

RECORDINGS = tuple(
    recorded(KINDS[name], seen, every=True)
    for name, seen in (("sale", SALE), ("unbalanced", UNBALANCED), ("completion-advice", SALE), ("capk", MANY_KEYS)))
PLANNED = tuple(case for each in RECORDINGS for case in cases_of(each))
MONEY = MoneyMoved(paid=13_600, held=500, credited=6_800, fees=41, should=6_800)


def result(case, outcome=Outcome.HELD, **facts):
    return CaseResult(
        case=case.id, kind=case.kind, boundary=case.boundary.name, harm=case.harm, outcome=outcome, **facts)


def swept(folder, bad=None, done=None, *, whole=True, not_swept=(), defects=()):
    bad = bad or {}
    results = {each.id: bad.get(each.id) or result(each) for each in PLANNED[:done]}
    asked = SweepAsked(bench=read_bench("fixtures/benches/virtual.toml"), folder=folder, defects=defects)
    return Sweep(
        asked=asked, recordings=RECORDINGS, not_swept=not_swept, planned=PLANNED, results=results, took_s=75.0,
        whole=whole)


LOST = next(each for each in PLANNED if each.id == "sale/0210/lost-reply")
FAILED = result(
    LOST, Outcome.FAILED, told=("failed (no_reply)",), why=(Text("paid twice", "付了两次"),), money=MONEY,
    wrong=WrongFrame(number=9, is_missing_after=False, lines=("0200 sale", "   4 amount  68.00")))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_fits_eighty_columns(tmp_path, language):
    with speaking(language):
        lines = list(report(swept(tmp_path, {LOST.id: FAILED})))
    wide = [each for each in lines if width_of(each) > 80 and "daozhang bench" not in each]
    assert not wide


def row(lines, label):
    return next(each for each in lines if each.startswith(label + " "))[25:].split()


def test_a_row_for_each_boundary_and_one_for_messages_that_are_alike(tmp_path):
    lines = list(report(swept(tmp_path, {LOST.id: FAILED})))
    assert row(lines, "sale 0200") == ["ok", "ok", "–", "ok", "ok", "–", "ok", "–", "–", "–", "ok"]
    assert row(lines, "sale 0210") == ["ok", "ok", "ok", "FAIL", "ok", "ok", "ok", "ok", "ok", "ok", "ok"]
    assert row(lines, "unbalanced 0330 x2") == ["ok", "ok", "ok", "ok", "ok", "–", "ok", "–", "ok", "ok", "ok"]
    assert row(lines, "capk 0800 x6")
    assert row(lines, "sale end") == ["ok"] + ["–"] * 10


def test_a_failure_tells_its_frame_its_money_and_its_command(tmp_path):
    text = "\n".join(report(swept(tmp_path, {LOST.id: FAILED}, defects=("terminal.no_reversal",))))
    assert "FAIL: sale/0210/lost-reply: the reply is lost" in text
    assert "first wrong frame, message 9 on the line:" in text
    assert "customers paid ¥136.00 and ¥5.00 are held, the merchant got ¥68.00" in text
    assert "--defect terminal.no_reversal --case sale/0210/lost-reply" in text


def test_what_was_not_done_is_a_point_and_the_way_on_is_told(tmp_path):
    lines = list(report(swept(tmp_path, done=1, whole=False)))
    assert row(lines, "sale 0200")[0] == "."
    assert any("--resume" in each for each in lines)


def test_why_a_kind_was_not_swept_is_told(tmp_path):
    missing = KindResult(kind="qr-sale", why=Text("this terminal takes no QR codes", "终端不支持扫码"))
    assert "– qr-sale: this terminal takes no QR codes" in list(report(swept(tmp_path, not_swept=(missing,))))


@pytest.mark.parametrize(("outcome", "status"), [
    (Outcome.HELD, ExitCode.PASSED), (Outcome.FAILED, ExitCode.FAILED), (Outcome.BENCH, ExitCode.HARNESS_ERROR),
    (Outcome.NOT_REACHED, ExitCode.INCONCLUSIVE), (Outcome.UNSURE, ExitCode.INCONCLUSIVE),
])
def test_the_exit_status_says_whose_fault_it_is(tmp_path, outcome, status):
    assert status_of(swept(tmp_path, {LOST.id: result(LOST, outcome)})) is status


def test_an_interrupted_sweep_says_so_whatever_it_found(tmp_path):
    assert status_of(swept(tmp_path, {LOST.id: FAILED}, whole=False)) is ExitCode.INTERRUPTED


def test_a_kind_that_goes_wrong_without_harm_is_the_terminals_fault(tmp_path):
    missing = KindResult(kind="sale", why=Text("no", "不"), is_failed=True)
    assert status_of(swept(tmp_path, not_swept=(missing,))) is ExitCode.FAILED


def test_json_has_everything(tmp_path):
    told = json.loads(as_json(swept(tmp_path, {LOST.id: FAILED})))
    assert (told["device"], told["planned"], told["counts"]["failed"]) == ("virtual", len(PLANNED), 1)
    failed = next(each for each in told["results"] if each["outcome"] == "failed")
    assert failed["again"].endswith("--case sale/0210/lost-reply")
    assert failed["money"]["paid"] == 13_600


def test_junit_has_a_case_for_each_and_skips_what_was_not_reached(tmp_path):
    end = PLANNED[-1]
    tree = ET.fromstring(as_junit(swept(
        tmp_path, {LOST.id: FAILED, end.id: result(end, Outcome.NOT_REACHED)})))
    assert (tree.get("tests"), tree.get("failures"), tree.get("skipped")) == (str(len(PLANNED)), "1", "1")
    assert "customers paid" in tree.find(".//failure").text
    assert tree.find(".//property[@name='device']").get("value") == "virtual"


# ---- evidence ------------------------------------------------------------------------------------


def test_money_is_what_the_postings_moved():
    """A sale of 68.00 with a fee of 0.41, a pre-authorisation of 5.00; what came from outside moved nothing."""
    records = [
        Posted(1, "bank", why="opening", key="", entries=(("outside", -100), ("cardholder:bank.a/1", 100))),
        Posted(2, "bank", why="debit", key="1", entries=(("cardholder:bank.a/1", -6_800), ("due:bank.a", 6_800))),
        Posted(2, "acquirer", why="capture", key="1", entries=(
            ("scheme:receivable", -6_800), ("merchant:8:pending", 6_800))),
        Posted(3, "acquirer", why="fee", key="1", entries=(("merchant:8:pending", -41), ("fee:acquirer", 41))),
        Posted(4, "acquirer", why="payout", key="1", entries=(
            ("merchant:8:pending", -6_759), ("account:bank.a/8", 6_759))),
        Posted(5, "bank", why="hold", key="2", entries=(("cardholder:bank.a/1", -500), ("hold:bank.a", 500))),
    ]
    assert money_of(records, 6_800) == MoneyMoved(paid=6_800, held=500, credited=6_800, fees=41, should=6_800)


def up(number, at_ms, stan, frame=b"\x00"):
    return SeenMessage(
        number=number, at_ms=at_ms, way=Way.UP, link=1, mti="0200", tid="10000001", batch=1, stan=stan, frame=frame)


def found(at_ms, stan):
    return Finding(
        invariant=4, code="x", urgency=Urgency.SAFETY, what="x", what_zh="x", at_ms=at_ms,
        key=f"10000001/000001/{stan:06}")


def test_the_wrong_frame_is_the_one_that_left_when_it_was_found():
    seen = [up(1, 1_000.0, 2), up(3, 2_000.0, 3), up(5, 9_000.0, 4)]
    wrong = wrong_frame(found(500_002_000, 2), seen, 500_000_000, usual_dialect())
    assert (wrong.number, wrong.is_missing_after) == (3, False)


def test_what_is_found_long_after_is_told_of_the_message_that_it_is_about():
    seen = [up(1, 1_000.0, 2), up(3, 2_000.0, 3)]
    wrong = wrong_frame(found(500_002_000 + 3_600_000, 2), seen, 500_000_000, usual_dialect())
    assert (wrong.number, wrong.is_missing_after) == (1, True)


def test_a_line_without_a_message_has_no_wrong_one():
    assert wrong_frame(found(1, 2), [], 0, usual_dialect()) is None


# ---- words ---------------------------------------------------------------------------------------


def test_every_text_is_there_in_both_languages():
    rows = [each for each in vars(sweep_words).values() if isinstance(each, Message)]
    assert len(rows) > 20
    assert all(any("一" <= char <= "鿿" for char in each.zh) for each in rows if any(
        char.isalpha() for char in each.en.replace("{", "<").split("<")[0]))
    for table in (sweep_words.CELL, sweep_words.COUNTED):
        assert set(table) == set(Outcome)
        assert all(isinstance(each, Told) for each in table.values())


def test_a_result_is_as_it_was_after_json():
    assert msgspec.json.decode(msgspec.json.encode(FAILED), type=CaseResult) == FAILED
