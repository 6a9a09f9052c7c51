"""What an acquirer paid of its own for a late payout is a line of the bank that no sale stands behind."""

from __future__ import annotations

import csv
import json

import pytest

from hil.commands.entry import run

HOST = "mid,date,amount,fee,settlement_date,order\n898000000000001,2026-01-29,180.00,1.08,2026-01-29,A1\n"
HEAD = "日期,收入金额,摘要\n"
IN_TIME, LATE = "2026-01-30,178.92,POS结算款 20260129\n", "2026-01-31,178.92,POS结算款 20260129\n"
FOR_IT = "2026-01-31,5.00,POS赔付款 2026-01-29/898000000000001\n"


def reconciled(tmp_path, capsys, bank):
    for name, text in (("host.csv", HOST), ("bank.csv", HEAD + bank)):
        (tmp_path / name).write_text(text, "utf-8")
    code = run(["reconcile", "--host", str(tmp_path / "host.csv"), "--bank", str(tmp_path / "bank.csv"), "--json"])
    facts = json.loads(capsys.readouterr().out)
    return code, {state: found["bank"]["sum_fen"] for state, found in facts["states"].items() if "bank" in found}, facts["money"]


@pytest.mark.parametrize(("bank", "code", "states"), [
    (LATE + FOR_IT, 0, {"late": 17892, "compensation": 500}),
    (FOR_IT + LATE, 0, {"late": 17892, "compensation": 500}),  # its text names the day of the payout, and it is not the payout
    (LATE + "2026-01-31,5.00,迟付赔付\n", 0, {"late": 17892, "compensation": 500}),  # names none
    (LATE, 0, {"late": 17892}),
    (IN_TIME + FOR_IT, 1, {"matched": 17892, "only_here": 500}),  # for a payout that was in time
    (LATE + "2026-01-31,5.00,POS赔付款 2026-01-28/898000000000001\n", 1, {"late": 17892, "only_here": 500}),
    (LATE + "2026-01-30,5.00,赔付\n", 1, {"late": 17892, "only_here": 500}),  # before it came
    (LATE + FOR_IT + FOR_IT, 1, {"late": 17892, "compensation": 500, "duplicate": 500}),
    (FOR_IT, 1, {"only_here": 500}),  # and the payout itself is not there
])
def test_a_compensation_is_closed_where_what_it_is_for_came_late(tmp_path, capsys, bank, code, states):
    assert reconciled(tmp_path, capsys, bank)[:2] == (code, states)


def test_its_sum_stands_beside_what_was_to_be_paid(tmp_path, capsys):
    money = reconciled(tmp_path, capsys, LATE + FOR_IT)[2]
    assert (money["due_fen"], money["arrived_fen"], money["open_fen"], money["compensated_fen"]) == (17892, 17892, 0, 500)


def test_of_a_run_it_is_seen_and_the_statement_has_it_as_the_notice_does(tmp_path, capsys):
    """One calendar day late at 5.00 a day: 178.92 and 5.00 make 183.92, which the notice says, too."""
    trace, report = tmp_path / "run.jsonl", tmp_path / "report"
    run(["run", "emergency-plan", "--trace", str(trace), "--report", str(report)])
    capsys.readouterr()
    assert run(["reconcile", str(trace), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["states"]["compensation"] == {"closed": True, "bank": {"count": 1, "sum_fen": 500}}
    assert facts["money"]["compensated_fen"] == 500
    folder = report / "emergency-plan"
    last = list(csv.DictReader((folder / "bank-statement.csv").open(encoding="utf-8-sig")))[-1]
    assert (last["amount_yuan"], last["balance_yuan"]) == ("5.00", "183.92")
    assert "赔付款5.00元，余额183.92元" in (folder / "notices.csv").read_text("utf-8-sig")
    (tmp_path / "host.csv").write_text(HOST, "utf-8")
    code = run(["reconcile", "--host", str(tmp_path / "host.csv"), "--bank", str(folder / "bank-statement.csv"), "--json"])
    assert (code, json.loads(capsys.readouterr().out)["money"]["compensated_fen"]) == (0, 500)


def test_what_is_compensated_twice_is_there_twice(tmp_path, capsys):
    trace = tmp_path / "run.jsonl"
    run(["run", "emergency-plan", "--trace", str(trace), "--defect", "plan.compensates_twice"])
    capsys.readouterr()
    assert run(["reconcile", str(trace), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["states"]["duplicate"]["bank"] == {"count": 1, "sum_fen": 500}
