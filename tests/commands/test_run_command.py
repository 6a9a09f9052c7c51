"""``daozhang run``: verdict to exit code, outputs whole or not at all, bad input refused at once."""

import csv
import json
import os
import subprocess
import sys
from xml.etree.ElementTree import parse

import pytest

from hil.commands.entry import run as program
from simulator.commands import run as command
from simulator.report.json_report import read_json_report
from simulator.trace.records import from_line

SCENARIOS = "fixtures/scenarios"
CASE = f"{SCENARIOS}/maintenance-case-study.toml"
NO_RETRY = f"{SCENARIOS}/maintenance-case-study-no-retry.toml"
LOST_REPLY = f"{SCENARIOS}/lost-reply.toml"


def daozhang(capsys, *arguments):
    code = program(["run", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_case_study_passes_and_every_sale_arrives(capsys):
    code, out, err = daozhang(capsys, CASE, "--json", "-")
    report = read_json_report(out)
    assert (code, err) == (0, "")
    assert report.verdict.value == "PASS"
    assert {row.where.value for row in report.sales if row.sale != "S26"} == {"arrived"}
    assert [row.where.value for row in report.sales if row.sale == "S26"] == ["declined"]
    assert report.money.taken == report.money.arrived
    assert report.money.taken.sales == 26


def test_without_a_retry_it_fails_and_says_which_sums_and_why(capsys):
    code, out, _ = daozhang(capsys, NO_RETRY, "--json", "-")
    report = read_json_report(out)
    assert code == 1
    assert report.money.lost.fen == report.money.taken.fen > 0
    lost = [row for row in report.sales if row.sale != "S26"]
    assert {row.cause for row in lost} == {"acquirer.maintenance"}
    assert all("never settled" in row.why for row in lost)
    assert next(row.cause for row in report.sales if row.sale == "S26") == "terminal.software_stale"


def test_real_encoding_changes_nothing_but_adds_its_own_records(tmp_path, capsys):
    for name, more in (("objects", []), ("wire", ["--wire"])):
        daozhang(capsys, LOST_REPLY, "--trace", tmp_path / name, *more)
    wire = [line for line in (tmp_path / "wire").read_bytes().splitlines()
            if b'"wire_carried"' not in line]
    assert wire == (tmp_path / "objects").read_bytes().splitlines()


def test_two_traces_of_one_seed_are_equal_byte_for_byte_in_other_processes(tmp_path):
    for number in (1, 2):
        environment = {**os.environ, "PYTHONHASHSEED": str(number)}
        subprocess.run(
            [sys.executable, "-m", "hil.commands.entry", "run", f"{SCENARIOS}/weak-signal.toml",
             "--seed", "11", "--trace", str(tmp_path / str(number))],
            env=environment, check=True, capture_output=True)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_a_trace_replayed_from_its_atoms_alone_is_the_same_but_for_the_windows(tmp_path, capsys):
    scenario = f"{SCENARIOS}/busy-day.toml"
    daozhang(capsys, scenario, "--trace", tmp_path / "first")
    daozhang(capsys, scenario, "--trace", tmp_path / "again", "--atoms", tmp_path / "first")

    def told(name):
        return [line for line in (tmp_path / name).read_bytes().splitlines()
                if b'"fault_began"' not in line and b'"fault_ended"' not in line]

    assert b'"fault_fired"' in (tmp_path / "first").read_bytes()
    assert told("again") == told("first")


def test_every_line_of_a_trace_is_a_record_and_shows_no_card(tmp_path, capsys):
    daozhang(capsys, CASE, "--wire", "--trace", tmp_path / "trace")
    lines = (tmp_path / "trace").read_bytes().splitlines()
    records = [from_line(line) for line in lines]
    cards = {record.card for record in records if getattr(record, "card", "")}
    assert len(records) == len(lines)
    assert cards
    assert all("*" * 6 in card for card in cards)


def test_junit_and_report_hold_every_scenario(tmp_path, capsys):
    code, _, _ = daozhang(
        capsys, CASE, NO_RETRY, "--junit", tmp_path / "all.xml", "--report", tmp_path / "reports")
    suites = parse(tmp_path / "all.xml").getroot()
    assert code == 1
    assert [suite.get("failures") == "0" for suite in suites] == [True, False]
    assert suites.get("tests") == str(len(suites.findall("testsuite/testcase")))
    assert all(0 < float(suite.get("time")) < 3600 for suite in suites)  # not the days simulated
    for name in ("maintenance-case-study", "maintenance-case-study-no-retry"):
        folder = tmp_path / "reports" / name
        assert sorted(each.name for each in folder.iterdir()) == [
            "bank-statement.csv", "judgement.json", "junit.xml", "notices.csv", "summary.txt"]


def test_a_report_has_the_bank_statement_and_the_notices_that_the_merchant_got(tmp_path, capsys):
    frozen = f"{SCENARIOS}/frozen-account.toml"
    assert daozhang(capsys, frozen, "--report", tmp_path)[0] == 0
    folder = tmp_path / "frozen-account"
    # 188.00, 36.00 and 420.00 less 0.6 % each, to the fen: 1.13, 0.22 and 2.52
    [line] = csv.DictReader((folder / "bank-statement.csv").open(encoding="utf-8"))
    assert (line["date"], line["amount_yuan"], line["balance_yuan"], line["text"]) == (
        "2026-01-28", "640.13", "640.13", "POS结算款 20260126")
    notices = list(csv.DictReader((folder / "notices.csv").open(encoding="utf-8")))
    assert [(each["date"], each["merchant"], each["delivered"]) for each in notices] == [
        ("2026-01-27", "tea house", "yes"), ("2026-01-28", "tea house", "yes")]
    assert "挂账" in notices[0]["text"]
    assert "到账" in notices[1]["text"]


def test_many_scenarios_make_one_json_list(capsys):
    _, out, _ = daozhang(capsys, CASE, LOST_REPLY, "--json", "-")
    assert [report["verdict"] for report in json.loads(out)] == ["PASS", "PASS"]


def test_a_terminal_built_wrong_fails_where_the_right_one_passes(capsys):
    right, _, _ = daozhang(capsys, LOST_REPLY)
    wrong, out, _ = daozhang(capsys, LOST_REPLY, "--defect", "terminal.no_reversal")
    assert (right, wrong) == (0, 1)
    assert "reversal" in out


def test_the_summary_speaks_chinese_when_asked(capsys):
    _, out, _ = daozhang(capsys, CASE, "--lang", "zh")
    assert "到账" in out


@pytest.mark.parametrize(("arguments", "said"), [
    (["nowhere.toml"], "nowhere.toml: No such file or directory"),
    ([SCENARIOS], f"{SCENARIOS}: is a directory"),
    ([CASE, "--atoms", "nowhere"], "nowhere: No such file"),
    ([CASE, "--atoms", "README.md"], "README.md:1: no JSON"),
    ([CASE, "--defect", "terminal.perfect"], "no defect is named 'terminal.perfect'; there are: "),
    ([CASE, "--trace", "nowhere/trace"], "nowhere/trace: there is no directory nowhere"),
    ([CASE, "--trace", "tests"], "tests: is a directory"),
    ([CASE, "--json", "tests"], "tests: is a directory"),
    ([CASE, "--report", "README.md"], "README.md: is a file"),
    ([CASE, "--trace", "-"], "--trace -: a file is needed; only --json writes to standard output"),
    ([CASE, "--junit", "-"], "--junit -: a file is needed"),
    ([CASE, "--pcap", "-"], "--pcap -: a file is needed"),
    ([CASE, "--json", CASE], f"--json {CASE}: would overwrite the scenario {CASE}, which is read"),
    ([CASE, CASE, "--report", "nowhere"],
     f"{CASE} and {CASE} would both be written to nowhere/maintenance-case-study"),
    ([CASE, "--lang", "fr"], "--lang fr: allowed are en, zh"),
    ([CASE, LOST_REPLY, "--trace", "x"], "--trace goes with one scenario, 2 are given"),
    ([CASE, "--seed", "many"], "Invalid value for '--seed'"),
    ([CASE, "--seed", "-1"], "Invalid value for '--seed'"),
    ([], "Missing argument"),
])
def test_bad_input_is_one_clear_message_and_exit_2(capsys, arguments, said):
    code, out, err = daozhang(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_full_disk_leaves_the_old_trace_whole_and_nothing_beside_it(tmp_path, monkeypatch, capsys):
    target = tmp_path / "trace"
    target.write_text('{"record":"run_started","title":"old"}\n')

    class FullDisk:
        def __init__(self, stream):
            self.stream = stream
            self.room = 2_000

        def write(self, data):
            self.room -= len(data)
            if self.room < 0:
                raise OSError(28, "No space left on device")
            return self.stream.write(data)

    right = command._lines_to
    monkeypatch.setattr(command, "_lines_to", lambda stream: right(FullDisk(stream)))
    code, _, err = daozhang(capsys, CASE, "--trace", target)
    assert code == 2
    assert "trace: cannot be written: No space left on device" in err
    assert [each.name for each in tmp_path.iterdir()] == ["trace"]
    assert target.read_text() == '{"record":"run_started","title":"old"}\n'
