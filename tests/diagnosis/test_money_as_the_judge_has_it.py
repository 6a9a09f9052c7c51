"""Where the money of each sale is, as an explanation tells it from evidence, held against the judge, who sees all of the run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from simulator.diagnosis.diagnosis import diagnosis_of
from simulator.diagnosis.evidence import Evidence
from simulator.judge.verdict import SaleRow, Where
from simulator.scenario.read import load_scenario
from simulator.trace.records import Record
from simulator.trial import TrialOptions, try_scenario

SCENARIOS = Path("fixtures/scenarios")
FILES = [
    *sorted((SCENARIOS / "money").glob("*.toml")),
    *(SCENARIOS / name for name in (
        "judge/refund-at-another-till.toml", "judge/tip-and-adjust.toml", "judge/partial-approval.toml", "judge/disputes.toml",
        "offline-refused.toml", "emergency-plan.toml")),
]
STATES = {
    Where.ARRIVED: {"arrived", "netted", "withheld", "charged_back"},  # it was there, or owed less for it
    Where.ON_THE_WAY: {"captured", "cleared", "paid_out", "put_off"},
    Where.SUSPENDED: {"suspended"},
    Where.NETTED: {"netted"},
    Where.LOST: {"charged_back", "debited", "captured", "paid_out", "undelivered"},
    Where.HELD: {"held"},
    Where.UNDONE: {"given_back"},
    Where.DECLINED: {"not_taken", "refused_later"},
}


def allowed(row: SaleRow) -> set[str]:
    if row.what == "preauth":  # told with its completion; one that was let go of was never taken
        return STATES[row.where] | {"completed"} | ({"not_taken"} if row.where is Where.UNDONE else set())
    return STATES[row.where] | ({"not_taken"} if row.where is Where.UNDONE and row.debited_ms is None else set())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_sale_is_where_the_judge_has_it_and_what_is_left_of_it_is_the_same_sum(path):
    records: list[Record] = []
    judgement = try_scenario(load_scenario(path), TrialOptions(keep_sales=None), [records.append])
    mine = {sale.sale: sale for sale in diagnosis_of(Evidence(records)).sales}
    assert judgement.sales
    for row in judgement.sales:
        sale = mine[row.sale]
        assert sale.state in allowed(row), (row.sale, row.where, row.why)
        if sale.state in ("arrived", "suspended", "captured", "cleared", "paid_out", "netted", "withheld"):
            assert sale.left_fen == row.amount_fen - row.returned_fen, (row.sale, row.why)


def test_the_scenarios_show_every_place():
    """Else the comparison proves nothing of the ones that never come up."""
    seen: Counter[Where] = Counter()
    for name in ("money/host-capture-offline-sale-lost", "money/refund-refused-beyond", "money/deposit-from-first-sales",
                 "judge/partial-approval", "money/completed-in-the-last-hour-or-too-late"):
        judgement = try_scenario(load_scenario(SCENARIOS / f"{name}.toml"), TrialOptions(keep_sales=None))
        seen.update(row.where for row in judgement.sales)
    assert {Where.ARRIVED, Where.NETTED, Where.LOST, Where.UNDONE, Where.DECLINED} <= set(seen)
