"""What is remembered of sales that arrived: packed or as rows, what is given back of them later counts alike."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simulator.judge.judge import Judge
from simulator.judge.verdict import Judgement
from simulator.judge.whereabouts import paid_sales
from simulator.judge.whereabouts.accounts import Account
from simulator.judge.whereabouts.paid_sales import PaidSales
from simulator.scenario.read import load_scenario
from simulator.trace.records import Record
from simulator.world.run import build_world, run_virtual

FOLDER = Path("fixtures/scenarios/money")
ROWS = {"sales": (), "sales_left_out": 0}


def _judged(name: str) -> tuple[Judgement, Judgement]:
    """A run judged with rows of its sales, and with none, so that all that arrived are packed."""
    records: list[Record] = []
    world = build_world(load_scenario(FOLDER / f"{name}.toml"), [records.append])
    run_virtual(world)
    with_rows, without = Judge(), Judge(keep_sales=0)
    for record in records:
        with_rows.feed(record)
        without.feed(record)
    now = int(world.env.now)
    return with_rows.finish(now), without.finish(now)


NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_sums_are_the_same_with_rows_and_without(name: str) -> None:
    with_rows, without = _judged(name)
    assert msgspec.structs.replace(without, **ROWS) == msgspec.structs.replace(with_rows, **ROWS)


def _keys(batch: str, count: int) -> list[str]:
    return [f"{batch}/{stan:06}" for stan in range(1, count + 1)]


def test_a_packed_sale_is_found_once_more_as_it_became() -> None:
    paid, account = PaidSales(), Account("M", "shop")
    for place, key in enumerate(_keys("10000001/000001", 5)):
        paid.remember_plain(key, 1_000 + place, 6, 77, account)
    found = paid._paid("10000001/000001/000004")
    assert found is not None
    assert (found.fen, found.fee_fen, found.arrived_ms, found.account, found.row) == (1_003, 6, 77, account, -1)
    found.returned_fen = 3
    assert paid._paid("10000001/000001/000004") is found
    assert paid._paid("10000001/000001/000009") is None
    assert paid._paid("10000001/000002/000004") is None


def test_a_number_that_is_used_again_is_the_newer_sale() -> None:
    paid, account = PaidSales(), Account("M", "shop")
    key = "10000001/000001/000001"
    paid.remember_plain(key, 100, 0, 1, account)
    paid.remember_plain("10000001/000002/000001", 5, 0, 1, account)
    paid.remember_plain(key, 200, 0, 2, account)
    found = paid._paid(key)
    assert found is not None
    assert found.fen == 200


def test_of_many_at_least_the_newest_are_remembered_and_no_more_than_a_batch_beside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paid_sales, "PAID_KEPT", 30)
    paid, account = PaidSales(), Account("M", "shop")
    keys = [key for batch in range(1, 11) for key in _keys(f"10000001/{batch:06}", 10)]
    for key in keys:
        paid.remember_plain(key, 1, 0, 1, account)
    known = [key for key in keys if paid._paid(key) is not None]
    assert known == keys[-len(known):]
    assert 30 <= len(known) <= 40
