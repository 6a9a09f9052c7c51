"""What a report says of money that was held for risk control."""

from __future__ import annotations

import pytest

from simulator.judge.tracking.risk_holds import RiskHolds
from simulator.judge.verdict import RiskEnd
from simulator.report.risk_lines import ROWS_LISTED, risk_lines
from simulator.trace.records import RiskLooked

NINE_MS = 1_769_475_600_000  # 2026-01-27T09:00+08:00
HOUR_MS = 3_600_000


def looked(case: str, hours: int, *, held: bool, taken_back: bool = False) -> RiskLooked:
    return RiskLooked(
        NINE_MS + hours * HOUR_MS, "acquirer", mid="898000000000001", case=case, held=held,
        key="10000001/000001/000002", sale=f"S-{case}", amount_fen=980_000, taken_back=taken_back)


def holds_of(*records: RiskLooked) -> RiskHolds:
    holds = RiskHolds()
    for record in records:
        holds.looked(record)
    return holds


THREE = (
    looked("F1", 0, held=True), looked("F2", 0, held=True), looked("F3", 0, held=True),
    looked("F2", 1, held=False), looked("F3", 2, held=False, taken_back=True))


@pytest.mark.parametrize(("language", "lines"), [
    ("en", ["F1  S-F1 ¥9,800.00: held since 2026-01-27 09:00",
            "F2  S-F2 ¥9,800.00: held from 2026-01-27 09:00, released 2026-01-27 10:00",
            "F3  S-F3 ¥9,800.00: held from 2026-01-27 09:00, taken back 2026-01-27 11:00"]),
    ("zh", ["F1  S-F1 ¥9,800.00：自 2026-01-27 09:00 起暂停划付",
            "F2  S-F2 ¥9,800.00：自 2026-01-27 09:00 起暂停划付，2026-01-27 10:00 解除",
            "F3  S-F3 ¥9,800.00：自 2026-01-27 09:00 起暂停划付，2026-01-27 11:00 扣回"]),
])
def test_each_sale_has_a_line_with_what_became_of_its_money(language, lines):
    assert list(risk_lines(holds_of(*THREE).rows(), language)) == lines


def test_what_ended_once_stays_as_it_ended_and_what_nobody_held_is_no_row():
    holds = holds_of(*THREE, looked("F2", 3, held=False, taken_back=True), looked("F9", 3, held=False))
    assert [(each.case, each.end) for each in holds.rows()] == [
        ("F1", RiskEnd.HELD), ("F2", RiskEnd.RELEASED), ("F3", RiskEnd.TAKEN_BACK)]


def test_the_first_ones_are_listed_and_the_others_counted():
    rows = holds_of(*(looked(f"F{n}", 0, held=True) for n in range(ROWS_LISTED + 3))).rows()
    lines = list(risk_lines(rows, "en"))
    assert len(lines) == ROWS_LISTED + 1
    assert lines[-1] == "and 3 more"
